"""Merges as tests make them: looked at first, then done as it was shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker import clock
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
