"""How an initiative goes on and ends: updates, pauses, extensions, outcomes, routines and their checks."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.web.browsers import PART, as_sent, browser_of, days_ago, entries
from tracker import clock
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.people import Person
from tracker.services.actors import actor_of


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def two(register: Register) -> list[Department]:
    return register.departments("Claims", "Legal")


@pytest.fixture
def people(register: Register) -> list[Person]:
    return [register.person("Priya Raman"), register.person("Efua Mensah")]


@pytest.fixture
def storm(register: Register, two: list[Department]) -> Initiative:
    return register.initiative("Storm desk", *two, start=days_ago(40), decide_by=days_ago(-50))


@pytest.fixture
def here(storm: Initiative) -> str:
    return f"/initiatives/{storm.public_id}"


def reread(engine: Engine, initiative: Initiative) -> Initiative:
    with Session(engine) as session:
        found = session.get_one(Initiative, initiative.id)
        session.expunge_all()
        return found


def an_end(outcome: str, **changed: object) -> dict[str, object]:
    """Return the form of an end, without what its outcome asks for."""
    form: dict[str, object] = {
        "outcome": outcome,
        "ended_on": clock.today().isoformat(),
        "version": "1",
        "note": "Kept words",
    }
    return form | changed


def owners(two: list[Department], people: list[Person]) -> dict[str, object]:
    return {f"owner-{each.public_id}": person.public_id for each, person in zip(two, people, strict=True)}


# updates and pauses


def test_an_update_is_posted_and_keeps_it_alive(alice: FlaskClient, here: str) -> None:
    form = alice.get(f"{here}/updates", headers=PART).text
    assert form.lstrip().startswith('<section id="initiatives-update"')
    answer = alice.post(
        f"{here}/updates", data={"text": "Twenty calls.", "on": days_ago(2).isoformat()}, headers=PART
    )
    assert list(json.loads(answer.headers["HX-Trigger"])) == ["initiative-saved", "tracker:done"]
    page = alice.get(here).text
    assert "Twenty calls." in page
    day = days_ago(2) + timedelta(days=90)
    assert f"Goes quiet on</dt><dd>{day.day} " in page


def test_still_moving_is_said_twice_and_then_asked_for_a_sentence(alice: FlaskClient, here: str) -> None:
    for _ in range(2):
        assert alice.post(f"{here}/updates", data={"text": "", "on": clock.today()}).status_code == 303
    answer = alice.post(f"{here}/updates", data={"text": "", "on": clock.today()})
    assert answer.status_code == 422
    assert "This time one sentence" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("on", "", "The day is needed."),
        ("on", "1950-01-01", "It had not started on that day."),
        ("on", "2200-01-01", "lies in the future"),
        ("on", "1899-12-31", "between the years 1900 and 2200"),
        ("text", "x" * 5001, "can have 5,000 characters"),
        ("text", "\0", "characters that cannot be kept"),
        ("text", "\ud800", "characters that cannot be kept"),
    ],
)
def test_an_update_that_cannot_be_is_said_at_its_field(
    alice: FlaskClient, engine: Engine, here: str, field: str, value: str, message: str
) -> None:
    before = entries(engine)
    form = {"text": "Kept words", "on": clock.today().isoformat()} | {field: value}
    answer = alice.post(f"{here}/updates", **as_sent(form))
    assert answer.status_code == 422
    assert message in answer.text
    assert field == "text" or "Kept words" in answer.text
    assert entries(engine) == before


def test_it_pauses_and_runs_on(alice: FlaskClient, engine: Engine, storm: Initiative, here: str) -> None:
    assert alice.post(f"{here}/pause", data={"version": "1"}).status_code == 303
    assert "Paused" in alice.get(here).text
    assert alice.post(f"{here}/resume", data={"version": "2"}).status_code == 303
    assert reread(engine, storm).status == "live"


def test_what_was_planned_and_has_begun_by_itself_can_be_paused(
    alice: FlaskClient, engine: Engine, register: Register, two: list[Department]
) -> None:
    made = register.initiative("Planned", *two, start=days_ago(1), status="proposed")
    assert alice.post(f"/initiatives/{made.public_id}/pause", data={"version": "1"}).status_code == 303
    assert reread(engine, made).status == "paused"


def test_a_button_of_an_old_page_is_refused_as_stale(alice: FlaskClient, engine: Engine, here: str) -> None:
    alice.post(f"{here}/pause", data={"version": "1"})
    alice.post(f"{here}/end", data=an_end("stopped", tried="One rota.", version="2"))
    before = entries(engine)
    answer = alice.post(f"{here}/take-back-end", data={"version": "2"})
    assert answer.status_code == 409
    assert entries(engine) == before


@pytest.mark.parametrize("button", ["pause", "take-back-end"])
@pytest.mark.parametrize("version", ["", "x", "9223372036854775808"])
def test_a_button_without_a_version_changes_nothing(
    alice: FlaskClient, engine: Engine, here: str, button: str, version: str
) -> None:
    before = entries(engine)
    assert alice.post(f"{here}/{button}", data={"version": version}).status_code == 409
    assert entries(engine) == before


# extensions


def test_it_is_extended_for_a_reason(
    alice: FlaskClient, engine: Engine, storm: Initiative, here: str
) -> None:
    later = clock.today() + timedelta(days=120)
    assert "Because" in alice.get(f"{here}/extend").text
    form = {"decide_by": later, "because": "Winter comes first.", "version": "1"}
    assert alice.post(f"{here}/extend", data=form).status_code == 303
    found = reread(engine, storm)
    assert (found.decide_by, found.ended_on, found.outcome) == (later, None, "extended")
    assert "Winter comes first." in alice.get(here).text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"because": ""}, "The reason is needed."),
        ({"because": "x" * 5001}, "can have 5,000 characters"),
        ({"decide_by": ""}, "The new decide-by date is needed."),
        ({"decide_by": "2026-01-01"}, "Choose a day after today"),
        ({"decide_by": "2300-01-01"}, "between the years 1900 and 2200"),
        ({"version": ""}, "The version of the record"),
    ],
)
def test_an_extension_that_cannot_be_is_said_at_its_field(
    alice: FlaskClient, engine: Engine, here: str, changed: dict[str, str], message: str
) -> None:
    before = entries(engine)
    form = {
        "decide_by": (clock.today() + timedelta(days=120)).isoformat(),
        "because": "Kept words",
        "version": "1",
    }
    answer = alice.post(f"{here}/extend", data=form | changed)
    assert answer.status_code == 422
    assert message in answer.text
    assert entries(engine) == before


def test_a_decision_on_an_old_page_keeps_what_was_typed(
    alice: FlaskClient, engine: Engine, here: str
) -> None:
    alice.post(f"{here}/pause", data={"version": "1"})
    before = entries(engine)
    form = {"decide_by": clock.today() + timedelta(days=120), "because": "Kept words", "version": "1"}
    answer = alice.post(f"{here}/extend", data=form)
    assert answer.status_code == 409
    for words in ("Somebody changed this", "Kept words", 'name="version" value="2"'):
        assert words in answer.text
    assert entries(engine) == before


# ends


def test_the_form_of_an_end_asks_for_what_each_outcome_needs(alice: FlaskClient, here: str) -> None:
    page = alice.get(f"{here}/end").text
    for words in ("It became routine", "Who owns it now", "Scaled into", "Its lesson", "What stopped it"):
        assert words in page
    assert alice.get(f"{here}/end", headers=PART).text.lstrip().startswith('<section id="initiatives-end"')


def test_it_ends_as_routine_with_an_owner_on_each_side(
    alice: FlaskClient,
    engine: Engine,
    storm: Initiative,
    here: str,
    two: list[Department],
    people: list[Person],
) -> None:
    answer = alice.post(f"{here}/end", data=an_end("routine") | owners(two, people))
    assert answer.status_code == 303
    found = reread(engine, storm)
    assert (found.outcome, found.routine_from, found.status) == ("routine", clock.today(), "finished")
    page = alice.get(here).text
    for words in ("Became routine", "Priya Raman", "Efua Mensah", "Still standing"):
        assert words in page


def test_a_routine_with_one_owner_comes_back_with_the_choice(
    alice: FlaskClient, engine: Engine, here: str, two: list[Department], people: list[Person]
) -> None:
    before = entries(engine)
    form = an_end("routine") | {f"owner-{two[0].public_id}": people[0].public_id}
    answer = alice.post(f"{here}/end", data=form)
    assert answer.status_code == 422
    assert "Name an owner in at least two of its departments" in answer.text
    assert f'value="{people[0].public_id}" selected' in answer.text
    assert entries(engine) == before


def test_it_is_scaled_into_another(
    alice: FlaskClient, engine: Engine, register: Register, storm: Initiative, here: str
) -> None:
    larger = register.initiative("Storm desk, all regions", start=days_ago(5))
    found = alice.get(f"{here}/end/targets?q=storm+desk", headers=PART).text
    assert found.lstrip().startswith('<div id="initiatives-targets"')
    assert larger.public_id in found
    assert storm.public_id not in found
    assert alice.post(f"{here}/end", data=an_end("scaled", into=larger.public_id)).status_code == 303
    assert "It goes on as" in alice.get(here).text
    assert reread(engine, storm).scaled_into_id == larger.id


def test_it_stops_with_its_lesson(alice: FlaskClient, here: str) -> None:
    form = an_end("stopped", title="Nobody at noon", tried="One rota.", next_time="Ask first.")
    assert alice.post(f"{here}/end", data=form).status_code == 303
    page = alice.get(here).text
    for words in ("Stopped, lesson written", "Nobody at noon", "One rota.", "Ask first.", "Kept words"):
        assert words in page


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"outcome": ""}, "The outcome: choose one."),
        ({"outcome": "extended"}, "choose one of those offered"),
        ({"outcome": "stopped"}, "Write its lesson"),
        ({"outcome": "stopped", "tried": "x" * 5001}, "can have 5,000 characters"),
        ({"outcome": "stopped", "tried": "x", "title": "x" * 301}, "can have 300 characters"),
        ({"outcome": "scaled"}, "Choose the initiative it was scaled into."),
        ({"outcome": "scaled", "into": "nothing"}, "Choose the initiative it was scaled into."),
        ({"outcome": "scaled", "into": "x" * 70_000}, "Choose the initiative it was scaled into."),
        ({"ended_on": ""}, "The day it ended is needed."),
        ({"ended_on": "1950-01-01"}, "The end lies before the start."),
        ({"ended_on": "2200-01-01"}, "lies in the future"),
        ({"ended_on": "1899-01-01"}, "between the years 1900 and 2200"),
        ({"note": "a\0b"}, "characters that cannot be kept"),
        ({"version": "x"}, "The version of the record"),
    ],
)
def test_an_end_that_cannot_be_is_said_and_nothing_is_lost(
    alice: FlaskClient, engine: Engine, here: str, two: list[Department], people: list[Person],
    changed: dict[str, str], message: str,
) -> None:  # fmt: skip
    before = entries(engine)
    answer = alice.post(f"{here}/end", data=an_end("routine") | owners(two, people) | changed)
    assert answer.status_code == 422
    assert message in answer.text
    assert "note" in changed or "Kept words" in answer.text
    assert entries(engine) == before


def test_an_owner_who_is_not_in_the_register_is_named_as_wrong(
    alice: FlaskClient, engine: Engine, here: str, two: list[Department]
) -> None:
    before = entries(engine)
    form = an_end("routine") | {f"owner-{each.public_id}": "nobody" for each in two}
    answer = alice.post(f"{here}/end", data=form)
    assert answer.status_code == 422
    assert "one of these is not in it" in answer.text
    assert entries(engine) == before


def test_the_end_of_an_old_page_keeps_what_was_typed(
    alice: FlaskClient, engine: Engine, here: str, two: list[Department], people: list[Person]
) -> None:
    alice.post(f"{here}/pause", data={"version": "1"})
    before = entries(engine)
    answer = alice.post(f"{here}/end", data=an_end("routine") | owners(two, people))
    assert answer.status_code == 409
    for words in ("Somebody changed this", "Kept words", f'value="{people[1].public_id}" selected'):
        assert words in answer.text
    assert entries(engine) == before


def test_an_end_can_be_taken_back(alice: FlaskClient, engine: Engine, storm: Initiative, here: str) -> None:
    alice.post(f"{here}/end", data=an_end("stopped", tried="One rota."))
    assert "It goes on after all" in alice.get(here).text
    version = reread(engine, storm).version
    assert alice.post(f"{here}/take-back-end", data={"version": str(version)}).status_code == 303
    assert reread(engine, storm).ended_on is None


# routines


def test_a_routine_is_checked_and_given_up(
    alice: FlaskClient,
    engine: Engine,
    storm: Initiative,
    here: str,
    two: list[Department],
    people: list[Person],
) -> None:
    alice.post(f"{here}/end", data=an_end("routine") | owners(two, people))
    assert alice.post(f"{here}/check").status_code == 303
    assert "checked that the routine still stands" in alice.get(here).text
    version = str(reread(engine, storm).version)
    assert (
        alice.get(f"{here}/give-up", headers=PART)
        .text.lstrip()
        .startswith('<section id="initiatives-give-up"')
    )
    form = {"on": clock.today(), "because": "Claims has a system now.", "version": version}
    assert alice.post(f"{here}/give-up", data=form).status_code == 303
    page = alice.get(here).text
    assert "The routine was given up on" in page
    assert "Given up, because Claims has a system now." in page


def test_what_is_no_routine_is_neither_checked_nor_given_up(
    alice: FlaskClient, engine: Engine, here: str
) -> None:
    before = entries(engine)
    assert alice.post(f"{here}/check").status_code == 422
    assert alice.post(f"{here}/give-up", data={"on": clock.today(), "version": "1"}).status_code == 422
    assert entries(engine) == before


# who decides


@pytest.mark.parametrize("form", ["extend", "end", "give-up"])
def test_its_sponsor_decides_and_a_member_who_recorded_it_does_not(
    app: Flask, engine: Engine, cast: Cast, register: Register, two: list[Department], form: str
) -> None:
    priya = register.person()
    made = register.initiative("Hers", *two, start=days_ago(9), lead=priya, created_by_id=cast.dora.user_id)
    sponsor = browser_of(
        app, engine, actor_of(register.account("Priya Raman", "sponsor", person_id=priya.id))
    )
    assert sponsor.get(f"/initiatives/{made.public_id}/{form}").status_code == 200
    member = browser_of(app, engine, cast.dora)
    assert member.get(f"/initiatives/{made.public_id}/{form}").status_code == 403
