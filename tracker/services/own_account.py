"""One's own account: use a link to get in, change the password."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.base import utc_now
from tracker.services.accounts import INVITATION, RESET
from tracker.services.actors import Actor, actor_of
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.links import find_link
from tracker.services.passwords import check_password, hash_password
from tracker.services.persons import about_person, check_name
from tracker.services.sessions import end_sessions
from tracker.services.sign_in import is_own_password
from tracker.services.turns import take_turn
from tracker.services.writing import open_write

GONE = (
    "This link does not work any more. Links work once and for a few days; an administrator makes a new one."
)


class WrongPassword(InvalidInput):
    """The current password was wrong; the note of it has to be kept all the same."""


def account_of_link(session: Session, token: str) -> User:
    """Return the account that a link lets in.

    Raises
    ------
    NotFound
        When the link was used, is too old, never was, or its account is disabled.
    """
    link = find_link(session, token, INVITATION, RESET)
    if link is None or link.user is None:
        raise NotFound(GONE)
    return link.user


def use_link(session: Session, *, actor: Actor, token: str, name: str, password: str) -> User:
    """Set the password of the account that a link lets in, and its name where one is given; the link is used up.

    Sessions that were open end: whoever asks for a new password may have lost the old one to somebody.
    """
    user = account_of_link(session, token)
    invited = user.password_hash is None
    checks = Checks()
    name = check_name(checks, name) if invited else user.name
    checks.done()
    check_password(password, about=about_person(name, user.email))
    user_id, acting = user.id, actor_of(user, via=actor.via)
    session.rollback()  # nothing is held while the password is hashed
    password_hash = hash_password(password)
    open_write(session, acting)
    take_turn(session)
    link = find_link(session, token, INVITATION, RESET)
    if link is None or link.user is None or link.user_id != user_id:
        raise NotFound(GONE)
    link.used_at = utc_now()
    link.user.name, link.user.password_hash = name, password_hash
    end_sessions(session, user_id)
    return link.user


def change_password(
    session: Session, *, actor: Actor, current: str, new: str, address: str, token: str
) -> None:
    """Change the actor's own password; their other sessions end, the one of ``token`` stays.

    Raises
    ------
    InvalidInput
        When the current password is wrong, which counts like a refused sign-in, or the new one is weak.
    TooMany
        When the current one was wrong too often.
    """
    own = session.get(User, actor.user_id) if actor.user_id is not None else None
    if own is None:
        raise NotFound("There is no such account.")
    about = about_person(own.name, own.email)
    session.rollback()  # nothing is held while the password is hashed
    check_password(new, about=about, field="new")
    password_hash = hash_password(new)
    if not is_own_password(session, actor=actor, password=current, address=address):
        raise WrongPassword({"current": "This is not your password."})
    user = session.get_one(User, actor.user_id)
    user.password_hash = password_hash
    end_sessions(session, user.id, but=token)
