"""Streams of moments: what each counts, who is asked to vouch, and what waits for whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement
from tracker.queries.moments import (
    MomentFilters,
    count_moments,
    list_moments,
    moment_page,
    moments_of,
    waiting_for_confirmation,
)

TODAY = date(2026, 6, 30)


@pytest.fixture
def pair(register: Register) -> list[Department]:
    return register.departments("Claims", "Legal")


@pytest.fixture
def storm(register: Register, pair: list[Department]) -> Initiative:
    return register.initiative("Storm desk", *pair, start=date(2026, 1, 5))


def sentences(session: Session) -> dict[str, str]:
    return {each.title: each.worth.sentence for each in list_moments(session, MomentFilters(), TODAY)}


def test_each_moment_says_what_it_counts_and_why(
    session: Session, register: Register, storm: Initiative
) -> None:
    day = date(2026, 3, 2)
    for at, title in enumerate(("first", "second", "third", "fourth")):
        register.moment(storm, day + timedelta(days=at), title=title)
    register.moment(storm, day, "measured_win", "measured")
    register.moment(storm, day, "near_miss", "taught", lesson="Ask first.")
    register.moment(storm, day, "near_miss", "untaught")
    register.moment(storm, TODAY + timedelta(days=3), title="ahead")
    alone = register.initiative("Alone", register.department("Sales"), start=date(2026, 1, 5))
    register.moment(alone, day, title="alone")
    register.moment(register.initiative("Nobody", start=date(2026, 1, 5)), day, title="nobody")
    assert sentences(session) == {
        "first": "Counts 3 points",
        "second": "Counts 1½ of 3: second win here this month",
        "third": "Counts ¾ of 3: third win here this month",
        "fourth": "Counts ⅜ of 3: fourth win here this month",
        "measured": "Counts 5 points: its customer measure had moved",
        "taught": "Counts 1 point: its lesson is written",
        "untaught": "Counts once its lesson is written",
        "ahead": "Counts 3 points, from its day on",
        "alone": "Shown, not counted: one department",
        "nobody": "Shown, not counted: no department took part that day",
    }


def test_one_that_waits_names_two_to_ask_the_nearest_first(
    session: Session, register: Register, cast: Cast, pair: list[Department], storm: Initiative
) -> None:
    register.account("Lena Legal", "member", department_id=pair[1].id)
    register.account("Gone Gone", "member", department_id=pair[1].id, is_disabled=True)
    register.moment(storm, date(2026, 3, 2), title="hers", confirmed=False, created_by_id=cast.alice.user_id)
    assert sentences(session) == {"hers": "Waits for a second person: Lena Legal or Ada Admin"}


def test_a_near_miss_may_wait_for_both(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    register.moment(
        storm, date(2026, 3, 2), "near_miss", "nearly", confirmed=False, created_by_id=cast.ada.user_id
    )
    assert sentences(session)["nearly"].endswith(", and for its lesson")


def test_nobody_is_asked_about_their_own(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    for at, actor in enumerate((cast.alice, cast.ada)):
        register.moment(
            storm, date(2026, 3, 2 + at), title=actor.name, confirmed=False, created_by_id=actor.user_id
        )
    found = waiting_for_confirmation(session, TODAY, user_id=cast.alice.user_id)
    assert [each.title for each in found] == ["Ada Admin"]
    assert len(waiting_for_confirmation(session, TODAY)) == 2


def test_departments_are_those_of_the_day(session: Session, register: Register, storm: Initiative) -> None:
    sales = register.department("Sales")
    days = {"joined_on": date(2026, 2, 1), "left_on": date(2026, 3, 1)}
    register.save(Involvement(initiative_id=storm.id, department_id=sales.id, **days))
    for day, title in (
        (date(2026, 1, 31), "before"),
        (date(2026, 2, 28), "during"),
        (date(2026, 3, 1), "after"),
    ):
        register.moment(storm, day, title=title)
    found = {
        each.title: [named.name for named in each.departments]
        for each in moments_of(session, storm.id, TODAY)
    }
    assert found == {
        "before": ["Claims", "Legal"],
        "during": ["Claims", "Legal", "Sales"],
        "after": ["Claims", "Legal"],
    }


def test_what_is_in_the_bin_is_in_no_stream(session: Session, register: Register, storm: Initiative) -> None:
    register.moment(storm, date(2026, 3, 2), binned_at=storm.created_at)
    gone = register.initiative("Gone", start=date(2026, 1, 5), binned_at=storm.created_at)
    register.moment(gone, date(2026, 3, 2))
    assert count_moments(session, MomentFilters()) == 0
    assert moment_page(session, "nothing", TODAY) is None


def test_a_stream_takes_as_many_queries_as_it_says(
    session: Session, engine: Engine, register: Register, storm: Initiative
) -> None:
    register.moment(storm, date(2026, 3, 2), confirmed=False)
    list_moments(session, MomentFilters(), TODAY)
    with counting(engine) as sent:
        list_moments(session, MomentFilters(), TODAY)
    assert len(sent) <= 6
