"""Server-side sessions: the cookie holds a random token, the database its hash; deleting the row signs out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User, UserSession
from tracker.models.base import utc_now
from tracker.services.actors import Actor
from tracker.services.errors import NotFound
from tracker.services.writing import open_write

#: A browser's name longer than this says nothing more.
BROWSER_LIMIT = 200
#: How old ``last_seen_at`` may be before it is written again.
SEEN_EVERY = timedelta(minutes=5)

#: The living session of a token, with its account; built once, since every request asks for it.
_LIVING = (
    select(
        UserSession.id,
        UserSession.last_seen_at,
        User.id,
        User.name,
        User.role,
        User.person_id,
        User.department_id,
        User.looked_at,
        User.looked_before_at,
    )
    .join(User, User.id == UserSession.user_id)
    .where(
        UserSession.token_hash == bindparam("token"),
        UserSession.last_seen_at >= bindparam("used_since"),
        UserSession.created_at >= bindparam("begun_since"),
        User.is_disabled.is_(False),
    )
)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lives without a request, and in any case."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class LivingSession:
    """A session that holds: who it is of, when it was last used, and when its owner looked at the numbers."""

    id: int
    last_seen_at: datetime
    actor: Actor
    looked_at: datetime | None
    looked_before_at: datetime | None

    @property
    def is_due(self) -> bool:
        """Say whether its last use should be noted again."""
        return self.last_seen_at < utc_now() - SEEN_EVERY


def hash_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(session: Session, *, actor: Actor, user: User, browser: str, lifetime: Lifetime) -> str:
    """Open a session for an account; return its token, 256 random bits. Sessions that are over are removed."""
    open_write(session, actor)
    now = utc_now()
    session.execute(
        delete(UserSession).where(
            (UserSession.last_seen_at < now - lifetime.idle)
            | (UserSession.created_at < now - lifetime.absolute)
        )
    )
    token = secrets.token_urlsafe(32)
    session.add(UserSession(token_hash=hash_of(token), user_id=user.id, browser=browser[:BROWSER_LIMIT]))
    return token


def find_session(session: Session, token: str, lifetime: Lifetime) -> LivingSession | None:
    """Return the living session of a token; None when it is over, ended or of a disabled account. 1 query."""
    now = utc_now()
    found = session.connection().execute(
        _LIVING,
        {"token": hash_of(token), "used_since": now - lifetime.idle, "begun_since": now - lifetime.absolute},
    )
    row = found.one_or_none()
    if row is None:
        return None
    id_, last_seen_at, user_id, name, role, person_id, department_id, looked_at, looked_before_at = row
    actor = Actor(name, role, user_id, person_id, department_id)  # type: ignore[arg-type]  # the database keeps it to the five roles
    return LivingSession(id_, last_seen_at, actor, looked_at, looked_before_at)


def note_seen(session: Session, *, actor: Actor, session_id: int) -> None:
    """Note that a session is in use; in a short transaction of its own, never in the one of a page."""
    open_write(session, actor)
    found = session.get(UserSession, session_id)
    if found is not None:
        found.last_seen_at = utc_now()


def end_session(session: Session, *, actor: Actor, public_id: str) -> None:
    """End one of the actor's own sessions.

    Raises
    ------
    NotFound
        When it is over already, or somebody else's.
    """
    open_write(session, actor)
    found = session.scalar(
        select(UserSession).where(UserSession.public_id == public_id, UserSession.user_id == actor.user_id)
    )
    if found is None:
        raise NotFound("This session is over already.")
    session.delete(found)


def sign_out(session: Session, *, actor: Actor, token: str) -> None:
    """End the session of this token, so that a copied cookie is worth nothing any more."""
    open_write(session, actor)
    session.execute(delete(UserSession).where(UserSession.token_hash == hash_of(token)))


def end_sessions(session: Session, user_id: int, *, but: str | None = None) -> None:
    """End all sessions of an account, inside the caller's write transaction; ``but`` names a token that stays."""
    ended = delete(UserSession).where(UserSession.user_id == user_id)
    if but is not None:
        ended = ended.where(UserSession.token_hash != hash_of(but))
    session.execute(ended)
