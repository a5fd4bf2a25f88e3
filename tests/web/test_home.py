"""Home: the sentence, the triangle, what needs me; every number opens its records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


def test_an_empty_register_teaches_the_first_step(alice: FlaskClient) -> None:
    page = alice.get("/").text
    assert "Two departments make the first pair." in page
    assert "Bring a spreadsheet" in page


def test_the_sentence_counts_the_pairs_that_work_together(alice: FlaskClient, register: Register) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    page = alice.get("/").text
    assert ">1 of 3</a> department pairs work together." in page
    assert 'href="/pairs?band=together"' in page


def test_with_a_journey_its_crossings_are_counted(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.journey("Making a claim", sales, claims, legal)
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    assert ">1 of 2</a> crossings our customers depend on work together." in alice.get("/").text


def test_a_past_day_shows_what_stood_then(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=days_ago(40), ended_on=days_ago(20))
    assert ">0 of 1</a>" in alice.get("/").text
    assert ">1 of 1</a>" in alice.get(f"/?on={days_ago(30)}").text


@pytest.mark.parametrize("on", ["yesterday", "2026-13-01", "1899-12-31", "2201-01-01", "20260630", "\u0662"])
def test_a_day_that_is_none_is_refused_with_its_name(alice: FlaskClient, on: str) -> None:
    assert alice.get("/", query_string={"on": on}).status_code == 422
    answer = alice.get("/api/v1/measures", query_string={"on": on})
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, "on")


def test_the_pair_panel_names_the_smallest_step(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    page = alice.get(f"/pairs/{claims.public_id}/{sales.public_id}", headers={"HX-Request": "true"}).text
    assert 'id="pairs-panel"' in page
    assert "Bring Sales into" in page
    assert "<html" not in page


def test_a_pair_that_is_none_is_not_found(alice: FlaskClient, register: Register) -> None:
    claims = register.department("Claims")
    for other in ("nobody", claims.public_id):
        assert alice.get(f"/pairs/{claims.public_id}/{other}").status_code == 404


def test_the_list_of_pairs_holds_those_that_home_counts(alice: FlaskClient, register: Register) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    assert "Claims and Legal" in alice.get("/pairs?band=together").text
    assert "Claims and Legal" not in alice.get("/pairs?band=open").text


def test_the_api_answers_the_measures_of_a_day(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    found = alice.get("/api/v1/measures").get_json()
    assert (found["on"], found["coverage"]["together"]) == (clock.today().isoformat(), 1)


def test_home_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        for at in range(4):
            made = register.initiative(f"Pilot {round_}-{at}", a, b, start=days_ago(80 - at))
            register.moment(made, days_ago(10 + at), confirmed=at % 2 == 0)
        alice.get("/")
        with counting(engine) as sent:
            alice.get("/")
        return len(sent)

    assert fill(1) == fill(2)


def test_nobody_signed_in_sees_nothing(app: Flask) -> None:
    assert app.test_client().get("/").status_code in (302, 303)
    assert app.test_client().get("/api/v1/measures").status_code == 401
