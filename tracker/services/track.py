"""Give new departments their place on the running track; those placed before keep their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from sqlalchemy import bindparam, nulls_last, select, update
from sqlalchemy.orm import Session

from tracker.graph.order import insert, track_order
from tracker.graph.ties import SCALE, Pair, pair_of, weight
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement

#: The order is worked out for so many. Above it the picture shows divisions, and newcomers stand at the end.
MOST_ORDERED = 60


def place_new_departments(session: Session) -> None:
    """Place the departments that have no place yet, strong partners side by side. At most 3 queries.

    For the write that adds them, inside its transaction: once placed, nobody moves against the others.
    """
    session.flush()  # the new departments and what they take part in are read here
    rows = session.execute(
        select(Department.id, Department.external_id, Department.track_position).order_by(
            nulls_last(Department.track_position), Department.name, Department.id
        )
    ).all()
    placed = [row.external_id for row in rows if row.track_position is not None]
    new = [row.external_id for row in rows if row.track_position is None]
    if not new:
        return
    place = {id_: at for at, id_ in enumerate(ordered(placed, new, _shared_work(session)))}
    moved = [
        {"department": row.id, "place": place[row.external_id]}
        for row in rows
        if row.track_position != place[row.external_id]
    ]
    # Past the mapper on purpose: a place is no edit. It must not refuse the forms that are open, nor fill histories.
    table = Department.__table__
    session.connection().execute(
        update(table)  # type: ignore[arg-type]  # a mapped class has a table
        .where(table.c.id == bindparam("department"))
        .values(track_position=bindparam("place")),
        moved,
    )
    for record in session.identity_map.values():
        if isinstance(record, Department):
            session.expire(record, ["track_position"])


def ordered(placed: Sequence[str], new: Sequence[str], weights: Mapping[Pair, float]) -> tuple[str, ...]:
    """Return the placed ids in their order with the new ones inserted, each where its partners are."""
    pull: dict[str, float] = defaultdict(float)
    for pair, tie in weights.items():
        for id_ in pair:
            pull[id_] += tie
    waiting = sorted(new, key=lambda id_: -pull[id_])
    order = tuple(placed)
    if not order:
        first = set(waiting[:MOST_ORDERED])
        order = track_order([id_ for id_ in new if id_ in first], weights)
        waiting = waiting[MOST_ORDERED:]
    for id_ in waiting:
        order = insert(order, id_, weights) if len(order) < MOST_ORDERED else (*order, id_)
    return order


def _shared_work(session: Session) -> dict[Pair, float]:
    """Return what ties each pair over all time, in shares of attention; dates do not matter to a place."""
    members: dict[int, set[str]] = defaultdict(set)
    query = (
        select(Involvement.initiative_id, Department.external_id)
        .join(Department, Department.id == Involvement.department_id)
        .join(Initiative, Initiative.id == Involvement.initiative_id)
        .where(Initiative.binned_at.is_(None))
    )
    for initiative, department in session.execute(query):
        members[initiative].add(department)
    ties: dict[Pair, float] = defaultdict(float)
    for found in members.values():
        for a, b in combinations(sorted(found), 2):
            ties[pair_of(a, b)] += weight(len(found)) / SCALE
    return ties
