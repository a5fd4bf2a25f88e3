"""Displays: make the token of a screen, end it, and let in whoever brings it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.models.base import utc_now
from tracker.models.displays import SHOWS, Display
from tracker.queries.displays import display_of
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import NotFound
from tracker.services.sessions import SEEN_EVERY, hash_of
from tracker.services.writing import open_write

NAME_LIMIT = 120
#: How long the stage stays open on a screen where a presenter asked for it.
ON_THIS_SCREEN = timedelta(hours=24)
#: The same words for a display that never was, is over, or was revoked.
DEAD = "This address no longer works. Ask an administrator for a new one."


@dataclass(frozen=True, slots=True)
class Screen:
    """A display that is let in: who it is, for pages that only look, and what it opens with."""

    id: int
    actor: Actor
    shows: str
    last_used_at: datetime | None

    @property
    def is_due(self) -> bool:
        """Say whether its last use should be noted again."""
        return self.last_used_at is None or self.last_used_at < utc_now() - SEEN_EVERY


def create(session: Session, *, actor: Actor, name: str, shows: str) -> tuple[Display, str]:
    """Make a display; return it and its token, 256 random bits, which is never seen again.

    Raises
    ------
    InvalidInput
        With a message for each field.
    """
    policies.require(actor, "administer")
    checks = Checks()
    name = checks.text("name", "The name", " ".join(name.split()), limit=NAME_LIMIT, required=True)
    if shows not in SHOWS:
        checks.refuse("shows", "Choose one of those offered.")
    checks.done()
    return _made(session, actor=actor, name=name, shows=shows, lifetime=None)


def keep_on_screen(session: Session, *, actor: Actor, browser: str) -> str:
    """Make a display of the browser that the actor presents with; return its token. It ends by itself."""
    policies.require(actor, "share")
    name = f"{browser} of {actor.name}"[:NAME_LIMIT]
    _, token = _made(session, actor=actor, name=name, shows="stage", lifetime=ON_THIS_SCREEN)
    return token


def revoke(session: Session, *, actor: Actor, public_id: str) -> None:
    """End a display at once.

    Raises
    ------
    NotFound
        When there is none.
    """
    policies.require(actor, "administer")
    open_write(session, actor)
    found = session.scalar(select(Display).where(Display.public_id == public_id))
    if found is None:
        raise NotFound("There is no such display.")
    if found.revoked_at is None:
        found.revoked_at = utc_now()


def find_screen(session: Session, token: str) -> Screen | None:
    """Return the display of a token; None when it never was, is over, or was revoked. 1 query."""
    found = display_of(session, hash_of(token))
    if found is None:
        return None
    return Screen(found.id, Actor(found.name, "display", via="display"), found.shows, found.last_used_at)


def note_used(session: Session, *, actor: Actor, display_id: int) -> None:
    """Note that a display is in use; in a short transaction of its own, never in the one of a page."""
    open_write(session, actor)
    session.execute(update(Display).where(Display.id == display_id).values(last_used_at=utc_now()))


def _made(
    session: Session, *, actor: Actor, name: str, shows: str, lifetime: timedelta | None
) -> tuple[Display, str]:
    open_write(session, actor)
    token = secrets.token_urlsafe(32)
    display = Display(
        token_hash=hash_of(token),
        name=name,
        shows=shows,
        created_by_id=actor.user_id,
        expires_at=utc_now() + lifetime if lifetime else None,
    )
    session.add(display)
    session.flush()  # the page that shows the token names the display
    return display, token
