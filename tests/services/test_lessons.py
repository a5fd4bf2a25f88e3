"""Lessons are written by their team and travel to other initiatives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.graph.verdicts import Reason, verdicts
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson, Moment
from tracker.queries.facts import current_portfolio
from tracker.services.errors import Forbidden, InvalidInput, Stale
from tracker.services.lessons import LessonText, reuse, write_lesson

TODAY = date(2026, 6, 30)
DAY = date(2026, 6, 1)


@pytest.fixture
def storm(register: Register) -> Initiative:
    return register.initiative("Storm", *register.departments("Claims", "Pricing"))


@pytest.fixture
def near_miss(register: Register, storm: Initiative, cast: Cast) -> Moment:
    """A confirmed near miss that Charlie, who may only look, has told of."""
    return register.moment(storm, DAY, kind="near_miss", created_by_id=cast.charlie.user_id)


def write(session: Session, actor: object, moment: Moment, version: int, **texts: str) -> None:
    write_lesson(
        session,
        actor=actor,  # type: ignore[arg-type]  # one of the cast
        public_id=moment.public_id,
        version=version,
        lesson=LessonText(**texts),
        today=TODAY,
    )
    session.commit()


def test_a_near_miss_counts_once_its_lesson_is_written(
    session: Session, cast: Cast, near_miss: Moment
) -> None:
    before = verdicts(current_portfolio(session)[1])[near_miss.external_id]
    assert before.reason is Reason.NO_LESSON
    write(session, cast.alice, near_miss, 1, tried="Two teams")
    after = verdicts(current_portfolio(session)[1])[near_miss.external_id]
    assert (after.reason, after.points) == (Reason.COUNTED, 1.0)


def test_whoever_told_of_a_near_miss_may_write_its_lesson(
    session: Session, cast: Cast, near_miss: Moment
) -> None:
    write(session, cast.charlie, near_miss, 1, stopped="No cover at night")
    assert session.scalar(select(Lesson.stopped)) == "No cover at night"


def test_a_stranger_writes_no_lesson(session: Session, cast: Cast, near_miss: Moment) -> None:
    with pytest.raises(Forbidden):
        write(session, cast.dora, near_miss, 1, tried="x")


def test_two_people_who_write_one_lesson_lose_no_text(
    session: Session, cast: Cast, near_miss: Moment
) -> None:
    write(session, cast.alice, near_miss, 1, tried="Hers")
    with pytest.raises(Stale) as stale:
        write(session, cast.ada, near_miss, 1, tried="Mine")
    assert (stale.value.current["tried"], stale.value.current["version"]) == ("Hers", "2")


def test_an_empty_lesson_and_the_lesson_of_a_win_are_refused(
    session: Session, register: Register, cast: Cast, storm: Initiative, near_miss: Moment
) -> None:
    win = register.moment(storm, DAY)
    for moment, texts in (
        (near_miss, {"tried": " "}),
        (win, {"tried": "x"}),
        (near_miss, {"tried": "x" * 5001}),
    ):
        with pytest.raises(InvalidInput) as refused:
            write(session, cast.alice, moment, 1, **texts)
        assert "tried" in refused.value.errors
        session.rollback()


def test_a_lesson_reused_across_departments_counts_two_once(
    session: Session, register: Register, cast: Cast, near_miss: Moment
) -> None:
    write(session, cast.alice, near_miss, 1, tried="Two teams")
    other = register.initiative("Flood", *register.departments("Legal", "Sales"))
    call = {
        "actor": cast.alice,
        "public_id": near_miss.public_id,
        "initiative": other.public_id,
        "today": TODAY,
    }
    added = reuse(session, on=TODAY, **call)  # type: ignore[arg-type]  # shared by both
    session.commit()
    assert verdicts(current_portfolio(session)[1])[added.external_id].points == 2.0
    with pytest.raises(InvalidInput, match="uses this lesson already"):
        reuse(session, on=TODAY, **call)  # type: ignore[arg-type]  # shared by both


def test_a_lesson_is_reused_in_ones_own_initiative_elsewhere_and_not_before_it_happened(
    session: Session, register: Register, cast: Cast, storm: Initiative, near_miss: Moment
) -> None:
    write(session, cast.alice, near_miss, 1, tried="Two teams")
    own = register.initiative("Own", created_by_id=cast.dora.user_id)
    for initiative, on, field in (
        (storm.public_id, TODAY, "initiative"),
        ("nothing", TODAY, "initiative"),
        (own.public_id, DAY - timedelta(days=1), "on"),
        (own.public_id, TODAY + timedelta(days=1), "on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            reuse(
                session,
                actor=cast.dora,
                public_id=near_miss.public_id,
                initiative=initiative,
                on=on,
                today=TODAY,
            )
        assert field in refused.value.errors
        session.rollback()
    reuse(
        session,
        actor=cast.dora,
        public_id=near_miss.public_id,
        initiative=own.public_id,
        on=TODAY,
        today=TODAY,
    )


def test_a_lesson_that_is_not_written_is_not_reused(
    session: Session, register: Register, cast: Cast, near_miss: Moment
) -> None:
    other = register.initiative("Flood")
    with pytest.raises(InvalidInput):
        reuse(
            session,
            actor=cast.alice,
            public_id=near_miss.public_id,
            initiative=other.public_id,
            on=TODAY,
            today=TODAY,
        )
