"""The first start: one token, one first administrator."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.models.accounts import OneTimeLink, User
from tracker.models.audit import AuditEntry
from tracker.models.recording import RecordingSession
from tracker.models.settings import Organisation
from tracker.services.actors import command_actor
from tracker.services.errors import InvalidInput, ServiceError
from tracker.services.passwords import verify_password
from tracker.services.set_up import add_administrator, make_set_up_token, set_up
from tracker.services.sign_in import VISITOR

PERSON = {
    "organisation": "Harbour Mutual",
    "name": "Ada Lovelace",
    "email": "Ada@Example.org",
    "password": "three plain words",
}


def token_of(session: Session) -> str:
    token = make_set_up_token(session, actor=command_actor())
    session.commit()
    assert token is not None
    return token


def test_the_token_makes_the_first_administrator_and_names_the_organisation(session: Session) -> None:
    user = set_up(session, actor=VISITOR, token=f" {token_of(session)} ", **PERSON)
    session.commit()
    assert (user.email, user.role) == ("ada@example.org", "admin")
    assert verify_password(user.password_hash, "three plain words")
    assert session.get_one(Organisation, 1).name == "Harbour Mutual"
    assert session.scalar(select(func.count(OneTimeLink.id))) == 0
    names = set(session.scalars(select(AuditEntry.actor_name)))
    assert names == {"Ada Lovelace"}


def test_a_wrong_token_makes_nothing(session: Session) -> None:
    token_of(session)
    with pytest.raises(InvalidInput) as refused:
        set_up(session, actor=VISITOR, token="wrong", **PERSON)
    assert "flask setup-token" in refused.value.errors["token"]
    assert session.scalar(select(func.count(User.id))) == 0


def test_only_the_token_printed_last_works(session: Session) -> None:
    first, second = token_of(session), token_of(session)
    with pytest.raises(InvalidInput):
        set_up(session, actor=VISITOR, token=first, **PERSON)
    session.rollback()
    assert set_up(session, actor=VISITOR, token=second, **PERSON).role == "admin"


def test_there_is_no_token_once_there_is_an_account(session: Session, register: Register) -> None:
    register.account("Ada", "admin")
    assert make_set_up_token(session, actor=command_actor()) is None


@pytest.mark.parametrize("field", ["organisation", "name", "email", "password"])
def test_a_missing_field_is_named_and_the_token_still_works(session: Session, field: str) -> None:
    token = token_of(session)
    with pytest.raises(InvalidInput) as refused:
        set_up(session, actor=VISITOR, token=token, **(PERSON | {field: ""}))
    assert set(refused.value.errors) == {field}
    session.rollback()
    assert set_up(session, actor=VISITOR, token=token, **PERSON)


def test_of_two_set_ups_at_the_same_moment_one_wins(engine: Engine, session: Session) -> None:
    token = token_of(session)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def go(email: str) -> None:
        with RecordingSession(engine) as own:
            start.wait()
            try:
                set_up(own, actor=VISITOR, token=token, **(PERSON | {"email": email}))
                own.commit()
                outcomes.append("made")
            except ServiceError:
                outcomes.append("refused")

    threads = [threading.Thread(target=go, args=(f"ada{number}@example.org",)) for number in (1, 2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["made", "refused"]
    session.rollback()
    assert session.scalar(select(func.count(User.id))) == 1


def test_a_command_makes_an_administrator_beside_those_there_are(
    session: Session, register: Register
) -> None:
    register.account("Ada", "admin")
    user = add_administrator(
        session, actor=command_actor(), email="grace.hopper@example.org", password="three plain words"
    )
    session.commit()
    assert (user.name, user.role) == ("Grace Hopper", "admin")
    with pytest.raises(InvalidInput):
        add_administrator(
            session, actor=command_actor(), email="Grace.Hopper@example.org", password="other plain words"
        )
