"""Feeds: the addresses of an account, and the one that a token opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.feeds import Feed


@dataclass(frozen=True, slots=True)
class FeedRow:
    """An address as its owner sees it: what it brings, since when, and when it was last fetched."""

    kind: str
    created_at: datetime
    last_used_at: datetime | None


def feeds_of(session: Session, user_id: int) -> dict[str, FeedRow]:
    """Return the addresses of an account by what they bring. 1 query."""
    rows = session.execute(
        select(Feed.kind, Feed.created_at, Feed.last_used_at).where(Feed.user_id == user_id)
    )
    return {row.kind: FeedRow(row.kind, row.created_at, row.last_used_at) for row in rows}


def feed_of(session: Session, token_hash: str, kind: str) -> Row[*tuple[Any, ...]] | None:
    """Return the address of a token with the account it is of, None for a disabled one's. 1 query."""
    return session.execute(
        select(
            Feed.id,
            Feed.public_id,
            Feed.created_at,
            Feed.last_used_at,
            User.id.label("user_id"),
            User.name,
            User.role,
            User.person_id,
            User.department_id,
        )
        .join(User, User.id == Feed.user_id)
        .where(Feed.token_hash == token_hash, Feed.kind == kind, User.is_disabled.is_(False))
    ).one_or_none()
