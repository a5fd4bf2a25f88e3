"""The Round: asked after one at a time, saved at each answer, taken back, remembered, and told at its end."""

from __future__ import annotations

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, browser_of, days_ago, entries
from tracker import clock
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Sponsorship, Update
from tracker.models.people import Person


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def bob(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.bob)


@pytest.fixture
def two(register: Register) -> list[Department]:
    return register.departments("Claims", "Legal")


@pytest.fixture
def three(register: Register, two: list[Department]) -> list[Initiative]:
    """Three untouched initiatives, in the order in which they are asked after."""
    return [
        register.initiative("Storm desk", *two, start=days_ago(60)),
        register.initiative("Call back", *two, start=days_ago(30)),
        register.initiative("Long asleep", *two, start=days_ago(200)),
    ]


def shown(browser: FlaskClient, path: str = "/round") -> str:
    return html.unescape(browser.get(path).text)


def answer(browser: FlaskClient, initiative: Initiative, what: str, **form: object) -> str:
    """Answer for an initiative, and return the page that follows."""
    found = browser.post(f"/round/{initiative.public_id}/{what}", data=form, follow_redirects=True)
    assert found.status_code == 200, found.text
    return html.unescape(found.text)


def updates(engine: Engine, initiative: Initiative) -> list[Update]:
    with Session(engine, expire_on_commit=False) as session:
        query = select(Update).where(Update.initiative_id == initiative.id).order_by(Update.id)
        return list(session.scalars(query))


def test_where_all_was_heard_from_the_page_teaches_what_comes_up_here(
    alice: FlaskClient, register: Register, two: list[Department]
) -> None:
    register.initiative("Storm desk", *two, start=days_ago(20))
    page = shown(alice)
    assert "Everything was heard from in the last 21 days." in page
    assert "Start the Round" not in page + shown(alice, "/")
    refused = alice.post("/round/begin")
    assert refused.status_code == 422
    assert "There is nothing to ask after today" in refused.text


def test_home_leads_into_the_round_and_back_to_where_one_stopped(
    alice: FlaskClient, bob: FlaskClient, three: list[Initiative]
) -> None:
    assert "Start the Round: 3 initiatives" in shown(alice, "/")
    alice.post("/round/begin")
    answer(alice, three[0], "moving")
    assert "Go on with the Round: 2 of 3" in shown(alice, "/")
    assert "2 of 3" in shown(alice)
    assert "Round" not in shown(bob, "/"), "nothing is asked of a sponsor who stands behind none of them"


def test_one_initiative_stands_there_with_what_one_needs_to_decide(
    alice: FlaskClient, register: Register, two: list[Department]
) -> None:
    lead = register.person("Priya Raman")
    storm = register.initiative("Storm desk", *two, start=days_ago(100), lead=lead)
    register.update(storm, days_ago(40), "Forty calls so far.")
    alice.post("/round/begin")
    page = shown(alice)
    for words in ("1 of 1", "Storm desk", "No news for 40 days", "“Forty calls so far.”", "Priya Raman"):
        assert words in page
    assert "Claims and Legal would no longer work together" in page
    assert "It goes quiet on" in page


def test_the_next_to_go_quiet_comes_first_and_what_went_quiet_last(
    alice: FlaskClient, three: list[Initiative]
) -> None:
    alice.post("/round/begin")
    for at, each in enumerate(three, 1):
        page = shown(alice)
        assert f"{at} of 3" in page
        assert f'<a href="/initiatives/{each.public_id}">{each.title}</a></h1>' in page
        answer(alice, each, "skip")
    assert "That is the Round" in shown(alice)


def test_still_moving_counts_twice_running_without_a_sentence_and_the_third_time_with_one(
    alice: FlaskClient, engine: Engine, register: Register, two: list[Department]
) -> None:
    storm = register.initiative("Storm desk", *two, start=days_ago(150))
    register.update(storm, days_ago(90), "")
    register.update(storm, days_ago(50), "")
    alice.post("/round/begin")
    assert "“Still moving” was said twice running. This time one sentence, please." in shown(alice)
    before = entries(engine)
    refused = alice.post(f"/round/{storm.public_id}/moving", data={"text": " "})
    assert refused.status_code == 422
    assert "This time one sentence: how does it go?" in refused.text
    assert entries(engine) == before
    assert "That is the Round" in answer(alice, storm, "moving", text="Half of the calls.")
    assert [each.text for each in updates(engine, storm)] == ["", "", "Half of the calls."]


