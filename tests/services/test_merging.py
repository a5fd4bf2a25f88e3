"""A department closes on a day or goes on as part of another, and the days before stay as they were."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tests.factories import Cast, Register
from tests.services.merging import look, merged
from tracker.graph.ties import required_pairs, ties_on
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement
from tracker.models.journeys import Journey
from tracker.models.people import Person
from tracker.queries.facts import load_portfolio
from tracker.services.departments import DepartmentPlan, edit_department
from tracker.services.errors import Forbidden, InvalidInput, Stale
from tracker.services.merges import Wish
from tracker.services.merging import close_department

BEFORE = date(2026, 2, 28)
DAY = date(2026, 3, 1)


@pytest.fixture
def three(register: Register) -> list[Department]:
    """Claims will go into Service; Legal works with both."""
    return register.departments("Claims", "Service", "Legal")


def merge(session: Session, cast: Cast, three: list[Department]) -> dict[str, int]:
    """Let Claims go into Service on the day; return what went over."""
    wish = Wish("department", three[0].public_id, three[1].public_id, way="day", on=DAY)
    moved = look(session, cast.alice, wish).document()["counts"]
    merged(session, cast.alice, "department", wish.gone, wish.into, way="day", on=DAY)
    return dict(moved)


def stays(session: Session, initiative: Initiative) -> list[tuple[str, date | None, date | None, str]]:
    """Return who takes part from when until when, and how."""
    rows = session.execute(
        select(Department.name, Involvement.joined_on, Involvement.left_on, Involvement.role)
        .join(Department, Department.id == Involvement.department_id)
        .where(Involvement.initiative_id == initiative.id)
        .order_by(Department.name, Involvement.id)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]  # four columns


def test_a_closed_department_counts_until_its_day(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    register.initiative("Storm desk", three[0], three[2])
    close_department(session, actor=cast.alice, public_id=three[0].public_id, version=1, on=DAY)
    session.commit()
    portfolio = load_portfolio(session)
    assert ("Claims", "Legal") in ties_on(portfolio, BEFORE).bridges
    assert ("Claims", "Legal") not in ties_on(portfolio, DAY).bridges


def test_open_involvements_end_and_go_on_as_the_others(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    made = register.initiative("Storm desk", three[0], three[2])
    assert merge(session, cast, three) == {"initiative": 1}
    assert stays(session, made) == [
        ("Claims", None, DAY, "lead"),
        ("Legal", None, None, "contributing"),
        ("Service", DAY, None, "lead"),
    ]
    portfolio = load_portfolio(session)
    assert set(ties_on(portfolio, BEFORE).bridges) == {("Claims", "Legal")}
    assert set(ties_on(portfolio, DAY).bridges) == {("Legal", "Service")}


def test_the_other_takes_part_once_where_it_did_before(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    made = register.initiative("Storm desk", *three)
    merge(session, cast, three)
    assert stays(session, made) == [
        ("Claims", None, DAY, "lead"),
        ("Legal", None, None, "contributing"),
        ("Service", None, None, "lead"),
    ]


def test_a_stay_of_the_other_that_begins_later_begins_on_the_day(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    made = register.initiative("Storm desk", three[0], three[2])
    later = date(2026, 5, 1)
    register.save(Involvement(initiative_id=made.id, department_id=three[1].id, joined_on=later))
    merge(session, cast, three)
    assert [each for each in stays(session, made) if each[0] == "Service"] == [("Service", DAY, None, "lead")]


def test_what_ended_before_stays_untouched_and_what_begins_later_is_the_others_whole(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    ended = register.initiative("Old desk", three[0], three[2], ended_on=BEFORE, status="finished")
    ahead = register.initiative("New desk", three[0], three[2], start=date(2026, 4, 1), status="proposed")
    assert merge(session, cast, three)["initiative"] == 1
    assert [each[0] for each in stays(session, ended)] == ["Claims", "Legal"]
    assert stays(session, ahead) == [("Legal", None, None, "contributing"), ("Service", None, None, "lead")]


def test_a_journey_keeps_its_past_and_goes_on_with_the_other(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    register.journey("Making a claim", three[2], three[0], importance=3)
    assert merge(session, cast, three)["journey"] == 1
    portfolio = load_portfolio(session)
    assert required_pairs(portfolio, BEFORE) == {("Claims", "Legal"): 3}
    assert required_pairs(portfolio, DAY) == {("Legal", "Service"): 3}


def test_a_journey_still_to_come_changes_in_place(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    register.journey("Making a claim", three[2], three[0], valid_from=date(2026, 6, 1))
    merge(session, cast, three)
    journeys = session.scalars(select(Journey).options(selectinload(Journey.steps))).all()
    assert [[step.department_id for step in each.steps] for each in journeys] == [[three[2].id, three[1].id]]


def test_its_sponsors_are_at_home_with_the_other(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    register.person("Priya", department_id=three[0].id)
    assert merge(session, cast, three)["sponsor"] == 1
    home = session.scalar(select(Person.department_id).where(Person.name == "Priya"))
    assert home == three[1].id


def test_a_merged_department_keeps_its_closing_day(
    session: Session, cast: Cast, three: list[Department]
) -> None:
    merge(session, cast, three)
    with pytest.raises(InvalidInput, match="stays"):
        edit_department(
            session, actor=cast.alice, public_id=three[0].public_id, version=2, plan=DepartmentPlan("Claims")
        )
    session.rollback()
    with pytest.raises(InvalidInput, match="went into another"):
        close_department(session, actor=cast.alice, public_id=three[0].public_id, version=2, on=DAY)


@pytest.mark.parametrize(("into", "field"), [(0, "into"), (3, "into"), (None, "into")])
def test_it_goes_into_another_department_that_is_open_that_day(
    session: Session,
    cast: Cast,
    register: Register,
    three: list[Department],
    into: int | None,
    field: str,
) -> None:
    every = [*three, register.department("Sales", closed_on=DAY)]
    target = "nowhere" if into is None else every[into].public_id
    with pytest.raises(InvalidInput) as refused:
        look(session, cast.alice, Wish("department", three[0].public_id, target, way="day", on=DAY))
    assert list(refused.value.errors) == [field]


def test_nothing_closes_before_it_opened_nor_over_somebodys_edit(
    session: Session, cast: Cast, register: Register
) -> None:
    late = register.department("Late", opened_on=date(2026, 5, 1))
    with pytest.raises(InvalidInput) as refused:
        close_department(session, actor=cast.alice, public_id=late.public_id, version=1, on=DAY)
    assert list(refused.value.errors) == ["on"]
    session.rollback()
    with pytest.raises(Stale):
        close_department(session, actor=cast.alice, public_id=late.public_id, version=7, on=date(2026, 6, 1))
    session.rollback()
    with pytest.raises(Forbidden):
        close_department(session, actor=cast.bob, public_id=late.public_id, version=1, on=date(2026, 6, 1))
