"""An initiative's page: what it tells, to whom, and who may do what with it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, PART, browser_of, days_ago, entries
from tracker import clock
from tracker.models.initiatives import BuildsOn, Initiative, Involvement, RoutineCheck, RoutineOwner
from tracker.models.people import Person
from tracker.services.actors import actor_of


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.charlie)


@pytest.fixture
def storm(register: Register) -> Initiative:
    return register.initiative(
        "Storm desk",
        *register.departments("Claims", "Legal"),
        start=days_ago(40),
        lead=register.person("Priya Raman"),
    )


def titles(page: str) -> list[str]:
    """Return the titles of a list in their order."""
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)


def test_the_page_tells_the_whole_of_it(alice: FlaskClient, register: Register, storm: Initiative) -> None:
    register.update(storm, days_ago(12), "First twenty calls.")
    register.moment(storm, days_ago(9), title="Answered in one call")
    register.moment(storm, days_ago(8), "near_miss", "Nobody at noon", lesson="We left noon to luck.")
    page = alice.get(f"/initiatives/{storm.public_id}").text
    for words in (
        "A pilot of", "led by", "Priya Raman", "Departments over time", "First twenty calls.",
        "Answered in one call", "Counts 3 points", "We left noon to luck.", "Goes quiet on", "First result",
        "It gives its pair a whole share.", "rests on this initiative", "History", "recorded the initiative",
    ):  # fmt: skip
        assert words in page


def test_departments_and_sponsors_show_their_days(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    sales = register.department("Sales")
    register.save(
        Involvement(
            initiative_id=storm.id, department_id=sales.id, joined_on=days_ago(20), left_on=days_ago(10)
        )
    )
    page = alice.get(f"/initiatives/{storm.public_id}").text
    day = days_ago(20)
    assert f"from {day.day} " in page
    assert page.count('class="span') >= 3
    assert "of <a href=" in page
    assert "Sales</a> and" not in page.split("Departments over time")[0]


def test_the_relay_waits_at_a_decision_that_is_due(alice: FlaskClient, register: Register) -> None:
    pair = register.departments("Claims", "Legal")
    made = register.initiative("Late", *pair, start=days_ago(100), decide_by=days_ago(10))
    page = alice.get(f"/initiatives/{made.public_id}").text
    assert "A decision is due" in page
    assert "waits for a decision" in page
    assert "10 days ago" in page


def test_a_routine_shows_its_owners_and_the_day_of_its_next_check(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    priya = register.person()
    made = register.initiative(
        "Held", claims, legal, start=days_ago(200), ended_on=days_ago(150), status="finished",
        outcome="routine", routine_from=days_ago(150),
    )  # fmt: skip
    register.save(RoutineOwner(initiative_id=made.id, department_id=claims.id, person_id=priya.id))
    register.save(RoutineCheck(initiative_id=made.id, checked_on=days_ago(20)))
    page = alice.get(f"/initiatives/{made.public_id}").text
    for words in (
        "Became routine",
        "It stands until",
        "Still standing",
        "Given up",
        "Next check",
        "Priya Raman",
    ):
        assert words in page


def test_what_it_builds_on_and_grew_into_are_links(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    later = register.initiative("Storm desk, all regions", start=days_ago(5))
    register.save(BuildsOn(initiative_id=later.id, earlier_id=storm.id))
    assert "Storm desk, all regions" in alice.get(f"/initiatives/{storm.public_id}").text
    assert "Builds on" in alice.get(f"/initiatives/{later.public_id}").text


def test_its_pairs_are_those_of_the_day_asked_for(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    made = register.initiative("Storm desk", claims, legal, start=days_ago(60))
    register.save(Involvement(initiative_id=made.id, department_id=sales.id, joined_on=days_ago(10)))
    now = alice.get(f"/initiatives/{made.public_id}").text
    then = alice.get(f"/initiatives/{made.public_id}?on={days_ago(30)}").text
    assert "each of its 3 pairs half a share" in now
    assert "It gives its pair a whole share." in then
    assert f"on={days_ago(30)}" in then


def test_an_initiative_of_one_department_says_that_it_moves_neither_number(
    alice: FlaskClient, register: Register
) -> None:
    made = register.initiative("Alone", register.department("Claims"), start=days_ago(3))
    assert "moves neither number" in alice.get(f"/initiatives/{made.public_id}").text


def test_the_fragment_of_a_page_is_one_element(alice: FlaskClient, storm: Initiative) -> None:
    part = alice.get(f"/initiatives/{storm.public_id}", headers=PART).text
    assert part.lstrip().startswith('<div id="initiatives-show"')
    assert "<html" not in part


def test_a_reader_is_offered_nothing_to_press(charlie: FlaskClient, storm: Initiative) -> None:
    page = charlie.get(f"/initiatives/{storm.public_id}").text
    for words in ("/edit", "/end", "/bin", "/pause", "Post an update", "A department joins", "History"):
        assert words not in page.split("<main", 1)[1]


def test_a_link_that_is_no_address_of_the_web_is_shown_as_text(
    alice: FlaskClient, register: Register
) -> None:
    pair = register.departments("Claims", "Legal")
    bad = register.initiative("Bad", *pair, start=days_ago(3), link="javascript:alert(1)")
    good = register.initiative("Good", *pair, start=days_ago(3), link="https://example.org/a")
    assert 'href="javascript' not in alice.get(f"/initiatives/{bad.public_id}").text
    page = alice.get(f"/initiatives/{good.public_id}").text
    assert '<a href="https://example.org/a" rel="noopener noreferrer"' in page


def test_the_page_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register, storm: Initiative
) -> None:
    def fill() -> int:
        for at in range(4):
            register.update(storm, days_ago(20 + at))
            register.moment(storm, days_ago(10 + at), confirmed=at % 2 == 0)
            register.moment(storm, days_ago(10 + at), "near_miss", "Nearly", lesson="Ask first.")
            sales = register.department(f"Sales {at} {len(sent_before)}")
            register.save(Involvement(initiative_id=storm.id, department_id=sales.id, joined_on=days_ago(9)))
        alice.get(f"/initiatives/{storm.public_id}")
        with counting(engine) as sent:
            alice.get(f"/initiatives/{storm.public_id}")
        sent_before.append(len(sent))
        return len(sent)

    sent_before: list[int] = []
    fill()  # with its first departments the page also changes what it proposes next
    assert fill() == fill()


# who may and may not


@pytest.mark.parametrize(
    "path", ["/initiatives", "/initiatives/new", "/initiatives/ID", "/initiatives/ID/edit"]
)
def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast, storm: Initiative, path: str) -> None:
    answer = app.test_client().get(path.replace("ID", storm.public_id))
    assert answer.status_code in (302, 303)
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize(
    "rest",
    [
        "", "/edit", "/updates", "/extend", "/end", "/end/targets", "/give-up",
        "/departments/join", "/departments/leave", "/sponsors",
    ],
)  # fmt: skip
def test_an_id_that_is_none_is_not_found(alice: FlaskClient, storm: Initiative, rest: str) -> None:
    for no_id in NO_IDS:
        assert alice.get(f"/initiatives/{no_id}{rest}").status_code in (400, 404), no_id[:30]


@pytest.mark.parametrize("rest", ["bin", "restore", "pause", "resume", "take-back-end", "check"])
def test_a_button_on_an_id_that_is_none_is_not_found(
    alice: FlaskClient, engine: Engine, storm: Initiative, rest: str
) -> None:
    before = entries(engine)
    for no_id in NO_IDS:
        answer = alice.post(f"/initiatives/{no_id}/{rest}", data={"version": "1"})
        assert answer.status_code in (400, 404), no_id[:30]
    assert entries(engine) == before


@pytest.mark.parametrize("rest", ["bin", "restore", "pause", "resume", "take-back-end", "check"])
def test_what_writes_is_never_reached_by_a_link(alice: FlaskClient, storm: Initiative, rest: str) -> None:
    answer = alice.get(f"/initiatives/{storm.public_id}/{rest}")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/initiatives", "/initiatives/ID", "/initiatives/ID/end/targets"])
def test_what_only_reads_takes_no_post(alice: FlaskClient, storm: Initiative, path: str) -> None:
    assert alice.post(path.replace("ID", storm.public_id)).status_code == 405


@pytest.mark.parametrize(
    "rest",
    [
        "edit", "updates", "pause", "resume", "extend", "end", "take-back-end", "check", "give-up",
        "departments/join", "departments/leave", "sponsors", "bin", "restore",
    ],
)  # fmt: skip
def test_a_viewer_may_look_and_touches_nothing(
    charlie: FlaskClient, engine: Engine, storm: Initiative, rest: str
) -> None:
    before = entries(engine)
    answer = charlie.post(
        f"/initiatives/{storm.public_id}/{rest}",
        data={"version": "1", "title": "Mine", "on": "2026-01-06", "text": "x", "department": "x"},
    )
    assert answer.status_code == 403
    assert entries(engine) == before


def test_a_viewer_starts_nothing(charlie: FlaskClient, engine: Engine, storm: Initiative) -> None:
    before = entries(engine)
    assert charlie.get("/initiatives/new").status_code == 403
    assert charlie.post("/initiatives/new", data={"title": "Mine"}).status_code == 403
    assert entries(engine) == before


def test_what_is_in_the_bin_is_gone_for_everybody_else_and_comes_back(
    app: Flask, engine: Engine, alice: FlaskClient, charlie: FlaskClient, cast: Cast, storm: Initiative
) -> None:
    here = f"/initiatives/{storm.public_id}"
    assert alice.post(f"{here}/bin").headers["Location"] == "/initiatives"
    assert charlie.get(here).status_code == 404
    assert titles(alice.get("/initiatives").text) == []
    page = alice.get(here).text
    assert "is in the bin" in page
    assert "Bring it back" in page
    assert alice.post(f"{here}/restore").headers["Location"] == here
    assert titles(charlie.get("/initiatives").text) == ["Storm desk"]


def test_a_member_edits_what_they_recorded_and_not_the_work_of_others(
    app: Flask, engine: Engine, register: Register, cast: Cast, storm: Initiative
) -> None:
    dora = browser_of(app, engine, cast.dora)
    pair = register.departments("Sales", "Pricing")
    own = register.initiative("Hers", *pair, start=days_ago(3), created_by_id=cast.dora.user_id)
    assert dora.get(f"/initiatives/{own.public_id}/edit").status_code == 200
    assert dora.get(f"/initiatives/{storm.public_id}/edit").status_code == 403
    assert dora.get(f"/initiatives/{own.public_id}/end").status_code == 403


def test_a_sponsor_who_stepped_back_while_a_form_was_open_saves_nothing(
    app: Flask, engine: Engine, alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    person = register.session.get_one(Person, storm.sponsorships[0].person_id)
    browser = browser_of(app, engine, actor_of(register.account(person.name, "sponsor", person_id=person.id)))
    here = f"/initiatives/{storm.public_id}"
    assert browser.get(f"{here}/edit").status_code == 200
    leaves = {"change": "leave", "person": person.public_id, "on": clock.today(), "version": "1"}
    assert alice.post(f"{here}/sponsors", data=leaves).status_code == 303
    before = entries(engine)
    assert browser.post(f"{here}/edit", data={"title": "Mine", "version": "2"}).status_code == 403
    assert entries(engine) == before
