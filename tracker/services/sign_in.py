"""Signing in: the password before the write lock, and failures counted in the database."""

from __future__ import annotations

import hashlib
import logging
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.models.accounts import SignInFailure, User
from tracker.models.base import utc_now
from tracker.services.actors import Actor
from tracker.services.errors import TooMany
from tracker.services.passwords import hash_password, needs_new_hash, verify_password
from tracker.services.turns import take_turn
from tracker.services.writing import open_write

log = logging.getLogger(__name__)

#: So many refused tries in the window, and the next one waits until the oldest of them has left it.
ACCOUNT_LIMIT, ADDRESS_LIMIT = 10, 20
WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
ADDRESS_LENGTH = 64

#: Who writes the note of a refused try.
VISITOR = Actor("Somebody who is not signed in", "viewer")


def account_key(email: str) -> str:
    """Return how failures name an account: never by its address, which may be a mistyped password."""
    return hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()


def sign_in(session: Session, *, actor: Actor, email: str, password: str, address: str) -> User | None:
    """Return the account of an e-mail address and its password, or note the failure and return None.

    Unknown addresses, disabled accounts and wrong passwords take the same time and leave the same note. The
    limits are asked twice: before the slow hash, and again where no other try can come between.

    Raises
    ------
    TooMany
        With the seconds until the next try is heard.
    """
    where = address[:ADDRESS_LENGTH]
    refuse_too_many(session, email, where)
    found = session.execute(
        select(User.id, User.password_hash).where(
            User.email == email.strip().lower(), User.is_disabled.is_(False)
        )
    ).one_or_none()
    session.rollback()  # nothing is held while the password is hashed
    stored = found.password_hash if found else None
    fits = verify_password(stored, password)
    stronger = hash_password(password) if fits and stored and needs_new_hash(stored) else None
    open_write(session, actor)
    take_turn(session)
    refuse_too_many(session, email, where)
    user = session.get(User, found.id) if fits and found else None
    if user is None or user.is_disabled or user.password_hash != stored:
        note_failure(session, email, where)
        return None
    session.execute(delete(SignInFailure).where(SignInFailure.account == account_key(email)))
    if stronger is not None:
        # The same password under a stronger hash: nobody changed the account, so no history and no version.
        session.execute(update(User).where(User.id == user.id).values(password_hash=stronger))
    log.info("signed in: account %s", user.public_id)
    return user


def is_own_password(session: Session, *, actor: Actor, password: str, address: str) -> bool:
    """Say whether the password is the actor's own; a wrong one is noted as at sign-in.

    Raises
    ------
    TooMany
        When it was wrong too often, here or at sign-in.
    """
    user = session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        return False
    return sign_in(session, actor=actor, email=user.email, password=password, address=address) is not None


def note_failure(session: Session, email: str, address: str) -> None:
    """Count a refused try, inside the caller's write transaction."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < utc_now() - KEPT))
    session.add(SignInFailure(account=account_key(email), address=address))
    log.warning("sign-in refused: account %s from %s", account_key(email)[:12], address)


def refuse_too_many(session: Session, email: str, address: str) -> None:
    """Refuse when the account or the address has used up its tries; a refused try is not noted, so this ends.

    What else has a password counts its tries under a name of its own in place of an e-mail address.
    """
    waits = [
        _wait(session, SignInFailure.account == account_key(email), ACCOUNT_LIMIT),
        _wait(session, SignInFailure.address == address, ADDRESS_LIMIT),
    ]
    longest = max(waits)
    if longest:
        minutes = math.ceil(longest / 60)
        when = "in a minute" if minutes == 1 else f"in {minutes} minutes"
        raise TooMany(f"Too many tries. Wait, and try again {when}; the right password works then.", longest)


def _wait(session: Session, whose: object, limit: int) -> int:
    """Return the seconds until one more try is allowed, 0 when it is allowed now."""
    now = utc_now()
    times: list[datetime] = list(
        session.scalars(
            select(SignInFailure.at)
            .where(whose, SignInFailure.at > now - WINDOW)  # type: ignore[arg-type]  # a column compared
            .order_by(SignInFailure.at.desc())
            .limit(limit)
        )
    )
    if len(times) < limit:
        return 0
    return max(1, math.ceil((times[-1] + WINDOW - now).total_seconds()))
