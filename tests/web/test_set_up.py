"""The first start in the browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker.models.accounts import User
from tracker.services.actors import command_actor
from tracker.services.set_up import make_set_up_token

PERSON = {
    "organisation": "Harbour Mutual",
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "password": "three plain words",
}


@pytest.fixture
def token(session: Session) -> str:
    """The token that the console shows."""
    made = make_set_up_token(session, actor=command_actor())
    session.commit()
    assert made is not None
    return made


def test_everything_leads_to_the_set_up_while_there_is_no_account(client: FlaskClient) -> None:
    for path in ("/", "/initiatives", "/sign-out"):
        assert client.open(path, method="POST" if path == "/sign-out" else "GET").location == "/set-up"
    assert client.get("/api/v1/measures").status_code == 401


def test_the_link_of_the_console_brings_its_token(client: FlaskClient) -> None:
    assert 'value="abc"' in client.get("/set-up?token=abc").text


def test_the_first_administrator_is_signed_in_and_asked_how_to_begin(client: FlaskClient, token: str) -> None:
    answer = client.post("/set-up", data={"token": token, **PERSON})
    assert (answer.status_code, answer.location) == (303, "/set-up/begin")
    page = client.get("/set-up/begin").text
    for address in ('href="/import"', 'action="/sample"', 'href="/departments/new"', 'href="/"'):
        assert address in page
    assert "Harbour Mutual" in page


def test_a_wrong_token_says_what_to_do_and_keeps_what_was_typed(
    client: FlaskClient, session: Session, token: str
) -> None:
    answer = client.post("/set-up", data={"token": "wrong", **PERSON})
    assert answer.status_code == 422
    assert "flask setup-token" in answer.text
    assert 'value="Harbour Mutual"' in answer.text
    assert PERSON["password"] not in answer.text
    assert session.scalar(select(func.count(User.id))) == 0


def test_a_used_token_leads_to_sign_in(app: Flask, client: FlaskClient, token: str) -> None:
    client.post("/set-up", data={"token": token, **PERSON})
    visitor = app.test_client()
    for answer in (
        visitor.get(f"/set-up?token={token}"),
        visitor.post("/set-up", data={"token": token, **PERSON, "email": "eve@example.org"}),
    ):
        assert answer.location == "/sign-in"


def test_a_form_without_fields_names_each(client: FlaskClient) -> None:
    answer = client.post("/set-up")
    assert answer.status_code == 422
    for words in ("The name of the organisation is needed.", "Your name is needed."):
        assert words in answer.text


def test_the_choice_of_a_beginning_is_for_administrators(
    client: FlaskClient, cast: Cast, engine: Engine
) -> None:
    sign_in(client, engine, cast.alice.user_id)
    assert client.get("/set-up/begin").status_code == 403


def test_home_asks_to_invite_a_second_person_while_moments_wait_for_one(
    client: FlaskClient, register: Register, engine: Engine
) -> None:
    from tests.web.test_home import days_ago

    ada = register.account("Ada", "admin", password_hash="set")
    sign_in(client, engine, ada.id)
    joint = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(20))
    assert "Invite a second person" not in client.get("/").text
    register.moment(joint, days_ago(5), confirmed=False, created_by_id=ada.id)
    page = client.get("/").text
    assert "Invite a second person" in page
    assert 'href="/administration' in page
    register.account("Bob", "member")
    assert "Invite a second person" not in client.get("/").text
