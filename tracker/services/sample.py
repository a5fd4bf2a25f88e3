"""The sample organisation: fill it into an empty register, keep its story ending today, take all of it away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.merges import Merge
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.models.settings import Organisation
from tracker.queries.sample import (
    LOADED,
    REGISTER,
    SAMPLE,
    Leaning,
    Removal,
    removal,
    sample_state,
    what_leans,
)
from tracker.sample.organisation import SAMPLE_TITLE, build
from tracker.sample.people import ACCOUNTS, RECORDER
from tracker.sample.shapes import Account
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.imports import apply_import
from tracker.services.passwords import hash_password, verify_password
from tracker.services.sessions import end_sessions
from tracker.services.writing import open_write

FILE = "harbour.json"


def load_sample(session: Session, *, actor: Actor, today: date) -> None:
    """Fill the sample into an empty register, its story ending today.

    What waits for a second person was recorded by an account of the sample that nobody signs in with, so
    whoever looks at it may vouch.

    Raises
    ------
    InvalidInput
        When the register holds anything already: the sample would mix with it.
    """
    policies.require(actor, "import")
    written = json.dumps(build(today)).encode()
    open_write(session, actor)
    state = sample_state(session)
    if state.is_here:
        raise InvalidInput({"sample": "The sample organisation is here already."})
    if state.has_own:
        raise InvalidInput(
            {"sample": "This register has records of its own. The sample goes into an empty one."}
        )
    _fill(session, actor, written, today)


def refresh_sample(session: Session, *, actor: Actor, today: date) -> None:
    """Load the sample anew so that its story ends today; the accounts of the sample stay.

    Raises
    ------
    InvalidInput
        When there is none, or somebody worked on it since it was loaded.
    """
    policies.require(actor, "remove sample")
    written = json.dumps(build(today)).encode()
    open_write(session, actor)
    state = sample_state(session)
    if not state.is_here or state.is_touched or state.has_own:
        raise InvalidInput({"sample": "Somebody worked on this sample, so it stays as it is."})
    _delete_records(session, Leaning())
    _fill(session, actor, written, today)


def remove_sample(session: Session, *, actor: Actor) -> Removal:
    """Take the sample away, whole: its records, what was added to them, and its accounts but the actor's own.

    A record of the sample that one's own records name stays and becomes one's own; so does an account that
    vouched for a moment of one's own, but nobody signs in with it any more.

    Raises
    ------
    NotFound
        When there is no sample.
    """
    policies.require(actor, "remove sample")
    open_write(session, actor)
    if not sample_state(session).is_here:
        raise NotFound("The sample organisation is not here, so there is nothing to remove.")
    found = removal(session, actor.user_id)
    leaning = what_leans(session)
    _keep(session, leaning)
    _delete_records(session, leaning)
    _delete_accounts(session, actor, leaning)
    organisation = session.get(Organisation, 1)
    if organisation is not None and organisation.name == SAMPLE_TITLE:
        session.delete(organisation)
    _note(session, actor, "removed", {word: [count, 0] for word, count in found.goes.items()})
    return found


def open_accounts(session: Session, *, actor: Actor, password: str) -> tuple[Account, ...]:
    """Let the people of the sample sign in with this password; return those who may, none where others may.

    An office that has accounts of its own signs in with those: no password of a demo opens its register.
    """
    policies.require(actor, "administer")
    if session.scalar(select(User.id).where(User.is_sample.is_(False)).limit(1)) is not None:
        return ()
    known = _accounts(session)
    stale = [each for each in ACCOUNTS if not _opens(known.get(each.email), password)]
    if not stale:
        return ACCOUNTS
    hashes = {each.email: hash_password(password) for each in stale}
    open_write(session, actor)
    for each in stale:
        account = _account(session, each)
        account.password_hash = hashes[each.email]
        account.is_disabled = False
    _link_sponsors(session)
    return ACCOUNTS


def _fill(session: Session, actor: Actor, written: bytes, today: date) -> None:
    apply_import(session, actor=actor, name=FILE, data=written, as_of=today, today=today, sample=True)
    recorder = _account(session, RECORDER)
    session.flush()  # the moments need the id of who recorded them
    waiting = select(Moment).join(Initiative).where(Initiative.is_sample, Moment.is_confirmed.is_(False))
    for moment in session.scalars(waiting):
        moment.created_by_id = recorder.id
    organisation = session.get(Organisation, 1)
    if organisation is None:
        session.add(Organisation(id=1, name=SAMPLE_TITLE))
    elif not organisation.name:
        organisation.name = SAMPLE_TITLE
    _link_sponsors(session)
    session.flush()  # the line that says so must be the last: what follows it is somebody's own work
    _note(session, actor, LOADED, {"until": [None, today.isoformat()]})


def _accounts(session: Session) -> dict[str, User]:
    emails = [each.email for each in (*ACCOUNTS, RECORDER)]
    return {each.email: each for each in session.scalars(select(User).where(User.email.in_(emails)))}


def _account(session: Session, wanted: Account) -> User:
    """Return the account, added when it is not there yet."""
    found = session.scalar(select(User).where(User.email == wanted.email))
    if found is None:
        found = User(email=wanted.email, name=wanted.name, role=wanted.role, is_sample=True)
        session.add(found)
    return found


def _link_sponsors(session: Session) -> None:
    """Join the accounts of sponsors with their person, which a sample loaded anew has made anew."""
    known = _accounts(session)
    for each in ACCOUNTS:
        account = known.get(each.email)
        if each.person is not None and account is not None and account.is_sample:
            person = select(Person.id).where(Person.external_id == each.person, Person.is_sample)
            account.person_id = session.scalar(person)


def _opens(account: User | None, password: str) -> bool:
    """Say whether the account opens with the password; takes some tens of milliseconds."""
    return (
        account is not None and not account.is_disabled and verify_password(account.password_hash, password)
    )


def _keep(session: Session, leaning: Leaning) -> None:
    """Make what stays one's own."""
    for model in REGISTER:
        for record in session.scalars(select(model).where(model.is_sample, model.id.in_(leaning.of(model)))):
            record.is_sample = False
    session.flush()  # what follows takes every record of the sample


def _delete_records(session: Session, leaning: Leaning) -> None:
    """Delete the records of the sample, those first that refer to others; the database takes their parts."""
    merged = (
        Merge.from_public_id.in_(select(model.public_id).where(model.is_sample))
        for model in (Department, Initiative, Person)
    )
    for merge in session.scalars(select(Merge).where(or_(*merged))):
        session.delete(merge)
    for model in REGISTER:
        for record in session.scalars(
            select(model).where(model.is_sample, model.id.not_in(leaning.of(model)))
        ):
            session.delete(record)
        session.flush()  # a department goes only once nothing takes part in anything
    session.expire_all()  # the database has emptied columns that pointed to what went


def _delete_accounts(session: Session, actor: Actor, leaning: Leaning) -> None:
    for account in session.scalars(select(User).where(User.is_sample)):
        if account.id == actor.user_id:
            account.is_sample = False
        elif account.id in leaning.of(User):
            account.is_sample, account.is_disabled = False, True
            end_sessions(session, account.id)
        else:
            session.delete(account)


def _note(session: Session, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    session.add(
        AuditEntry(
            actor_id=actor.user_id,
            actor_name=actor.name,
            via=actor.via,
            action=action,
            kind=SAMPLE,
            subject_kind=SAMPLE,
            label=SAMPLE_TITLE,
            changes=dict(changes),
        )
    )
