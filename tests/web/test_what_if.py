"""What if we stop these? The numbers with and without chosen initiatives; nothing is written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.audit import AuditEntry


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


def test_the_lost_pairs_are_named_and_counted(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(10))
    register.initiative("Sales desk", claims, sales, start=days_ago(10))
    page = alice.get("/what-if", query_string={"stop": desk.public_id}).text
    assert "Without this one: 2 → 1 of 3 department pairs works together." in page
    assert "1 pair would no longer work together" in page
    assert page.index("Claims and Legal") > page.index("1 pair would no longer work together")
    assert "The track without them" in page


def test_several_are_stopped_together(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    ids = [register.initiative(f"Desk {at}", claims, legal, start=days_ago(10)).public_id for at in range(2)]
    alone = alice.get("/what-if", query_string={"stop": ids[0]}).text
    assert "Without this one: 1 → 1 of 1" in alone
    assert "Without these two: 1 → 0 of 1" in alice.get("/what-if", query_string={"stop": ids}).text
    assert "Without these two: 1 → 0 of 1" in alice.get(f"/what-if?stop={','.join(ids)}").text


def test_a_pair_that_others_hold_as_firmly_does_not_change(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    first = register.initiative("First desk", claims, legal, start=days_ago(10))
    register.initiative("Second desk", claims, legal, start=days_ago(10))
    assert "No pair would change" in alice.get(f"/what-if?stop={first.public_id}").text


def test_momentum_goes_on_without_what_they_add(alice: FlaskClient, register: Register) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    register.moment(desk, clock.today())
    page = alice.get(f"/what-if?stop={desk.public_id}").text
    assert "Momentum is 0.7." in page
    assert "−0.7" in page


def test_the_list_offers_live_initiatives_of_two_and_the_search_narrows_it(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(10))
    register.initiative("Quiet desk", claims, legal, start=days_ago(200))
    register.initiative("Lone desk", claims, start=days_ago(10))
    page = alice.get("/what-if").text
    assert "Storm desk" in page
    assert "Quiet desk" not in page
    assert "Lone desk" not in page
    assert "No live initiative has these words" in alice.get("/what-if?q=nothing").text
    chosen = alice.get("/what-if", query_string={"q": "nothing", "stop": desk.public_id}).text
    assert f'value="{desk.public_id}" checked' in chosen, "what is chosen stays chosen"


@pytest.mark.parametrize("stop", ["nobody", "", ",,,", "x" * 500])
def test_what_is_no_live_initiative_stops_nothing(alice: FlaskClient, register: Register, stop: str) -> None:
    register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    page = alice.get("/what-if", query_string={"stop": stop}).text
    assert "What if we stop some of these?" in page


def test_nothing_live_says_so(alice: FlaskClient) -> None:
    assert "No initiative of two departments is live" in alice.get("/what-if").text


def test_a_past_day_has_its_own_initiatives(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Old desk", claims, legal, start=days_ago(300), ended_on=days_ago(250))
    assert "Old desk" in alice.get(f"/what-if?on={days_ago(280)}").text
    assert alice.get("/what-if?on=yesterday").status_code == 422


def test_an_initiative_leads_here_with_itself_chosen(alice: FlaskClient, register: Register) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    assert f"/what-if?stop={desk.public_id}" in alice.get(f"/initiatives/{desk.public_id}").text


def test_nothing_is_written(alice: FlaskClient, engine: Engine, register: Register) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    with Session(engine) as session:
        before = session.scalar(select(func.count(AuditEntry.id)))
    alice.get(f"/what-if?stop={desk.public_id}")
    with Session(engine) as session:
        assert session.scalar(select(func.count(AuditEntry.id))) == before
    assert "1 of 1 department pair works together" in alice.get("/").text.replace("</a>", "")


def test_nobody_signed_in_sees_it(app: Flask) -> None:
    assert app.test_client().get("/what-if").status_code in (302, 303)


def test_it_takes_the_same_queries_with_twice_the_initiatives(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    stopped: list[str] = []

    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        stopped.append(register.initiative(f"Pilot {round_}", a, b, start=days_ago(8)).public_id)
        alice.get("/what-if", query_string={"stop": stopped})
        with counting(engine) as sent:
            alice.get("/what-if", query_string={"stop": stopped})
        return len(sent)

    assert fill(1) == fill(2)
