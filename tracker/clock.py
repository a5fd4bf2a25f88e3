"""The one clock: what day it is where the organisation works."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_zone: ZoneInfo = ZoneInfo("UTC")


def configure(zone: ZoneInfo) -> None:
    """Set the time zone that decides when a day begins; the factory calls it once."""
    global _zone  # noqa: PLW0603 (one setting of the process, set once at start)
    _zone = zone


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is in the configured time zone."""
    return datetime.now(_zone).date()


def day_of(instant: datetime) -> date:
    """Return the day on which an instant falls in the configured time zone."""
    return instant.astimezone(_zone).date()


def beginning_of(day: date) -> datetime:
    """Return the instant at which a day begins in the configured time zone."""
    return datetime.combine(day, time(), _zone)
