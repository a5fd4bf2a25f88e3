"""Write a lesson, and say that another initiative used it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.web.browsers import PART, as_sent, browser_of, days_ago, entries
from tracker import clock
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson, LessonReuse, Moment


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def ada(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.ada)


@pytest.fixture
def storm(register: Register) -> Initiative:
    return register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(90))


@pytest.fixture
def miss(register: Register, storm: Initiative) -> Moment:
    return register.moment(storm, days_ago(20), "near_miss", "No cover at noon")


@pytest.fixture
def elsewhere(register: Register) -> Initiative:
    return register.initiative("Noon desk", *register.departments("Sales", "Pricing"), start=days_ago(15))


def a_lesson(version: int = 1, **changed: object) -> dict[str, object]:
    form: dict[str, object] = {
        "tried": "One rota for all.",
        "nearly": "Mornings worked.",
        "stopped": "Noon had nobody.",
        "next_time": "Ask first.",
        "version": str(version),
    }
    return form | changed


def test_a_lesson_is_written_and_the_near_miss_counts(alice: FlaskClient, miss: Moment) -> None:
    here = f"/moments/{miss.public_id}"
    assert "Counts once its lesson is written" in alice.get(here).text
    assert alice.get(f"{here}/lesson", headers=PART).text.lstrip().startswith('<section id="moments-lesson"')
    assert alice.post(f"{here}/lesson", data=a_lesson()).headers["Location"] == here
    page = alice.get(here).text
    for words in ("One rota for all.", "Noon had nobody.", "Counts 1 point: its lesson is written"):
        assert words in page


def test_two_who_write_one_lesson_lose_no_text(
    alice: FlaskClient, ada: FlaskClient, engine: Engine, miss: Moment
) -> None:
    here = f"/moments/{miss.public_id}/lesson"
    ada.post(here, data=a_lesson(tried="Ada tried this."))
    before = entries(engine)
    answer = alice.post(here, data=a_lesson(tried="Alice tried that."))
    assert answer.status_code == 409
    assert "Ada tried this." in answer.text
    assert "Alice tried that.</textarea>" in answer.text
    assert entries(engine) == before


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"tried": "", "nearly": "", "stopped": " ", "next_time": "\u200b"}, "Write at least one sentence"),
        ({"stopped": "x" * 5001}, "What stopped it can have 5,000 characters; this has 5,001."),
        ({"tried": "a\0b"}, "characters that cannot be kept"),
        ({"tried": "a\ud800b"}, "characters that cannot be kept"),
        ({"version": ""}, "The version of the record"),
    ],
)
def test_a_lesson_that_cannot_be_kept_comes_back_whole(
    alice: FlaskClient, engine: Engine, miss: Moment, changed: dict[str, object], message: str
) -> None:
    before = entries(engine)
    answer = alice.post(f"/moments/{miss.public_id}/lesson", **as_sent(a_lesson() | changed))
    assert answer.status_code == 422
    assert message in answer.text
    assert "nearly" in changed or "Mornings worked." in answer.text
    assert entries(engine) == before


def test_a_win_has_no_lesson(alice: FlaskClient, register: Register, storm: Initiative) -> None:
    win = register.moment(storm, days_ago(5))
    assert alice.get(f"/moments/{win.public_id}/lesson").status_code == 404
    assert alice.get(f"/moments/{win.public_id}/reuse").status_code == 404


def test_another_initiative_used_it_and_both_pages_say_so(
    alice: FlaskClient, engine: Engine, register: Register, miss: Moment, elsewhere: Initiative
) -> None:
    register.save(Lesson(moment_id=miss.id, tried="One rota."))
    here = f"/moments/{miss.public_id}"
    form = alice.get(f"{here}/reuse", headers=PART).text
    assert form.lstrip().startswith('<section id="moments-reuse"')
    assert f'<option value="{elsewhere.public_id}">Noon desk' in form
    assert "Storm desk</option>" not in form
    data = {"initiative": elsewhere.public_id, "on": days_ago(3).isoformat(), "note": "We asked first."}
    assert alice.post(f"{here}/reuse", data=data).headers["Location"] == here
    assert "Noon desk" in alice.get(here).text
    page = alice.get(f"/initiatives/{elsewhere.public_id}").text
    assert "Lessons of others, used here" in page
    assert "We asked first." in page
    with Session(engine) as session:
        assert session.scalars(select(LessonReuse.initiative_id)).all() == [elsewhere.id]


def test_a_member_without_an_initiative_is_shown_the_way(
    app: Flask, engine: Engine, cast: Cast, register: Register, miss: Moment, elsewhere: Initiative
) -> None:
    register.save(Lesson(moment_id=miss.id, tried="One rota."))
    dora = browser_of(app, engine, cast.dora)
    page = dora.get(f"/moments/{miss.public_id}/reuse").text
    assert "Start one, then come back." in page
    before = entries(engine)
    data = {"initiative": elsewhere.public_id, "on": clock.today().isoformat()}
    answer = dora.post(f"/moments/{miss.public_id}/reuse", data=data)
    assert answer.status_code == 422
    assert entries(engine) == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("initiative", "", "Choose the initiative that used it."),
        ("initiative", "nothing", "Choose one of your initiatives."),
        ("initiative", "9223372036854775808", "Choose one of your initiatives."),
        ("initiative", "x" * 70_000, "Choose one of your initiatives."),
        ("initiative", "SAME", "Choose another initiative"),
        ("on", "", "The day is needed."),
        ("on", "2026-13-01", "must be a day"),
        ("on", "1950-01-01", "had not happened on that day"),
        ("on", "2200-01-01", "lies in the future"),
        ("note", "x" * 5001, "can have 5,000 characters"),
        ("note", "\0", "characters that cannot be kept"),
    ],
)
def test_a_reuse_that_cannot_be_is_said_at_its_field(
    alice: FlaskClient, engine: Engine, register: Register, storm: Initiative, miss: Moment,
    elsewhere: Initiative, field: str, value: str, message: str,
) -> None:  # fmt: skip
    register.save(Lesson(moment_id=miss.id, tried="One rota."))
    before = entries(engine)
    form = {"initiative": elsewhere.public_id, "on": clock.today().isoformat(), "note": "Kept words"}
    value = storm.public_id if value == "SAME" else value
    answer = alice.post(f"/moments/{miss.public_id}/reuse", **as_sent(form | {field: value}))
    assert answer.status_code == 422
    assert message in answer.text
    assert field == "note" or "Kept words" in answer.text
    assert entries(engine) == before


def test_a_viewer_reuses_nothing(
    app: Flask, engine: Engine, cast: Cast, register: Register, miss: Moment
) -> None:
    register.save(Lesson(moment_id=miss.id, tried="One rota."))
    charlie = browser_of(app, engine, cast.charlie)
    assert charlie.get(f"/moments/{miss.public_id}/reuse").status_code == 403


def test_whoever_told_of_a_near_miss_may_write_its_lesson(
    app: Flask, engine: Engine, cast: Cast, register: Register, storm: Initiative
) -> None:
    told = register.moment(storm, days_ago(2), "near_miss", "Nearly", created_by_id=cast.charlie.user_id)
    charlie = browser_of(app, engine, cast.charlie)
    assert "Write the lesson" in charlie.get(f"/moments/{told.public_id}").text
    assert charlie.post(f"/moments/{told.public_id}/lesson", data=a_lesson()).status_code == 303
