"""Make and end the secret addresses of one's own feeds, and let in whoever brings one. The database keeps only hashes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.exchange.atom import atom_file
from tracker.exchange.calendar import calendar_file
from tracker.models.base import utc_now
from tracker.models.feeds import KINDS, Feed
from tracker.queries.due import MOST_DUE, Due, Whose, due
from tracker.queries.feeds import feed_of
from tracker.queries.news import MOST_NEWS, News, latest_news
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import NotFound
from tracker.services.sessions import SEEN_EVERY, hash_of
from tracker.services.writing import open_write

#: The same words for an address that never was, was ended, or is of an account that is disabled.
DEAD = "This address no longer works. Make a new one on your account page."


class DeadAddress(NotFound):
    """Nothing is fetched by this address, and nobody learns why."""


@dataclass(frozen=True, slots=True)
class OpenedFeed:
    """An address that holds: whose it is, and when it was made and last used."""

    id: int
    public_id: str
    actor: Actor
    created_at: datetime
    last_used_at: datetime | None

    @property
    def is_due(self) -> bool:
        """Say whether its last use should be noted again."""
        return self.last_used_at is None or self.last_used_at < utc_now() - SEEN_EVERY

    @property
    def whose(self) -> Whose | None:
        """Whose work its calendar holds: the office sees everything, everybody else what is theirs."""
        if policies.may(self.actor, "edit any"):
            return None
        return Whose(self.actor.user_id, self.actor.person_id, self.actor.department_id)


def make_address(session: Session, *, actor: Actor, kind: str) -> str:
    """Make the actor's own address for a kind of feed; return its token, 256 random bits, which is never seen again.

    An earlier address of that kind ends.

    Raises
    ------
    NotFound
        When there is no such kind.
    """
    _require_own(actor, kind)
    open_write(session, actor)
    _end(session, actor, kind)
    token = secrets.token_urlsafe(32)
    session.add(Feed(token_hash=hash_of(token), user_id=actor.user_id, kind=kind))
    return token


def end_address(session: Session, *, actor: Actor, kind: str) -> None:
    """End the actor's own address for a kind of feed at once.

    Raises
    ------
    NotFound
        When there is none.
    """
    _require_own(actor, kind)
    open_write(session, actor)
    if not _end(session, actor, kind):
        raise NotFound("This address was ended already.")


def open_feed(session: Session, token: str, kind: str) -> OpenedFeed:
    """Return the address of a token, for whoever brings it. 1 query.

    Raises
    ------
    DeadAddress
        When it never was, was ended, brings something else, or its account is disabled; the words are the same.
    """
    row = feed_of(session, hash_of(token), kind)
    if row is None:
        raise DeadAddress(DEAD)
    actor = Actor(row.name, row.role, row.user_id, row.person_id, row.department_id)
    return OpenedFeed(row.id, row.public_id, actor, row.created_at, row.last_used_at)


def due_file(
    session: Session,
    feed: OpenedFeed,
    *,
    name: str,
    today: date,
    said_at: datetime,
    address: Callable[[Due], str],
) -> bytes:
    """Return the calendar of what falls due for the owner of an address. 6 queries, and those of the facts."""
    policies.require(feed.actor, "read")
    whose = (
        "what you recorded, sponsor, or your department takes part in" if feed.whose else "all initiatives"
    )
    told = f"Decisions, checks and what goes quiet, of {whose}; the first {MOST_DUE:,} days."
    found = due(session, today, feed.whose)
    title = f"{name}: what falls due" if name else "What falls due"
    return calendar_file(found, name=title, told=told, said_at=said_at, address=address)


def wins_file(
    session: Session, feed: OpenedFeed, *, name: str, today: date, page: str, address: Callable[[News], str]
) -> bytes:
    """Return the feed of wins for the owner of an address. 3 queries."""
    policies.require(feed.actor, "read")
    return atom_file(
        latest_news(session, today),
        feed=feed.public_id,
        name=name,
        told=f"The newest {MOST_NEWS} that were confirmed; the page lists all of them.",
        begun_at=feed.created_at,
        page=page,
        address=address,
    )


def note_fetched(session: Session, *, actor: Actor, feed_id: int) -> None:
    """Note that an address was used; in a short transaction of its own, never in the one of an answer."""
    open_write(session, actor)
    session.execute(update(Feed).where(Feed.id == feed_id).values(last_used_at=utc_now()))


def _require_own(actor: Actor, kind: str) -> None:
    policies.require(actor, "read")
    if kind not in KINDS or actor.user_id is None:
        raise NotFound("There is no such feed.")


def _end(session: Session, actor: Actor, kind: str) -> bool:
    found = session.scalar(select(Feed).where(Feed.user_id == actor.user_id, Feed.kind == kind))
    if found is not None:
        session.delete(found)
        session.flush()  # a new address takes the place of this one
    return found is not None
