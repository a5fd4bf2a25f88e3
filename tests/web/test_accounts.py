"""Signing in and out, how long that lasts, and one's own account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import databases
from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker.app import create_app
from tracker.models.accounts import SignInFailure, User, UserSession
from tracker.services.passwords import hash_password
from tracker.services.sign_in import ACCOUNT_LIMIT
from tracker.web.accounts import NO_MATCH
from tracker.web.browsers import browser_words

PASSWORD = "three plain words"
NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
TOKEN = "_user_id"
#: The form token differs from page to page: in a field, and in the header that htmx sends.
FORM_TOKEN = re.compile(r'csrf_token" value="[^"]+"|"X-CSRFToken": "[^"]+"')


@pytest.fixture
def dora(register: Register) -> User:
    """Dora's account, with a password."""
    return register.account("Dora Member", "member", password_hash=hash_password(PASSWORD))


def enter(client: FlaskClient, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": "dora@example.org", "password": password, **more})


def token_in(client: FlaskClient) -> str | None:
    with client.session_transaction() as cookie:
        token: str | None = cookie.get(TOKEN)
        return token


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


# the way in


def test_a_page_that_needs_somebody_sends_a_visitor_to_sign_in_and_back(
    client: FlaskClient, dora: User
) -> None:
    answer = client.get("/initiatives?status=live")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/initiatives?status%3Dlive")
    assert 'value="/initiatives?status=live"' in client.get(answer.location).text
    after = enter(client, next="/initiatives?status=live")
    assert (after.status_code, after.location) == (303, "/initiatives?status=live")
    assert is_in(client)


def test_the_api_answers_a_visitor_401(client: FlaskClient, dora: User) -> None:
    assert client.get("/api/v1/measures").status_code == 401


def test_a_part_of_a_page_sends_the_whole_browser_to_sign_in(client: FlaskClient, dora: User) -> None:
    answer = client.get("/account", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/account"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "https:///evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "account",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, dora: User, target: str) -> None:
    assert enter(client, next=target).location == "/"


def test_somebody_signed_in_is_sent_on(client: FlaskClient, dora: User) -> None:
    enter(client)
    assert client.get("/sign-in?next=/account").location == "/account"
    assert client.get("/set-up").location == "/"


def test_a_wrong_password_an_unknown_address_and_a_disabled_account_answer_alike(
    app: Flask, register: Register, dora: User
) -> None:
    register.account("Erin", "member", password_hash=hash_password(PASSWORD), is_disabled=True)
    answers = []
    for email, password in (
        ("dora@example.org", "some other words"),
        ("nobody@example.org", PASSWORD),
        ("erin@example.org", PASSWORD),
    ):
        answer = app.test_client().post("/sign-in", data={"email": email, "password": password})
        page = FORM_TOKEN.sub("", answer.text.replace(email, ""))
        answers.append((answer.status_code, page, sorted(answer.headers.keys())))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422
    assert NO_MATCH in answers[0][1]


def test_a_refused_form_keeps_the_address_and_never_the_password(client: FlaskClient, dora: User) -> None:
    page = enter(client, "some other words").text
    assert 'value="dora@example.org"' in page
    assert "some other words" not in page


def test_an_empty_form_is_refused_without_counting(client: FlaskClient, session: Session, dora: User) -> None:
    assert client.post("/sign-in").status_code == 422
    assert session.scalar(select(func.count(SignInFailure.id))) == 0


def test_the_limit_holds_in_another_process_and_after_a_restart(
    app: Flask, client: FlaskClient, database: str, tmp_path: Path, dora: User
) -> None:
    other = create_app(databases.config_for(database, tmp_path))
    other.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with time_machine.travel(NOON, tick=False):
        for number in range(ACCOUNT_LIMIT):
            browser = (client, other.test_client())[number % 2]
            assert enter(browser, "some other words").status_code == 422
        refused = enter(other.test_client())
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
        assert "in 15 minutes" in refused.text
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert enter(client).status_code == 303
    with other.app_context():
        from tracker.extensions import db

        db.engine.dispose()


def test_a_forwarded_address_is_not_believed(client: FlaskClient, session: Session, dora: User) -> None:
    data = {"email": "dora@example.org", "password": "some other words"}
    client.post("/sign-in", data=data, headers={"X-Forwarded-For": "10.1.2.3"})
    assert session.scalar(select(SignInFailure.address)) == "127.0.0.1"


# sessions


def test_signing_in_gives_a_new_session_whatever_the_browser_brought(client: FlaskClient, dora: User) -> None:
    with client.session_transaction() as cookie:
        cookie[TOKEN] = "chosen by somebody else"
        cookie["csrf_token"] = "chosen too"
    enter(client)
    token = token_in(client)
    assert token is not None
    assert len(token) >= 43
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "chosen too"
    enter(client)
    assert token_in(client) == token


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    app: Flask, client: FlaskClient, dora: User
) -> None:
    enter(client)
    copy = app.test_client()
    with copy.session_transaction() as cookie:
        cookie[TOKEN] = token_in(client)
    assert is_in(copy)
    assert client.post("/sign-out").location == "/sign-in"
    assert not is_in(client)
    assert copy.post("/account/password").location == "/sign-in"


def test_signing_out_needs_a_post(client: FlaskClient, dora: User) -> None:
    enter(client)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_a_session_ends_after_half_an_hour_without_a_request(client: FlaskClient, dora: User) -> None:
    with time_machine.travel(NOON, tick=False):
        enter(client)
    for minutes in (20, 40, 60):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            assert is_in(client)
    with time_machine.travel(NOON + timedelta(minutes=91), tick=False):
        assert not is_in(client)


def test_a_session_ends_after_twelve_hours_in_any_case(client: FlaskClient, dora: User) -> None:
    with time_machine.travel(NOON, tick=False):
        enter(client)
    for minutes in range(20, 12 * 60 + 1, 20):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            assert is_in(client)
    with time_machine.travel(NOON + timedelta(hours=12, minutes=1), tick=False):
        assert not is_in(client)


def test_using_a_session_writes_at_most_every_five_minutes(
    client: FlaskClient, session: Session, dora: User
) -> None:
    with time_machine.travel(NOON, tick=False):
        enter(client)
    for minutes, seen in ((4, 0), (6, 6), (10, 6), (12, 12)):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            client.get("/account")
        session.rollback()
        assert session.scalar(select(UserSession.last_seen_at)) == NOON + timedelta(minutes=seen)


def test_a_session_outlives_a_new_key_as_long_as_the_old_one_is_kept(
    database: str, tmp_path: Path, engine: Engine, dora: User
) -> None:
    from dataclasses import replace

    first = databases.config_for(database, tmp_path)
    token_cookie = ""
    for config, stays in (
        (first, True),
        (replace(first, secret_key="n" * 40, secret_key_fallbacks=(first.secret_key,)), True),
        (replace(first, secret_key="n" * 40), False),
    ):
        app = create_app(config)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        browser = app.test_client()
        if token_cookie:
            browser.set_cookie("tracker-session", token_cookie)
        else:
            enter(browser)
            found = browser.get_cookie("tracker-session")
            assert found is not None
            token_cookie = found.value
        assert is_in(browser) == stays
        with app.app_context():
            from tracker.extensions import db

            db.engine.dispose()


def test_what_was_typed_is_kept_when_the_session_ended_meanwhile(client: FlaskClient, dora: User) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True

    def form_token(page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def come_in() -> None:
        enter(client, csrf_token=form_token(client.get("/sign-in").text))

    typed = {"name": "Claims", "q": "Four days of <phone> queues"}
    come_in()
    token = form_token(client.get("/account").text)
    with client.session_transaction() as cookie:
        cookie.pop(TOKEN)
    lost = client.post("/log", data={**typed, "csrf_token": token})
    assert lost.status_code == 401
    assert "Four days of &lt;phone&gt; queues" in lost.text
    assert "Sign in in another tab" in lost.text
    come_in()
    again = client.post("/log", data={**typed, "csrf_token": form_token(lost.text)})
    assert again.status_code == 400
    assert "Four days of &lt;phone&gt; queues" in again.text
    assert client.post("/log", data={**typed, "csrf_token": form_token(again.text)}).status_code == 422


def test_a_form_sent_by_htmx_stays_on_the_page_when_the_session_ended(
    client: FlaskClient, dora: User
) -> None:
    answer = client.post("/log", data={"title": "Refund in one call"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#problem"
    assert "Sign in in another tab" in answer.text


# one's own account


def test_the_account_lists_its_sessions_and_ends_one(app: Flask, client: FlaskClient, dora: User) -> None:
    phone = app.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"
    )
    enter(client)
    enter(phone)
    page = client.get("/account").text
    assert "Safari on an iPhone" in page
    assert page.count('win">this browser') == 1
    (end,) = [part.split('"')[0] for part in page.split('action="') if part.startswith("/account/sessions/")]
    assert client.post(end).status_code == 303
    assert not is_in(phone)
    assert is_in(client)
    assert client.post(end).status_code == 404


def test_a_session_that_is_over_is_not_listed(app: Flask, client: FlaskClient, dora: User) -> None:
    with time_machine.travel(NOON, tick=False):
        enter(app.test_client())
        enter(client)
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False):
        assert client.get("/account").text.count("Signed in on") == 2
    with time_machine.travel(NOON + timedelta(minutes=40), tick=False):
        assert client.get("/account").text.count("Signed in on") == 1


def test_nobody_ends_the_session_of_somebody_else(
    app: Flask, client: FlaskClient, cast: Cast, engine: Engine, session: Session
) -> None:
    alice = app.test_client()
    sign_in(alice, engine, cast.alice.user_id)
    theirs = session.scalar(select(UserSession.public_id))
    sign_in(client, engine, cast.dora.user_id)
    assert client.post(f"/account/sessions/{theirs}/end").status_code == 404
    assert is_in(alice)


def test_changing_the_password_signs_the_other_browsers_out(
    app: Flask, client: FlaskClient, dora: User
) -> None:
    others = [app.test_client(), app.test_client()]
    for each in (client, *others):
        enter(each)
    answer = client.post("/account/password", data={"current": PASSWORD, "new": "four plain words now"})
    assert answer.location == "/account"
    assert is_in(client)
    assert [is_in(each) for each in others] == [False, False]
    assert enter(others[0]).status_code == 422
    assert enter(others[0], "four plain words now").status_code == 303


def test_a_wrong_current_password_is_refused_and_counted(
    client: FlaskClient, session: Session, dora: User
) -> None:
    enter(client)
    answer = client.post("/account/password", data={"current": "wrong", "new": "four plain words now"})
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert session.scalar(select(func.count(SignInFailure.id))) == 1
    for _ in range(ACCOUNT_LIMIT - 1):
        client.post("/account/password", data={"current": "wrong", "new": "four plain words now"})
    refused = client.post("/account/password", data={"current": PASSWORD, "new": "four plain words now"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_weak_new_password_is_refused(client: FlaskClient, dora: User) -> None:
    enter(client)
    answer = client.post("/account/password", data={"current": PASSWORD, "new": "short"})
    assert answer.status_code == 422
    assert "12 characters or more" in answer.text
    assert enter(client.application.test_client()).status_code == 303


def test_the_account_needs_six_queries(client: FlaskClient, engine: Engine, app: Flask, dora: User) -> None:
    from tracker.extensions import db

    for _ in range(3):
        enter(client.application.test_client())
    enter(client)
    with app.app_context():
        connected = db.engine
    client.get("/account")
    with counting(connected) as sent:
        client.get("/account")
    assert len(sent) <= 6


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/17 Safari/605.1", "Safari on a Mac"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "Another program"),
        ("", "Another program"),
    ],
)
def test_browsers_are_called_what_people_call_them(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
