"""Pairs: the records behind every count, and the panel that names the smallest next step."""

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


@pytest.mark.parametrize("between", ["nobody,nothing", ",", "a", ""])
def test_groups_that_are_none_hold_no_pair_or_all(
    alice: FlaskClient, register: Register, between: str
) -> None:
    register.departments("Claims", "Legal")
    assert alice.get("/pairs", query_string={"between": between}).status_code == 200


def test_the_panel_starts_an_initiative_of_the_two(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    page = alice.get(f"/pairs/{claims.public_id}/{legal.public_id}").text
    link = f"/initiatives/new?departments={claims.public_id},{legal.public_id}"
    assert link in page.replace("%2C", ",")
    form = alice.get(link).text
    for each in (claims, legal):
        assert f'value="{each.public_id}" checked' in form


def test_the_panel_names_earlier_work_and_a_likely_sponsor(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    priya = register.person("Priya Raman", title="Claims Director")
    register.initiative("Winter desk", claims, legal, start=days_ago(300), ended_on=days_ago(200), lead=priya)
    page = alice.get(f"/pairs/{claims.public_id}/{legal.public_id}").text
    assert "Together before" in page
    assert "Winter desk" in page
    assert "Likely sponsor" in page
    assert "Claims Director" in page


def test_who_may_only_look_is_not_asked_to_start_or_add(
    app: Flask, engine: Engine, register: Register, cast: Cast
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    client = app.test_client()
    sign_in(client, engine, cast.charlie.user_id)
    page = client.get(f"/pairs/{claims.public_id}/{sales.public_id}").text
    assert "Bring Sales into" in page
    assert "Start an initiative" not in page
    assert "Add Sales" not in page


def test_the_list_of_pairs_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        register.initiative(f"Pilot {round_}", a, b, start=days_ago(8))
        alice.get("/pairs")
        with counting(engine) as sent:
            alice.get("/pairs")
        return len(sent)

    assert fill(1) == fill(2)


def test_the_views_count_their_pairs(alice: FlaskClient, register: Register) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    page = alice.get("/pairs").text
    for words in ("All pairs 3", "Work together 1", "Begun 0", "Not heard from 0", "No shared work 2"):
        assert f">{words}</a>" in page


def test_a_list_without_a_pair_says_so(alice: FlaskClient) -> None:
    assert "No pair stands here." in alice.get("/pairs?band=begun").text


def test_an_unknown_view_shows_all_pairs(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal")
    assert "1 pair counted" in alice.get("/pairs?band=nonsense").text


def test_the_list_as_a_part_is_the_table(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal")
    part = alice.get("/pairs", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert part.lstrip().startswith('<div id="pairs-table"')


@pytest.mark.parametrize("path", ["/pairs?on=yesterday", "/pairs?on=1899-12-31", "/pairs/a/b?on=2201-01-01"])
def test_a_day_that_is_none_is_refused(alice: FlaskClient, path: str) -> None:
    assert alice.get(path).status_code == 422


def test_nobody_signed_in_sees_a_pair(app: Flask) -> None:
    assert app.test_client().get("/pairs").status_code in (302, 303)
