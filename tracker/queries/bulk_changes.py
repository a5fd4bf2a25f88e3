"""Changes of many initiatives: the latest of them, and what somebody edited since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.bulk_changes import BulkChange

#: How the audit says that a line belongs to a change of many, or to its undo: this, and its public id.
BULK_WAY, UNDO_WAY = "bulk ", "undo "
#: Lines of these kinds are an edit of what a change of many may have changed; others, such as an update, are not.
EDITS = ("initiative", "involvement", "sponsorship", "routine owner")


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A change of many in the list of them."""

    public_id: str
    said: str
    made_at: datetime
    made_by: str
    undone_at: datetime | None


def edited_since(session: Session, change: BulkChange) -> frozenset[int]:
    """Return the row ids of the initiatives of a change that somebody edited after it. 1 query."""
    query = select(AuditEntry.subject_id).where(
        AuditEntry.id > change.last_line,
        AuditEntry.subject_kind == "initiative",
        AuditEntry.kind.in_(EDITS),
    )
    found = frozenset(each for each in session.scalars(query.distinct()) if each is not None)
    return found & {row["id"] for row in change.rows}


def count_bulk(session: Session, user_id: int | None) -> int:
    """Return how many changes of many there are; those of one account with ``user_id``. 1 query."""
    found: int | None = session.scalar(_made_by(select(func.count(BulkChange.id)), user_id))
    return found or 0


def list_bulk(
    session: Session, user_id: int | None, *, limit: int = 50, offset: int = 0
) -> tuple[BulkRow, ...]:
    """Return one page of the changes of many, the newest first. 1 query."""
    query = (
        select(BulkChange.public_id, BulkChange.said, BulkChange.made_at, User.name, BulkChange.undone_at)
        .outerjoin(User, User.id == BulkChange.made_by_id)
        .order_by(BulkChange.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        BulkRow(public_id, said, made_at, name or "", undone_at)
        for public_id, said, made_at, name, undone_at in session.execute(_made_by(query, user_id))
    )


def account_name(session: Session, user_id: int | None) -> str:
    """Return the name of an account, "" for none. 1 query, 0 for none."""
    if user_id is None:
        return ""
    return session.scalar(select(User.name).where(User.id == user_id)) or ""


def _made_by(query: Any, user_id: int | None) -> Any:
    return query if user_id is None else query.where(BulkChange.made_by_id == user_id)
