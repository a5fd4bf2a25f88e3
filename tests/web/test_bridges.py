"""Which pairs to bring together next, who could help, and a plan of pilots."""

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


def test_a_pair_names_what_a_pilot_adds_who_could_help_and_the_smallest_step(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    priya = register.person("Priya Raman")
    register.initiative("Storm desk", claims, legal, start=days_ago(10), lead=priya)
    register.initiative("Sales desk", sales, legal, start=days_ago(10), lead=priya)
    page = alice.get("/next").text
    assert "Next: Claims and Sales. One department already works with both." in page
    assert "A pilot of the two adds 1 department pair." in page
    assert "Know both and have room" in page
    assert "Bring Sales into" in page or "Bring Claims into" in page  # two steps equally small
    assert "One pilot leads from 2 to 3 of 3 department pairs." in page


def test_one_click_opens_the_form_with_everything_filled_in(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    priya = register.person("Priya Raman")
    register.initiative("Old desk", claims, legal, start=days_ago(300), ended_on=days_ago(200), lead=priya)
    page = alice.get("/next").text.replace("%2C", ",").replace("&amp;", "&")
    link = page[page.index("/initiatives/new") :].split('"')[0]
    assert f"lead={priya.public_id}" in link
    form = alice.get(link).text
    assert 'value="Claims and Legal together"' in form
    assert f'value="{priya.public_id}" selected' in form
    for each in (claims, legal):
        assert f'value="{each.public_id}" checked' in form


def test_the_theme_under_which_both_work_is_filled_in(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    theme = register.theme("Storm season")
    register.initiative("Claims desk", claims, start=days_ago(10), theme_id=theme.id)
    register.initiative("Legal desk", legal, start=days_ago(10), theme_id=theme.id)
    register.initiative("Sales desk", sales, start=days_ago(10))
    page = alice.get("/next").text.replace("%2C", ",").replace("&amp;", "&")
    both = [each.split('"')[0] for each in page.split('href="') if each.startswith("/initiatives/new")]
    with_theme = {each for each in both if f"theme={theme.public_id}" in each}
    assert all(f"departments={claims.public_id},{legal.public_id}&" in each for each in with_theme)
    form = alice.get(with_theme.pop()).text
    assert f'value="{theme.public_id}" selected' in form
    assert '<details class="more" open>' in form, "what is filled in is seen"


def test_a_trio_is_offered_where_three_do_more(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    priya = register.person("Priya Raman")
    register.initiative(
        "Old desk", claims, legal, sales, start=days_ago(300), ended_on=days_ago(200), lead=priya
    )
    page = alice.get("/next").text.replace("%2C", ",").replace("&amp;", "&")
    trio = page[page.index('id="bridges-trio"') : page.index('id="bridges-ranked"')]
    assert "Or three at once: Claims, Legal and Sales" in trio
    assert "One pilot of the three adds 3 department pairs." in trio
    assert "1.50 points of the coverage score, 0.50 for each department." in trio
    assert "Know all three and have room" in trio
    three = f"{claims.public_id},{legal.public_id},{sales.public_id}"
    assert f"departments={three}&" in trio
    assert f"/what-if?draft={three}%3A{priya.public_id}" in trio.replace(":", "%3A")
    link = next(each.split('"')[0] for each in trio.split('href="') if each.startswith("/initiatives/new"))
    assert 'value="Claims, Legal and Sales together"' in alice.get(link).text


def test_no_trio_is_offered_where_a_third_helps_nobody(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal")
    assert "Or three at once" not in alice.get("/next").text


def test_a_pair_and_the_plan_can_be_tried_without_writing_anything(
    app: Flask, engine: Engine, register: Register, cast: Cast
) -> None:
    register.departments("Claims", "Legal", "Sales")
    client = app.test_client()
    sign_in(client, engine, cast.charlie.user_id)
    page = client.get("/next?pilots=2").text.replace("&amp;", "&")
    links = [each.split('"')[0] for each in page.split('href="') if each.startswith("/what-if?")]
    plan = next(each for each in links if each.count("draft=") == 2)
    assert "With these two: 0 → 2 of 3 department pairs work together." in client.get(plan).text
    pair = next(
        each for each in links if each.count("draft=") == 1 and each.replace("%2C", ",").count(",") == 1
    )
    assert "With this one: 0 → 1 of 3" in client.get(pair).text


def test_the_limits_stand_in_the_address_and_in_the_form(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal", "Sales")
    page = alice.get("/next?pilots=3&department=1").text
    assert "One pilot leads from 0 to 1 of 3" in page
    assert "The limits leave room for one." in page
    assert 'name="department" value="1"' in page
    assert 'name="sponsor" value="5"' in page


def test_limits_without_room_say_so(alice: FlaskClient, register: Register) -> None:
    departments = register.departments("Claims", "Legal", "Sales")
    for at in range(3):
        register.initiative(f"Desk {at}", departments[at], departments[at - 1], start=days_ago(100 - at))
        register.initiative(f"Solo {at}", departments[at], start=days_ago(3))
    assert "The limits leave no room for a pilot." in alice.get("/next?department=1").text


@pytest.mark.parametrize("query", ["pilots=many", "pilots=-1", "department=9999999", "sponsor=²", "page=x"])
def test_numbers_that_are_none_are_the_defaults(alice: FlaskClient, register: Register, query: str) -> None:
    register.departments("Claims", "Legal")
    assert alice.get(f"/next?{query}").status_code == 200


def test_nothing_to_bring_together_says_so(alice: FlaskClient) -> None:
    page = alice.get("/next").text
    assert "No pair has room to grow." in page


def test_a_pair_that_works_together_short_of_a_full_share_is_told_so(
    alice: FlaskClient, register: Register
) -> None:
    register.initiative("Desk", *register.departments("Claims", "Legal", "Sales"), start=days_ago(5))
    assert "They work together; a pilot of the two makes it a full share." in alice.get("/next").text


def test_a_past_day_is_planned_as_it_was(alice: FlaskClient, register: Register) -> None:
    register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(5))
    page = alice.get(f"/next?on={days_ago(9)}").text
    assert "Next: Claims and Legal." in page
    assert "Back to today" in page


def test_a_day_that_is_none_is_refused(alice: FlaskClient) -> None:
    assert alice.get("/next?on=yesterday").status_code == 422


def test_who_may_only_look_is_not_asked_to_start(
    app: Flask, engine: Engine, register: Register, cast: Cast
) -> None:
    register.departments("Claims", "Legal")
    client = app.test_client()
    sign_in(client, engine, cast.charlie.user_id)
    page = client.get("/next").text
    assert "Claims and Legal" in page
    assert "/initiatives/new" not in page


def test_home_leads_here(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal")
    assert 'href="/next"' in alice.get("/").text


def test_nobody_signed_in_sees_it(app: Flask) -> None:
    assert app.test_client().get("/next").status_code in (302, 303)


def test_it_takes_the_same_queries_with_twice_the_pairs(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b, _ = register.departments(f"Claims {round_}", f"Legal {round_}", f"Sales {round_}")
        register.initiative(f"Pilot {round_}", a, b, start=days_ago(8))
        alice.get("/next")
        with counting(engine) as sent:
            alice.get("/next")
        return len(sent)

    assert fill(1) == fill(2)
