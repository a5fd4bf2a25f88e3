"""The audit log: every change, newest first, in the words of a record's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry
from tracker.models.base import Base
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Theme
from tracker.models.journeys import Journey
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.models.presentations import Presentation
from tracker.queries.bulk_changes import BULK_WAY
from tracker.queries.history import HistoryEntry, tell

#: Which record a line is about, and by which endpoint it opens ("" for none).
SUBJECT_RECORDS: dict[str, type[Base]] = {
    "initiative": Initiative,
    "moment": Moment,
    "department": Department,
    "division": Division,
    "person": Person,
    "journey": Journey,
    "theme": Theme,
    "presentation": Presentation,
}
#: What the way of a line says that belongs to a change of many.
MANY = "with several at once"
WAYS = {"page": "", "api": "through the API", "command": "by command"}


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """What the log is narrowed to: the name of who did it, and the kind of record it is about."""

    who: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the log: what was done, and the record it is about, by name and public id where it still is."""

    entry: HistoryEntry
    subject: str
    name: str
    public_id: str
    way: str


def count_audit(session: Session, filters: AuditFilters) -> int:
    """Return how many lines the log has. 1 query."""
    return session.scalar(select(func.count(AuditEntry.id)).where(*_conditions(filters))) or 0


def audit_people(session: Session) -> tuple[str, ...]:
    """Return the names under which changes were made. 1 query."""
    return tuple(sorted(session.scalars(select(AuditEntry.actor_name).distinct()), key=str.casefold))


def list_audit(
    session: Session, filters: AuditFilters, *, limit: int = 50, offset: int = 0
) -> tuple[AuditRow, ...]:
    """Return one page of the log, newest first. At most 19 queries, however many lines there are."""
    rows = session.scalars(
        select(AuditEntry)
        .where(*_conditions(filters))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    about = _subjects(session, rows)
    return tuple(
        AuditRow(
            entry,
            row.subject_kind,
            *about.get((row.subject_kind, row.subject_id), (row.label, "")),
            WAYS.get(row.via, MANY if row.via.startswith(BULK_WAY) else ""),
        )
        for row, entry in zip(rows, tell(session, rows), strict=True)
    )


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.who:
        found.append(AuditEntry.actor_name == filters.who)
    if filters.subject:
        found.append(AuditEntry.subject_kind == filters.subject)
    return found


def _subjects(session: Session, rows: Iterable[AuditEntry]) -> dict[tuple[str, int | None], tuple[str, str]]:
    """Return the name and the public id of every record that the lines are about and that still is."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.subject_kind in SUBJECT_RECORDS and row.subject_id is not None:
            wanted[row.subject_kind].add(row.subject_id)
    found: dict[tuple[str, int | None], tuple[str, str]] = {}
    for kind, ids in wanted.items():
        model = SUBJECT_RECORDS[kind]
        name = getattr(model, "name", None) or model.title  # type: ignore[attr-defined]  # those without a name have a title
        query = select(model.id, name, model.public_id).where(model.id.in_(ids))  # type: ignore[attr-defined]  # each of them has both
        found.update({(kind, id_): (words, public_id) for id_, words, public_id in session.execute(query)})
    return found
