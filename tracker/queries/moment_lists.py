"""The stream of moments by its edges: pages that hold while moments come, and all of it for a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.queries.keyset import Edge, Key, beyond, in_order
from tracker.queries.moments import MomentFilters, MomentRow, conditions_of, rows_where

#: Newest first; of one day the one logged last comes first.
NEWEST_FIRST = (Key(Moment.on_day, date, down=True), Key(Moment.id, int, down=True))


@dataclass(frozen=True, slots=True)
class StreamPart:
    """The moments of a page, and the edges to go on from."""

    rows: tuple[MomentRow, ...] = ()
    first: Edge | None = None
    last: Edge | None = None


def stream_part(
    session: Session,
    filters: MomentFilters,
    on: date,
    *,
    edge: Edge | None = None,
    backwards: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> StreamPart:
    """Return the moments after an edge, or before it, newest first. 6 queries, and those of the facts."""
    edges = _edges(session, filters, edge=edge, backwards=backwards, limit=limit, offset=offset)
    if not edges:
        return StreamPart()
    return StreamPart(moments_at(session, edges, on), edges[0], edges[-1])


def all_edges(session: Session, filters: MomentFilters) -> list[Edge]:
    """Return the edges of all moments of a stream in their order. 1 query, 2 when the facts must be asked."""
    return _edges(session, filters)


def moments_at(session: Session, edges: Sequence[Edge], on: date) -> tuple[MomentRow, ...]:
    """Return the moments at some edges of the stream. 5 queries, and those of the facts."""
    return rows_where(session, [Moment.id.in_([each.id for each in edges])], on, len(edges))


def moments_before(session: Session, filters: MomentFilters, edge: Edge) -> int:
    """Return how many moments of a stream come before an edge. 1 query, 2 when the facts must be asked."""
    conditions = [
        *conditions_of(session, filters), beyond(NEWEST_FIRST, Moment.id, edge, backwards=True)
    ]  # fmt: skip
    query = select(func.count(Moment.id)).join(Initiative, Initiative.id == Moment.initiative_id)
    return session.scalar(query.where(*conditions)) or 0


def _edges(
    session: Session,
    filters: MomentFilters,
    *,
    edge: Edge | None = None,
    backwards: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[Edge]:
    conditions = conditions_of(session, filters)
    if edge is not None:
        conditions.append(beyond(NEWEST_FIRST, Moment.id, edge, backwards=backwards))
    query = (
        select(Moment.on_day, Moment.id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(*conditions)
        .order_by(*in_order(NEWEST_FIRST, Moment.id, backwards=backwards))
        .limit(limit)
        .offset(offset)
    )
    found = [Edge((day, id_), id_) for day, id_ in session.execute(query)]
    return found[::-1] if backwards else found
