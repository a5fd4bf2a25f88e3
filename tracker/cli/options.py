"""Options that several commands share."""

from __future__ import annotations

from datetime import date, datetime

import click

from tracker import clock
from tracker.models.base import FIRST_DAY, LAST_DAY


class Day(click.ParamType):
    """A day between 1900 and 2200, written as 2026-06-30."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or say what one looks like."""
        if isinstance(value, date):
            return value
        try:
            day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            self.fail(f"{value!r} is not a day. Write it as 2026-06-30.", param, ctx)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail(f"{value} is not between 1900 and 2200.", param, ctx)
        return day


DAY = Day()


def day_or_today(day: date | None) -> date:
    """Return the day given, or today."""
    return clock.today() if day is None else day
