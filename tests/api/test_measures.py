"""``GET /api/v1/measures``: the same document as the command, and refusals a program can read."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock

ADDRESS = "/api/v1/measures"
SERIES = "/api/v1/measures/series"


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


def test_who_has_the_answer_of_this_version_gets_none_again(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    register.departments("Claims", "Legal")
    for address in (ADDRESS, SERIES):
        mark = alice.get(address).headers["ETag"]
        with counting(engine) as sent:
            again = alice.get(address, headers={"If-None-Match": mark})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
        assert len(sent) == 2


def test_an_edit_a_day_and_a_question_each_have_a_mark_of_their_own(
    alice: FlaskClient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    marks = [alice.get(ADDRESS, query_string={"on": "2026-06-30"}).headers["ETag"]]
    marks.append(alice.get(ADDRESS, query_string={"on": "2026-06-29"}).headers["ETag"])
    register.initiative("Storm desk", claims, legal)
    answer = alice.get(ADDRESS, query_string={"on": "2026-06-30"}, headers={"If-None-Match": marks[0]})
    marks.append(answer.headers["ETag"])
    monkeypatch.setattr(clock, "today", lambda: date(2030, 1, 1))
    answer = alice.get(ADDRESS, query_string={"on": "2026-06-30"}, headers={"If-None-Match": marks[2]})
    marks.append(answer.headers["ETag"])
    assert answer.status_code == 200
    assert len(set(marks)) == 4


def test_the_series_says_what_stood_at_each_month_end(reader: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    storm = register.initiative("Storm desk", claims, legal, start=date(2026, 2, 10))
    register.moment(storm, date(2026, 3, 1))
    register.initiative("Refunds", claims, sales, start=date(2026, 3, 5), kind="quick_win")
    asked = {"from": "2026-01-15", "to": "2026-03-10"}
    found = reader.get(SERIES, query_string=asked).get_json()
    assert found["days"] == ["2026-01-31", "2026-02-28", "2026-03-10"]
    assert (found["together"], found["required"]) == ([0, 1, 2], [3, 3, 3])
    assert found["coverage"] == [0, 1 / 3, 2 / 3]
    assert found["pairs"]["single"] == [0, 1, 2]
    assert [round(each, 3) for each in found["momentum"]] == [0, 0, 0.644]
    alone = reader.get(SERIES, query_string={**asked, "kind": "quick_win"}).get_json()
    assert (alone["together"], alone["momentum"]) == ([0, 0, 1], [0, 0, 0])


def test_the_series_is_of_two_years_when_nothing_is_asked(alice: FlaskClient) -> None:
    days = alice.get(SERIES).get_json()["days"]
    assert (len(days), days[-1]) == (25, clock.today().isoformat())


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2201-01-01"}, "to"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "from"),
    ],
)
def test_a_series_of_no_days_is_refused(alice: FlaskClient, asked: dict[str, str], field: str) -> None:
    answer = alice.get(SERIES, query_string=asked)
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, field)


def test_the_series_is_for_people_who_signed_in(client: FlaskClient) -> None:
    assert client.get(SERIES).status_code == client.get(ADDRESS).status_code
