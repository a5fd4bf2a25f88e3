"""The stage: nothing moves, only what counts is drawn, and a near miss is told as its team agreed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson
from tracker.queries.facts import current_portfolio
from tracker.queries.groups import MOST_NAMED
from tracker.queries.stage import MOST_NODES, Stage, stage
from tracker.queries.telling import LONGEST_LESSON

TODAY = date(2026, 6, 20)
MAY = date(2026, 5, 31)


def pilot(
    register: Register, *departments: Department, start: date = date(2026, 4, 6), **values: Any
) -> Initiative:
    return register.initiative("Storm desk", *departments, start=start, **values)


def stage_on(session: Session, on: date = TODAY) -> Stage:
    return stage(session, on, TODAY)


def test_an_empty_register_has_one_day_and_no_place(session: Session) -> None:
    found = stage_on(session)
    assert [month.on for month in found.months] == [TODAY]
    assert (found.nodes, found.ties, found.covered.required) == ((), (), 0)
    assert not found.has_departments


def test_months_run_from_the_first_day_of_the_register_to_today(session: Session, register: Register) -> None:
    pilot(register, *register.departments("Claims", "Legal"))
    assert [month.on for month in stage_on(session).months] == [date(2026, 4, 30), MAY, TODAY]


def test_a_day_that_ends_no_month_gets_its_own_place(session: Session, register: Register) -> None:
    pilot(register, *register.departments("Claims", "Legal"))
    found = stage_on(session, date(2026, 5, 12))
    assert [month.on for month in found.months] == [date(2026, 4, 30), date(2026, 5, 12), MAY, TODAY]
    assert (found.at, found.month.since) == (1, date(2026, 5, 1))
    assert found.months[2].since == date(2026, 5, 13)


def test_a_day_long_before_the_register_comes_first(session: Session, register: Register) -> None:
    pilot(register, *register.departments("Claims", "Legal"))
    found = stage_on(session, date(1900, 1, 1))
    assert (found.at, found.covered.together, found.month.momentum) == (0, 0, 0.0)


def test_every_node_keeps_its_place_whether_it_is_open_or_not(session: Session, register: Register) -> None:
    claims, legal, _ = register.departments("Claims", "Legal", "Sales")
    register.department("Late", opened_on=date(2026, 6, 1))
    pilot(register, claims, legal)
    before, after = stage_on(session, date(2026, 4, 30)), stage_on(session)
    assert [node.name for node in before.nodes] == [node.name for node in after.nodes]
    assert [node.is_open for node in before.nodes].count(False) == 1
    assert all(node.is_open for node in after.nodes)


def test_nodes_know_how_many_they_work_together_with(session: Session, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    pilot(register, claims, legal)
    pilot(register, claims, sales)
    assert {node.name: node.partners for node in stage_on(session).nodes} == {
        "Claims": 2,
        "Legal": 1,
        "Sales": 1,
    }


def test_months_count_the_wins_and_lessons_that_count(session: Session, register: Register) -> None:
    home = pilot(register, *register.departments("Claims", "Legal"))
    register.moment(home, date(2026, 5, 4))
    register.moment(home, date(2026, 5, 5), confirmed=False)
    register.moment(home, date(2026, 5, 6), "near_miss", lesson="We tried.")
    register.moment(home, date(2026, 5, 7), "near_miss")
    found = stage_on(session)
    assert [(month.wins, month.lessons) for month in found.months] == [(0, 0), (1, 1), (0, 0)]
    assert found.months[1].momentum > 0


def test_a_near_miss_is_told_once_its_team_agreed_and_by_its_lesson(
    session: Session, register: Register
) -> None:
    home = pilot(register, *register.departments("Claims", "Legal"))
    register.moment(home, date(2026, 6, 3), "near_miss", "Uploads lost", lesson="We tried.")
    shown = register.moment(home, date(2026, 6, 4), "near_miss", "Photos lost", ok_to_show=True)
    register.save(
        Lesson(moment_id=shown.id, tried="We tried.", next_time="Test uploads at peak. Then again.")
    )
    found = stage_on(session)
    assert [each.title for each in found.told] == ["Test uploads at peak"]
    assert found.counted == 2


def test_a_lesson_too_long_to_be_told_leaves_the_title(session: Session, register: Register) -> None:
    home = pilot(register, *register.departments("Claims", "Legal"))
    shown = register.moment(home, date(2026, 6, 4), "near_miss", "Photos lost", ok_to_show=True)
    register.save(Lesson(moment_id=shown.id, tried="We tried.", next_time="x" * (LONGEST_LESSON + 1)))
    assert [each.title for each in stage_on(session).told] == ["Photos lost"]


def test_what_waits_or_has_one_department_is_not_told(session: Session, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.moment(pilot(register, claims, legal), date(2026, 6, 3), confirmed=False)
    register.moment(pilot(register, claims), date(2026, 6, 3))
    assert stage_on(session).told == ()


def test_a_fall_names_its_causes_and_no_department(session: Session, register: Register) -> None:
    pilot(register, *register.departments("Claims", "Legal"), ended_on=date(2026, 6, 1))
    assert stage_on(session).caption == "1 → 0: one pilot ended."


def test_the_story_of_a_month_is_told_by_weight_and_ends_with_the_next_pair_where_asked(
    session: Session, register: Register
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    home = pilot(register, claims, legal)
    register.moment(home, date(2026, 6, 3))
    pilot(register, claims, sales, start=date(2026, 6, 5))
    told = ("First joint win: Claims and Legal.", "Claims and Sales now work together.")
    assert stage_on(session).story == told
    assert stage_on(session).caption == told[0]
    ahead = stage(session, TODAY, TODAY, ahead=True)
    assert ahead.story == (*told, "Next: Legal and Sales. One department already works with both.")
    assert ahead.caption == told[0]


def test_before_the_first_month_only_the_next_pair_is_told(session: Session, register: Register) -> None:
    register.departments("Claims", "Legal")
    found = stage(session, TODAY, TODAY, ahead=True)
    assert (found.story, found.caption) == (("Next: Claims and Legal.",), "")


def test_a_fall_is_told_after_what_came_to_be(session: Session, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.moment(pilot(register, claims, legal), date(2026, 6, 3))
    pilot(register, claims, sales, ended_on=date(2026, 6, 1))
    assert stage_on(session).story == (
        "First joint win: Claims and Legal.",
        "2 → 1: one pilot ended.",
    )
    assert stage_on(session).caption == "2 → 1: one pilot ended."


def test_a_year_ago_is_compared_with(session: Session, register: Register) -> None:
    pilot(
        register,
        *register.departments("Claims", "Legal"),
        start=date(2025, 5, 2),
        declared_until=TODAY + timedelta(1),
    )
    assert stage_on(session).caption.startswith("1 a year ago.")


def test_nothing_is_not_compared_with_nothing(session: Session, register: Register) -> None:
    pilot(
        register, *register.departments("Claims", "Legal"), start=date(2025, 5, 2), ended_on=date(2025, 5, 9)
    )
    assert stage_on(session).caption == ""


def fill(register: Register, count: int, *, divisions: int = 0) -> list[Department]:
    made = [register.division(f"Division {at}") for at in range(divisions)]
    return [
        register.department(f"D{at:02}", division_id=made[at % divisions].id if divisions else None)
        for at in range(count)
    ]


def test_above_eighteen_departments_their_divisions_stand_on_the_track(
    session: Session, register: Register
) -> None:
    departments = fill(register, MOST_NODES + 1, divisions=3)
    pilot(register, departments[0], departments[1])
    found = stage_on(session)
    assert [node.name for node in found.nodes] == ["Division 0", "Division 1", "Division 2"]
    tie = next(each for each in found.ties if each.band == "single")
    assert {tie.a, tie.b} == {found.nodes[0].id, found.nodes[1].id}
    assert found.covered.required == (MOST_NODES + 1) * MOST_NODES // 2


def test_without_divisions_the_seventeen_with_most_joint_work_are_named(
    session: Session, register: Register
) -> None:
    departments = fill(register, MOST_NODES + 4)
    for at in range(0, 2 * (MOST_NAMED // 2 + 1), 2):
        pilot(register, departments[-1 - at], departments[-2 - at])
    found = stage_on(session)
    assert len(found.nodes) == MOST_NAMED + 1
    assert found.nodes[-1].name == f"{MOST_NODES + 4 - MOST_NAMED} others"
    assert "D00" not in {node.name for node in found.nodes}
    assert stage_on(session, date(2026, 4, 1)).nodes[0].name == found.nodes[0].name


@pytest.mark.parametrize("count", [3, MOST_NODES + 4])
def test_the_stage_takes_four_queries_however_much_there_is(
    session: Session, register: Register, engine: Engine, count: int
) -> None:
    departments = fill(register, count)
    for at in range(count - 1):
        register.moment(pilot(register, departments[at], departments[at + 1]), date(2026, 6, 1))
    current_portfolio(session)
    with counting(engine) as sent:
        assert len(stage_on(session).told) == min(24, count - 1)
    assert len(sent) == 4
