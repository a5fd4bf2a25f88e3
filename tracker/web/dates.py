"""The day that a page is asked to show, and how the links of that page keep it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g, request

from tracker import clock
from tracker.models.base import FIRST_DAY, LAST_DAY
from tracker.services.errors import InvalidInput

#: The pages that show a number, or what one is made of. Each shows the day that its address asks for.
DATED = frozenset(
    {
        "ahead.show",
        "backing.index",
        "bridges.index",
        "chance.show",
        "departments.index",
        "departments.show",
        "experts.show",
        "home.index",
        "initiatives.index",
        "initiatives.show",
        "journeys.index",
        "journeys.show",
        "measures.show",
        "moments.index",
        "moments.show",
        "momentum.show",
        "momentum.table",
        "pairs.index",
        "pairs.show",
        "sponsors.index",
        "sponsors.show",
        "themes.index",
        "themes.show",
        "what_if.show",
        "why.show",
    }
)


def keep_day(endpoint: str, values: dict[str, Any]) -> None:
    """Let a link between dated pages keep the day, unless it names another (``on=none`` is today)."""
    if endpoint in DATED and "on" not in values and (day := _day_of_page()):
        values["on"] = day


def _day_of_page() -> str:
    """Return the day of the page that is being drawn as its address has it, "" for today and elsewhere."""
    day: str | None = g.get("day_of_page")
    if day is None:
        day = request.args.get("on", "") if request.endpoint in DATED else ""
        try:
            day = "" if asked_day(day) == clock.today() else day
        except InvalidInput:  # the page that says so leads back to today
            day = ""
        g.day_of_page = day
    return day


def begun_by(on: date) -> date | None:
    """Return the day by which what a page shows had begun: a past day; on other days plans are shown too."""
    return on if on < clock.today() else None


def asked_day(text: str | None, *, field: str = "on") -> date:
    """Read the day in an address (``?on=2026-06-30``); today when none is asked for.

    Raises
    ------
    InvalidInput
        When it is no date, or outside 1900 to 2200.
    """
    if not text:
        return clock.today()
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-06-30") else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput({field: "Write the day as 2026-06-30."})
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidInput({field: "Choose a day between 1900 and 2200."})
    return day
