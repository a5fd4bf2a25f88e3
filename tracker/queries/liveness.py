"""Which initiatives are heard from, and until when: the graph's rules asked for the records of a list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from tracker.graph.facts import Initiative, Portfolio
from tracker.graph.intervals import Line, goes_quiet_on, timeline
from tracker.graph.picking import chosen
from tracker.queries.facts import current_portfolio


def quiet_days_of(session: Session, external_ids: Iterable[str], today: date) -> dict[str, date]:
    """Return when each of these goes quiet unless something happens; those that are not live are left out.

    1 query, and those of the facts when their version is new.
    """
    _, portfolio = current_portfolio(session)
    known = timeline(portfolio).live
    return _quiet_days(portfolio, (each for each in external_ids if each in known), today)


def goes_quiet_by(session: Session, today: date, by: date) -> dict[str, date]:
    """Return the live initiatives that go quiet on a day up to ``by``, and that day. 1 query as above."""
    _, portfolio = current_portfolio(session)
    day, last = today.toordinal(), by.toordinal()

    def is_near(_: Initiative, line: Line) -> bool:
        return any(first <= day < end <= last for first, end in line.live)

    return _quiet_days(portfolio, chosen(portfolio, "goes quiet by", (today, by), is_near), today)


def not_heard_from(session: Session, today: date) -> frozenset[str]:
    """Return the initiatives that should be running and that nobody has heard from. 1 query as above."""
    _, portfolio = current_portfolio(session)
    day = today.toordinal()

    def is_silent(_: Initiative, line: Line) -> bool:
        piece = line.piece_on(day)
        return piece is not None and not piece.live

    return chosen(portfolio, "not heard from", today, is_silent)


def _quiet_days(portfolio: Portfolio, external_ids: Iterable[str], today: date) -> dict[str, date]:
    found = {each: goes_quiet_on(portfolio, each, today) for each in external_ids}
    return {each: day for each, day in found.items() if day is not None}
