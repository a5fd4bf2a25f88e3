"""Administration of accounts: invite, change, let in again, disable; nobody takes away their own rights."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.models.accounts import ROLES, User
from tracker.models.departments import Department
from tracker.models.people import Person
from tracker.models.settings import Organisation
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.audit import note_on_account
from tracker.services.checking import Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale
from tracker.services.links import drop_links, make_link
from tracker.services.persons import NAME_LIMIT, check_email, check_name, name_from
from tracker.services.sessions import end_sessions
from tracker.services.set_up import name_organisation
from tracker.services.turns import take_turn
from tracker.services.writing import check_version, open_write

#: A link by which somebody sets a password: for the first time, or anew.
INVITATION, RESET = "invitation", "reset"


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """An account as a form brings it: ``person`` and ``department`` are public ids, "" for none."""

    name: str
    email: str
    role: str
    person: str = ""
    department: str = ""


def find_account(session: Session, actor: Actor, public_id: str) -> User:
    """Return an account with the sponsor and the department it is linked to. 1 query.

    Raises
    ------
    NotFound
        When there is none.
    """
    policies.require(actor, "administer")
    found = session.scalar(
        select(User)
        .options(joinedload(User.person), joinedload(User.department))
        .where(User.public_id == public_id)
    )
    if found is None:
        raise NotFound("There is no such account.")
    return found


def invite(session: Session, *, actor: Actor, plan: AccountPlan) -> tuple[User, str]:
    """Open an account without a password; return it and the token of the link that the administrator passes on.

    Raises
    ------
    InvalidInput
        With a message for each field.
    """
    policies.require(actor, "administer")
    checked = _check(plan)
    _open(session, actor)
    _refuse_taken_email(session, checked.email, None)
    user = User(
        email=checked.email,
        name=checked.name,
        role=checked.role,
        person_id=_person_id(session, checked.person, None),
        department_id=_department_id(session, checked.department),
    )
    session.add(user)
    session.flush()  # the link needs its id
    return user, make_link(session, purpose=INVITATION, user_id=user.id)


def change_account(
    session: Session, *, actor: Actor, public_id: str, version: int, plan: AccountPlan
) -> User:
    """Save an account, unless somebody saved it after the form was opened; a new role holds from the next page."""
    policies.require(actor, "administer")
    checked = _check(plan)
    _open(session, actor)
    user = find_account(session, actor, public_id)
    check_version(user, version, standing_account(user))
    if user.id == actor.user_id and checked.role != user.role:
        raise InvalidInput({"role": "Your own role stays. Another administrator can change it."})
    _refuse_taken_email(session, checked.email, user.id)
    user.name, user.email, user.role = checked.name, checked.email, checked.role
    user.person_id = _person_id(session, checked.person, user.id)
    user.department_id = _department_id(session, checked.department)
    session.flush()  # so that a conflict is found here, under the write lock
    return user


def let_in(session: Session, *, actor: Actor, public_id: str) -> tuple[User, str]:
    """Return a new link to an account: an invitation while it has no password, else one to set a new password.

    The password and the sessions there are stay as they are until the link is used.
    """
    policies.require(actor, "administer")
    _open(session, actor)
    user = find_account(session, actor, public_id)
    if user.is_disabled:
        raise InvalidInput({"": "This account is disabled. Enable it first."})
    purpose = RESET if user.password_hash else INVITATION
    words = "made a link for a new password" if purpose == RESET else "made another invitation link"
    note_on_account(session, actor, user, words)
    return user, make_link(session, purpose=purpose, user_id=user.id)


def disable(session: Session, *, actor: Actor, public_id: str) -> User:
    """Close an account: its sessions and links end at once, what it recorded stays.

    Raises
    ------
    Forbidden
        For one's own account, so that there is always somebody who can administer.
    """
    policies.require(actor, "administer")
    _open(session, actor)
    user = find_account(session, actor, public_id)
    if user.id == actor.user_id:
        raise Forbidden("Your own account stays open. Another administrator can disable it.")
    user.is_disabled = True
    end_sessions(session, user.id)
    drop_links(session, user.id)
    return user


def enable(session: Session, *, actor: Actor, public_id: str) -> User:
    """Open a disabled account again; it signs in with the password it had."""
    policies.require(actor, "administer")
    _open(session, actor)
    user = find_account(session, actor, public_id)
    user.is_disabled = False
    return user


def end_all_sessions(session: Session, *, actor: Actor, public_id: str, but: str | None = None) -> User:
    """Sign an account out of every browser; ``but`` names the token of the one that asks, which stays."""
    policies.require(actor, "administer")
    _open(session, actor)
    user = find_account(session, actor, public_id)
    end_sessions(session, user.id, but=but)
    note_on_account(session, actor, user, "signed the account out everywhere")
    return user


def rename_organisation(session: Session, *, actor: Actor, name: str, was: str) -> None:
    """Give the organisation another name, unless somebody did after the form was opened.

    Raises
    ------
    Stale
        With the name that stands now.
    """
    policies.require(actor, "administer")
    checks = Checks()
    name = checks.text("name", "The name", name, limit=NAME_LIMIT, required=True)
    checks.done()
    _open(session, actor)
    found = session.get(Organisation, 1)
    standing = found.name if found else ""
    if standing != was.strip():
        raise Stale({"name": standing})
    name_organisation(session, name)


def standing_account(user: User) -> dict[str, str]:
    """Return the texts that stand now, by the fields of the edit form."""
    return {
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "person": user.person.public_id if user.person else "",
        "department": user.department.public_id if user.department else "",
        "version": str(user.version),
    }


def _open(session: Session, actor: Actor) -> None:
    """Begin to write, and ask again whether the actor administers: two may take each other's role at once.

    With the rule that nobody changes their own role, one administrator always remains.
    """
    open_write(session, actor)
    take_turn(session)
    if actor.user_id is None:
        return
    own = session.get(User, actor.user_id)
    if own is None or own.is_disabled or own.role != "admin":
        raise Forbidden("Your role was changed meanwhile. Ask another administrator.")


def _check(plan: AccountPlan) -> AccountPlan:
    checks = Checks()
    email = check_email(checks, plan.email)
    name = check_name(checks, plan.name or name_from(email))
    if plan.role not in ROLES:
        checks.refuse("role", "Choose one of the roles.")
    checks.done()
    return AccountPlan(name, email, plan.role, plan.person, plan.department)


def _refuse_taken_email(session: Session, email: str, own_id: int | None) -> None:
    name = session.scalar(select(User.name).where(User.email == email, User.id != (own_id or 0)))
    if name is not None:
        raise InvalidInput({"email": f"{name} has the account with this address. Open that one instead."})


def _person_id(session: Session, public_id: str, own_id: int | None) -> int | None:
    """Return the id of a sponsor who has no other account."""
    if not public_id:
        return None
    id_ = session.scalar(select(Person.id).where(Person.public_id == public_id, Person.binned_at.is_(None)))
    if id_ is None:
        raise InvalidInput({"person": "Choose one of the sponsors offered."})
    other = session.scalar(select(User.name).where(User.person_id == id_, User.id != (own_id or 0)))
    if other is not None:
        raise InvalidInput({"person": f"The account of {other} is linked to this sponsor already."})
    return id_


def _department_id(session: Session, public_id: str) -> int | None:
    if not public_id:
        return None
    id_ = session.scalar(
        select(Department.id).where(Department.public_id == public_id, Department.binned_at.is_(None))
    )
    if id_ is None:
        raise InvalidInput({"department": "Choose one of the departments offered."})
    return id_
