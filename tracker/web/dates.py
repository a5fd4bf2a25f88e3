"""The day that a page is asked to show."""

from __future__ import annotations

from datetime import date

from tracker import clock
from tracker.models.base import FIRST_DAY, LAST_DAY
from tracker.services.errors import InvalidInput


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
