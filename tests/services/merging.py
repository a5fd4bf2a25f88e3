"""Merges as tests make them: looked at first, then done as it was shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.models.base import Base
from tracker.services.actors import Actor
from tracker.services.merges import Outcome, Wish, merge, preview_merge, undo_merge


def look(session: Session, actor: Actor, wish: Wish) -> Outcome:
    """Return what a merge would do; nothing of it stays."""
    try:
        return preview_merge(session, actor=actor, wish=wish, today=clock.today())
    finally:
        session.rollback()


def merged(session: Session, actor: Actor, kind: str, gone: str, into: str, **how: Any) -> str:
    """Merge two records, as a form does; return the public id of the merge."""
    wish = Wish(kind, gone, into, **how)
    seen = look(session, actor, wish).seen
    try:
        done = merge(session, actor=actor, wish=wish, today=clock.today(), seen=seen).public_id
        session.commit()
    finally:
        session.rollback()
    return done


def undone(session: Session, actor: Actor, public_id: str) -> None:
    """Take a merge back."""
    try:
        undo_merge(session, actor=actor, public_id=public_id)
        session.commit()
    finally:
        session.rollback()
        session.expunge_all()


def rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the register, without versions and what only grows."""
    left_out = {"audit_entries", "change_log", "change_counter", "merges", "user_sessions"}
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in left_out:
            columns = [each for each in table.columns if each.name != "version"]
            found[table.name] = [
                tuple(row) for row in session.execute(select(*columns).order_by(*table.primary_key))
            ]
    session.rollback()
    return found


def naming(session: Session, target: str, id_: int) -> set[str]:
    """Return the columns in which some row names a record, by the keys of the tables."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == target and session.scalar(
                select(key.parent).where(key.parent == id_).limit(1)
            ):
                found.add(f"{table.name}.{key.parent.name}")
    session.rollback()
    return found


def references(target: str) -> set[str]:
    """Return every column that can name a record of a table."""
    return {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == target
    }
