"""Two records of one department become one from the first day on; files that use the old name find it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.services.importing import bring_rows
from tests.services.merging import look, merged, naming, references, rows, undone
from tracker.graph.ties import required_pairs, ties_on
from tracker.models.departments import Department, DepartmentAlias
from tracker.models.initiatives import Involvement, RoutineOwner
from tracker.models.people import Person
from tracker.queries.facts import current_portfolio, load_portfolio
from tracker.services.departments import DepartmentPlan, add_department
from tracker.services.errors import InvalidInput
from tracker.services.merges import Wish

DAY, LATER = date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def two(register: Register) -> list[Department]:
    """Claims is there twice: “CLM” will go into it."""
    return [
        register.department("CLM", headcount=40, opened_on=DAY),
        register.department("Claims", opened_on=LATER),
    ]


def everywhere(register: Register, department: Department) -> None:
    """Let every column that can name a department name this one."""
    person = register.person("Priya", department_id=department.id)
    register.account("Priya", "sponsor", department_id=department.id)
    work = register.initiative("Storm desk", department, register.department("Legal"))
    register.save(RoutineOwner(initiative_id=work.id, department_id=department.id, person_id=person.id))
    register.journey("Making a claim", register.department("Sales"), department)
    register.save(DepartmentAlias(department_id=department.id, name="Claims handling"))
    register.department("Old claims", closed_on=DAY, merged_into_id=department.id)


def test_every_column_that_can_name_a_department_names_the_one_that_stays_and_back(
    session: Session, cast: Cast, register: Register, two: list[Department]
) -> None:
    gone, stays = two
    everywhere(register, gone)
    before = rows(session)
    assert naming(session, "departments", gone.id) == references("departments")
    done = merged(session, cast.alice, "department", gone.public_id, stays.public_id)
    assert naming(session, "departments", gone.id) == set()
    assert naming(session, "departments", stays.id) == references("departments")
    assert set(session.scalars(select(DepartmentAlias.name))) == {"CLM", "Claims handling"}
    record = session.get_one(Department, stays.id)
    assert (record.headcount, record.opened_on) == (40, DAY)
    assert current_portfolio(session)[1] == load_portfolio(session)
    undone(session, cast.alice, done)
    assert rows(session) == before
    assert current_portfolio(session)[1] == load_portfolio(session)


def test_all_its_days_become_those_of_the_other(
    session: Session, cast: Cast, register: Register, two: list[Department]
) -> None:
    legal = register.department("Legal")
    register.initiative("Storm desk", two[0], legal)
    register.journey("Making a claim", legal, two[0], two[1])
    merged(session, cast.alice, "department", two[0].public_id, two[1].public_id)
    portfolio = load_portfolio(session)
    assert set(ties_on(portfolio, date(2026, 3, 20)).bridges) == {("Claims", "Legal")}
    assert set(ties_on(portfolio, DAY).bridges) == {("Claims", "Legal")}
    assert set(required_pairs(portfolio, LATER)) == {("Claims", "Legal")}


def test_stays_of_both_in_one_initiative_that_touch_become_one(
    session: Session, cast: Cast, register: Register, two: list[Department]
) -> None:
    work = register.initiative("Storm desk", two[0])
    for joined, left in ((DAY, LATER), (date(2026, 7, 1), None)):
        register.save(
            Involvement(initiative_id=work.id, department_id=two[1].id, joined_on=joined, left_on=left)
        )
    outcome = look(session, cast.alice, Wish("department", two[0].public_id, two[1].public_id))
    assert outcome.moves.notes == [
        "One initiative names both: there they are one department, and count as one."
    ]
    merged(session, cast.alice, "department", two[0].public_id, two[1].public_id)
    kept = session.execute(
        select(Involvement.department_id, Involvement.role, Involvement.joined_on, Involvement.left_on)
    )
    assert [tuple(row) for row in kept] == [(two[1].id, "lead", None, None)]


def test_a_journey_that_crosses_between_the_two_is_named(
    session: Session, cast: Cast, register: Register, two: list[Department]
) -> None:
    register.journey("Making a claim", *two)
    outcome = look(session, cast.alice, Wish("department", two[0].public_id, two[1].public_id))
    assert outcome.moves.notes == [
        "“Making a claim” crosses from one to the other: inside one department that is no crossing."
    ]
    assert (outcome.effect.before.required, outcome.effect.after.required) == (1, 0)


def test_one_that_went_into_another_on_a_day_is_not_the_same(
    session: Session, cast: Cast, register: Register, two: list[Department]
) -> None:
    third = register.department("Service")
    first = merged(session, cast.alice, "department", two[0].public_id, third.public_id, way="day", on=LATER)
    with pytest.raises(InvalidInput, match="Undo that merge"):
        look(session, cast.alice, Wish("department", two[0].public_id, two[1].public_id))
    undone(session, cast.alice, first)
    look(session, cast.alice, Wish("department", two[0].public_id, two[1].public_id))


def test_going_into_another_on_a_day_is_taken_back_whole(
    session: Session, cast: Cast, register: Register, two: list[Department]
) -> None:
    everywhere(register, two[0])
    register.initiative("Other work", *two)
    before = rows(session)
    done = merged(session, cast.alice, "department", two[0].public_id, two[1].public_id, way="day", on=LATER)
    assert rows(session) != before
    undone(session, cast.alice, done)
    assert rows(session) == before


def test_a_name_that_was_given_away_since_keeps_the_merge(
    session: Session, cast: Cast, two: list[Department]
) -> None:
    done = merged(session, cast.alice, "department", two[0].public_id, two[1].public_id)
    add_department(session, actor=cast.alice, plan=DepartmentPlan("clm"))
    session.commit()
    with pytest.raises(InvalidInput, match="Give it another name first"):
        undone(session, cast.alice, done)


@pytest.mark.parametrize(("way", "on"), [("twice", None), ("day", date(2026, 7, 1))])
def test_a_file_that_uses_the_old_names_finds_the_ones_that_stay(
    session: Session, cast: Cast, way: str, on: date | None
) -> None:
    old = "i1,Storm desk,pilot,,2026-01-10,,,Clm;Legal,P. Raman,,,"
    bring_rows(session, DAY, old)
    bring_rows(session, DAY, "i2,Night desk,pilot,,2026-01-10,,,Claims;Legal,Priya Raman,,,")
    ids = {each.name: each.public_id for each in session.scalars(select(Department))}
    people = {each.name: each.public_id for each in session.scalars(select(Person))}
    session.rollback()
    merged(session, cast.alice, "department", ids["Clm"], ids["Claims"], way=way, on=on)
    merged(session, cast.alice, "person", people["P. Raman"], people["Priya Raman"])
    plan = bring_rows(
        session, date(2026, 8, 1), old, "i3,Late desk,pilot,,2026-07-10,,,CLM;Sales,P. Raman,,,"
    )
    assert plan.summary.new_departments == ("Sales",)
    assert plan.summary.new_people == ()
    assert plan.rows[0].action in ("unchanged", "update")
    portfolio = load_portfolio(session)
    late = next(each for each in portfolio.initiatives if each.id == "i3")
    assert [each.department for each in late.members] == ["Claims", "Sales"]
    assert [each.person for each in late.leads] == ["Priya Raman"]
