"""Departments join and leave, sponsors lead, stand beside and step back, each on a date."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.web.browsers import PART, as_sent, browser_of, days_ago, entries
from tracker import clock
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement, Sponsorship
from tracker.models.people import Person


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def claims(register: Register) -> Department:
    return register.department("Claims")


@pytest.fixture
def sales(register: Register) -> Department:
    return register.department("Sales")


@pytest.fixture
def priya(register: Register) -> Person:
    return register.person("Priya Raman")


@pytest.fixture
def storm(register: Register, claims: Department, priya: Person) -> Initiative:
    return register.initiative(
        "Storm desk", claims, register.department("Legal"), start=days_ago(40), lead=priya
    )


@pytest.fixture
def here(storm: Initiative) -> str:
    return f"/initiatives/{storm.public_id}"


def test_a_department_joins_on_a_day(
    alice: FlaskClient, engine: Engine, here: str, sales: Department
) -> None:
    form = alice.get(f"{here}/departments/join", headers=PART).text
    assert form.lstrip().startswith('<section id="initiatives-join"')
    data = {"department": sales.public_id, "joined_on": days_ago(10).isoformat(), "role": "contributing"}
    assert alice.post(f"{here}/departments/join", data=data).headers["Location"] == here
    page = alice.get(here).text
    assert "brought in Sales" in page
    with Session(engine) as session:
        assert session.scalar(
            select(Involvement.joined_on).where(Involvement.department_id == sales.id)
        ) == days_ago(10)


def test_a_department_leaves_and_its_days_stay(alice: FlaskClient, here: str, claims: Department) -> None:
    form = alice.get(f"{here}/departments/leave").text
    assert f'<option value="{claims.public_id}"' in form
    data = {"department": claims.public_id, "left_on": days_ago(5).isoformat()}
    assert alice.post(f"{here}/departments/leave", data=data).status_code == 303
    page = alice.get(here).text
    assert "until" in page.split("Departments over time")[1].split("</section>")[0]
    assert "changed when Claims takes part" in page


@pytest.mark.parametrize("form", ["join", "leave"])
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("department", "", "Name the department."),
        ("department", "nobody", "one of these is not in it"),
        ("department", "9223372036854775808", "one of these is not in it"),
        ("department", "x" * 70_000, "one of these is not in it"),
        ("department", "\0", "one of these is not in it"),
        ("department", "\ud800", "one of these is not in it"),
        ("day", "", "The day is needed."),
        ("day", "1899-12-31", "between the years 1900 and 2200"),
        ("day", "1950-01-01", "had not started on that day"),
        ("day", "soon", "must be a day"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    alice: FlaskClient, engine: Engine, here: str, claims: Department, sales: Department,
    form: str, field: str, value: str, message: str,
) -> None:  # fmt: skip
    day = "joined_on" if form == "join" else "left_on"
    chosen = sales if form == "join" else claims
    data = {"department": chosen.public_id, day: clock.today().isoformat(), "role": "lead"}
    before = entries(engine)
    answer = alice.post(
        f"{here}/departments/{form}", **as_sent(data | {day if field == "day" else field: value})
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert entries(engine) == before


def test_a_department_joins_once(alice: FlaskClient, engine: Engine, here: str, claims: Department) -> None:
    data = {"department": claims.public_id, "joined_on": clock.today().isoformat(), "role": "lead"}
    before = entries(engine)
    answer = alice.post(f"{here}/departments/join", data=data)
    assert answer.status_code == 422
    assert "Claims takes part already." in answer.text
    assert entries(engine) == before


def test_a_role_that_is_none_is_refused(
    alice: FlaskClient, engine: Engine, here: str, sales: Department
) -> None:
    before = entries(engine)
    for role in ("", "owner", "x" * 70_000):
        data = {"department": sales.public_id, "joined_on": clock.today().isoformat(), "role": role}
        assert alice.post(f"{here}/departments/join", data=data).status_code == 422
    assert entries(engine) == before


def test_another_person_leads_from_a_day_on(
    alice: FlaskClient, engine: Engine, register: Register, here: str, priya: Person
) -> None:
    efua = register.person("Efua Mensah")
    assert "Now: Priya Raman (leads)" in alice.get(f"{here}/sponsors").text
    data = {"change": "lead", "person": efua.public_id, "on": days_ago(10).isoformat(), "version": "1"}
    assert alice.post(f"{here}/sponsors", data=data).status_code == 303
    page = alice.get(here).text
    assert "led by <a" in page
    assert "named Efua Mensah as sponsor" in page
    with Session(engine) as session:
        days = {row.person_id: (row.from_on, row.to_on) for row in session.scalars(select(Sponsorship))}
    assert days == {priya.id: (None, days_ago(10)), efua.id: (days_ago(10), None)}


def test_a_co_sponsor_comes_and_steps_back(alice: FlaskClient, register: Register, here: str) -> None:
    efua = register.person("Efua Mensah")
    data = {"change": "co", "person": efua.public_id, "on": days_ago(10).isoformat(), "version": "1"}
    assert alice.post(f"{here}/sponsors", data=data).status_code == 303
    assert "Co-sponsor from" in alice.get(here).text
    data |= {"change": "leave", "on": days_ago(2).isoformat(), "version": "2"}
    assert alice.post(f"{here}/sponsors", data=data).status_code == 303


@pytest.mark.parametrize(
    ("changed", "status", "message"),
    [
        ({"change": ""}, 422, "What changes: choose one."),
        ({"change": "everything"}, 422, "choose one of those offered"),
        ({"person": ""}, 422, "Name the person."),
        ({"person": "nobody"}, 422, "one of these is not in it"),
        ({"on": ""}, 422, "The day is needed."),
        ({"on": "1950-01-01"}, 422, "had not started on that day"),
        ({"version": ""}, 422, "The version of the record"),
        ({"version": "7"}, 409, "Somebody changed this"),
    ],
)
def test_a_change_of_sponsors_that_cannot_be_is_refused(
    alice: FlaskClient, engine: Engine, register: Register, here: str,
    changed: dict[str, str], status: int, message: str,
) -> None:  # fmt: skip
    efua = register.person("Efua Mensah")
    before = entries(engine)
    data = {"change": "lead", "person": efua.public_id, "on": clock.today().isoformat(), "version": "1"}
    answer = alice.post(f"{here}/sponsors", data=data | changed)
    assert answer.status_code == status
    assert message in answer.text
    assert entries(engine) == before


@pytest.mark.parametrize("form", ["departments/join", "departments/leave", "sponsors"])
def test_only_the_office_sets_departments_and_sponsors(
    app: Flask, engine: Engine, cast: Cast, here: str, form: str
) -> None:
    for actor in (cast.bob, cast.dora, cast.charlie):
        browser = browser_of(app, engine, actor)
        assert browser.get(f"{here}/{form}").status_code == 403
        assert browser.post(f"{here}/{form}", data={}).status_code == 403
    assert app.test_client().get(f"{here}/{form}").status_code in (302, 303)
