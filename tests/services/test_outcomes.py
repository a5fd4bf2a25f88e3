"""How initiatives end, go on for a reason, and stand as routine."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.departments import Department
from tracker.models.initiatives import BuildsOn, Initiative, RoutineCheck, RoutineOwner, Update
from tracker.models.moments import Lesson, Moment
from tracker.models.people import Person
from tracker.services import outcomes
from tracker.services.errors import Forbidden, InvalidInput, Stale
from tracker.services.lessons import LessonText

START = date(2026, 1, 5)
TODAY = date(2026, 6, 30)
LESSON = LessonText(tried="Night cover by two teams")


@pytest.fixture
def claims(register: Register) -> Department:
    return register.department("Claims")


@pytest.fixture
def pricing(register: Register) -> Department:
    return register.department("Pricing")


@pytest.fixture
def owner(register: Register) -> Person:
    return register.person("Priya Raman")


@pytest.fixture
def storm(register: Register, claims: Department, pricing: Department) -> Initiative:
    return register.initiative("Storm", claims, pricing, start=START, decide_by=date(2026, 4, 5))


def as_routine(
    session: Session, cast: Cast, storm: Initiative, owners: dict[str, str], version: int = 1
) -> Initiative:
    return outcomes.end_as_routine(
        session,
        actor=cast.alice,
        public_id=storm.public_id,
        version=version,
        on=TODAY,
        owners=owners,
        today=TODAY,
    )


def test_a_routine_has_a_named_owner_on_each_side_and_begins_as_the_initiative_ends(
    session: Session, cast: Cast, storm: Initiative, claims: Department, pricing: Department, owner: Person
) -> None:
    ended = as_routine(
        session, cast, storm, {claims.public_id: owner.public_id, pricing.public_id: owner.public_id}
    )
    session.commit()
    assert (ended.status, ended.outcome, ended.ended_on, ended.routine_from) == (
        "finished",
        "routine",
        TODAY,
        TODAY,
    )
    assert len(session.scalars(select(RoutineOwner)).all()) == 2


def test_one_owner_is_not_enough_for_a_routine(
    session: Session, cast: Cast, storm: Initiative, claims: Department, pricing: Department, owner: Person
) -> None:
    for owners in (
        {},
        {claims.public_id: owner.public_id},
        {claims.public_id: owner.public_id, pricing.public_id: ""},
    ):
        with pytest.raises(InvalidInput) as refused:
            as_routine(session, cast, storm, owners)
        assert "owners" in refused.value.errors
        session.rollback()


def test_an_owner_comes_from_a_department_that_takes_part(
    session: Session, register: Register, cast: Cast, storm: Initiative, claims: Department, owner: Person
) -> None:
    legal = register.department("Legal")
    with pytest.raises(InvalidInput):
        as_routine(
            session, cast, storm, {claims.public_id: owner.public_id, legal.public_id: owner.public_id}
        )


def test_a_check_keeps_a_routine_standing_and_a_second_one_that_day_changes_nothing(
    session: Session, cast: Cast, storm: Initiative, claims: Department, pricing: Department, owner: Person
) -> None:
    as_routine(session, cast, storm, {claims.public_id: owner.public_id, pricing.public_id: owner.public_id})
    session.commit()
    for _ in range(2):
        outcomes.check_routine(session, actor=cast.alice, public_id=storm.public_id, on=TODAY, today=TODAY)
        session.commit()
    assert session.scalars(select(RoutineCheck.checked_on)).all() == [TODAY]


def test_the_owner_of_a_routine_may_check_it_and_a_stranger_may_not(
    session: Session,
    register: Register,
    cast: Cast,
    storm: Initiative,
    claims: Department,
    pricing: Department,
) -> None:
    bob = register.session.get(Person, cast.bob.person_id)
    assert bob is not None
    as_routine(session, cast, storm, {claims.public_id: bob.public_id, pricing.public_id: bob.public_id})
    session.commit()
    outcomes.check_routine(session, actor=cast.bob, public_id=storm.public_id, on=TODAY, today=TODAY)
    session.commit()
    with pytest.raises(Forbidden):
        outcomes.check_routine(session, actor=cast.dora, public_id=storm.public_id, on=TODAY, today=TODAY)


def test_a_routine_that_is_given_up_keeps_its_days_and_says_why(
    session: Session, cast: Cast, storm: Initiative, claims: Department, pricing: Department, owner: Person
) -> None:
    as_routine(session, cast, storm, {claims.public_id: owner.public_id, pricing.public_id: owner.public_id})
    session.commit()
    given_up = outcomes.give_up_routine(
        session,
        actor=cast.alice,
        public_id=storm.public_id,
        version=2,
        on=TODAY,
        today=TODAY,
        because="the desk closed",
    )
    session.commit()
    assert (given_up.routine_from, given_up.routine_until) == (TODAY, TODAY)
    assert session.scalar(select(Update.text)) == "Given up, because the desk closed"
    with pytest.raises(InvalidInput):
        outcomes.check_routine(session, actor=cast.alice, public_id=storm.public_id, on=TODAY, today=TODAY)


def test_what_was_scaled_into_another_is_what_the_other_builds_on(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    larger = register.initiative("Every storm", start=START)
    ended = outcomes.end_as_scaled(
        session,
        actor=cast.alice,
        public_id=storm.public_id,
        version=1,
        on=TODAY,
        into=larger.public_id,
        today=TODAY,
    )
    session.commit()
    assert (ended.outcome, ended.scaled_into_id) == ("scaled", larger.id)
    assert session.execute(select(BuildsOn.initiative_id, BuildsOn.earlier_id)).all() == [
        (larger.id, storm.id)
    ]


def test_an_initiative_is_not_scaled_into_itself_nor_into_nothing(
    session: Session, cast: Cast, storm: Initiative
) -> None:
    for into in (storm.public_id, "", "nothing"):
        with pytest.raises(InvalidInput) as refused:
            outcomes.end_as_scaled(
                session,
                actor=cast.alice,
                public_id=storm.public_id,
                version=1,
                on=TODAY,
                into=into,
                today=TODAY,
            )
        assert "into" in refused.value.errors
        session.rollback()


def stop(session: Session, cast: Cast, storm: Initiative, lesson: LessonText, title: str = "") -> Initiative:
    return outcomes.end_as_stopped(
        session,
        actor=cast.alice,
        public_id=storm.public_id,
        version=1,
        on=TODAY,
        lesson=lesson,
        today=TODAY,
        title=title,
    )


def test_what_stops_leaves_its_lesson_as_a_near_miss_of_that_day(
    session: Session, cast: Cast, storm: Initiative
) -> None:
    stop(session, cast, storm, LESSON, title="Two teams, one phone")
    session.commit()
    moment = session.scalars(select(Moment)).one()
    assert (moment.kind, moment.on_day, moment.title, moment.is_confirmed) == (
        "near_miss",
        TODAY,
        "Two teams, one phone",
        False,
    )
    assert session.scalar(select(Lesson.tried)) == "Night cover by two teams"


def test_a_lesson_goes_to_the_near_miss_that_waits_for_one(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    waiting = register.moment(storm, date(2026, 5, 1), kind="near_miss")
    stop(session, cast, storm, LESSON)
    session.commit()
    assert session.scalars(select(Moment)).one().id == waiting.id
    assert session.scalar(select(Lesson.moment_id)) == waiting.id


def test_nothing_stops_without_a_lesson_unless_one_is_written(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    with pytest.raises(InvalidInput) as refused:
        stop(session, cast, storm, LessonText())
    assert "tried" in refused.value.errors
    session.rollback()
    register.moment(storm, date(2026, 5, 1), kind="near_miss", lesson="Two teams")
    assert stop(session, cast, storm, LessonText()).outcome == "stopped"


def test_an_extension_is_no_end_and_needs_its_reason_and_a_later_day(
    session: Session, cast: Cast, storm: Initiative
) -> None:
    def extend(decide_by: date, because: str) -> Initiative:
        return outcomes.extend(
            session,
            actor=cast.alice,
            public_id=storm.public_id,
            version=1,
            decide_by=decide_by,
            because=because,
            today=TODAY,
        )

    for decide_by, because, field in (
        (TODAY, "late data", "decide_by"),
        (TODAY + timedelta(days=30), " ", "because"),
    ):
        with pytest.raises(InvalidInput) as refused:
            extend(decide_by, because)
        assert field in refused.value.errors
        session.rollback()
    extended = extend(TODAY + timedelta(days=30), "the data came late")
    assert (extended.status, extended.outcome, extended.ended_on) == ("live", "extended", None)
    assert extended.outcome_note == "the data came late"


@pytest.mark.parametrize("on", [START - timedelta(days=1), TODAY + timedelta(days=1)])
def test_an_end_lies_between_the_start_and_today(
    session: Session, cast: Cast, storm: Initiative, on: date
) -> None:
    with pytest.raises(InvalidInput) as refused:
        outcomes.end_as_stopped(
            session, actor=cast.alice, public_id=storm.public_id, version=1, on=on, lesson=LESSON, today=TODAY
        )
    assert "ended_on" in refused.value.errors


def test_what_has_ended_ends_no_second_time_but_its_end_can_be_taken_back(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    larger = register.initiative("Every storm", start=START)
    end = {
        "actor": cast.alice,
        "public_id": storm.public_id,
        "on": TODAY,
        "into": larger.public_id,
        "today": TODAY,
    }
    outcomes.end_as_scaled(session, version=1, **end)  # type: ignore[arg-type]  # shared by both
    session.commit()
    with pytest.raises(InvalidInput):
        outcomes.end_as_scaled(session, version=2, **end)  # type: ignore[arg-type]  # shared by both
    session.rollback()
    running = outcomes.take_back_end(
        session, actor=cast.alice, public_id=storm.public_id, version=2, today=TODAY
    )
    session.commit()
    assert (running.status, running.ended_on, running.outcome, running.scaled_into_id) == (
        "live",
        None,
        None,
        None,
    )
    assert session.scalars(select(BuildsOn)).all() == []


def test_an_end_decided_on_an_old_page_is_stale(session: Session, cast: Cast, storm: Initiative) -> None:
    with pytest.raises(Stale):
        as_routine(session, cast, storm, {}, version=7)


def test_its_sponsor_decides_and_a_member_does_not(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    own = register.initiative("Own", start=START, created_by_id=cast.dora.user_id)
    with pytest.raises(Forbidden):
        outcomes.end_as_stopped(
            session, actor=cast.dora, public_id=own.public_id, version=1, on=TODAY, lesson=LESSON, today=TODAY
        )
    session.rollback()
    bob = register.session.get(Person, cast.bob.person_id)
    led = register.initiative("Led", start=START, lead=bob)
    ended = outcomes.end_as_stopped(
        session, actor=cast.bob, public_id=led.public_id, version=1, on=TODAY, lesson=LESSON, today=TODAY
    )
    assert ended.outcome == "stopped"
