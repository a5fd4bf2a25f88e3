"""What is new since somebody looked: three causes at most for each number, outcomes before silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.moments import Confirmation, Lesson, Moment
from tracker.models.recording import open_write
from tracker.queries import logged
from tracker.queries.facts import current_portfolio
from tracker.queries.since import Changed, News, Since, since

TODAY = date(2026, 6, 20)
LOOKED_ON = date(2026, 6, 10)
LOOKED_AT = datetime(2026, 6, 10, 9, tzinfo=UTC)
BEFORE, AFTER = LOOKED_AT - timedelta(hours=1), LOOKED_AT + timedelta(hours=1)


@pytest.fixture
def earlier() -> Iterator[time_machine.Coordinates]:
    """The clock of the register stands before the look; tests move it past it."""
    with time_machine.travel(BEFORE, tick=False) as clock:
        yield clock


@pytest.fixture
def places(earlier: time_machine.Coordinates, register: Register) -> list[Department]:
    """Four departments that were there before the look."""
    return register.departments("Claims", "Legal", "Sales", "Finance")


def found(session: Session) -> Since:
    session.rollback()
    return since(session, LOOKED_AT, LOOKED_ON, TODAY)


def told(changed: Changed) -> list[tuple[str, str]]:
    return [(each.words, each.effect) for each in changed.news]


def words(changed: Changed) -> list[str]:
    return [each.words for each in changed.news]


def june(day: int) -> date:
    return date(2026, 6, day)


def test_what_started_after_the_look_is_told_with_its_day_its_effect_and_its_record(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    earlier.move_to(AFTER)
    desk = register.initiative("Storm desk", *places[:2], start=june(12))
    new = found(session)
    cause = News("started", "“Storm desk” started", "+1", june(12), "initiative", desk.public_id)
    assert new.together == Changed((cause,), 0)
    assert (new.on, new.first) == (LOOKED_ON, LOOKED_ON)


def test_what_was_there_to_be_seen_is_not_new(
    session: Session, register: Register, places: list[Department]
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=LOOKED_ON)
    register.moment(desk, LOOKED_ON)
    new = found(session)
    assert (new.together, new.pace) == (Changed((), 0), Changed((), 0))


@pytest.fixture(params=[logged.MOST_LINES, 0], ids=["few lines", "many lines"])
def lines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was logged later is found by its lines, and by its records where there are too many lines."""
    monkeypatch.setattr(logged, "MOST_LINES", request.param)


