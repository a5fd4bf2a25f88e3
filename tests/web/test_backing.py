"""Where a second sponsor helps: for the office everything, for a sponsor what rests on them, for others nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.people import Person


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


@pytest.fixture
def bob(app: Flask, cast: Cast, engine: Engine) -> FlaskClient:
    """Bob's browser: he is a sponsor."""
    client = app.test_client()
    sign_in(client, engine, cast.bob.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


@pytest.fixture
def work(register: Register, session: Session, cast: Cast) -> None:
    """Bob leads one of the two pilots, Priya the other."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    bob = session.scalars(select(Person).where(Person.id == cast.bob.person_id)).one()
    register.initiative("Storm desk", claims, legal, start=days_ago(10), lead=bob)
    register.initiative("Quote line", claims, sales, start=days_ago(10), lead=register.person("Priya Raman"))


@pytest.mark.usefixtures("work")
def test_the_office_sees_every_pair_that_rests_on_one_sponsor(alice: FlaskClient) -> None:
    page = alice.get("/second-sponsor").text
    assert "A second sponsor would back up 2 pairs." in page
    assert page.index("Bob Hale") < page.index("Priya Raman"), "by name: nobody is ranked"
    for words in ("Claims and Legal", "Storm desk", "Claims and Sales", "Quote line"):
        assert words in page


@pytest.mark.usefixtures("work")
def test_a_sponsor_sees_what_rests_on_them_alone(bob: FlaskClient) -> None:
    page = bob.get("/second-sponsor").text
    assert "A second sponsor would back up 1 pair." in page
    assert "Storm desk" in page
    for words in ("Priya Raman", "Quote line", "Claims and Sales"):
        assert words not in page


def test_nobody_else_sees_it(app: Flask, engine: Engine, cast: Cast) -> None:
    for actor in (cast.dora, cast.charlie):
        client = app.test_client()
        sign_in(client, engine, actor.user_id)
        assert client.get("/second-sponsor").status_code == 403
    assert app.test_client().get("/second-sponsor").status_code in (302, 303)


@pytest.mark.usefixtures("work")
def test_an_initiative_that_carries_more_than_a_third_has_its_word(alice: FlaskClient) -> None:
    page = alice.get("/second-sponsor").text
    assert page.count("carries more than a third of it") == 2
    assert "50 %" in page


def test_an_initiative_that_carries_a_third_exactly_has_none(alice: FlaskClient, register: Register) -> None:
    departments = register.departments("Claims", "Legal", "Sales")
    for at, each in enumerate(departments):
        register.initiative(f"Desk {at}", each, departments[at - 1], start=days_ago(5))
    page = alice.get("/second-sponsor").text
    assert "33 %" in page
    assert "more than a third" not in page


def test_nothing_that_rests_on_one_says_so(alice: FlaskClient, register: Register) -> None:
    register.departments("Claims", "Legal")
    page = alice.get("/second-sponsor").text
    assert "No pair rests on one sponsor." in page
    assert "No live initiative carries a counted pair." in page


@pytest.mark.usefixtures("work")
def test_a_past_day_is_shown_as_it_was(alice: FlaskClient) -> None:
    page = alice.get(f"/second-sponsor?on={days_ago(20)}").text
    assert "No pair rests on one sponsor." in page
    assert "Back to today" in page
    assert alice.get("/second-sponsor?on=yesterday").status_code == 422


@pytest.mark.usefixtures("work")
def test_the_list_of_sponsors_and_a_sponsors_page_lead_here(
    alice: FlaskClient, bob: FlaskClient, session: Session, cast: Cast
) -> None:
    assert 'href="/second-sponsor"' in alice.get("/sponsors").text
    assert 'href="/second-sponsor"' not in bob.get("/sponsors").text
    own = session.scalars(select(Person.public_id).where(Person.id == cast.bob.person_id)).one()
    assert 'href="/second-sponsor"' in bob.get(f"/sponsors/{own}").text


@pytest.mark.usefixtures("work")
def test_the_record_of_an_initiative_tells_its_part_and_warns_above_a_third(
    alice: FlaskClient, session: Session, register: Register
) -> None:
    session.rollback()  # to see what was saved since
    storm = select(Initiative.public_id).where(Initiative.title == "Storm desk")
    url = f"/initiatives/{session.scalars(storm).one()}"
    page = alice.get(url).text
    assert "In all it carries 1.0 of the 2.0 points of the coverage score, 50 %." in page
    assert "More than a third of the coverage score stands through this one." in page
    legal, sales = session.scalars(select(Department).where(Department.name.in_(("Legal", "Sales"))))
    register.initiative("Third desk", legal, sales, start=days_ago(10))
    page = alice.get(url).text
    assert "1.0 of the 3.0 points of the coverage score, 33 %." in page
    assert "More than a third" not in page


@pytest.mark.usefixtures("work")
def test_a_sponsor_whose_work_carries_more_than_a_third_is_told_and_so_is_the_office(
    app: Flask, engine: Engine, alice: FlaskClient, bob: FlaskClient, session: Session, cast: Cast
) -> None:
    own = session.scalars(select(Person.public_id).where(Person.id == cast.bob.person_id)).one()
    for client in (alice, bob):
        page = client.get(f"/sponsors/{own}").text
        assert "What Bob Hale leads carries 1.0 of the 2.0 points of the coverage score, 50 %." in page
        assert "That is more than a third." in page
    assert "What you lead carries more than a third of the coverage score." in bob.get("/second-sponsor").text
    office = alice.get("/second-sponsor").text
    assert office.count("carries more than a third of the coverage score.") == 2
    for actor in (cast.dora, cast.charlie):
        client = app.test_client()
        sign_in(client, engine, actor.user_id)
        page = client.get(f"/sponsors/{own}").text
        assert "points of the coverage score" not in page
        assert "more than a third" not in page


def test_it_takes_the_same_queries_with_twice_the_pairs(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        lead = register.person(f"Sponsor {round_}")
        register.initiative(f"Pilot {round_}", a, b, start=days_ago(8), lead=lead)
        alice.get("/second-sponsor")
        with counting(engine) as sent:
            alice.get("/second-sponsor")
        return len(sent)

    assert fill(1) == fill(2)


def test_a_sponsor_on_whom_nothing_rests_reads_about_themselves_alone(bob: FlaskClient) -> None:
    page = bob.get("/second-sponsor").text
    assert "No pair rests on you alone." in page
    assert "Every pair that you hold is held by others too." in page
