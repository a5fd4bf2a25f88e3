"""The first start: a token from the console, and the first administrator."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.settings import Organisation
from tracker.queries.accounts import count_accounts
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import Forbidden, InvalidInput
from tracker.services.links import drop_links, find_link, make_link
from tracker.services.passwords import check_password, hash_password
from tracker.services.persons import NAME_LIMIT, about_person, check_email, check_name, name_from
from tracker.services.turns import take_turn
from tracker.services.writing import open_write


def make_set_up_token(session: Session, *, actor: Actor) -> str | None:
    """Return a new token for the set-up page, None when there is an account already; the one before ends."""
    open_write(session, actor)
    take_turn(session)
    if count_accounts(session):
        return None
    return make_link(session, purpose="set_up")


def token_fits(session: Session, token: str) -> bool:
    """Say whether this is the token that was printed last and has not been used."""
    return find_link(session, token.strip(), "set_up") is not None


def set_up(
    session: Session, *, actor: Actor, token: str, organisation: str, name: str, email: str, password: str
) -> User:
    """Make the first administrator and name the organisation; of two at the same time one wins.

    Raises
    ------
    InvalidInput
        With a message for each field; at ``token`` when it is not the one that was printed last.
    Forbidden
        When somebody has set it up already.
    """
    checks = Checks()
    if not token_fits(session, token):
        checks.refuse("token", _PRINT_ANOTHER)
    organisation = checks.text("organisation", "The name", organisation, limit=NAME_LIMIT, required=True)
    name, email = check_name(checks, name), check_email(checks, email)
    checks.done()
    check_password(password, about=about_person(name, email, organisation))
    password_hash = hash_password(password)
    open_write(session, Actor(name, "admin", via=actor.via))
    take_turn(session)
    if count_accounts(session):
        raise Forbidden("Somebody has set this up already. Sign in, or ask for an invitation.")
    if not token_fits(session, token):
        raise InvalidInput({"token": _PRINT_ANOTHER})
    drop_links(session, None)
    name_organisation(session, organisation)
    return _add_administrator(session, name, email, password_hash)


def add_administrator(
    session: Session, *, actor: Actor, email: str, password: str, name: str = "", organisation: str = ""
) -> User:
    """Make an administrator from the command line: the first one, or one more when nobody can get in.

    Raises
    ------
    InvalidInput
        With a message for each option that cannot be used.
    """
    checks = Checks()
    organisation = checks.text("organisation", "The organisation", organisation, limit=NAME_LIMIT)
    email = check_email(checks, email)
    name = check_name(checks, name or name_from(email))
    checks.done()
    check_password(password, about=about_person(name, email, organisation))
    password_hash = hash_password(password)
    open_write(session, actor)
    take_turn(session)
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise InvalidInput({"email": f"There is an account with the address {email} already."})
    drop_links(session, None)
    if organisation:
        name_organisation(session, organisation)
    return _add_administrator(session, name, email, password_hash)


def name_organisation(session: Session, name: str) -> None:
    """Give the organisation its name, inside the caller's write transaction."""
    found = session.get(Organisation, 1)
    if found is None:
        session.add(Organisation(id=1, name=name))
    else:
        found.name = name


_PRINT_ANOTHER = (
    "This is not the token that was printed last. Take it from the console where the server was started, "
    "or print a new one there with: flask setup-token"
)


def _add_administrator(session: Session, name: str, email: str, password_hash: str) -> User:
    user = User(email=email, name=name, role="admin", password_hash=password_hash)
    session.add(user)
    session.flush()  # the session that follows needs its id
    return user
