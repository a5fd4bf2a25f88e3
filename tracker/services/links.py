"""Links that work once: the first set-up, invitations and new passwords. The database keeps only their hash."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from tracker.models.accounts import OneTimeLink
from tracker.models.base import utc_now
from tracker.services.sessions import hash_of

#: How long a link of each purpose can wait to be used.
LIFETIMES = {
    "set_up": timedelta(days=7),
    "invitation": timedelta(days=7),
    "reset": timedelta(days=1),
}


def make_link(session: Session, *, purpose: str, user_id: int | None = None) -> str:
    """Return the token of a new link, inside the caller's write transaction; earlier ones of the account end."""
    drop_links(session, user_id)
    token = secrets.token_urlsafe(32)
    expires_at = utc_now() + LIFETIMES[purpose]
    session.add(
        OneTimeLink(token_hash=hash_of(token), purpose=purpose, user_id=user_id, expires_at=expires_at)
    )
    return token


def drop_links(session: Session, user_id: int | None) -> None:
    """End every link of an account, inside the caller's write transaction; None ends those of the set-up."""
    whose = OneTimeLink.user_id.is_(None) if user_id is None else OneTimeLink.user_id == user_id
    session.execute(delete(OneTimeLink).where(whose))


def find_link(session: Session, token: str, *purposes: str) -> OneTimeLink | None:
    """Return the link of a token with its account; None when it was used, is too old, or never was."""
    found = session.scalar(
        select(OneTimeLink)
        .where(
            OneTimeLink.token_hash == hash_of(token),
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > utc_now(),
        )
        .options(joinedload(OneTimeLink.user))
    )
    if found is not None and found.user is not None and found.user.is_disabled:
        return None
    return found
