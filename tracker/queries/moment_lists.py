"""The stream of moments by its edges: pages that hold while moments come, and all of it for a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.queries.keyset import Edge, Key, Part, count_before, edges_between
from tracker.queries.moments import MomentFilters, MomentRow, conditions_of, rows_where

#: Newest first; of one day the one logged last comes first.
NEWEST_FIRST = (Key(Moment.on_day, date, down=True), Key(Moment.id, int, down=True))


def stream_part(
    session: Session,
    filters: MomentFilters,
    on: date,
    *,
    edge: Edge | None = None,
    backwards: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Part[MomentRow]:
    """Return the moments after an edge, or before it, newest first. 6 queries, and those of the facts."""
    edges = edges_between(
        session,
        _asked(session, filters),
        NEWEST_FIRST,
        Moment.id,
        edge=edge,
        backwards=backwards,
        limit=limit,
        offset=offset,
    )
    if not edges:
        return Part()
    return Part(moments_at(session, edges, on), edges[0], edges[-1])


def all_edges(session: Session, filters: MomentFilters) -> list[Edge]:
    """Return the edges of all moments of a stream in their order. 1 query, 2 when the facts must be asked."""
    return edges_between(session, _asked(session, filters), NEWEST_FIRST, Moment.id)


def moments_at(session: Session, edges: Sequence[Edge], on: date) -> tuple[MomentRow, ...]:
    """Return the moments at some edges of the stream. 5 queries, and those of the facts."""
    return rows_where(session, [Moment.id.in_([each.id for each in edges])], on, len(edges))


def moments_before(session: Session, filters: MomentFilters, edge: Edge) -> int:
    """Return how many moments of a stream come before an edge. 1 query, 2 when the facts must be asked."""
    return count_before(session, _asked(session, filters), NEWEST_FIRST, Moment.id, edge)


def _asked(session: Session, filters: MomentFilters) -> Any:
    return (
        select(Moment.id, Moment.on_day, Moment.id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(*conditions_of(session, filters))
    )
