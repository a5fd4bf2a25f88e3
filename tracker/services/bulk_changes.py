"""Change many initiatives at once: look first, then all of them in one transaction, and one undo."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tracker.models.audit import AuditEntry
from tracker.models.base import new_public_id
from tracker.models.bulk_changes import BulkChange
from tracker.models.initiatives import Initiative
from tracker.queries.bulk_changes import BULK_WAY
from tracker.queries.initiative_lists import Arrangement, listing_of
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bulk_rules import Rule, may_change, rule_for
from tracker.services.errors import InvalidInput, Stale
from tracker.services.writing import open_write

#: So many change at once: more would hold the writer's lock too long.
MOST = 5_000
AT_ONCE = 500
NOT_YOURS = "Your role leaves it to others."


@dataclass(frozen=True, slots=True)
class Selection:
    """Which initiatives: those named by public id, or with ``arranged`` all that a list shows."""

    public_ids: tuple[str, ...] = ()
    arranged: Arrangement | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do to them; ``target`` is the public id of the theme, department or person it names."""

    action: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of one initiative: what stands there and what will, or why it stays."""

    public_id: str
    title: str
    version: int
    before: str = ""
    after: str = ""
    stays: str = ""


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What a change would do; ``digest`` names it, so that exactly this is done or nothing."""

    said: str
    rows: tuple[PlannedRow, ...]
    digest: str

    @property
    def changing(self) -> tuple[PlannedRow, ...]:
        """Return the rows that change."""
        return tuple(row for row in self.rows if not row.stays)

    @property
    def staying(self) -> dict[str, list[PlannedRow]]:
        """Return the rows that stay as they are, by the reason."""
        found: dict[str, list[PlannedRow]] = {}
        for row in self.rows:
            if row.stays:
                found.setdefault(row.stays, []).append(row)
        return found


def plan_bulk(
    session: Session, *, actor: Actor, selection: Selection, wanted: Wanted, today: date
) -> BulkPlan:
    """Return what a change would do, row by row; nothing is written. 3 queries for every 500 rows, and 5.

    Raises
    ------
    InvalidInput
        When nothing is chosen, too much is, or the change names no record.
    """
    policies.require(actor, "create")
    rule = rule_for(session, wanted.action, wanted.target, today)
    records = _loaded(session, chosen_ids(session, selection, today))
    return _plan_of(actor, wanted, rule, records, today)


def apply_bulk(
    session: Session, *, actor: Actor, selection: Selection, wanted: Wanted, today: date, digest: str
) -> BulkChange:
    """Change what a plan said, all of it in the caller's one transaction.

    Raises
    ------
    Stale
        When what would be done is not what the plan said, since somebody edited meanwhile.
    InvalidInput
        When nothing would change.
    """
    policies.require(actor, "create")
    public_id = new_public_id()
    open_write(session, replace(actor, via=f"{BULK_WAY}{public_id}"))
    rule = rule_for(session, wanted.action, wanted.target, today)
    records = list(_loaded(session, chosen_ids(session, selection, today)))
    plan = _plan_of(actor, wanted, rule, records, today)
    if plan.digest != digest:
        raise Stale({})
    if not plan.changing:
        raise InvalidInput({"": "None of these changes."})
    told = {row.public_id: row for row in plan.changing}
    rows = [
        {
            "id": each.id,
            "public_id": each.public_id,
            "title": each.title,
            "before": told[each.public_id].before,
            "after": told[each.public_id].after,
            "was": rule.apply(each),
        }
        for each in records
        if each.public_id in told
    ]
    session.flush()  # writes the audit lines, the newest of which is noted
    change = BulkChange(
        public_id=public_id,
        action=wanted.action,
        said=plan.said[:300],
        rows=rows,
        last_line=session.scalar(select(func.max(AuditEntry.id))) or 0,
        made_by_id=actor.user_id,
    )
    session.add(change)
    return change


def chosen_ids(session: Session, selection: Selection, today: date) -> list[int]:
    """Return the row ids of what is chosen, in the order of the list. 1 query, 2 when the facts must be asked."""
    if selection.arranged is not None:
        ids = [edge.id for edge in listing_of(session, selection.arranged, today).edges()]
    else:
        wanted = select(Initiative.id, Initiative.public_id).where(
            Initiative.public_id.in_(selection.public_ids), Initiative.binned_at.is_(None)
        )
        found = {public_id: id_ for id_, public_id in session.execute(wanted)}
        ids = [found[each] for each in dict.fromkeys(selection.public_ids) if each in found]
    if not ids:
        raise InvalidInput({"": "Choose at least one initiative on the list."})
    if len(ids) > MOST:
        raise InvalidInput(
            {"": f"These are {len(ids):,} initiatives; {MOST:,} change at once. Narrow the list first."}
        )
    return ids


def _plan_of(
    actor: Actor, wanted: Wanted, rule: Rule, records: Iterable[Initiative], today: date
) -> BulkPlan:
    rows = tuple(_planned(actor, wanted.action, rule, each, today) for each in records)
    told = hashlib.sha256(repr((wanted, rule.said, rows)).encode()).hexdigest()[:32]
    return BulkPlan(rule.said, rows, told)


def _planned(actor: Actor, action: str, rule: Rule, initiative: Initiative, today: date) -> PlannedRow:
    row = PlannedRow(initiative.public_id, initiative.title, initiative.version)
    if not may_change(actor, action, initiative, today):
        return replace(row, stays=NOT_YOURS)
    if why := rule.stays(initiative):
        return replace(row, stays=why)
    before, after = rule.words(initiative)
    return replace(row, before=before, after=after)


def _loaded(session: Session, ids: Sequence[int]) -> Iterator[Initiative]:
    """Yield the initiatives in this order, each with its departments and sponsors."""
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        query = (
            select(Initiative)
            .options(selectinload(Initiative.involvements), selectinload(Initiative.sponsorships))
            .where(Initiative.id.in_(some))
        )
        found = {each.id: each for each in session.scalars(query)}
        yield from (found[id_] for id_ in some)
