"""Short ways to write a portfolio down in a test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tracker.graph.facts import Department, Event, EventKind, Initiative, Member, Portfolio, Sponsor

START = date(2025, 1, 1)


def day(offset: int) -> date:
    """Return the day so many days after the start."""
    return START + timedelta(offset)


def pilot(
    id_: str, members: str, *, start: date | None = START, lead: str | None = None, **more: Any
) -> Initiative:
    """Return an initiative of departments named by single letters."""
    leads = (Sponsor(lead),) if lead else ()
    return Initiative(id_, start, members=tuple(map(Member, members)), leads=leads, **more)


def event(id_: str, initiative: str, kind: EventKind, on: date, **more: Any) -> Event:
    """Return an event."""
    return Event(id_, initiative, kind, on, **more)


def register(
    departments: str, initiatives: Iterable[Initiative] = (), events: Iterable[Event] = (), **more: Any
) -> Portfolio:
    """Return a portfolio of departments named by single letters."""
    return Portfolio(
        tuple(Department(each) for each in departments),
        initiatives=tuple(initiatives),
        events=tuple(events),
        **more,
    )
