"""What was logged after an instant, by the lines of the history: records written on, added, or come to count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.journeys import Journey
from tracker.models.moments import LessonReuse, Moment

#: Of more new lines than these, as after an import, the records are asked, not the lines.
MOST_LINES = 1_000
#: How a line says that a row is new, or there again.
NEW = ("created", "brought back")
#: What makes a moment count that did not count before.
COMES_TO_COUNT = ("moment", "confirmation", "lesson")
RECORDS: dict[str, type[Initiative | Department | Journey]] = {
    "initiative": Initiative,
    "department": Department,
    "journey": Journey,
}


@dataclass(frozen=True, slots=True)
class Logged:
    """What was logged after an instant, by row id: initiatives, moments with their parts, and reuses.

    ``ids`` is None where there is too much of it to be listed.
    """

    after: datetime
    ids: dict[str, set[int]] | None


def logged_after(session: Session, after: datetime) -> Logged:
    """Return what was logged after an instant. 1 query."""
    query = (
        select(AuditEntry.kind, AuditEntry.subject_id, AuditEntry.record_id)
        .where(
            AuditEntry.at > after,
            AuditEntry.kind.in_(("initiative", "reuse", *COMES_TO_COUNT)),
            AuditEntry.action.in_(NEW),
        )
        .limit(MOST_LINES + 1)
    )
    rows = session.execute(query).all()
    if len(rows) > MOST_LINES:
        return Logged(after, None)
    found: dict[str, set[int]] = {"initiative": set(), "moment": set(), "reuse": set()}
    for kind, subject_id, record_id in rows:
        row_id = record_id if kind == "reuse" else subject_id
        if row_id is not None:
            found["moment" if kind in COMES_TO_COUNT else kind].add(row_id)
    return Logged(after, found)


def written_on(session: Session, about: str, external_ids: Collection[str], after: datetime) -> set[str]:
    """Return which of these initiatives, departments or journeys have a line after an instant. 1 query."""
    record = RECORDS[about]
    query = select(record.external_id).where(
        record.external_id.in_(external_ids), _has_line(about, record.id, after)
    )
    return set(session.scalars(query))


def initiatives_added(session: Session, logged: Logged, begun_by: date) -> dict[str, date]:
    """Return the initiatives that were added and had begun by a day, with that beginning. 1 query, none for none."""
    if logged.ids is not None and not logged.ids["initiative"]:
        return {}
    query = select(Initiative.external_id, Initiative.started_on).where(
        Initiative.binned_at.is_(None),
        Initiative.started_on <= begun_by,
        Initiative.created_at > logged.after
        if logged.ids is None
        else Initiative.id.in_(logged.ids["initiative"]),
    )
    return {external_id: day for external_id, day in session.execute(query) if day}


def events_come_to_count(session: Session, logged: Logged, after: date, until: date) -> list[str]:
    """Return the events of these days that were logged, vouched for or given their lesson later. 2 queries at most.

    They may count now; whether they do is for the measures to say.
    """
    found: list[str] = []
    if logged.ids is None or logged.ids["moment"]:
        moments = select(Moment.external_id).where(
            Moment.is_confirmed,
            Moment.on_day > after,
            Moment.on_day <= until,
            _has_line("moment", Moment.id, logged.after, COMES_TO_COUNT)
            if logged.ids is None
            else Moment.id.in_(logged.ids["moment"]),
        )
        found += session.scalars(moments)
    if logged.ids is None or logged.ids["reuse"]:
        reuses = select(LessonReuse.external_id).where(
            LessonReuse.on_day > after,
            LessonReuse.on_day <= until,
            LessonReuse.created_at > logged.after
            if logged.ids is None
            else LessonReuse.id.in_(logged.ids["reuse"]),
        )
        found += session.scalars(reuses)
    return found


def _has_line(
    subject: str, id_: InstrumentedAttribute[int], after: datetime, new: Iterable[str] = ()
) -> ColumnElement[bool]:
    """Return the condition that the history of a record has a line after an instant: any, or a new row of a kind."""
    lines = [AuditEntry.subject_kind == subject, AuditEntry.subject_id == id_, AuditEntry.at > after]
    if new:
        lines += [AuditEntry.kind.in_(new), AuditEntry.action.in_(NEW)]
    return exists().where(*lines)
