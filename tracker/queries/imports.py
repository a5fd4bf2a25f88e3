"""Imports as they were made: the list, one of them, what it touched, and what later work leans on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models.audit import AuditEntry
from tracker.models.base import Base
from tracker.models.imports import ImportBatch
from tracker.models.recording import SUBJECTS
from tracker.queries.audit import SUBJECT_RECORDS

#: The models by what the audit calls their rows, and the columns by which two parts of a record are the same one.
MODELS: dict[str, type[Base]] = {kind: model for model, (kind, _, _) in SUBJECTS.items()}
OWN_COLUMNS = ("department_id", "person_id", "on_day", "earlier_id", "checked_on", "name", "user_id")
#: What of later work is named; a sentence names no more.
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An import in the list."""

    public_id: str
    name: str
    as_of: date
    made_at: datetime
    who: str
    created: int
    updated: int
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that an import created or changed; ``public_id`` is "" where it is gone."""

    kind: str
    name: str
    public_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Leaning:
    """A record that later work changed, or that names what an import brought."""

    kind: str
    name: str
    public_id: str
    why: str


def count_imports(session: Session) -> int:
    """Return how many imports there were. 1 query."""
    return session.scalar(select(func.count(ImportBatch.id))) or 0


def list_imports(session: Session, *, limit: int = 50, offset: int = 0) -> tuple[BatchRow, ...]:
    """Return one page of the imports, the newest first. 1 query."""
    rows = session.execute(
        select(
            ImportBatch.public_id,
            ImportBatch.name,
            ImportBatch.as_of,
            ImportBatch.made_at,
            ImportBatch.made_by,
            ImportBatch.counts,
            ImportBatch.undone_at,
        )
        .order_by(ImportBatch.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        BatchRow(
            row.public_id,
            row.name,
            row.as_of,
            row.made_at,
            row.made_by,
            row.counts.get("created", 0),
            row.counts.get("updated", 0),
            row.undone_at is not None,
        )
        for row in rows
    )


def recorded_until(session: Session) -> date | None:
    """Return the last date of a spreadsheet that was brought: until then the story is what a register said. 1 query."""
    return session.scalar(
        select(func.max(ImportBatch.as_of)).where(
            ImportBatch.kind == "table", ImportBatch.undone_at.is_(None)
        )
    )


def imported_by(session: Session, token_hash: str) -> ImportBatch | None:
    """Return the import that came of the dry run at this address, None while there is none. 1 query."""
    return session.scalar(select(ImportBatch).where(ImportBatch.token_hash == token_hash))


def imported_before(session: Session, sha256: str) -> ImportBatch | None:
    """Return the newest import of the very same file that still stands. 1 query."""
    return session.scalar(
        select(ImportBatch)
        .where(ImportBatch.sha256 == sha256, ImportBatch.undone_at.is_(None))
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )


def of_undone(line: type[AuditEntry] = AuditEntry) -> ColumnElement[bool]:
    """Return the condition that an audit line belongs to an import that was taken back, or to taking it back."""
    return exists().where(
        ImportBatch.undone_at.is_not(None),
        or_(
            line.id.between(ImportBatch.first_line, ImportBatch.last_line),
            line.id.between(ImportBatch.undo_first_line, ImportBatch.undo_last_line),
        ),
    )


def lines_of(batch: ImportBatch) -> ColumnElement[bool]:
    """Return the condition that an audit line was written by this import."""
    return AuditEntry.id.between(batch.first_line, batch.last_line)


def count_touched(session: Session, batch: ImportBatch) -> int:
    """Return how many records an import created or changed. 1 query."""
    subjects = _subjects(batch).subquery()
    return session.scalar(select(func.count()).select_from(subjects)) or 0


def touched(session: Session, batch: ImportBatch, *, limit: int = 50, offset: int = 0) -> tuple[Touched, ...]:
    """Return one page of the records that an import created or changed, new ones first. At most 9 queries."""
    rows = session.execute(_subjects(batch).limit(limit).offset(offset)).all()
    # What went is called what it was called: another record may have its row id by now.
    here = [row for row in rows if not (row.is_new and batch.undone_at)]
    names = _named(session, {(row.subject_kind, row.subject_id) for row in here})
    found = []
    for row in rows:
        gone = (row.label or row.subject_kind, "")
        name, public_id = names.get((row.subject_kind, row.subject_id), gone)
        found.append(Touched(row.subject_kind, name, public_id, bool(row.is_new)))
    return tuple(found)


def what_leans(session: Session, batch: ImportBatch) -> tuple[Leaning, ...]:
    """Return what later work leans on an import, so that it cannot be taken back; at most 50 of it.

    That is: a record it brought or a value it set was changed since, or a record that came since names one that it
    brought. An import that was taken back itself is no later work. At most 60 queries, whatever the size.
    """
    found: dict[tuple[str, int], str] = {}
    for subject, why in (*_changed_since(session, batch), *_naming(session, batch)):
        found.setdefault(subject, why)
        if len(found) >= MOST_NAMED:
            break
    names = _named(session, found)
    leaning = []
    for (kind, id_), why in found.items():
        name, public_id = names.get((kind, id_), (f"a {kind} that is gone", ""))
        leaning.append(Leaning(kind, name, public_id, why))
    return tuple(leaning)


def _subjects(batch: ImportBatch) -> Select[*tuple[Any, ...]]:
    is_root = AuditEntry.kind == AuditEntry.subject_kind
    is_new = func.max(case((and_(is_root, AuditEntry.action == "created"), 1), else_=0))
    return (
        select(
            AuditEntry.subject_kind,
            AuditEntry.subject_id,
            is_new.label("is_new"),
            func.max(case((is_root, AuditEntry.label), else_="")).label("label"),
        )
        .where(lines_of(batch))
        .group_by(AuditEntry.subject_kind, AuditEntry.subject_id)
        .order_by(is_new.desc(), AuditEntry.subject_kind, AuditEntry.subject_id)
    )


def _changed_since(session: Session, batch: ImportBatch) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield the records of which later lines changed what this import brought or set. 1 query."""
    own, later = aliased(AuditEntry), aliased(AuditEntry)
    query = (
        select(
            own.action,
            own.changes,
            later.action,
            later.changes,
            later.subject_kind,
            later.subject_id,
            later.actor_name,
        )
        .join(
            own,
            and_(
                own.subject_kind == later.subject_kind,
                own.subject_id == later.subject_id,
                own.kind == later.kind,
                or_(
                    own.record_id == later.record_id,
                    and_(own.action == "deleted", later.action == "created"),
                ),
            ),
        )
        .where(
            own.id.between(batch.first_line, batch.last_line),
            later.id > batch.last_line,
            later.kind.in_(list(MODELS)),
            ~of_undone(later),
        )
        .order_by(later.id)
        .limit(2_000)
    )
    for did, set_, then, changes, kind, id_, who in session.execute(query):
        if did == "deleted" and then == "created" and not _same_part(set_, changes):
            continue
        if did == "created" or then != "changed" or set(set_) & set(changes):
            yield (kind, id_), f"changed since by {who}"


