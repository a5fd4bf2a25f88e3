"""Make a share link, end one, and let in whoever brings its token. The database keeps only hashes."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.models.base import utc_now
from tracker.models.share_links import ShareLink
from tracker.models.snapshots import Snapshot
from tracker.queries.share_links import link_of, shared_presentation, sharing
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.passwords import check_password, hash_password, verify_password
from tracker.services.sessions import SEEN_EVERY, hash_of
from tracker.services.sign_in import note_failure, refuse_too_many
from tracker.services.turns import take_turn
from tracker.services.writing import open_write

log = logging.getLogger(__name__)

NOTE_LIMIT = 200
USUAL_DAYS, LONGEST_DAYS = 30, 365
OFF = "Share links are switched off here. An administrator can allow them."
#: The same words for a link that never was, is over, was revoked, or is switched off.
DEAD = "This link no longer works. Ask whoever gave it to you for a new one."


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that holds: what it shows, who may open it, and the hash of its password where it has one."""

    id: int
    public_id: str
    kind: str
    target: str
    mode: str
    origins: tuple[str, ...]
    password_hash: str | None
    last_used_at: datetime | None

    @property
    def is_due(self) -> bool:
        """Say whether its last use should be noted again."""
        return self.last_used_at is None or self.last_used_at < utc_now() - SEEN_EVERY


def create(
    session: Session, *, actor: Actor, kind: str, target: str, days: int, password: str = "", note: str = ""
) -> tuple[ShareLink, str]:
    """Make a link to a snapshot or a presentation; return it and its token, 256 random bits, which is never seen again.

    Raises
    ------
    Forbidden
        When share links are switched off.
    InvalidInput
        With a message for each field.
    """
    policies.require(actor, "share")
    if sharing(session).is_off:
        raise Forbidden(OFF)
    find_target(session, kind, target)
    checks = Checks()
    note = checks.text("note", "The note", " ".join(note.split()), limit=NOTE_LIMIT)
    if not 1 <= days <= LONGEST_DAYS:
        checks.refuse("days", f"A link works from 1 to {LONGEST_DAYS} days.")
    checks.done()
    if password:
        check_password(password)
    session.rollback()  # nothing is held while the password is hashed
    password_hash = hash_password(password) if password else None
    open_write(session, actor)
    token = secrets.token_urlsafe(32)
    link = ShareLink(
        token_hash=hash_of(token),
        kind=kind,
        target=target,
        note=note,
        password_hash=password_hash,
        created_by_id=actor.user_id,
        expires_at=utc_now() + timedelta(days=days),
    )
    session.add(link)
    session.flush()  # the page that shows the token names the link
    return link, token


def find_target(session: Session, kind: str, target: str) -> None:
    """Refuse a link to what is not there.

    Raises
    ------
    NotFound
        When there is no such snapshot, or no such presentation outside the bin.
    """
    known: object = None
    if kind == "snapshot":
        known = session.scalar(select(Snapshot.id).where(Snapshot.public_id == target))
    elif kind == "presentation":
        known = shared_presentation(session, target)
    if known is None:
        raise NotFound("There is nothing to share here.")


def revoke(session: Session, *, actor: Actor, public_id: str) -> None:
    """End a link at once: one's own, or anybody's for those who may.

    Raises
    ------
    NotFound
        When there is no such link, or it is somebody else's.
    """
    policies.require(actor, "share")
    open_write(session, actor)
    found = session.scalar(select(ShareLink).where(ShareLink.public_id == public_id))
    own = found is not None and actor.user_id is not None and found.created_by_id == actor.user_id
    if found is None or not (own or policies.may(actor, "share any")):
        raise NotFound("There is no such link of yours.")
    if found.revoked_at is None:
        found.revoked_at = utc_now()


def open_link(session: Session, token: str) -> Opened:
    """Return the link of a token, for whoever brings it. 2 queries.

    Raises
    ------
    NotFound
        When it never was, is over, was revoked, or links are switched off; the words are always the same.
    """
    allowed, link = sharing(session), link_of(session, hash_of(token))
    if allowed.is_off or link is None:
        raise NotFound(DEAD)
    return Opened(
        link.id,
        link.public_id,
        link.kind,
        link.target,
        allowed.mode,
        allowed.origins,
        link.password_hash,
        link.last_used_at,
    )


def unlock(session: Session, *, actor: Actor, token: str, password: str, address: str) -> Opened:
    """Return the link of a token and its password; a wrong one is noted like a refused sign-in.

    Raises
    ------
    NotFound
        When the link does not work, or has no password to give.
    InvalidInput
        When the password is wrong; the note of it has to be kept all the same.
    TooMany
        With the seconds until the next try is heard.
    """
    link = open_link(session, token)
    if link.password_hash is None:
        raise NotFound(DEAD)
    counted = f"share link {link.public_id}"
    refuse_too_many(session, counted, address)
    session.rollback()  # nothing is held while the password is hashed
    fits = verify_password(link.password_hash, password)
    open_write(session, actor)
    take_turn(session)
    refuse_too_many(session, counted, address)
    if not fits:
        note_failure(session, counted, address)
        raise InvalidInput({"password": "This is not the password of this link. Check it and try again."})
    log.info("share link %s opened with its password", link.public_id)
    return link


def note_used(session: Session, *, actor: Actor, link_id: int) -> None:
    """Note that a link was opened; in a short transaction of its own, never in the one of a page."""
    open_write(session, actor)
    session.execute(update(ShareLink).where(ShareLink.id == link_id).values(last_used_at=utc_now()))
