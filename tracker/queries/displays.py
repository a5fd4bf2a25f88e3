"""Displays: the list, and the one that a token lets in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.base import utc_now
from tracker.models.displays import Display


@dataclass(frozen=True, slots=True)
class DisplayRow:
    """A display in the list; ``who`` made it, "" for an account that is gone."""

    public_id: str
    name: str
    shows: str
    who: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Say whether its token still lets in."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > utc_now())


def display_of(session: Session, token_hash: str) -> Display | None:
    """Return the display of a token that is neither over nor revoked. 1 query."""
    return session.scalar(
        select(Display).where(
            Display.token_hash == token_hash,
            Display.revoked_at.is_(None),
            or_(Display.expires_at.is_(None), Display.expires_at > utc_now()),
        )
    )


def count_displays(session: Session) -> int:
    """Return how many displays there ever were. 1 query."""
    return session.scalar(select(func.count(Display.id))) or 0


def list_displays(session: Session, *, limit: int = 50, offset: int = 0) -> Sequence[DisplayRow]:
    """Return one page of the displays, the newest first. 1 query."""
    rows = session.execute(
        select(
            Display.public_id,
            Display.name,
            Display.shows,
            func.coalesce(User.name, ""),
            Display.created_at,
            Display.expires_at,
            Display.revoked_at,
            Display.last_used_at,
        )
        .outerjoin(User, User.id == Display.created_by_id)
        .order_by(Display.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(DisplayRow(*row) for row in rows)
