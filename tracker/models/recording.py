"""Every change leaves an audit line and, where it moves a measure, a new version; both in its own transaction.

The session does it at each flush, so no service can forget. A change without an actor is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import event, insert, inspect, select, update
from sqlalchemy.orm import InstanceState, Session, SessionTransaction
from sqlalchemy.orm.unitofwork import UOWTransaction

from tracker.models.accounts import OneTimeLink, SignInFailure, User, UserSession
from tracker.models.audit import AuditEntry, keep_order
from tracker.models.base import Base, utc_now
from tracker.models.bulk_changes import BulkChange
from tracker.models.changelog import ChangeCounter, ChangeLog
from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.displays import Display
from tracker.models.engines import WRITE
from tracker.models.feeds import Feed
from tracker.models.import_drafts import ImportDraft
from tracker.models.imports import ImportBatch, ImportMapping
from tracker.models.initiatives import (
    BuildsOn,
    Initiative,
    Involvement,
    OtherTitle,
    RoutineCheck,
    RoutineOwner,
    Sponsorship,
    Theme,
    Update,
)
from tracker.models.journeys import Journey, Step
from tracker.models.merges import Merge
from tracker.models.moments import Confirmation, Lesson, LessonReuse, Moment
from tracker.models.people import Person, PersonAlias
from tracker.models.presentations import Presentation
from tracker.models.rounds import Round, RoundAnswer
from tracker.models.settings import MeasureSettings, Organisation
from tracker.models.share_links import ShareLink, Sharing
from tracker.models.showings import Showing
from tracker.models.snapshots import Snapshot
from tracker.models.views import SavedView

#: What a table is called in the audit, and whose history shows it: (kind, subject kind, column of the subject's id).
SUBJECTS: dict[type[Base], tuple[str, str, str]] = {
    Division: ("division", "division", "id"),
    Department: ("department", "department", "id"),
    DepartmentAlias: ("alias", "department", "department_id"),
    Person: ("person", "person", "id"),
    PersonAlias: ("other name", "person", "person_id"),
    Journey: ("journey", "journey", "id"),
    Step: ("step", "journey", "journey_id"),
    Theme: ("theme", "theme", "id"),
    Initiative: ("initiative", "initiative", "id"),
    OtherTitle: ("other title", "initiative", "initiative_id"),
    Involvement: ("involvement", "initiative", "initiative_id"),
    Sponsorship: ("sponsorship", "initiative", "initiative_id"),
    Update: ("update", "initiative", "initiative_id"),
    RoutineOwner: ("routine owner", "initiative", "initiative_id"),
    RoutineCheck: ("routine check", "initiative", "initiative_id"),
    BuildsOn: ("link", "initiative", "initiative_id"),
    Moment: ("moment", "moment", "id"),
    Confirmation: ("confirmation", "moment", "moment_id"),
    Lesson: ("lesson", "moment", "moment_id"),
    LessonReuse: ("reuse", "initiative", "initiative_id"),
    User: ("account", "account", "id"),
    Organisation: ("organisation", "organisation", "id"),
    MeasureSettings: ("settings", "settings", "id"),
    Snapshot: ("snapshot", "snapshot", "id"),
    ShareLink: ("share link", "share link", "id"),
    Sharing: ("sharing", "sharing", "id"),
    Display: ("display", "display", "id"),
    Feed: ("feed", "account", "user_id"),
    Presentation: ("presentation", "presentation", "id"),
    Showing: ("showing", "snapshot", "snapshot_id"),
    SavedView: ("view", "view", "id"),
    ImportBatch: ("import", "import", "id"),
    Merge: ("merge", "merge", "id"),
    ImportMapping: ("mapping", "mapping", "id"),
    Round: ("round", "round", "id"),
    RoundAnswer: ("round answer", "initiative", "initiative_id"),
}
#: Rows of the machinery itself; what people should know of them is written by the services.
UNRECORDED = (
    AuditEntry, ChangeLog, ChangeCounter, UserSession, OneTimeLink, SignInFailure, ImportDraft, BulkChange,
)  # fmt: skip
STRUCTURE = (Division, Department, Journey, Step, MeasureSettings)
#: The database itself empties or deletes what refers to one of these, past every flush; all is read anew then.
TAKES_ALONG = (Initiative, Moment, Theme)
SECRETS = {"password_hash"}
#: Columns that a reader of the history learns nothing from.
SILENT = {"id", "version", "public_id", "created_at", "created_by_id"} | {
    "document", "records", "frozen_at", "frozen_by_id", "register_version", "token_hash", "last_used_at",
    "mapping", "counts", "first_line", "last_line", "undo_first_line", "undo_last_line",
    "made_at", "made_by_id", "made_by", "undone_at", "undone_by", "fingerprint", "kept_at",
    "from_public_id", "into_public_id", "moved", "figures", "way", "queue", "before", "round_id", "update_id", "begun_at", "answered_at",
}  # fmt: skip

# Every change runs these three, so they are made once.
_LINES, _VERSIONS = insert(AuditEntry), insert(ChangeLog)
_NEXT_VERSION = (
    update(ChangeCounter)
    .where(ChangeCounter.id == 1)
    .values(version=ChangeCounter.version + 1)
    .returning(ChangeCounter.version)
)


class UnattributedChange(RuntimeError):
    """A change reached the database without an actor: open the write transaction first."""


class RecordingSession(Session):
    """A session whose flushes write the audit trail and the change log."""


def open_write(session: Session, *, actor_id: int | None, actor_name: str, via: str) -> None:
    """Begin the write transaction, and say who writes.

    Ends the read transaction that the request began with, so that what is loaded from now on is what the write
    lock protects; records loaded before are read again. Inside a write transaction it changes nothing.
    """
    if session.info.get("writing"):
        return
    session.rollback()
    session.info.update(writing=True, actor_id=actor_id, actor_name=actor_name, via=via)
    session.connection(execution_options={WRITE: True})


def forget_writer(session: Session, previous: SessionTransaction | None = None) -> None:
    """Forget the writer when its transaction has ended; the end of a savepoint is not that."""
    if previous is not None and previous.nested:
        return
    for name in ("writing", "actor_id", "actor_name", "via"):
        session.info.pop(name, None)


def record(session: Session, flush: UOWTransaction) -> None:
    """Write the audit lines and the versions of what this flush changed."""
    entries: list[dict[str, Any]] = []
    initiatives: set[int] = set()
    moments: set[int] = set()
    structure = False
    for action, row in _changed(session, flush):
        kind = type(row)
        if kind in UNRECORDED:
            continue
        changes = _differences(row, action)
        if action == "changed" and not changes:
            continue
        entries.append(_entry(session, action, row, changes))
        structure = structure or kind in STRUCTURE or (action == "deleted" and kind in TAKES_ALONG)
        initiatives.update(_initiatives_of(row))
        moments.update(_moments_of(row))
    if not entries:
        return
    if "actor_name" not in session.info:
        raise UnattributedChange(f"{entries[0]['kind']} {entries[0]['action']} without an actor")
    connection = session.connection()
    keep_order(connection)
    connection.execute(_LINES, entries)
    initiatives |= _tied_by_reuse(session, moments)
    if initiatives or structure:
        write_version(session, initiatives, structure=structure)


def _changed(session: Session, flush: UOWTransaction) -> Iterator[tuple[str, Base]]:
    """Yield what this flush did; rows taken out of a list die as orphans, which ``session.deleted`` leaves out."""
    gone = [state.obj() for state, (is_deleted, listed) in flush.states.items() if is_deleted and not listed]
    for row in session.new:
        yield "created", row
    for row in session.dirty:
        if row not in gone:
            yield "changed", row
    for row in gone:
        if row is not None:
            yield "deleted", row


def _differences(row: Base, action: str) -> dict[str, list[Any]]:
    state: InstanceState[Base] = inspect(row)
    found: dict[str, list[Any]] = {}
    for name in _told_columns(type(row)):
        before, now = None, state.dict.get(name)
        if action == "changed":
            history = state.attrs[name].history
            if not history.has_changes():
                continue
            before = history.deleted[0] if history.deleted else None
        if name in SECRETS:
            before, now = before and "set", now and "set"
        if action == "deleted":
            found[name] = [plain(now), None]
        elif action == "changed" or now not in (None, "", False):
            found[name] = [plain(before), plain(now)]
    return found


@cache
def _told_columns(kind: type[Base]) -> tuple[str, ...]:
    """Return the columns of a kind of record that its history tells."""
    return tuple(each.key for each in inspect(kind).column_attrs if each.key not in SILENT)


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def _entry(session: Session, action: str, row: Base, changes: dict[str, list[Any]]) -> dict[str, Any]:
    kind, subject_kind, subject_column = SUBJECTS[type(row)]
    binned = changes.get("binned_at")
    if action == "changed" and binned:
        action = "moved to the bin" if binned[1] else "brought back"
    if action == "changed" and "revoked_at" in changes:
        action = "revoked"
    label = getattr(row, "name", None) or getattr(row, "title", None) or ""
    return {
        "at": utc_now(),
        "actor_id": session.info.get("actor_id"),
        "actor_name": session.info.get("actor_name", ""),
        "via": session.info.get("via", ""),
        "action": action,
        "kind": kind,
        "record_id": getattr(row, "id", None),
        "subject_kind": subject_kind,
        "subject_id": getattr(row, subject_column),
        "label": label[:300],
        "changes": changes,
    }


def _initiatives_of(row: Base) -> set[int]:
    """Return the ids of the initiatives whose facts this row is part of, before and after its change."""
    if isinstance(row, Initiative):
        return {row.id}
    if not isinstance(
        row, Involvement | Sponsorship | Update | RoutineCheck | RoutineOwner | Moment | LessonReuse
    ):
        return set()
    state: InstanceState[Base] = inspect(row)
    before = state.attrs["initiative_id"].history.deleted or ()
    return {row.initiative_id, *before} - {None}


def _moments_of(row: Base) -> set[int]:
    if isinstance(row, Moment):
        return {row.id}
    return {row.moment_id} if isinstance(row, Confirmation | Lesson | LessonReuse) else set()


def _tied_by_reuse(session: Session, moments: set[int]) -> set[int]:
    """Return every initiative that a change of these moments can move: their own and those that reuse their lessons.

    A lesson earns at most three reuses, so adding, moving or removing one may change what the others count.
    """
    if not moments:
        return set()
    connection = session.connection()
    own = select(Moment.initiative_id).where(Moment.id.in_(moments))
    reusing = select(LessonReuse.initiative_id).where(LessonReuse.moment_id.in_(moments))
    return {each for query in (own, reusing) for each in connection.scalars(query)}


def write_version(session: Session, initiatives: set[int], *, structure: bool) -> None:
    """Give a change of these initiatives, or of the structure, its version, for the measures."""
    connection = session.connection()
    version = connection.execute(_NEXT_VERSION).scalar_one()
    rows = [{"version": version, "kind": "initiative", "initiative_id": each} for each in sorted(initiatives)]
    if structure:
        rows.append({"version": version, "kind": "structure", "initiative_id": 0})
    connection.execute(_VERSIONS, rows)


event.listen(RecordingSession, "after_flush", record)
event.listen(RecordingSession, "after_commit", forget_writer)
event.listen(RecordingSession, "after_soft_rollback", forget_writer)