def test_the_second_silent_time_is_allowed_and_says_that_a_sentence_comes_next(
    alice: FlaskClient, engine: Engine, register: Register, two: list[Department]
) -> None:
    storm = register.initiative("Storm desk", *two, start=days_ago(150))
    register.update(storm, days_ago(50), "")
    alice.post("/round/begin")
    assert "for the second time running. The time after, one sentence is asked for." in shown(alice)
    answer(alice, storm, "moving")
    assert [(each.text, each.on_day) for each in updates(engine, storm)][-1] == ("", clock.today())


def test_still_moving_wakes_what_went_quiet_and_the_end_says_what_changed(
    alice: FlaskClient, register: Register, two: list[Department]
) -> None:
    asleep = register.initiative("Long asleep", *two, start=days_ago(200))
    alice.post("/round/begin")
    page = " ".join(answer(alice, asleep, "moving", text="It goes on.").split())
    assert '<td class="num">0 of 1</td><td class="num"><a href="/pairs?band=together">1 of 1</a></td>' in page
    assert "1 initiative heard from. It does not go quiet before" in page
    assert f"/why?from={days_ago(1)}&to={clock.today()}" in page
    assert ">1 of 1</a> department pair" in shown(alice, "/")


def test_stuck_asks_a_person_who_finds_it_on_home_until_the_next_update(
    alice: FlaskClient,
    bob: FlaskClient,
    cast: Cast,
    engine: Engine,
    register: Register,
    three: list[Initiative],
) -> None:
    alice.post("/round/begin")
    with Session(engine) as session:
        sponsor = session.get_one(Person, cast.bob.person_id).public_id
    form = {"text": "One lawyer for two days.", "asked_of": sponsor}
    assert "stuck, help asked for" in answer(alice, three[0], "stuck", **form)
    assert updates(engine, three[0])[-1].asked_of_id == cast.bob.person_id
    home = shown(bob, "/")
    assert "1 initiative asks for your help" in home
    assert "One lawyer for two days." in home
    assert "Stuck; asked of" in shown(bob, f"/initiatives/{three[0].public_id}")
    assert "asks for your help" not in shown(alice, "/")
    register.update(three[0], clock.today(), "The lawyer came.")
    assert "asks for your help" not in shown(bob, "/")


def test_an_ask_needs_its_sentence_and_its_person_and_keeps_what_was_typed(
    alice: FlaskClient, engine: Engine, three: list[Initiative]
) -> None:
    alice.post("/round/begin")
    before = entries(engine)
    here = f"/round/{three[0].public_id}/stuck"
    assert alice.get(here).status_code == 200
    for form in ({}, {"text": "A lawyer", "asked_of": ""}, {"text": "A lawyer", "asked_of": "nobody"}):
        refused = alice.post(here, data=form)
        assert refused.status_code == 422
        assert form.get("text", "") in refused.text
    assert entries(engine) == before


def test_finished_leads_through_the_form_of_outcomes_and_back(
    alice: FlaskClient, engine: Engine, three: list[Initiative]
) -> None:
    alice.post("/round/begin")
    ending = f"/initiatives/{three[0].public_id}/end?back=round"
    assert ending in shown(alice)
    assert f'action="{ending}"' in shown(alice, ending)
    form = {"outcome": "stopped", "ended_on": clock.today(), "tried": "One desk", "version": "1"}
    assert alice.post(ending, data=form).location == "/round"
    page = shown(alice)
    assert "2 of 3" in page
    assert "Storm desk</a>: finished" in page
    with Session(engine) as session:
        version = session.get_one(Initiative, three[0].id).version
    assert "1 of 3" in answer(alice, three[0], "take-back", version=version)
    with Session(engine) as session:
        assert session.get_one(Initiative, three[0].id).ended_on is None


