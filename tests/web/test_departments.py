"""The pages of departments and divisions: every number opens its records, every refusal says why."""

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

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


@pytest.fixture
def charlie(app: Flask, cast: Cast, engine: Engine) -> FlaskClient:
    """Charlie's browser: he may only look."""
    client = app.test_client()
    sign_in(client, engine, cast.charlie.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


def test_an_empty_register_teaches_the_first_step(alice: FlaskClient) -> None:
    page = alice.get("/departments").text
    assert "Two departments make the first pair." in page
    assert 'href="/departments/new"' in page


def test_the_list_counts_what_works_together(alice: FlaskClient, register: Register) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    page = alice.get("/departments").text
    assert f'href="/departments/{claims.public_id}#departments-partners">1 of 2</a>' in page


def test_a_part_of_the_list_is_sent_alone_and_keeps_its_address(
    alice: FlaskClient, register: Register
) -> None:
    register.departments("Claims", "Legal")
    answer = alice.get("/departments?q=claim&state=all", headers=FRAGMENT)
    assert "<html" not in answer.text
    assert "Claims" in answer.text
    assert ">Legal<" not in answer.text
    assert answer.headers["HX-Replace-Url"] == "/departments?q=claim&state=all"


def test_a_department_says_its_coverage_in_counts_and_opens_each_pair(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=days_ago(10))
    page = alice.get(f"/departments/{claims.public_id}").text
    assert ">1 of 2</a> departments" in page
    assert "Coverage score: 1.0 of 2 possible points." in page
    assert f'href="/pairs/{claims.public_id}/{legal.public_id}"' in page
    assert f'href="/pairs/{claims.public_id}/{sales.public_id}"' in page
    assert "Smallest step: bring Sales into" in page


def test_a_past_day_shows_what_stood_then(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=days_ago(40), ended_on=days_ago(20))
    here = f"/departments/{claims.public_id}"
    assert ">0 of 1</a>" in alice.get(here).text
    then = alice.get(f"{here}?on={days_ago(30)}").text
    assert ">1 of 1</a>" in then
    assert "Back to today" in then
    assert alice.get(f"{here}?on=yesterday").status_code == 422


def test_a_department_is_added_and_edited_with_its_history(alice: FlaskClient) -> None:
    typed = {"name": "Claims", "aliases": "Schaden\r\nCases", "new_division": "Repairs", "headcount": "1,240"}
    answer = alice.post("/departments/new", data=typed)
    assert answer.status_code == 303
    here = answer.headers["Location"]
    page = alice.get(here).text
    for words in ("Claims is in the register.", "Cases and Schaden", "Repairs", "1,240"):
        assert words in page
    answer = alice.post(f"{here}/edit", data={"name": "Claims Service", "version": "1"})
    assert answer.status_code == 303
    page = alice.get(here).text
    assert "<del>Claims</del>" in page
    assert "<ins>Claims Service</ins>" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "The name is needed."),
        ({"name": "Claims", "opened_on": "1899-12-31"}, "between the years 1900 and 2200"),
        ({"name": "Claims", "opened_on": "2026-02-02", "closed_on": "2026-02-01"}, "cannot close before"),
        ({"name": "Claims", "headcount": "many"}, "must be a whole number"),
        ({"name": "Claims", "division": "nowhere"}, "Choose one of the divisions offered."),
        ({"name": "Cla\0ims"}, "cannot be kept"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_it_was_typed(
    alice: FlaskClient, typed: dict[str, str], message: str
) -> None:
    answer = alice.post("/departments/new", data={"aliases": "Schaden", **typed})
    assert answer.status_code == 422
    assert message in answer.text
    assert "Schaden" in answer.text


def test_a_stale_save_shows_both_texts(alice: FlaskClient, register: Register) -> None:
    here = f"/departments/{register.department('Claims').public_id}"
    alice.post(f"{here}/edit", data={"name": "Cases", "version": "1"})
    answer = alice.post(f"{here}/edit", data={"name": "Schaden", "new_division": "Repairs", "version": "1"})
    assert answer.status_code == 409
    for words in ("Cases", "Schaden", "Repairs", 'name="version" value="2"'):
        assert words in answer.text


def test_a_department_closes_on_a_day(alice: FlaskClient, register: Register) -> None:
    here = f"/departments/{register.department('Claims').public_id}"
    assert "Close Claims" in alice.get(f"{here}/close").text
    answer = alice.post(f"{here}/close", data={"on": days_ago(1).isoformat(), "version": "1"})
    assert answer.status_code == 303
    assert "It closed on" in alice.get(here).text
    stale = alice.post(f"{here}/close", data={"on": days_ago(2).isoformat(), "version": "1"})
    assert stale.status_code == 409
    for typed in ({}, {"version": "2"}, {"on": "1066-01-01", "version": "2"}):
        assert alice.post(f"{here}/close", data=typed).status_code == 422


def test_a_department_that_records_refer_to_says_why_it_stays(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims)
    answer = alice.post(f"/departments/{claims.public_id}/bin")
    assert answer.status_code == 422
    assert "for the sake of 1 initiative." in answer.text
    here = f"/departments/{legal.public_id}"
    assert alice.post(f"{here}/bin").status_code == 303
    assert "is in the bin" in alice.get(here).text
    assert alice.post(f"{here}/restore").status_code == 303
    assert "is in the bin: it is in no list" not in alice.get(here).text


def test_those_who_look_are_offered_no_change(
    charlie: FlaskClient, register: Register, engine: Engine
) -> None:
    here = f"/departments/{register.department('Claims').public_id}"
    page = charlie.get(here).text
    for words in ("/edit", "/close", "To the bin", "History"):
        assert words not in page
    for address in ("/departments/new", f"{here}/edit", f"{here}/close"):
        assert charlie.get(address).status_code == 403
        assert charlie.post(address, data={"name": "Mine", "version": "1"}).status_code == 403


def test_what_is_not_there_is_not_found(charlie: FlaskClient, register: Register) -> None:
    binned = register.department("Gone", binned_at=clock.now())
    for public_id in ("nowhere", binned.public_id, "9" * 40):
        assert charlie.get(f"/departments/{public_id}").status_code == 404


def test_nobody_signed_in_sees_nothing(app: Flask) -> None:
    assert app.test_client().get("/departments").status_code in (302, 303)


def test_divisions_are_opened_renamed_and_taken_away(alice: FlaskClient, register: Register) -> None:
    assert alice.post("/departments/divisions", data={"name": "Operations"}).status_code == 303
    assert alice.post("/departments/divisions", data={"name": "operations"}).status_code == 422
    page = alice.get("/departments/divisions").text
    edit = page.split('href="/departments/divisions/')[1].split('"')[0]
    here = f"/departments/divisions/{edit}"
    assert alice.post(here, data={"name": "Service", "version": "1"}).status_code == 303
    stale = alice.post(here, data={"name": "Care", "version": "1"})
    assert stale.status_code == 409
    assert "Service" in stale.text
    assert alice.post(here.replace("/edit", "/remove")).status_code == 303
    assert "Divisions will stand here." in alice.get("/departments/divisions").text


def test_the_pages_take_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    claims = register.department("Claims")

    def fill(round_: int) -> list[int]:
        for at in range(3):
            other = register.department(f"Other {round_}-{at}")
            made = register.initiative(f"Pilot {round_}-{at}", claims, other, start=days_ago(60))
            register.moment(made, days_ago(10 + at))
        found = []
        for address in ("/departments", f"/departments/{claims.public_id}", "/departments/divisions"):
            alice.get(address)
            with counting(engine) as sent:
                alice.get(address)
            found.append(len(sent))
        return found

    assert fill(1) == fill(2)
