"""The blueprints of the pages, one a feature."""

from __future__ import annotations

from flask import Blueprint

from tracker.web import (
    access,
    accounts,
    administration,
    bridges,
    departments,
    divisions,
    exporting,
    health,
    home,
    importing,
    initiatives,
    involvements,
    journeys,
    lessons,
    merging,
    moments,
    momentum,
    numbers,
    outcomes,
    pairs,
    set_up,
    sponsors,
    themes,
    what_if,
    why,
)
from tracker.web import bin as bin_

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    pairs.blueprint,
    momentum.blueprint,
    numbers.blueprint,
    why.blueprint,
    bridges.blueprint,
    what_if.blueprint,
    initiatives.blueprint,
    involvements.blueprint,
    outcomes.blueprint,
    moments.blueprint,
    lessons.blueprint,
    health.blueprint,
    accounts.blueprint,
    set_up.blueprint,
    importing.blueprint,
    exporting.blueprint,
    administration.blueprint,
    access.blueprint,
    departments.blueprint,
    divisions.blueprint,
    merging.blueprint,
    sponsors.blueprint,
    journeys.blueprint,
    themes.blueprint,
    bin_.blueprint,
)
