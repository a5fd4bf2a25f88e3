"""Logging from anywhere, editing, confirming, and what each leaves behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.graph.coverage import coverage
from tracker.graph.verdicts import verdicts
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.moments import Confirmation, Lesson, Moment
from tracker.queries.facts import current_portfolio
from tracker.services import moments
from tracker.services.actors import Actor
from tracker.services.confirmations import confirm, confirm_many
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale
from tracker.services.lessons import LessonText, find_moment
from tracker.services.moments import Logged

TODAY = date(2026, 6, 30)


@pytest.fixture
def two(register: Register) -> list[Department]:
    return register.departments("Claims", "Pricing")


def log(session: Session, actor: Actor, takes_part: list[Department], **values: object) -> Logged:
    given = {
        "kind": "quick_win",
        "title": "Refund in one call",
        "on": TODAY,
        "today": TODAY,
        "departments": [each.public_id for each in takes_part],
    } | values
    logged = moments.log(session, actor=actor, **given)  # type: ignore[arg-type]  # checked at run time
    session.commit()
    return logged


def test_a_lone_win_opens_a_small_initiative_that_starts_and_ends_that_day(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    logged = log(session, cast.dora, two)
    home = logged.initiative
    assert (home.kind, home.title, home.started_on, home.ended_on) == (
        "quick_win",
        "Refund in one call",
        TODAY,
        TODAY,
    )
    assert logged.moment is not None
    assert (logged.moment.kind, logged.moment.is_confirmed) == ("win", False)


def test_a_lone_win_moves_momentum_once_confirmed_and_opens_no_bridge(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    logged = log(session, cast.dora, two)
    assert logged.moment is not None
    confirm(session, actor=cast.alice, public_id=logged.moment.public_id)
    session.commit()
    _, portfolio = current_portfolio(session)
    assert [each.points for each in verdicts(portfolio).values()] == [3.0]
    assert coverage(portfolio, TODAY).together == 0


def test_joint_work_that_goes_on_stays_open_for_ninety_days(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    home = log(session, cast.dora, two, still_going=True).initiative
    assert (home.ended_on, home.status, home.decide_by) == (None, "live", TODAY + timedelta(days=90))


def test_a_pilot_is_an_initiative_without_a_moment(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    logged = log(session, cast.dora, two, kind="pilot")
    assert (logged.initiative.kind, logged.moment) == ("pilot", None)
    assert session.scalars(select(Moment)).all() == []


def test_a_near_miss_takes_its_lesson_at_once_or_later(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    log(session, cast.dora, two, kind="near_miss")
    assert session.scalars(select(Lesson)).all() == []
    log(session, cast.dora, two, kind="near_miss", lesson=LessonText(next_time="Ring first"))
    assert session.scalar(select(Lesson.next_time)) == "Ring first"


def test_a_win_keeps_no_lesson(session: Session, cast: Cast, two: list[Department]) -> None:
    log(session, cast.dora, two, lesson=LessonText(tried="typed before choosing the kind"))
    assert session.scalars(select(Lesson)).all() == []


def test_a_moment_of_an_initiative_opens_no_other(
    session: Session, register: Register, cast: Cast, two: list[Department]
) -> None:
    storm = register.initiative("Storm", *two)
    logged = log(session, cast.dora, [], initiative=storm.public_id)
    assert (logged.initiative.id, logged.is_alone) == (storm.id, False)
    assert len(session.scalars(select(Initiative)).all()) == 1


def test_departments_that_take_no_part_in_the_initiative_are_named(
    session: Session, register: Register, cast: Cast, two: list[Department]
) -> None:
    storm = register.initiative("Storm", *two)
    legal = register.department("Legal")
    with pytest.raises(InvalidInput, match="Legal takes no part"):
        log(session, cast.dora, [legal], initiative=storm.public_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"note": "x" * 5001}, "note"),
        ({"kind": "party"}, "kind"),
        ({"on": date(1899, 12, 31)}, "on"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"departments": []}, "departments"),
        ({"departments": ["nothing"]}, "departments"),
        ({"lead": "nobody"}, "lead"),
        ({"initiative": "nothing"}, "initiative"),
        ({"kind": "pilot", "initiative": "x"}, "initiative"),
        ({"lesson": LessonText(stopped="x" * 5001)}, "stopped"),
    ],
)
def test_what_cannot_be_logged_is_refused_at_its_field_and_leaves_nothing(
    session: Session, cast: Cast, two: list[Department], change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        log(session, cast.dora, two, **change)
    assert field in refused.value.errors
    session.rollback()
    assert session.scalars(select(Initiative)).all() == []


def test_a_viewer_tells_of_near_misses_and_of_nothing_else(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    log(session, cast.charlie, two, kind="near_miss")
    with pytest.raises(Forbidden):
        log(session, cast.charlie, two)


def test_a_second_person_confirms_and_nobody_their_own(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    logged = log(session, cast.dora, two)
    assert logged.moment is not None
    public_id = logged.moment.public_id
    for actor in (cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            confirm(session, actor=actor, public_id=public_id)
        session.rollback()
    confirm(session, actor=cast.bob, public_id=public_id)
    session.commit()
    vouched = session.execute(select(Confirmation.user_id, Confirmation.person_id)).one()
    assert vouched == (cast.bob.user_id, cast.bob.person_id)


def test_confirming_twice_changes_nothing(session: Session, cast: Cast, two: list[Department]) -> None:
    logged = log(session, cast.dora, two)
    assert logged.moment is not None
    for actor in (cast.bob, cast.bob, cast.alice):
        confirm(session, actor=actor, public_id=logged.moment.public_id)
        session.commit()
    assert len(session.scalars(select(Confirmation)).all()) == 1


def test_many_are_confirmed_together_or_not_at_all(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    hers, his = log(session, cast.dora, two).moment, log(session, cast.alice, two).moment
    assert hers is not None
    assert his is not None
    both = [hers.public_id, his.public_id]
    for chosen, refusal in ((both, Forbidden), ([*both, "nothing"], NotFound), ([], InvalidInput)):
        with pytest.raises(refusal):
            confirm_many(session, actor=cast.alice, public_ids=chosen)
        session.rollback()
    assert session.scalars(select(Confirmation)).all() == []
    confirm_many(session, actor=cast.bob, public_ids=both)
    session.commit()
    assert len(session.scalars(select(Confirmation)).all()) == 2


def edit(session: Session, actor: Actor, public_id: str, version: int, **values: object) -> Moment:
    given = {"title": "Refund in one call", "note": "", "kind": "win", "on": TODAY, "today": TODAY, **values}
    edited = moments.edit_moment(session, actor=actor, public_id=public_id, version=version, **given)  # type: ignore[arg-type]  # checked at run time
    session.commit()
    return edited


def test_a_win_that_its_recorder_redates_waits_for_a_second_person_again(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    moment = log(session, cast.dora, two).moment
    assert moment is not None
    confirm(session, actor=cast.bob, public_id=moment.public_id)
    session.commit()
    renamed = edit(session, cast.dora, moment.public_id, 2, title="Refunds in one call")
    assert renamed.is_confirmed
    assert not edit(session, cast.dora, moment.public_id, 3, on=TODAY - timedelta(days=1)).is_confirmed


def test_the_small_initiative_follows_its_moment(session: Session, cast: Cast, two: list[Department]) -> None:
    logged = log(session, cast.dora, two)
    assert logged.moment is not None
    day = TODAY - timedelta(days=3)
    edit(session, cast.dora, logged.moment.public_id, 1, title="Refund by phone", on=day)
    home = session.scalars(select(Initiative)).one()
    assert (home.title, home.started_on, home.ended_on) == ("Refund by phone", day, day)


def test_a_stale_edit_of_a_moment_returns_what_stands(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    moment = log(session, cast.dora, two).moment
    assert moment is not None
    edit(session, cast.dora, moment.public_id, 1, note="Hers")
    with pytest.raises(Stale) as stale:
        edit(session, cast.dora, moment.public_id, 1, note="Mine")
    assert (stale.value.current["note"], stale.value.current["version"]) == ("Hers", "2")


def test_a_near_miss_with_a_lesson_stays_one(session: Session, cast: Cast, two: list[Department]) -> None:
    moment = log(session, cast.dora, two, kind="near_miss", lesson=LessonText(tried="x")).moment
    assert moment is not None
    with pytest.raises(InvalidInput) as refused:
        edit(session, cast.dora, moment.public_id, 1, kind="win")
    assert "kind" in refused.value.errors


def test_a_binned_moment_is_gone_until_the_office_brings_it_back(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    moment = log(session, cast.dora, two).moment
    assert moment is not None
    public_id = moment.public_id
    with pytest.raises(Forbidden):
        moments.bin_moment(session, actor=cast.dora, public_id=public_id)
    session.rollback()
    moments.bin_moment(session, actor=cast.alice, public_id=public_id)
    session.commit()
    with pytest.raises(NotFound):
        find_moment(session, cast.dora, public_id)
    moments.restore_moment(session, actor=cast.alice, public_id=public_id)
    session.commit()
    assert find_moment(session, cast.dora, public_id).binned_at is None


def test_its_team_says_whether_a_moment_may_be_shown(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    moment = log(session, cast.dora, two).moment
    assert moment is not None
    shown = moments.show_moment(
        session, actor=cast.dora, public_id=moment.public_id, ok_to_show=True, today=TODAY
    )
    assert shown.ok_to_show
    session.rollback()
    with pytest.raises(Forbidden):
        moments.show_moment(
            session, actor=cast.charlie, public_id=moment.public_id, ok_to_show=True, today=TODAY
        )
