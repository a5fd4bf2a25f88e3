"""``GET /api/v1/measures``: the same document as the command, and refusals a program can read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock

ADDRESS = "/api/v1/measures"


@pytest.fixture(params=["ada", "alice", "bob", "dora", "charlie"])
def reader(request: pytest.FixtureRequest, client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """The browser of each role in turn: all of them may read."""
    sign_in(client, engine, getattr(cast, request.param).user_id)
    return client


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


def test_it_is_the_document_of_the_command(reader: FlaskClient, app: Flask, register: Register) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    storm = register.initiative("Storm desk", claims, legal, start=clock.today() - timedelta(days=70))
    register.moment(storm, clock.today() - timedelta(days=30))
    for day in (clock.today(), clock.today() - timedelta(days=40)):
        found = reader.get(ADDRESS, query_string={"on": day.isoformat()})
        done = app.test_cli_runner().invoke(args=["measures", "--on", day.isoformat(), "--json"])
        assert (found.status_code, found.mimetype) == (200, "application/json")
        assert found.get_json() == json.loads(done.stdout)


def test_without_a_day_it_is_today(alice: FlaskClient) -> None:
    assert alice.get(ADDRESS).get_json()["on"] == clock.today().isoformat()
    assert alice.get(ADDRESS, query_string={"on": ""}).get_json()["on"] == clock.today().isoformat()


@pytest.mark.parametrize(
    "on",
    ["yesterday", "2026-02-30", "1899-12-31", "2201-01-01", "20260630", "\u0662", "9" * 30, "2026-06-30T00"],
)
def test_what_is_no_day_is_refused_with_the_name_of_the_field(alice: FlaskClient, on: str) -> None:
    answer = alice.get(ADDRESS, query_string={"on": on})
    error = answer.get_json()["error"]
    assert (answer.status_code, error["field"]) == (422, "on")
    assert error["message"]


@pytest.mark.parametrize("query", ["on=%00", "on=%ED%A0%80", "on=" + "9" * 20_000])
def test_an_address_that_cannot_be_read_is_refused_in_json(alice: FlaskClient, query: str) -> None:
    answer = alice.get(f"{ADDRESS}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    assert answer.get_json()["error"]["message"]


def test_nobody_signed_in_is_told_so_in_json(client: FlaskClient, cast: Cast) -> None:
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (401, "application/json")
    assert answer.get_json()["error"]["message"] == "Sign in first."


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_is_for_reading_only(alice: FlaskClient, method: str) -> None:
    answer = alice.open(ADDRESS, method=method)
    assert (answer.status_code, answer.mimetype) == (405, "application/json")
    assert "GET" in answer.headers["Allow"]


def test_what_is_not_there_is_said_in_json(alice: FlaskClient) -> None:
    answer = alice.get("/api/v1/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/json")


def test_it_is_never_kept_by_others(alice: FlaskClient) -> None:
    answer = alice.get(ADDRESS)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.vary


def test_an_unchanged_register_costs_the_session_and_its_version(alice: FlaskClient, engine: Engine) -> None:
    alice.get(ADDRESS)
    with counting(engine) as sent:
        alice.get(ADDRESS)
    assert len(sent) == 2
