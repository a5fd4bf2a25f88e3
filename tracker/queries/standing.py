"""How initiatives stand on a day, asked of the database: their dates decide, as they do in the measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative
from tracker.queries.liveness import goes_quiet_by

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many initiatives are live on a day, and how many of them need somebody."""

    live: int
    going_quiet: int
    past_decide_by: int


def standing_on(session: Session, day: date, begun_by: date | None = None) -> Standing:
    """Return how the initiatives stand on a day. 2 queries, and those of the facts when their version is new."""
    known: list[ColumnElement[bool]] = [Initiative.binned_at.is_(None)]
    if begun_by is not None:
        known.append(Initiative.started_on <= begun_by)
    live, late = session.execute(
        select(
            func.count(case((status_on(day) == "live", 1))), func.count(case((and_(*past_decide_by(day)), 1)))
        ).where(*known)
    ).one()
    return Standing(live, len(goes_quiet_by(session, day, day + SOON)), late)


@lru_cache(maxsize=16)
def status_on(day: date) -> ColumnElement[str]:
    """Return the status on a day as a column: nobody has to touch a record for it to start or to end.

    Only a pause, and an end of which a register knows no day, stand in the record alone.
    """
    return case(
        (Initiative.ended_on <= day, "finished"),
        (and_(Initiative.ended_on.is_(None), Initiative.status == "finished"), "finished"),
        (or_(Initiative.started_on.is_(None), Initiative.started_on > day), "proposed"),
        (Initiative.status == "paused", "paused"),
        else_="live",
    )


def past_decide_by(day: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an initiative runs on a day though a decision was due before it."""
    return (Initiative.decide_by < day, status_on(day).in_(("live", "paused")))
