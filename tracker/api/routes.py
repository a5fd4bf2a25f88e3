"""The blueprints of the API, one a resource."""

from __future__ import annotations

from flask import Blueprint

from tracker.api import initiatives, measures

API_BLUEPRINTS: tuple[Blueprint, ...] = (measures.blueprint, initiatives.blueprint)