def test_an_answer_can_be_taken_back_and_each_leaves_its_line(
    alice: FlaskClient, engine: Engine, three: list[Initiative]
) -> None:
    alice.post("/round/begin")
    assert "Storm desk</a>: still moving" in answer(alice, three[0], "moving", text="It goes.")
    assert "1 of 3" in answer(alice, three[0], "take-back", version=1)
    assert updates(engine, three[0]) == []
    with Session(engine) as session:
        query = select(AuditEntry.kind, AuditEntry.action).order_by(AuditEntry.id.desc()).limit(4)
        lines = [tuple(each) for each in session.execute(query)]
    assert set(lines) == {
        ("update", "created"),
        ("round answer", "created"),
        ("update", "deleted"),
        ("round answer", "deleted"),
    }
    assert "took back an answer in the Round" in shown(alice, f"/initiatives/{three[0].public_id}")


def test_a_second_answer_posts_nothing_and_says_so(
    alice: FlaskClient, engine: Engine, three: list[Initiative]
) -> None:
    alice.post("/round/begin")
    answer(alice, three[0], "moving")
    again = alice.post(f"/round/{three[0].public_id}/moving", data={"text": "Twice"})
    assert again.status_code == 422
    assert "is answered already" in again.text
    assert "Twice" not in again.text, "what was typed for one initiative does not stand beside another"
    assert len(updates(engine, three[0])) == 1


def test_skipped_ones_come_up_in_the_next_round_and_others_that_were_heard_from_do_not(
    alice: FlaskClient, register: Register, three: list[Initiative]
) -> None:
    alice.post("/round/begin")
    answer(alice, three[0], "skip")
    register.update(three[1], clock.today(), "From elsewhere.")
    assert "3 of 3" in shown(alice)
    page = answer(alice, three[2], "moving")
    assert "Start the next Round: 1 initiative" in page
    assert 'href="/round?new=1">Start the Round: 1 initiative' in shown(alice, "/")
    assert "That is the Round" not in shown(alice, "/round?new=1")
    assert "Call back</a>: heard from meanwhile" in page


def test_a_sponsor_is_asked_after_what_they_stand_behind(
    bob: FlaskClient,
    cast: Cast,
    engine: Engine,
    register: Register,
    three: list[Initiative],
    two: list[Department],
) -> None:
    with Session(engine, expire_on_commit=False) as session:
        person = session.get_one(Person, cast.bob.person_id)
    own = register.initiative("Bob's own", *two, start=days_ago(45), lead=person)
    assert "Start the Round: 1 initiative" in shown(bob, "/")
    bob.post("/round/begin")
    assert "Bob's own" in shown(bob)
    assert bob.post(f"/round/{three[0].public_id}/skip").status_code == 403
    assert "That is the Round" in answer(bob, own, "moving")


def test_what_a_sponsor_no_longer_stands_behind_does_not_hold_their_round_up(
    bob: FlaskClient, cast: Cast, engine: Engine, register: Register, two: list[Department]
) -> None:
    with Session(engine, expire_on_commit=False) as session:
        person = session.get_one(Person, cast.bob.person_id)
    own = register.initiative("Bob's own", *two, start=days_ago(45), lead=person)
    bob.post("/round/begin")
    with register.at_once():
        query = select(Sponsorship).where(Sponsorship.initiative_id == own.id)
        register.session.scalars(query).one().to_on = days_ago(1)
    page = shown(bob)
    assert "That is the Round" in page
    assert "asked of somebody else now" in page


def test_an_id_that_no_initiative_has_is_not_found(alice: FlaskClient) -> None:
    for each in NO_IDS[:3]:
        assert alice.post(f"/round/{each}/moving").status_code == 404


def test_the_page_asks_as_often_with_many_as_with_few(
    alice: FlaskClient, engine: Engine, register: Register, two: list[Department], three: list[Initiative]
) -> None:
    def statements() -> int:
        alice.post("/round/begin")
        shown(alice)
        with counting(engine) as sent:
            assert alice.get("/round").status_code == 200
        return len(sent)

    few = statements()
    with register.at_once():
        for number in range(20):
            register.initiative(f"Pilot {number}", *two, start=days_ago(25 + number))
    assert statements() == few
