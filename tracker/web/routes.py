"""The blueprints of the pages, one a feature."""

from __future__ import annotations

from flask import Blueprint

from tracker.web import initiatives, involvements, lessons, moments, outcomes

BLUEPRINTS: tuple[Blueprint, ...] = (
    initiatives.blueprint,
    involvements.blueprint,
    outcomes.blueprint,
    moments.blueprint,
    lessons.blueprint,
)
