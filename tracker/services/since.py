"""When somebody last looked at the two numbers, so that home can say what changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.base import utc_now
from tracker.services.actors import Actor
from tracker.services.sessions import SEEN_EVERY
from tracker.services.writing import open_write


@dataclass(frozen=True, slots=True)
class Looks:
    """When an account's owner last looked, and when they last did on a day before that; None: never."""

    at: datetime | None = None
    before_at: datetime | None = None

    def before(self, today_began: datetime) -> datetime | None:
        """Return the last look before today, so that what is new stays in sight for the whole day."""
        return self.at if self.at is None or self.at < today_began else self.before_at

    @property
    def is_due(self) -> bool:
        """Say whether a look now should be noted."""
        return self.at is None or self.at < utc_now() - SEEN_EVERY


def looks_of(user: User) -> Looks:
    """Return when the owner of an account looked."""
    return Looks(user.looked_at, user.looked_before_at)


def note_look(session: Session, *, actor: Actor, today_began: datetime) -> None:
    """Note that somebody looks now; in a short transaction of its own, never in the one of a page.

    Past every flush: a look is no edit of the account, so it leaves no line in the history and no new version.
    """
    open_write(session, actor)
    own = User.id == actor.user_id
    row = session.execute(select(User.looked_at, User.looked_before_at).where(own)).one_or_none()
    if row is not None and (looks := Looks(*row)).is_due:
        values = {"looked_at": utc_now(), "looked_before_at": looks.before(today_began)}
        session.execute(update(User).where(own).values(values))
