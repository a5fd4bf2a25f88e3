"""The stream of moments by its edges: pages that hold while moments come, and all of it for a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.queries.keyset import Edge, Key, Listing
from tracker.queries.moments import MomentFilters, MomentRow, conditions_of, rows_where

#: Newest first; of one day the one logged last comes first.
NEWEST_FIRST = (Key(Moment.on_day, date, down=True), Key(Moment.id, int, down=True))


def stream_of(session: Session, filters: MomentFilters) -> Listing:
    """Return a stream as the database reads it. No query, 1 when the facts must be asked."""
    asked = (
        select(Moment.id, Moment.on_day, Moment.id.label("last"))
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(*conditions_of(session, filters))
    )
    return Listing(session, asked, NEWEST_FIRST, Moment.id)


def moments_at(session: Session, edges: Sequence[Edge], on: date) -> tuple[MomentRow, ...]:
    """Return the moments at some edges of the stream. 5 queries, and those of the facts."""
    return rows_where(session, [Moment.id.in_([each.id for each in edges])], on, len(edges))
