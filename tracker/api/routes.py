"""The blueprints of the API, one a resource."""

from __future__ import annotations

from flask import Blueprint

API_BLUEPRINTS: tuple[Blueprint, ...] = ()
