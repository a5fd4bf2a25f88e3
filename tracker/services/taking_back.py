"""Take a piece of work back, an import or a merge: what it created goes, what it changed is as it was, or nothing.

The audit knows both. Its lines of the work give the rows that were created, the value that stood in each field
before, and the parts of records that went.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry
from tracker.models.base import Base, Versioned, utc_now
from tracker.models.bulk import AT_ONCE, delete_rows
from tracker.models.changelog import ChangeCounter
from tracker.models.recording import write_version
from tracker.queries.leaning import MODELS, Leaning, Work, lines_of, what_leans
from tracker.services.actors import Actor
from tracker.services.errors import ServiceError
from tracker.services.progress import Progress, unheard


class StillNeeded(ServiceError):
    """Later work leans on it, so nothing was taken back; ``leaning`` says what, by name."""

    def __init__(self, leaning: Sequence[Leaning]) -> None:
        self.leaning = tuple(leaning)
        super().__init__("Later work leans on this, so it stays.")


@dataclass(slots=True)
class Lines:
    """What a piece of work did, row by row: ids created, values before, and parts that went, by the audit's kinds."""

    created: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    owners: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    before: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    gone: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    subjects: set[tuple[str, int]] = field(default_factory=set)


def newest_line(session: Session) -> int:
    """Return the id of the newest audit line, 0 where there is none."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def write_alone(session: Session) -> None:
    """Let no line of anybody else come between those that this transaction writes; inside a write transaction.

    On PostgreSQL two writers could both plan on the same records: the second waits here for the first.
    """
    session.execute(select(ChangeCounter.version).with_for_update())


def take_back(session: Session, actor: Actor, work: Work, progress: Progress = unheard) -> None:
    """Take a piece of work back inside the open write transaction, in which this one writes alone.

    Raises
    ------
    StillNeeded
        When later work leans on it.
    """
    progress("Looking for what leans on it", 0, 1)
    leaning = what_leans(session, work)
    if leaning:
        raise StillNeeded(leaning)
    newest = newest_line(session)
    _take_back(session, _read_lines(session, work), progress)
    work.undone_at, work.undone_by = utc_now(), actor.name
    session.flush()  # so that the newest line is the last of these
    work.undo_first_line, work.undo_last_line = newest + 1, newest_line(session)


def _read_lines(session: Session, work: Work) -> Lines:
    """Gather the lines of a piece of work; of several values before, the first one counts. 1 query."""
    columns = (AuditEntry.action, AuditEntry.kind, AuditEntry.record_id, AuditEntry.changes)
    query = select(*columns, AuditEntry.subject_kind, AuditEntry.subject_id)
    found = Lines()
    for action, kind, id_, changes, owner, owner_id in session.execute(
        query.where(lines_of(work)).order_by(AuditEntry.id)
    ):
        row = (kind, id_)
        if action == "created":
            found.created[kind].add(id_)
            found.owners[row] = (owner, owner_id)
            continue
        if id_ in found.created[kind]:
            if action == "deleted":  # it came and went; its row id may be another record's by now
                found.created[kind].discard(id_)
                del found.owners[row]
            continue
        before = {name: values[0] for name, values in changes.items()}
        if action == "deleted":
            found.gone[row] = before | found.before.pop(row, {})
        else:
            found.before[row] = before | found.before.get(row, {})
        found.subjects.add((owner, owner_id))
    found.subjects |= {
        owner
        for row, owner in found.owners.items()
        if owner != row and owner[1] not in found.created[owner[0]]
    }
    return found


def _take_back(session: Session, lines: Lines, progress: Progress) -> None:
    """Undo what the lines say, inside the open write transaction; parts go before what they refer to."""
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    kinds = sorted(lines.created, key=lambda kind: tables.index(MODELS[kind].__tablename__))
    roots = {
        kind: [each for each in lines.created[kind] if lines.owners[kind, each] == (kind, each)]
        for kind in kinds
    }
    total, done = sum(map(len, roots.values())), 0
    for kind in kinds:
        parts = [each for each in lines.created[kind] if _is_part(lines, kind, each)]
        delete_rows(session, MODELS[kind], sorted(parts))
    progress("Setting back what it changed", 0, total)
    _set_back(session, lines.before)
    _bring_back(session, lines.gone)
    for kind in kinds:
        for some in _batched(sorted(roots[kind])):
            progress("Removing what it created", done, total)
            delete_rows(session, MODELS[kind], some)
            done += len(some)
    session.expire_all()  # the database has emptied columns that pointed to what went
    _number_forms(session, lines.subjects)
    write_version(session, set(), structure=True)


def _batched(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids, as many at a time as one statement takes."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _is_part(lines: Lines, kind: str, id_: int) -> bool:
    """Say whether a created row belongs to a record that stays; the database takes those of a record that goes."""
    owner, owner_id = lines.owners[kind, id_]
    return (owner, owner_id) != (kind, id_) and owner_id not in lines.created.get(owner, ())


def _set_back(session: Session, before: dict[tuple[str, int], dict[str, Any]]) -> None:
    """Give the rows that were changed the values that stood before."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for kind, id_ in before:
        wanted[kind].append(id_)
    for kind, ids in wanted.items():
        for row in _rows(session, MODELS[kind], ids):
            for name, value in before[kind, row.id].items():
                setattr(row, name, _typed(type(row), name, value))
    session.flush()  # what refers to a created record must not any more when that goes


def _bring_back(session: Session, gone: dict[tuple[str, int], dict[str, Any]]) -> None:
    """Make the parts that went anew, under the ids they had; SQLite may have given one to a later row."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for kind, id_ in gone:
        wanted[kind].append(id_)
    taken = {(kind, row.id) for kind, ids in wanted.items() for row in _rows(session, MODELS[kind], ids)}
    for (kind, id_), values in gone.items():
        model = MODELS[kind]
        known = {name: _typed(model, name, value) for name, value in values.items() if value is not None}
        session.add(model(**known) if (kind, id_) in taken else model(id=id_, **known))
    session.flush()  # as above


def _number_forms(session: Session, subjects: Iterable[tuple[str, int]]) -> None:
    """Give the records whose parts changed another version: a form opened before knows other parts."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for kind, id_ in subjects:
        if kind in MODELS and issubclass(MODELS[kind], Versioned):
            wanted[kind].append(id_)
    for kind, ids in wanted.items():
        for row in _rows(session, MODELS[kind], ids):
            row.version += 1
    session.flush()  # in one go, before the lines are counted


def _rows(session: Session, model: type[Base], ids: Sequence[int]) -> list[Any]:
    found: list[Any] = []
    known: Any = model
    for some in _batched(ids):
        found += session.scalars(select(known).where(known.id.in_(some))).all()
    return found


def _typed(model: type[Base], name: str, value: Any) -> Any:
    """Return a value of the audit as its column holds it."""
    if not isinstance(value, str):
        return value
    python_type = model.__table__.c[name].type.python_type
    if python_type is datetime:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if python_type is date else value
