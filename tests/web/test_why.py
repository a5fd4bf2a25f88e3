"""Why did it change? Every cause with its day, its record and its share."""

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


def asked(since: int, until: int = 0, **more: str) -> dict[str, str]:
    """Return the address's arguments for the days between."""
    return {"from": days_ago(since).isoformat(), "to": days_ago(until).isoformat(), **more}


def test_a_cause_stands_with_its_day_and_opens_its_record(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(10))
    page = alice.get("/why", query_string=asked(30)).text
    assert "0 → 1 of 1 department pair work" in page
    assert "1 cause" in page
    assert page.count(f'href="/initiatives/{desk.public_id}"') == 2, "the bar and the row"
    assert "“Storm desk” started" in page


def test_what_went_quiet_comes_after_what_started(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Old desk", claims, legal, start=days_ago(110))
    register.initiative("New desk", claims, sales, start=days_ago(5))
    page = alice.get("/why", query_string=asked(60)).text
    assert page.index("“New desk” started") < page.index("“Old desk” went quiet")


def test_the_score_view_writes_exact_shares(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, sales, start=days_ago(10))
    register.initiative("Second desk", claims, legal, start=days_ago(5))
    page = alice.get("/why", query_string=asked(30, **{"as": "score"})).text
    assert "+1/2" in page
    assert "+1/6" in page
    assert "2/3" in page


def test_departments_and_journeys_are_causes_that_open_their_pages(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    sales = register.department("Sales", opened_on=days_ago(20))
    journey = register.journey("Claiming", claims, legal, valid_from=days_ago(10))
    register.journey("Buying", claims, sales)
    register.initiative("Storm desk", claims, legal, start=days_ago(15))
    page = alice.get("/why", query_string=asked(30)).text
    assert f'href="/departments/{sales.public_id}"' in page
    assert "Sales opened" in page
    assert f'href="/journeys/{journey.public_id}"' in page
    assert "“Claiming” began to count" in page


def test_a_merged_department_is_named_with_the_other(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.department("Old Claims", closed_on=days_ago(10), merged_into_id=claims.id)
    register.initiative("Storm desk", claims, legal, start=days_ago(15))
    assert "Old Claims goes on as part of Claims" in alice.get("/why", query_string=asked(30)).text


def test_many_causes_are_one_bar_for_each_kind_and_the_table_holds_them(
    alice: FlaskClient, register: Register
) -> None:
    departments = register.departments(*(f"D{at}" for at in range(23)))
    for at, other in enumerate(departments[1:], 1):
        register.initiative(f"Pilot {at}", departments[0], other, start=days_ago(10))
    page = alice.get("/why", query_string=asked(30)).text
    assert "22 started: +22" in page
    assert "kind=started#why-causes" in page
    assert "“Pilot 22” started" in page
    assert "No cause" not in alice.get("/why", query_string=asked(30, kind="started")).text


def test_no_change_says_so(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal")
    page = alice.get("/why", query_string=asked(30)).text
    assert "Nothing moved this count" in page
    assert "as before" in page


def test_days_the_wrong_way_round_are_read_the_right_way(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    assert "0 → 1 of 1" in alice.get("/why", query_string=asked(0, 30)).text


@pytest.mark.parametrize("query", ["from=yesterday", "to=2201-01-01", "from=2026-02-30"])
def test_a_day_that_is_none_is_refused(alice: FlaskClient, query: str) -> None:
    assert alice.get(f"/why?{query}").status_code == 422


@pytest.mark.parametrize("by", ["department", "theme", "kind", "lead", "nonsense"])
def test_momentum_is_split_and_adds_up(alice: FlaskClient, register: Register, by: str) -> None:
    claims, legal = register.departments("Claims", "Legal")
    priya = register.person("Priya Raman")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(40), lead=priya)
    register.moment(desk, days_ago(5))
    page = alice.get("/why", query_string=asked(30, by=by)).text
    names = {"theme": "Without a theme", "kind": "Quick wins", "lead": "Priya Raman"}
    assert names.get(by, "Claims") in page
    assert "All together" in page


def test_a_sponsor_sees_their_own_part_and_nobody_elses(
    app: Flask, engine: Engine, register: Register, cast: Cast
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    priya = register.person("Priya Raman")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(40), lead=priya)
    register.moment(desk, days_ago(5))
    client = app.test_client()
    sign_in(client, engine, cast.bob.user_id)
    page = client.get("/why", query_string=asked(30, by="lead")).text
    assert "All other sponsors" in page
    assert "Priya Raman" not in page


def test_a_viewer_is_not_offered_sponsors_by_name(
    app: Flask, engine: Engine, register: Register, cast: Cast
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    priya = register.person("Priya Raman")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(40), lead=priya)
    register.moment(desk, days_ago(5))
    client = app.test_client()
    sign_in(client, engine, cast.charlie.user_id)
    page = client.get("/why", query_string=asked(30, by="lead")).text
    assert "By lead sponsor" not in page
    assert "Priya Raman" not in page


def test_home_and_the_table_of_months_lead_here(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=days_ago(70))
    assert f"/why?from={days_ago(30)}&amp;to={days_ago(0)}" in alice.get("/").text
    assert "/why?from=" in alice.get("/momentum/table").text


def test_nobody_signed_in_sees_why(app: Flask) -> None:
    assert app.test_client().get("/why").status_code in (302, 303)


def test_it_takes_the_same_queries_with_twice_the_causes(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        desk = register.initiative(f"Pilot {round_}", a, b, start=days_ago(8))
        register.moment(desk, days_ago(3))
        alice.get("/why")
        with counting(engine) as sent:
            alice.get("/why")
        return len(sent)

    assert fill(1) == fill(2)