def test_what_was_logged_on_that_day_after_the_look_is_new(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    earlier.move_to(AFTER)
    desk = register.initiative("Storm desk", *places[:2], start=LOOKED_ON)
    register.moment(desk, LOOKED_ON)
    new = found(session)
    assert told(new.together) == [("“Storm desk” started", "+1")]
    assert words(new.pace) == ["Win: “Refund in one call”"]
    assert new.first == LOOKED_ON - timedelta(1)


@pytest.mark.usefixtures("lines")
def test_what_was_added_later_and_began_earlier_moves_the_count_too(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    earlier.move_to(AFTER)
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    register.initiative("Second desk", *places[:2], start=june(2))
    register.initiative("Alone", places[0], start=june(2))
    new = found(session)
    assert told(new.together) == [("“Storm desk” was added", "+1")]
    assert (new.together.news[0].on, new.together.news[0].public_id) == (june(1), desk.public_id)


def test_outcomes_come_before_silence(session: Session, register: Register, places: list[Department]) -> None:
    claims, legal, sales, finance = places
    register.initiative("Quiet desk", claims, legal, start=date(2026, 3, 20))
    register.initiative("Ended desk", claims, sales, start=june(1), ended_on=june(12))
    register.initiative("New desk", claims, finance, start=june(19))
    assert told(found(session).together) == [
        ("“New desk” started", "+1"),
        ("“Ended desk” ended", "−1"),
        ("“Quiet desk” went quiet", "−1"),
    ]


def test_many_causes_are_three_kinds_at_most_and_the_rest_is_counted(
    session: Session, register: Register, places: list[Department]
) -> None:
    claims, legal, sales, finance = places
    for at, pair in enumerate(((claims, legal), (claims, sales), (claims, finance))):
        register.initiative(f"New {at}", *pair, start=june(12))
    desk = register.initiative("Joined desk", legal, start=june(1))
    register.initiative("Ended desk", legal, finance, start=june(1), ended_on=june(12))
    register.initiative("Quiet desk", sales, finance, start=date(2026, 3, 20))
    register.session.refresh(desk, ["involvements"])
    register.session.rollback()
    new = found(session).together
    assert told(new) == [("3 started", "+3"), ("“Ended desk” ended", "−1"), ("“Quiet desk” went quiet", "−1")]
    assert new.more == 0
    register.initiative("Woke desk", legal, sales, start=date(2026, 3, 1))
    register.update(register.session.query(Initiative).filter_by(title="Woke desk").one(), june(13))
    new = found(session).together
    assert words(new) == ["3 started", "“Woke desk” was heard from again", "“Ended desk” ended"]
    assert new.more == 1


def test_departments_and_journeys_say_how_many_pairs_are_counted(
    session: Session, register: Register, places: list[Department]
) -> None:
    late = register.department("Pricing", opened_on=june(14))
    assert told(found(session).together) == [("Pricing opened", "4 more counted")]
    assert found(session).together.news[0].public_id == late.public_id
    claims, legal, *_ = places
    register.journey("Buying", claims, legal)
    journey = register.journey("Claiming", legal, late, valid_from=june(15))
    (cause,) = found(session).together.news
    assert (cause.words, cause.effect) == ("The journey “Claiming” began to count", "1 more counted")
    assert (cause.about, cause.public_id) == ("journey", journey.public_id)


def test_wins_lessons_and_reuse_are_told_by_name_where_they_are_few(
    session: Session, register: Register, places: list[Department]
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    other = register.initiative("Other desk", *places[2:], start=june(1))
    missed = register.moment(desk, june(12), "near_miss", "Uploads lost", lesson="Test at peak")
    register.reuse(missed, other, june(14))
    won = register.moment(other, june(13), title="")
    assert [(each.words, each.public_id) for each in found(session).pace.news] == [
        ("Win: “Other desk”", won.public_id),
        ("Lesson: “Uploads lost”", missed.public_id),
        ("Lesson used again: “Uploads lost”", missed.public_id),
    ]


def test_many_wins_are_counted_with_their_days(
    session: Session, register: Register, places: list[Department]
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    for at in range(3):
        register.moment(desk, june(12 + at))
    register.moment(desk, june(15), "measured_win")
    assert found(session).pace == Changed((News("win", "4 wins", days=(june(11), TODAY)),), 0)


def vouched_for(register: Register, moment: Moment) -> None:
    """Let somebody vouch for a moment."""
    account = register.account("Vera Voucher", "member")
    open_write(register.session, actor_id=account.id, actor_name=account.name, via="test")
    moment.is_confirmed = True
    register.session.add(Confirmation(moment_id=moment.id, user_id=account.id))
    register.session.commit()


@pytest.mark.usefixtures("lines")
def test_an_earlier_win_that_somebody_vouched_for_later_is_new(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    won = register.moment(desk, june(5), confirmed=False)
    assert found(session).pace == Changed((), 0)
    earlier.move_to(AFTER)
    vouched_for(register, won)
    assert words(found(session).pace) == ["Win: “Refund in one call”"]


@pytest.mark.usefixtures("lines")
def test_an_earlier_near_miss_whose_lesson_was_written_later_is_new(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    missed = register.moment(desk, june(5), "near_miss", "Uploads lost")
    earlier.move_to(AFTER)
    register.save(Lesson(moment_id=missed.id, tried="Test at peak"))
    assert words(found(session).pace) == ["Lesson: “Uploads lost”"]


@pytest.mark.usefixtures("lines")
def test_what_waits_for_a_second_person_is_not_told(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    earlier.move_to(AFTER)
    register.moment(desk, june(5), confirmed=False)
    register.moment(desk, june(15), confirmed=False)
    assert found(session).pace == Changed((), 0)


def test_what_the_window_left_behind_comes_last(
    session: Session, register: Register, places: list[Department]
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=date(2026, 3, 1))
    register.moment(desk, date(2026, 3, 15))
    register.moment(desk, date(2026, 3, 22), "near_miss", "Uploads lost", lesson="Test at peak")
    register.moment(desk, date(2026, 3, 23))
    register.moment(desk, june(12))
    assert words(found(session).pace) == [
        "Win: “Refund in one call”",
        "1 win and 1 lesson are now more than 90 days old",
    ]
    assert found(session).pace.news[-1].days == (date(2026, 3, 13), date(2026, 3, 22))


@pytest.mark.usefixtures("lines")
def test_late_ones_are_named_after_the_new_days_and_the_rest_is_counted(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    earlier.move_to(AFTER)
    for at in range(4):
        register.moment(desk, june(2 + at), title=f"Late {at}")
        register.moment(desk, june(12 + at))
    new = found(session).pace
    assert (words(new), new.more) == (["4 wins", "Win: “Late 3”", "Win: “Late 2”"], 2)


@pytest.mark.usefixtures("lines")
def test_an_earlier_reuse_that_was_logged_later_is_new(
    session: Session, register: Register, places: list[Department], earlier: time_machine.Coordinates
) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(1))
    other = register.initiative("Other desk", *places[2:], start=june(1))
    missed = register.moment(desk, june(3), "near_miss", "Uploads lost", lesson="Test at peak")
    earlier.move_to(AFTER)
    register.reuse(missed, other, june(8))
    assert words(found(session).pace) == ["Lesson used again: “Uploads lost”"]


def test_a_new_name_is_told_at_once(session: Session, register: Register, places: list[Department]) -> None:
    desk = register.initiative("Storm desk", *places[:2], start=june(12))
    assert words(found(session).together) == ["“Storm desk” started"]
    open_write(register.session, actor_id=None, actor_name="The arranger", via="test")
    desk.title = "Flood desk"
    register.session.commit()
    assert words(found(session).together) == ["“Flood desk” started"]


@pytest.mark.parametrize(("count", "queries"), [(1, 9), (5, 7), (9, 7)])
def test_it_takes_nine_queries_at_most_and_then_one_however_much_is_new(
    session: Session,
    register: Register,
    places: list[Department],
    earlier: time_machine.Coordinates,
    engine: Engine,
    count: int,
    queries: int,
) -> None:
    earlier.move_to(AFTER)
    with register.at_once():
        for at in range(count):
            desk = register.initiative(f"Desk {at}", *places[:2], start=LOOKED_ON)
            register.moment(desk, june(12 + at))
    session.rollback()
    current_portfolio(session)
    with counting(engine) as sent:
        since(session, LOOKED_AT, LOOKED_ON, TODAY)
    assert len(sent) == queries
    with counting(engine) as sent:
        since(session, LOOKED_AT, LOOKED_ON, TODAY)
    assert len(sent) == 1
