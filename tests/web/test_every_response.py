"""What every response of the real application carries: pages, refusals, files, JSON, with and without somebody signed in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.factories import Cast
from tests.signing import sign_in
from tracker.web.security import HEADERS

#: Addresses that end in every kind of answer.
ADDRESSES = (
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("GET", "/initiatives"),
    ("GET", "/initiatives/nobody"),
    ("GET", "/momentum"),
    ("GET", "/nothing-here"),
    ("GET", "/%00"),
    ("GET", "/?on=tomorrow"),
    ("GET", "/healthz"),
    ("GET", "/api/v1/measures"),
    ("GET", "/api/v1/measures?on=tomorrow"),
    ("GET", "/static/css/base.css"),
    ("GET", "/static/css/nothing.css"),
    ("POST", "/"),
    ("POST", "/log"),
    ("POST", "/static/css/base.css"),
    ("HEAD", "/"),
    ("OPTIONS", "/initiatives"),
    ("TRACE", "/"),
)


@pytest.fixture(params=["alice", "nobody"])
def browser(request: pytest.FixtureRequest, client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser, then one that nobody is signed in with."""
    if request.param == "alice":
        sign_in(client, engine, cast.alice.user_id)
    return client


@pytest.mark.only_database("sqlite")
@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_every_response_carries_the_headers(browser: FlaskClient, method: str, address: str) -> None:
    answer = browser.open(address, method=method, buffered=True)
    assert answer.status_code < 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.only_database("sqlite")
@pytest.mark.parametrize(
    ("method", "address"), [each for each in ADDRESSES if not each[1].startswith("/static/css/base")]
)
def test_what_is_somebodys_own_is_never_stored(browser: FlaskClient, method: str, address: str) -> None:
    answer = browser.open(address, method=method, buffered=True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.vary


@pytest.mark.only_database("sqlite")
def test_a_fault_of_the_program_carries_them_too(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setitem(app.view_functions, "health.live", lambda: 1 / 0)
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.only_database("sqlite")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1:80@evil.example"])
def test_another_host_is_not_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.only_database("sqlite")
def test_what_a_client_says_about_proxies_is_not_believed(client: FlaskClient) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4"}
    answer = client.get("/", headers=said)
    assert answer.status_code == 303
    assert "evil" not in answer.headers["Location"]
    assert "Strict-Transport-Security" not in answer.headers
