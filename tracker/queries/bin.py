"""What is in the bin: which record, put there by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.journeys import Journey
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.models.presentations import Presentation
from tracker.queries.merges import MODELS, was_merged

#: What the audit calls the kinds of the bin.
AUDIT_KINDS = {"sponsor": "person"}


@dataclass(frozen=True, slots=True)
class BinnedRow:
    """A record in the bin; ``who`` is empty where the audit does not say."""

    kind: str
    public_id: str
    name: str
    binned_at: datetime
    who: str


def count_binned(session: Session) -> int:
    """Return how many records are in the bin. 1 query."""
    return session.scalar(select(func.count()).select_from(_binned().subquery())) or 0


def binned_rows(session: Session, *, limit: int = 50, offset: int = 0) -> tuple[BinnedRow, ...]:
    """Return one page of the bin, what came last first. 2 queries."""
    found = _binned().subquery()
    rows = session.execute(
        select(found).order_by(found.c.binned_at.desc(), found.c.kind, found.c.id).limit(limit).offset(offset)
    ).all()
    who = _by_whom(session, rows)
    return tuple(
        BinnedRow(row.kind, row.public_id, row.name, row.binned_at, who.get((row.kind, row.id), ""))
        for row in rows
    )


def _binned() -> Any:
    def of(kind: str, model: Any, name: Any) -> Any:
        merged = AUDIT_KINDS.get(kind, kind)
        return select(
            literal(kind).label("kind"), model.id, model.public_id, name.label("name"), model.binned_at
        ).where(
            model.binned_at.is_not(None),
            *([~was_merged(merged, model.public_id)] if merged in MODELS else []),
        )

    title = case((Moment.title == "", Initiative.title), else_=Moment.title)
    return union_all(
        of("initiative", Initiative, Initiative.title),
        of("moment", Moment, title).join(Initiative, Initiative.id == Moment.initiative_id),
        of("department", Department, Department.name),
        of("sponsor", Person, Person.name),
        of("journey", Journey, Journey.name),
        of("presentation", Presentation, Presentation.title),
    )


def _by_whom(session: Session, rows: Any) -> dict[tuple[str, int], str]:
    """Return who put these records into the bin, the last time each went there."""
    kinds = {AUDIT_KINDS.get(row.kind, row.kind): row.kind for row in rows}
    wanted = [
        and_(AuditEntry.kind == kind, AuditEntry.record_id.in_([row.id for row in rows if row.kind == own]))
        for kind, own in kinds.items()
    ]
    if not wanted:
        return {}
    query = (
        select(AuditEntry.kind, AuditEntry.record_id, AuditEntry.actor_name)
        .where(AuditEntry.action == "moved to the bin", or_(*wanted))
        .order_by(AuditEntry.id)
    )
    return {(kinds[kind], id_): name for kind, id_, name in session.execute(query) if id_ is not None}
