"""What one piece of work wrote, an import or a merge: what it touched, and what later work leans on it.

Both kept the first and the last of their lines in the audit, between which nobody else wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models.audit import AuditEntry
from tracker.models.base import Base
from tracker.models.imports import ImportBatch
from tracker.models.merges import Merge
from tracker.models.recording import SUBJECTS
from tracker.queries.audit import SUBJECT_RECORDS

#: What can be taken back by its lines of the audit.
Work: TypeAlias = ImportBatch | Merge
WORKS: tuple[type[Work], ...] = (ImportBatch, Merge)
#: The models by what the audit calls their rows, and the columns by which two parts of a record are the same one.
MODELS: dict[str, type[Base]] = {kind: model for model, (kind, _, _) in SUBJECTS.items()}
OWN_COLUMNS = ("department_id", "person_id", "on_day", "earlier_id", "checked_on", "name", "user_id")
#: What of later work is named; a sentence names no more.
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that was created or changed; ``public_id`` is "" where it is gone."""

    kind: str
    name: str
    public_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Leaning:
    """A record that later work changed, or that names what was brought."""

    kind: str
    name: str
    public_id: str
    why: str


def of_undone(line: type[AuditEntry] = AuditEntry) -> ColumnElement[bool]:
    """Return the condition that an audit line belongs to work that was taken back, or to taking it back."""
    return or_(
        *(
            exists().where(
                work.undone_at.is_not(None),
                or_(
                    line.id.between(work.first_line, work.last_line),
                    line.id.between(work.undo_first_line, work.undo_last_line),
                ),
            )
            for work in WORKS
        )
    )


def lines_of(work: Work) -> ColumnElement[bool]:
    """Return the condition that an audit line was written by this work."""
    return AuditEntry.id.between(work.first_line, work.last_line)


def count_touched(session: Session, work: Work) -> int:
    """Return how many records were created or changed. 1 query."""
    subjects = _subjects(work).subquery()
    return session.scalar(select(func.count()).select_from(subjects)) or 0


def touched(session: Session, work: Work, *, limit: int = 50, offset: int = 0) -> tuple[Touched, ...]:
    """Return one page of the records that were created or changed, new ones first. At most 9 queries."""
    rows = session.execute(_subjects(work).limit(limit).offset(offset)).all()
    # What went is called what it was called: another record may have its row id by now.
    here = [row for row in rows if not (row.is_new and work.undone_at)]
    names = _named(session, {(row.subject_kind, row.subject_id) for row in here})
    found = []
    for row in rows:
        gone = (row.label or row.subject_kind, "")
        name, public_id = names.get((row.subject_kind, row.subject_id), gone)
        found.append(Touched(row.subject_kind, name, public_id, bool(row.is_new)))
    return tuple(found)


def what_leans(session: Session, work: Work) -> tuple[Leaning, ...]:
    """Return what later work leans on an import or a merge, so that it cannot be taken back; at most 50 of it.

    That is: a record it brought or a value it set was changed since, or a record that came since names one that it
    brought. What was taken back itself is no later work. At most 60 queries, whatever the size.
    """
    found: dict[tuple[str, int], str] = {}
    for subject, why in (*_changed_since(session, work), *_naming(session, work)):
        found.setdefault(subject, why)
        if len(found) >= MOST_NAMED:
            break
    names = _named(session, found)
    leaning = []
    for (kind, id_), why in found.items():
        name, public_id = names.get((kind, id_), (f"a {kind} that is gone", ""))
        leaning.append(Leaning(kind, name, public_id, why))
    return tuple(leaning)


def _subjects(work: Work) -> Select[*tuple[Any, ...]]:
    is_root = AuditEntry.kind == AuditEntry.subject_kind
    is_new = func.max(case((and_(is_root, AuditEntry.action == "created"), 1), else_=0))
    return (
        select(
            AuditEntry.subject_kind,
            AuditEntry.subject_id,
            is_new.label("is_new"),
            func.max(case((is_root, AuditEntry.label), else_="")).label("label"),
        )
        .where(lines_of(work))
        .group_by(AuditEntry.subject_kind, AuditEntry.subject_id)
        .order_by(is_new.desc(), AuditEntry.subject_kind, AuditEntry.subject_id)
    )


def _changed_since(session: Session, work: Work) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield the records of which later lines changed what this work brought or set. 1 query."""
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
            own.id.between(work.first_line, work.last_line),
            later.id > work.last_line,
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


def _naming(session: Session, work: Work) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield the records that came to name one which this work brought, other than by it. 2 queries a reference."""
    noun = "import" if isinstance(work, ImportBatch) else "merge"
    for model, (kind, subject_kind, subject_column) in SUBJECTS.items():
        table: Any = model.__table__
        for reference in table.foreign_keys:
            target = _kind_of(reference.column.table.name)
            if target is None:
                continue
            rows = session.execute(
                select(table.c.id, table.c[subject_column]).where(
                    reference.parent.in_(_created(work, target)), table.c.id.not_in(_created(work, kind))
                )
            ).all()
            its_own = _set_by(session, work, kind, reference.parent.name) if rows else ()
            for id_, subject_id in rows:
                if id_ not in its_own:
                    yield (subject_kind, subject_id), f"names a {target} of this {noun}"


def _set_by(session: Session, work: Work, kind: str, column: str) -> set[int | None]:
    """Return the rows of which this work itself set a column. 1 query."""
    lines = select(AuditEntry.record_id, AuditEntry.changes).where(
        lines_of(work), AuditEntry.kind == kind, AuditEntry.action == "changed"
    )
    return {id_ for id_, changes in session.execute(lines) if column in changes}


def _kind_of(table_name: str) -> str | None:
    for model, (kind, _, _) in SUBJECTS.items():
        if model.__tablename__ == table_name and kind != "account":
            return kind
    return None


def _created(work: Work, kind: str) -> Select[Any]:
    return select(AuditEntry.record_id).where(
        lines_of(work),
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
