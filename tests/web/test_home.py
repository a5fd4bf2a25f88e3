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
    assert ">1 of 3</a> department pairs works together." in page
    assert 'href="/pairs?band=together"' in page


def test_with_a_journey_its_crossings_are_counted(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.journey("Making a claim", sales, claims, legal)
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    assert ">1 of 2</a> crossings our customers depend on works together." in alice.get("/").text


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


def test_the_api_answers_the_measures_of_a_day(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    found = alice.get("/api/v1/measures").get_json()
    assert (found["on"], found["coverage"]["together"]) == (clock.today().isoformat(), 1)


def test_home_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    register.department("Sales")  # works with nobody, so that a next pair is named in both rounds

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


def test_where_the_other_pairs_stand_is_said_only_where_there_are_any(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(200))
    page = alice.get("/").text
    assert ">1</a> has not been heard from for 90 days, " in page
    assert ">2</a> share no work." in page
    assert "begun</p>" not in page


def test_counts_of_wins_open_those_that_count(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", claims, legal, start=days_ago(40))
    register.moment(home, days_ago(3))
    register.moment(home, days_ago(2), title="Not vouched for", confirmed=False)
    page = alice.get("/").text
    since = days_ago(89).isoformat()
    link = f"/moments?kind=win&amp;counted=yes&amp;since={since}&amp;until={clock.today().isoformat()}"
    assert f'href="{link}">1 win</a>' in page
    listed = alice.get(link.replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert ("Refund in one call" in listed, "Not vouched for" in listed.partition("moments-waiting")[0]) == (
        True,
        False,
    )


def test_the_next_pair_is_named_with_those_who_link_it(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    register.initiative("Renewals", legal, sales, start=days_ago(10))
    assert "Next: Claims and Sales. One department already works with both." in alice.get("/").text


def test_home_as_a_part_is_everything_below_the_header(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal")
    part = alice.get("/", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert part.lstrip().startswith('<div id="home-all"')
    assert "<html" not in part


def test_whoever_logged_a_moment_is_told_that_somebody_else_vouches(
    alice: FlaskClient, register: Register, cast: Cast
) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    register.moment(home, days_ago(2), confirmed=False, created_by_id=cast.alice.user_id)
    page = alice.get("/").text
    assert "1 moment of yours waits for a second person" in page
    assert "moment to confirm" not in page


def test_a_second_person_is_asked_for_where_there_is_only_one(
    app: Flask, engine: Engine, register: Register
) -> None:
    only = register.account("Ada Admin", "admin")
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    register.moment(home, days_ago(2), confirmed=False, created_by_id=only.id)
    client = app.test_client()
    sign_in(client, engine, only.id)
    assert "Invite a second person" in client.get("/").text


def test_the_office_sees_every_decision_and_others_their_own(
    app: Flask, engine: Engine, register: Register, cast: Cast
) -> None:
    values = {"start": days_ago(100), "decide_by": days_ago(5)}
    two = register.departments("Claims", "Legal")
    register.initiative("Storm desk", *two, **values)
    register.initiative("Dora's pilot", *two, created_by_id=cast.dora.user_id, **values)
    seen = {}
    for actor in (cast.alice, cast.dora, cast.charlie):
        client = app.test_client()
        sign_in(client, engine, actor.user_id)
        page = client.get("/").text
        needs = page[page.index('id="home-needs"') : page.index('id="home-latest"')]
        seen[actor.name] = ("Storm desk" in needs, "s pilot" in needs)
    assert seen == {
        "Alice Office": (True, True),
        "Dora Member": (False, True),
        "Charlie Viewer": (False, False),
    }


def test_a_past_day_shows_what_was_then_and_nothing_that_waits_now(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", claims, legal, start=days_ago(10))
    register.moment(home, days_ago(2), title="A late win")
    page = alice.get("/", query_string={"on": days_ago(20).isoformat()}).text
    assert ">0 of 1</a> department pair works together. This is where we started." in page
    assert "Back to today" in page
    assert "home-needs" not in page
    assert "A late win" not in page


def test_above_thirty_departments_the_triangle_shows_their_divisions(
    alice: FlaskClient, register: Register
) -> None:
    made = [register.division("North"), register.division("South")]
    departments = [register.department(f"D{at:02}", division_id=made[at % 2].id) for at in range(31)]
    register.initiative("Storm desk", departments[0], departments[1], start=days_ago(10))
    page = alice.get("/").text
    assert 'aria-label="North and South: 1 of 240 department pairs work together"' in page
    assert 'aria-label="Within North: 0 of 120 department pairs work together"' in page
    between = f"{made[0].public_id},{made[1].public_id}"
    listed = alice.get("/pairs", query_string={"between": between, "band": "together"}).text
    assert "North and South: 1 pair<" in listed
    assert "D00 and D01" in listed


def test_without_divisions_the_strongest_keep_their_squares(alice: FlaskClient, register: Register) -> None:
    departments = [register.department(f"D{at:02}") for at in range(31)]
    register.initiative("Storm desk", departments[29], departments[30], start=days_ago(10))
    page = alice.get("/").text
    assert 'aria-label="D29 and D30: works together, 1 live initiative"' in page
    assert "14 others" in page
