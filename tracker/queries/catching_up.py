"""From the facts of one version to those of a newer one, by the change log."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph import facts
from tracker.graph.succession import Now, succeed, turn_of
from tracker.models.changelog import ChangeLog
from tracker.queries.fact_rows import load_events, load_initiatives

#: More initiatives than this: to read everything is quicker than to ask for them by id.
MOST_CHANGED = 5_000


class CannotFollow(Exception):
    """What changed cannot be told by initiatives; the words say why."""


def changed_since(session: Session, known: int, version: int) -> set[int]:
    """Return the row ids of the initiatives that changed after one version, up to another. 1 query.

    Raises
    ------
    CannotFollow
        When more than initiatives changed, when they are too many, or when the log does not tell every version.
    """
    query = (
        select(ChangeLog.version, ChangeLog.kind, ChangeLog.initiative_id)
        .where(ChangeLog.version > known, ChangeLog.version <= version)
        .limit(2 * MOST_CHANGED + 1)
    )
    rows = session.execute(query).all()
    if any(row.kind != "initiative" for row in rows):
        raise CannotFollow("departments, journeys or settings changed")
    found = {row.initiative_id for row in rows}
    if len(found) > MOST_CHANGED or len(rows) > 2 * MOST_CHANGED:
        raise CannotFollow(f"more than {MOST_CHANGED:,} initiatives changed")
    if len({row.version for row in rows}) != version - known:
        raise CannotFollow(f"the change log does not tell every version after {known}")
    return found


def follow(session: Session, portfolio: facts.Portfolio, ids: Collection[int]) -> facts.Portfolio:
    """Return the facts after these initiatives changed, sharing all others. 7 queries, whatever their number.

    Raises
    ------
    CannotFollow
        When one of them was removed for good: what that took along is not in the log.
    """
    rows = load_initiatives(session, ids)
    if len(rows) < len(ids):
        raise CannotFollow("an initiative was removed for good")
    events: dict[str, list[facts.Event]] = {}
    for event in sorted(load_events(session, ids), key=turn_of):
        events.setdefault(event.initiative, []).append(event)
    return succeed(
        portfolio,
        {row.external_id: Now(row.initiative, tuple(events.get(row.external_id, ()))) for row in rows},
    )
