"""Share links: what is allowed of them, the list, and the one that a token opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, undefer

from tracker.models.accounts import User
from tracker.models.base import utc_now
from tracker.models.presentations import Presentation
from tracker.models.share_links import ShareLink, Sharing
from tracker.models.snapshots import Snapshot

State = Literal["live", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may open links, the origins whose pages may embed one, and the version of both for their form."""

    mode: str
    origins: tuple[str, ...]
    version: int

    @property
    def is_off(self) -> bool:
        """Say whether no link works."""
        return self.mode == "off"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link in the list; ``on`` is the day of its snapshot, ``title`` that of its presentation.

    ``who`` made it, "" for an account that is gone.
    """

    public_id: str
    kind: str
    target: str
    note: str
    has_password: bool
    who: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    on: date | None
    title: str | None

    @property
    def state(self) -> State:
        """Say whether it still opens, and if not, why."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if self.expires_at > utc_now() else "expired"


def sharing(session: Session) -> Allowed:
    """Return what is allowed of links here. 1 query."""
    row = session.execute(select(Sharing.mode, Sharing.embed_origins, Sharing.version)).one_or_none()
    if row is None:
        return Allowed("signed_in", (), 0)
    return Allowed(row.mode, tuple(row.embed_origins.split()), row.version)


def link_of(session: Session, token_hash: str) -> ShareLink | None:
    """Return the link of a token that is neither over nor revoked. 1 query."""
    return session.scalar(
        select(ShareLink).where(
            ShareLink.token_hash == token_hash,
            ShareLink.revoked_at.is_(None),
            ShareLink.expires_at > utc_now(),
        )
    )


def shared_snapshot(session: Session, public_id: str) -> Snapshot | None:
    """Return a snapshot with what it says, and without the records behind it. 1 query."""
    return session.scalar(
        select(Snapshot).where(Snapshot.public_id == public_id).options(undefer(Snapshot.document))
    )


def shared_presentation(session: Session, public_id: str) -> Presentation | None:
    """Return a presentation that is not in the bin. 1 query."""
    return session.scalar(
        select(Presentation).where(Presentation.public_id == public_id, Presentation.binned_at.is_(None))
    )


def count_links(session: Session, *, made_by: int | None = None) -> int:
    """Return how many links there are, of one account or of all. 1 query."""
    return session.scalar(select(func.count(ShareLink.id)).where(*_of(made_by))) or 0


def list_links(
    session: Session, *, made_by: int | None = None, limit: int = 50, offset: int = 0
) -> Sequence[LinkRow]:
    """Return one page of the links, the newest first, of one account or of all. 1 query."""
    rows = session.execute(
        select(
            ShareLink.public_id,
            ShareLink.kind,
            ShareLink.target,
            ShareLink.note,
            ShareLink.password_hash.is_not(None),
            func.coalesce(User.name, ""),
            ShareLink.created_at,
            ShareLink.expires_at,
            ShareLink.revoked_at,
            ShareLink.last_used_at,
            Snapshot.on_day,
            Presentation.title,
        )
        .outerjoin(User, User.id == ShareLink.created_by_id)
        .outerjoin(Snapshot, and_(Snapshot.public_id == ShareLink.target, ShareLink.kind == "snapshot"))
        .outerjoin(
            Presentation,
            and_(
                Presentation.public_id == ShareLink.target,
                Presentation.binned_at.is_(None),
                ShareLink.kind == "presentation",
            ),
        )
        .where(*_of(made_by))
        .order_by(ShareLink.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(LinkRow(*tuple(row)) for row in rows)


def _of(made_by: int | None) -> list[ColumnElement[bool]]:
    return [] if made_by is None else [ShareLink.created_by_id == made_by]
