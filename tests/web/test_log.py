"""Log from anywhere: a win, a near miss or a pilot, by its title and its departments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, as_sent, browser_of, days_ago, entries
from tracker import clock
from tracker.models.departments import DepartmentAlias
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment


@dataclass(frozen=True, slots=True)
class Found:
    """The newest initiative and its moment, as they were saved."""

    initiative: Initiative
    moment: Moment | None


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.charlie)


@pytest.fixture
def pair(register: Register) -> list[str]:
    return [each.public_id for each in register.departments("Claims", "Legal")]


def newest(engine: Engine) -> Found:
    """Return what was logged last."""
    with Session(engine) as session:
        initiative = session.scalars(
            select(Initiative).options(selectinload(Initiative.involvements)).order_by(Initiative.id.desc())
        ).first()
        assert initiative is not None
        moment = session.scalars(
            select(Moment).options(selectinload(Moment.lesson)).order_by(Moment.id.desc())
        ).first()
        session.expunge_all()
        return Found(initiative, moment)


def a_win(pair: list[str], **changed: object) -> dict[str, object]:
    """Return the form of a win as the dialog sends it."""
    form: dict[str, object] = {
        "kind": "quick_win",
        "title": "Refund in one call",
        "departments": pair,
        "on": clock.today().isoformat(),
        "still_going": "no",
    }
    return form | changed


def test_the_page_asks_for_little_and_works_without_scripts(alice: FlaskClient, pair: list[str]) -> None:
    page = alice.get("/log").text
    for words in (
        "<html",
        "Quick win",
        "Near miss",
        "Pilot",
        "Is this joint work still going on?",
        "Its lesson",
    ):
        assert words in page
    assert f'name="departments" value="{pair[0]}"' in page
    assert 'name="still_going" value="no" checked' in page


def test_the_dialog_is_a_part_of_its_own(alice: FlaskClient) -> None:
    part = alice.get("/log", headers=PART).text
    assert part.lstrip().startswith('<section id="moments-log"')
    assert "<html" not in part


def test_departments_are_found_by_their_other_names(alice: FlaskClient, register: Register) -> None:
    register.department("Claims", aliases=[DepartmentAlias(name="Damage desk")])
    assert 'data-also="Damage desk"' in alice.get("/log").text


def test_a_lone_win_starts_and_ends_that_day(alice: FlaskClient, engine: Engine, pair: list[str]) -> None:
    answer = alice.post("/log", data=a_win(pair))
    found = newest(engine)
    assert answer.status_code == 303
    assert found.moment is not None
    assert answer.headers["Location"] == f"/moments/{found.moment.public_id}"
    assert (found.initiative.started_on, found.initiative.ended_on) == (clock.today(), clock.today())
    assert (found.moment.kind, found.moment.is_confirmed) == ("win", False)


def test_what_was_logged_says_what_it_counts_and_who_may_vouch(alice: FlaskClient, pair: list[str]) -> None:
    page = alice.post("/log", data=a_win(pair), follow_redirects=True).text
    assert "Logged on its own: “Refund in one call”. Waits for a second person: " in page
    assert 'class="cheer"' in page


def test_through_the_dialog_the_page_stays_and_hears_of_the_win(alice: FlaskClient, pair: list[str]) -> None:
    answer = alice.post("/log", data=a_win(pair), headers=PART)
    said = json.loads(answer.headers["HX-Trigger"])
    assert answer.status_code == 204
    assert list(said) == ["moment-logged", "tracker:done"]
    assert said["tracker:done"]["cheer"] is True


def test_only_a_win_is_cheered(alice: FlaskClient, pair: list[str]) -> None:
    answer = alice.post("/log", data=a_win(pair, kind="near_miss"), headers=PART)
    assert json.loads(answer.headers["HX-Trigger"])["tracker:done"]["cheer"] is False
    assert (
        'class="cheer"' not in alice.post("/log", data=a_win(pair, kind="pilot"), follow_redirects=True).text
    )


def test_joint_work_that_goes_on_stays_open(alice: FlaskClient, engine: Engine, pair: list[str]) -> None:
    alice.post("/log", data=a_win(pair, still_going="yes"))
    found = newest(engine).initiative
    assert (found.ended_on, found.decide_by) == (None, clock.today() + timedelta(days=90))


def test_a_near_miss_brings_its_lesson(alice: FlaskClient, engine: Engine, pair: list[str]) -> None:
    form = a_win(pair, kind="near_miss", tried="One rota for all.", next_time="Ask first.")
    page = alice.post("/log", data=form, follow_redirects=True).text
    moment = newest(engine).moment
    assert moment is not None
    assert moment.lesson is not None
    assert (moment.lesson.tried, moment.lesson.next_time) == ("One rota for all.", "Ask first.")
    assert "One rota for all." in page


def test_a_near_miss_without_its_lesson_says_that_it_waits_for_it(
    alice: FlaskClient, pair: list[str]
) -> None:
    page = alice.post("/log", data=a_win(pair, kind="near_miss"), follow_redirects=True).text
    assert "and for its lesson" in page
    assert "Write the lesson" in page


def test_a_pilot_opens_its_page(alice: FlaskClient, engine: Engine, pair: list[str]) -> None:
    answer = alice.post("/log", data=a_win(pair, kind="pilot", title="One storm desk"))
    found = newest(engine).initiative
    assert answer.headers["Location"] == f"/initiatives/{found.public_id}"
    assert (found.kind, found.ended_on) == ("pilot", None)
    assert sorted(each.department_id for each in found.involvements)


def test_a_win_of_one_department_is_shown_and_not_counted(alice: FlaskClient, pair: list[str]) -> None:
    page = alice.post("/log", data=a_win(pair[:1]), follow_redirects=True).text
    assert "Shown, not counted: one department" in page


def test_a_moment_of_an_initiative_needs_no_departments(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(20))
    page = alice.get(f"/log?initiative={home.public_id}").text
    assert "Log in “Storm desk”" in page
    assert "Departments that took part" not in page
    answer = alice.post("/log", data=a_win([], initiative=home.public_id), follow_redirects=True)
    assert "Logged in “Storm desk”" in answer.text
    assert newest(engine).initiative.id == home.id


def test_the_second_win_of_a_month_counts_half(
    app: Flask, engine: Engine, alice: FlaskClient, register: Register
) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(200))
    first = clock.today().replace(day=1)
    register.moment(home, first - timedelta(days=8), title="One")
    made = register.moment(home, first - timedelta(days=7), title="Two")
    assert "Counts 1½ of 3: second win here this month" in alice.get(f"/moments/{made.public_id}").text


def test_a_link_fills_the_form(alice: FlaskClient, pair: list[str]) -> None:
    page = alice.get(f"/log?kind=near_miss&title=No+cover&departments={','.join(pair)}").text
    assert 'value="near_miss" checked' in page
    assert 'value="No cover"' in page
    assert page.count(" checked> <span>") >= 2


def test_similar_titles_show_while_one_types(alice: FlaskClient, register: Register) -> None:
    made = register.initiative("One storm rota for phones", start=days_ago(20))
    part = alice.get("/log/similar?title=storm+rota", headers=PART).text
    assert part.lstrip().startswith('<div id="moments-similar"')
    assert "One storm rota for phones" in part
    assert f'href="/initiatives/{made.public_id}"' in part
    assert "Alike" not in alice.get("/log/similar?title=zebra", headers=PART).text
    assert "Titles like this" in alice.get("/log/similar?title=storm+rota").text


def test_a_win_of_a_similar_initiative_goes_into_it(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", claims, legal, start=days_ago(20))
    form = a_win([claims.public_id], title="Storm desk answers at night", initiative=home.public_id)
    assert alice.post("/log", data=form).status_code == 303
    assert newest(engine).initiative.id == home.id


def test_an_invalid_form_comes_back_with_everything_typed(
    alice: FlaskClient, engine: Engine, pair: list[str]
) -> None:
    before = entries(engine)
    form = a_win(pair, title="", note="Told by a customer", on="2026-02-30", still_going="yes")
    for headers in ({}, PART):
        answer = alice.post("/log", data=form, headers=headers)
        assert answer.status_code == 422
        for words in ("The title is needed.", "Told by a customer", "2026-02-30", 'value="yes" checked'):
            assert words in answer.text
        assert answer.text.count(" checked> <span>Claims") == 1
    assert entries(engine) == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "The title is needed."),
        ("title", " \u200b\u2060 ", "The title is needed."),
        ("title", "x" * 301, "The title can have 300 characters; this has 301."),
        ("title", "Half \ud800 a title", "characters that cannot be kept"),
        ("title", "Half \ufffd a title", "characters that cannot be kept"),  # noqa: PT014 (a lone surrogate is another text than the sign that replaces it)
        ("title", "Nul \0 here", "characters that cannot be kept"),
        ("kind", "", "Kind: choose one."),
        ("kind", "moved", "choose one of those offered"),
        ("kind", "x" * 1000, "choose one of those offered"),
        ("departments", [], "Name the departments that took part."),
        ("departments", ["nobody"], "one of these is not in it"),
        ("departments", ["9223372036854775808"], "one of these is not in it"),
        ("departments", ["\ud800"], "one of these is not in it"),
        ("departments", ["x" * 70_000], "choose from those offered"),
        ("on", "", "The day is needed."),
        ("on", "tomorrow", "must be a day"),
        ("on", "1899-12-31", "between the years 1900 and 2200"),
        ("on", "2201-01-01", "between the years 1900 and 2200"),
        ("on", (date.today() + timedelta(days=2)).isoformat(), "lies in the future"),  # noqa: DTZ011 (far enough from midnight)
        ("lead", "nobody", "one of these is not in it"),
        ("lead", "\0", "one of these is not in it"),
        ("initiative", "nobody", "Choose an initiative that is there"),
        ("note", "x" * 5001, "The note can have 5,000 characters"),
        ("note", "\ud800", "characters that cannot be kept"),
        ("tried", "x" * 5001, "What we tried can have 5,000 characters"),
    ],
)
def test_what_cannot_be_logged_is_said_at_its_field_and_nothing_is_written(
    alice: FlaskClient, engine: Engine, pair: list[str], field: str, value: object, message: str
) -> None:
    before = entries(engine)
    answer = alice.post("/log", **as_sent(a_win(pair, kind="near_miss") | {field: value}))
    assert answer.status_code == 422
    assert message in answer.text
    assert entries(engine) == before


def test_a_form_without_its_fields_is_refused_field_by_field(alice: FlaskClient, engine: Engine) -> None:
    before = entries(engine)
    answer = alice.post("/log", data={})
    assert answer.status_code == 422
    for message in (
        "Kind: choose one.",
        "The title is needed.",
        "The day is needed.",
        "Name the departments",
    ):
        assert message in answer.text
    assert entries(engine) == before


def test_a_department_named_twice_counts_once(alice: FlaskClient, engine: Engine, pair: list[str]) -> None:
    assert alice.post("/log", data=a_win([*pair, pair[0]])).status_code == 303
    assert len(newest(engine).initiative.involvements) == 2


def test_fields_that_the_form_does_not_have_are_ignored(
    alice: FlaskClient, engine: Engine, pair: list[str]
) -> None:
    alice.post(
        "/log",
        data=a_win(
            pair, is_confirmed="1", ok_to_show="yes", created_by_id="1", id="77", version="9", status="live"
        ),
    )
    moment = newest(engine).moment
    assert moment is not None
    assert (moment.is_confirmed, moment.ok_to_show, moment.version) == (False, False, 1)
    assert moment.id != 77


def test_a_viewer_tells_of_a_near_miss_and_of_nothing_else(
    charlie: FlaskClient, engine: Engine, pair: list[str]
) -> None:
    page = charlie.get("/log").text
    assert 'type="radio" name="kind"' not in page
    assert charlie.post("/log", data=a_win(pair, kind="near_miss")).status_code == 303
    before = entries(engine)
    assert charlie.post("/log", data=a_win(pair)).status_code == 403
    assert charlie.post("/log", data=a_win(pair, kind="pilot")).status_code == 403
    assert entries(engine) == before


@pytest.mark.parametrize("path", ["/log", "/log/similar?title=storm"])
def test_nobody_signed_in_logs_nothing(app: Flask, cast: Cast, path: str) -> None:
    browser = app.test_client()
    assert browser.get(path).status_code in (302, 303)
    answer = browser.post("/log", data={"title": "Half a thought"})
    assert answer.status_code == 401
    assert "Half a thought" in answer.text


def test_similar_titles_only_read(alice: FlaskClient) -> None:
    assert alice.post("/log/similar", data={"title": "x"}).status_code == 405


def test_the_form_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        for at in range(4):
            register.initiative(f"Storm {round_}-{at}", a, b, start=days_ago(80 - at))
        alice.get("/log?title=storm")
        with counting(engine) as sent:
            alice.get("/log?title=storm")
        return len(sent)

    assert fill(1) == fill(2)