def _same_part(gone: dict[str, list[Any]], new: dict[str, list[Any]]) -> bool:
    """Say whether a part that came is of the same department, person or day as one that went."""
    return all(gone.get(name, [None])[0] == new.get(name, [None, None])[1] for name in OWN_COLUMNS)


def _naming(session: Session, batch: ImportBatch) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield the records that came to name one which this import brought, other than by it. 2 queries a reference."""
    for model, (kind, subject_kind, subject_column) in SUBJECTS.items():
        table: Any = model.__table__
        for reference in table.foreign_keys:
            target = _kind_of(reference.column.table.name)
            if target is None:
                continue
            rows = session.execute(
                select(table.c.id, table.c[subject_column]).where(
                    reference.parent.in_(_created(batch, target)), table.c.id.not_in(_created(batch, kind))
                )
            ).all()
            its_own = _set_by(session, batch, kind, reference.parent.name) if rows else ()
            for id_, subject_id in rows:
                if id_ not in its_own:
                    yield (subject_kind, subject_id), f"names a {target} of this import"


def _set_by(session: Session, batch: ImportBatch, kind: str, column: str) -> set[int | None]:
    """Return the rows of which this import itself set a column. 1 query."""
    lines = select(AuditEntry.record_id, AuditEntry.changes).where(
        lines_of(batch), AuditEntry.kind == kind, AuditEntry.action == "changed"
    )
    return {id_ for id_, changes in session.execute(lines) if column in changes}


def _kind_of(table_name: str) -> str | None:
    for model, (kind, _, _) in SUBJECTS.items():
        if model.__tablename__ == table_name and kind != "account":
            return kind
    return None


def _created(batch: ImportBatch, kind: str) -> Select[Any]:
    return select(AuditEntry.record_id).where(
        lines_of(batch),
        AuditEntry.kind == kind,
        AuditEntry.action == "created",
        AuditEntry.record_id.is_not(None),
    )


def _named(
    session: Session, subjects: Iterable[tuple[str, int | None]]
) -> dict[tuple[str, int | None], tuple[str, str]]:
    """Return the name and the public id of records that are still there, by kind and id. 1 query a kind."""
    wanted: dict[str, set[int]] = {}
    for kind, id_ in subjects:
        if id_ is not None and kind in MODELS:
            wanted.setdefault(kind, set()).add(id_)
    found: dict[tuple[str, int | None], tuple[str, str]] = {}
    for kind, ids in wanted.items():
        for id_, name, public_id in _names_of(session, kind, ids):
            found[kind, id_] = (name, public_id or "")
    return found


def _names_of(session: Session, kind: str, ids: Collection[int]) -> Iterable[Any]:
    """Return row id, name and public id of the records of one kind. 1 query."""
    model: Any = SUBJECT_RECORDS.get(kind) or MODELS[kind]
    name = getattr(model, "name", None) or getattr(model, "title", None)
    if name is None or not hasattr(name, "key"):  # such as the settings of the measures, which have no name
        return [(id_, "How the numbers are made", "") for id_ in ids]
    public_id = getattr(model, "public_id", None)
    columns = [model.id, name] + ([public_id] if public_id is not None else [])
    rows = session.execute(select(*columns).where(model.id.in_(ids)))
    return [(row[0], row[1] or kind, row[2] if len(row) > 2 else "") for row in rows]
