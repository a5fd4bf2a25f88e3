"""Insert or delete many rows at once, with the audit lines and versions that a flush of each would have written.

A flush costs about a fifth of a millisecond a row; a register of 20,000 initiatives has 100,000 rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry, keep_order
from tracker.models.base import Base, utc_now
from tracker.models.recording import SILENT, SUBJECTS, UnattributedChange, plain, write_version

#: What an audit line of a new row leaves out: it says nothing.
NOTHING = (None, "", False)
#: Ids in one statement: a database takes only so many.
AT_ONCE = 500


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows by column name, missing columns by their defaults, and return their ids in order.

    Inside a write transaction. The audit lines are written; the caller numbers the change with `note_change`,
    since it knows which initiatives the rows belong to.
    """
    if not rows:
        return []
    if "actor_name" not in session.info:
        raise UnattributedChange(f"{len(rows)} rows of {model.__tablename__} created without an actor")
    table: Table = model.__table__  # type: ignore[assignment]  # a mapped class has a table
    ids = _next_ids(session, table, len(rows))
    whole = [_with_defaults(table, row) | {"id": id_} for id_, row in zip(ids, rows, strict=True)]
    session.connection().execute(insert(table), whole)
    keep_order(session.connection())
    session.connection().execute(insert(AuditEntry), [_entry(session, model, row) for row in whole])
    return ids


def note_change(session: Session, initiatives: Iterable[int]) -> None:
    """Give a change of these initiatives its version, for the measures."""
    changed = set(initiatives)
    if changed:
        write_version(session, changed, structure=False)


def _next_ids(session: Session, table: Table, count: int) -> list[int]:
    """Return free ids. SQLite's writer is alone under its lock; PostgreSQL's sequence gives each number once."""
    if session.get_bind().dialect.name == "sqlite":
        newest = session.scalar(select(func.max(table.c.id))) or 0
        return list(range(newest + 1, newest + 1 + count))
    drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return list(session.scalars(drawn, {"name": table.name, "count": count}))


def _with_defaults(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.name in row:
            found[column.name] = row[column.name]
        elif column.default is None:
            found[column.name] = None
        else:
            value = column.default.arg  # type: ignore[attr-defined]  # a scalar or a function of the context
            found[column.name] = value(None) if callable(value) else value
    return found


def _entry(session: Session, model: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    kind, subject_kind, subject_column = SUBJECTS[model]
    return {
        "at": utc_now(),
        "actor_id": session.info.get("actor_id"),
        "actor_name": session.info["actor_name"],
        "via": session.info.get("via", ""),
        "action": "created",
        "kind": kind,
        "record_id": row["id"],
        "subject_kind": subject_kind,
        "subject_id": row[subject_column],
        "label": (row.get("name") or row.get("title") or "")[:300],
        "changes": {
            name: [None, plain(value)]
            for name, value in row.items()
            if name not in SILENT and value not in NOTHING
        },
    }


def delete_rows(session: Session, model: type[Base], ids: Sequence[int]) -> None:
    """Delete rows by id, with an audit line for each; what belongs to them goes along in the database.

    Inside a write transaction. Whatever the process knows of them is to be forgotten: the caller expires it and
    numbers the change.
    """
    table: Table = model.__table__  # type: ignore[assignment]  # a mapped class has a table
    kind, subject_kind, subject_column = SUBJECTS[model]
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        name = table.c.get("name", table.c.get("title"))
        columns = [table.c.id, table.c[subject_column], *([name] if name is not None else [])]
        gone = session.connection().execute(select(*columns).where(table.c.id.in_(some))).all()
        if not gone:
            continue
        keep_order(session.connection())
        session.connection().execute(
            insert(AuditEntry),
            [
                {
                    "at": utc_now(),
                    "actor_id": session.info.get("actor_id"),
                    "actor_name": session.info["actor_name"],
                    "via": session.info.get("via", ""),
                    "action": "deleted",
                    "kind": kind,
                    "record_id": row[0],
                    "subject_kind": subject_kind,
                    "subject_id": row[1],
                    "label": (row[2] if name is not None else "")[:300],
                    "changes": {},
                }
                for row in gone
            ],
        )
        session.connection().execute(delete(table).where(table.c.id.in_(some)))
