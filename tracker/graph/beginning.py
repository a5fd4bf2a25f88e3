"""When the story of a register begins."""

from __future__ import annotations

from datetime import date

from tracker.graph.facts import Portfolio
from tracker.graph.keeping import Before, Past, remember
from tracker.graph.succession import index


def begins_on(portfolio: Portfolio) -> date | None:
    """Return the day of the first start or event, once per portfolio; None where nothing has one.

    Examples
    --------
    >>> from tracker.graph.facts import Event, Initiative
    >>> first = Initiative("i1", start=date(2025, 3, 1))
    >>> begins_on(Portfolio(initiatives=(first,), events=(Event("e1", "i1", "win", date(2025, 2, 1)),)))
    datetime.date(2025, 2, 1)
    """

    def make() -> date | None:
        starts = (each.start for each in portfolio.initiatives if each.start)
        return min((*starts, *(each.on for each in portfolio.events)), default=None)

    def carry(old: date | None, past: Past) -> date | None:
        known = index(portfolio)
        were = {day for each in past.values() for day in _days_of(each)}
        if old in were:
            return make()  # the first day may be gone
        are = {day for id_ in past for day in _days_of(known.before(id_))}
        return min(are | ({old} if old else set()), default=None)

    return remember(portfolio, "begins on", None, make, carry)


def _days_of(each: Before) -> set[date]:
    """Return the start of an initiative and the days of its events."""
    start = each.initiative.start if each.initiative else None
    return {event.on for event in each.events} | ({start} if start else set())
