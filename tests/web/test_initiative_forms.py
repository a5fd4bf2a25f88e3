"""Start and edit an initiative: what is saved, what comes back, and two people who save one record."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from tests.factories import Cast, Register
from tests.web.browsers import PART, as_sent, browser_of, days_ago, entries
from tracker import clock
from tracker.models.initiatives import Initiative


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def ada(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.ada)


@pytest.fixture
def storm(register: Register) -> Initiative:
    return register.initiative(
        "Storm desk", *register.departments("Claims", "Legal"), start=days_ago(40), decide_by=days_ago(-20)
    )


def the_only(engine: Engine) -> Initiative:
    """Return the newest initiative with its departments, sponsors and links."""
    with Session(engine) as session:
        found = session.scalars(
            select(Initiative)
            .options(
                selectinload(Initiative.involvements),
                selectinload(Initiative.sponsorships),
                selectinload(Initiative.builds_on),
            )
            .order_by(Initiative.id.desc())
        ).first()
        assert found is not None
        session.expunge_all()
        return found


def an_edit(version: int = 1, **changed: object) -> dict[str, object]:
    """Return the form of an edit."""
    form: dict[str, object] = {
        "title": "Storm desk",
        "kind": "pilot",
        "started_on": days_ago(40).isoformat(),
        "decide_by": days_ago(-20).isoformat(),
        "description": "",
        "contact": "",
        "link": "",
        "version": str(version),
    }
    return form | changed


# start


def test_an_initiative_starts_with_its_departments_sponsors_and_roots(
    alice: FlaskClient, engine: Engine, register: Register, storm: Initiative
) -> None:
    sales, pricing = register.departments("Sales", "Pricing")
    priya, theme = register.person(), register.theme()
    answer = alice.post(
        "/initiatives/new",
        data={
            "title": "One price for all",
            "departments": [sales.public_id, pricing.public_id],
            "leading": sales.public_id,
            "started_on": days_ago(3).isoformat(),
            "lead": priya.public_id,
            "theme": theme.public_id,
            "builds_on": storm.public_id,
            "link": "https://example.org",
            "kind": "pilot",
        },
    )
    found = the_only(engine)
    assert answer.headers["Location"] == f"/initiatives/{found.public_id}"
    assert (found.title, found.theme_id, found.link) == ("One price for all", theme.id, "https://example.org")
    assert sorted(each.role for each in found.involvements) == ["contributing", "lead"]
    assert [(each.person_id, each.role) for each in found.sponsorships] == [(priya.id, "lead")]
    assert [each.earlier_id for each in found.builds_on] == [storm.id]
    assert found.decide_by == days_ago(3 - 90)


def test_a_link_fills_the_form(alice: FlaskClient, register: Register, storm: Initiative) -> None:
    sales = register.department("Sales")
    page = alice.get(
        f"/initiatives/new?departments={sales.public_id}&title=Try&builds_on={storm.public_id}"
    ).text
    for words in (f'value="{sales.public_id}" checked', 'value="Try"', "Builds on “Storm desk”"):
        assert words in page


def test_in_the_dialog_the_form_is_a_part_and_an_event_tells_the_page(
    alice: FlaskClient, register: Register
) -> None:
    part = alice.get("/initiatives/new", headers=PART).text
    assert part.lstrip().startswith('<section id="initiatives-new"')
    sales = register.department("Sales")
    answer = alice.post(
        "/initiatives/new",
        data={"title": "Try", "departments": sales.public_id, "kind": "pilot"},
        headers=PART,
    )
    assert answer.status_code == 204
    assert list(json.loads(answer.headers["HX-Trigger"])) == ["initiative-saved", "tracker:done"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "The title is needed."),
        ("title", "x" * 301, "The title can have 300 characters"),
        ("title", "a\0b", "characters that cannot be kept"),
        ("title", "a\ud800b", "characters that cannot be kept"),
        ("departments", [], "choose at least one"),
        ("departments", ["nobody"], "one of these is not in it"),
        ("departments", ["9223372036854775808"], "one of these is not in it"),
        ("departments", ["x" * 70_000], "choose from those offered"),
        ("kind", "dream", "choose one of those offered"),
        ("started_on", "soon", "must be a day"),
        ("started_on", "1899-12-31", "between the years 1900 and 2200"),
        ("decide_by", "2201-01-01", "between the years 1900 and 2200"),
        ("decide_by", "2000-01-01", "before the start"),
        ("lead", "nobody", "one of these is not in it"),
        ("lead", "x" * 70_000, "one of these is not in it"),
        ("theme", "nothing", "Choose one of the themes offered."),
        ("leading", "nobody", "one of those that take part"),
        ("builds_on", "nothing", "is not there any more"),
        ("description", "x" * 5001, "can have 5,000 characters"),
        ("contact", "x" * 5001, "can have 5,000 characters"),
        ("link", "javascript:alert(1)", "A link begins with https://"),
        ("link", "data:text/html,hi", "A link begins with https://"),
        ("link", "vbscript:x", "A link begins with https://"),
        ("link", "java\tscript:alert(1)", "A link begins with https://"),
        ("link", "https://" + "x" * 2000, "can have 2,000 characters"),
    ],
)
def test_what_cannot_be_started_is_said_at_its_field_and_nothing_is_written(
    alice: FlaskClient, engine: Engine, register: Register, field: str, value: object, message: str
) -> None:
    two = [each.public_id for each in register.departments("Sales", "Pricing")]
    before = entries(engine)
    form = {
        "title": "Try",
        "departments": two,
        "started_on": "2026-01-05",
        "contact": "Kept words",
        "kind": "pilot",
    }
    answer = alice.post("/initiatives/new", **as_sent(form | {field: value}))
    assert answer.status_code == 422
    assert message in answer.text
    assert field == "contact" or "Kept words" in answer.text
    assert entries(engine) == before


def test_fields_that_the_form_does_not_have_are_ignored(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    sales = register.department("Sales")
    alice.post(
        "/initiatives/new",
        data={
            "title": "Try", "departments": sales.public_id, "kind": "pilot", "started_on": days_ago(2).isoformat(),
            "id": "77", "public_id": "mine", "status": "finished", "outcome": "routine", "version": "40",
            "routine_from": "2026-01-01", "declared_until": "2200-01-01", "is_sample": "1", "created_by_id": "1",
        },
    )  # fmt: skip
    found = the_only(engine)
    assert (found.status, found.outcome, found.version, found.is_sample) == ("live", None, 1, False)
    assert (found.routine_from, found.declared_until, found.public_id == "mine") == (None, None, False)


# edit


def test_an_edit_is_saved_and_its_history_says_before_and_after(
    alice: FlaskClient, engine: Engine, storm: Initiative
) -> None:
    here = f"/initiatives/{storm.public_id}"
    answer = alice.post(f"{here}/edit", data=an_edit(title="Storm desk, day and night"))
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    page = alice.get(here).text
    for words in ("Alice Office", "Title: <del>Storm desk</del> <ins>Storm desk, day and night</ins>"):
        assert words in page
    assert the_only(engine).version == 2


def test_an_edit_in_place_tells_the_page(alice: FlaskClient, storm: Initiative) -> None:
    here = f"/initiatives/{storm.public_id}/edit"
    assert alice.get(here, headers=PART).text.lstrip().startswith('<section id="initiatives-edit"')
    answer = alice.post(here, data=an_edit(), headers=PART)
    assert list(json.loads(answer.headers["HX-Trigger"])) == ["initiative-saved", "tracker:done"]


def test_nothing_changed_writes_nothing(alice: FlaskClient, engine: Engine, storm: Initiative) -> None:
    before = entries(engine)
    assert alice.post(f"/initiatives/{storm.public_id}/edit", data=an_edit()).status_code == 303
    assert entries(engine) == before


def test_a_stale_save_shows_both_texts_and_loses_neither(
    alice: FlaskClient, ada: FlaskClient, engine: Engine, storm: Initiative
) -> None:
    here = f"/initiatives/{storm.public_id}/edit"
    assert ada.post(here, data=an_edit(description="Ada wrote <this>.")).status_code == 303
    before = entries(engine)
    for headers in ({}, PART):
        answer = alice.post(here, data=an_edit(description="Alice wrote this."), headers=headers)
        assert answer.status_code == 409
        assert "Ada wrote &lt;this&gt;." in answer.text
        assert "Alice wrote this.</textarea>" in answer.text
        assert 'name="version" value="2"' in answer.text
    assert entries(engine) == before
    assert the_only(engine).description == "Ada wrote <this>."


def test_the_page_of_both_texts_can_be_sent_as_it_stands(
    alice: FlaskClient, ada: FlaskClient, engine: Engine, storm: Initiative
) -> None:
    here = f"/initiatives/{storm.public_id}/edit"
    ada.post(here, data=an_edit(title="Ada's desk", contact="Ada"))
    answer = alice.post(here, data=an_edit(title="Alice's desk"))
    for words in ("Ada&#39;s desk", 'value="Alice&#39;s desk"', "Somebody saved", "Leave what stands"):
        assert words in answer.text
    again = alice.post(here, data=an_edit(2, title="Alice's desk", contact="Ada"))
    assert again.status_code == 303
    assert (the_only(engine).title, the_only(engine).contact) == ("Alice's desk", "Ada")


@pytest.mark.parametrize("version", ["", "one", "-1", "9223372036854775808", "1" * 70_000])
def test_a_form_without_its_version_saves_nothing(
    alice: FlaskClient, engine: Engine, storm: Initiative, version: str
) -> None:
    before = entries(engine)
    answer = alice.post(
        f"/initiatives/{storm.public_id}/edit", data=an_edit(description="Kept") | {"version": version}
    )
    assert answer.status_code == 422
    assert "The version of the record" in answer.text
    assert "Kept" in answer.text
    assert entries(engine) == before


def test_a_version_from_the_future_is_stale_too(
    alice: FlaskClient, engine: Engine, storm: Initiative
) -> None:
    before = entries(engine)
    answer = alice.post(f"/initiatives/{storm.public_id}/edit", data=an_edit(7, title="Mine"))
    assert (answer.status_code, entries(engine)) == (409, before)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "The title is needed."),
        ("title", "\0", "characters that cannot be kept"),
        ("started_on", "1700-01-01", "between the years 1900 and 2200"),
        ("decide_by", "1950-01-01", "The decide-by date lies before the start."),
        ("description", "x" * 5001, "can have 5,000 characters"),
        ("link", "javascript:alert(1)", "A link begins with https://"),
        ("theme", "nothing", "Choose one of the themes offered."),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(
    alice: FlaskClient, engine: Engine, storm: Initiative, field: str, value: str, message: str
) -> None:
    before = entries(engine)
    answer = alice.post(
        f"/initiatives/{storm.public_id}/edit", **as_sent(an_edit(contact="Kept words") | {field: value})
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert "Kept words" in answer.text
    assert entries(engine) == before


def test_an_end_may_be_the_day_of_the_start_and_never_lies_before_it(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    pair = register.departments("Sales", "Pricing")
    made = register.initiative("Short", *pair, start=days_ago(40), ended_on=days_ago(30), status="finished")
    here = f"/initiatives/{made.public_id}/edit"
    early = alice.post(here, data=an_edit(ended_on=days_ago(41).isoformat(), decide_by=""))
    assert early.status_code == 422
    assert "The end lies before the start." in early.text
    assert alice.post(here, data=an_edit(ended_on=days_ago(40).isoformat(), decide_by="")).status_code == 303


def test_an_edit_cannot_end_or_reopen(alice: FlaskClient, engine: Engine, storm: Initiative) -> None:
    alice.post(
        f"/initiatives/{storm.public_id}/edit",
        data=an_edit(ended_on=clock.today().isoformat(), status="finished", outcome="routine", version="1"),
    )
    found = the_only(engine)
    assert (found.ended_on, found.status, found.outcome) == (None, "live", None)
