"""How initiatives stand on a day, asked of the database: their dates decide, as they do in the measures."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, or_

from tracker.models.initiatives import Initiative


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
