"""Departments in lists and on their pages: counts that are the records behind them, on any day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.models.departments import Department, DepartmentAlias
from tracker.queries.department_lists import DepartmentFilters, DepartmentRow, department_list
from tracker.queries.departments import department_record
from tracker.queries.moments import MomentFilters, count_moments
from tracker.queries.partners import partners_of

TODAY = date(2026, 3, 31)


def rows(session: Session, sort: str = "name", on: date = TODAY, **filters: str) -> list[DepartmentRow]:
    """Return the list of a day."""
    return list(department_list(session, DepartmentFilters(**filters), on, sort=sort).rows)


@pytest.fixture
def arranged(register: Register) -> Register:
    """Claims works with Legal, has begun with Pricing and Sales, and shares nothing with People."""
    claims, legal, _people, pricing, sales = register.departments(
        "Claims", "Legal", "People", "Pricing", "Sales"
    )
    made = register.initiative("Storm desk", claims, legal)
    register.initiative("Four of them", claims, legal, pricing, sales, start=date(2026, 3, 1))
    register.moment(made, date(2026, 1, 10))
    register.moment(made, date(2025, 12, 31))
    return register


def test_a_row_counts_pairs_live_work_and_moments(session: Session, arranged: Register) -> None:
    found = {row.name: (row.together, row.required, row.live, row.moments) for row in rows(session)}
    assert found == {
        "Claims": (1, 4, 2, 1),
        "Legal": (1, 4, 2, 1),
        "People": (0, 4, 0, 0),
        "Pricing": (0, 4, 1, 0),
        "Sales": (0, 4, 1, 0),
    }


def test_the_moments_of_a_row_are_those_of_the_stream(session: Session, arranged: Register) -> None:
    claims = rows(session)[0]
    filters = MomentFilters(department=claims.public_id, since=date(2026, 1, 1), until=TODAY)
    assert claims.moments == count_moments(session, filters) == 1


def test_a_past_day_shows_what_stood_then(session: Session, arranged: Register) -> None:
    arranged.department("Closed", closed_on=date(2026, 2, 1))
    assert [row.name for row in rows(session)] == ["Claims", "Legal", "People", "Pricing", "Sales"]
    assert "Closed" in [row.name for row in rows(session, on=date(2026, 1, 20))]
    assert [row.name for row in rows(session, state="closed")] == ["Closed"]
    assert rows(session, on=date(2026, 1, 20))[0].live == 1


def test_a_department_is_found_by_its_other_names_and_its_division(
    session: Session, register: Register
) -> None:
    division = register.division("Operations")
    claims = register.department("Claims", division_id=division.id)
    register.save(DepartmentAlias(department_id=claims.id, name="Schaden"))
    register.department("Legal")
    for q in ("schad", "operat", "claim operations"):
        assert [row.name for row in rows(session, q=q)] == ["Claims"]
    assert [row.name for row in rows(session, division=division.public_id)] == ["Claims"]
    assert rows(session, q="%") == []


def test_the_list_sorts_by_what_it_shows(session: Session, arranged: Register) -> None:
    assert [row.name for row in rows(session, "-name")] == ["Sales", "Pricing", "People", "Legal", "Claims"]
    assert [row.name for row in rows(session, "-live")][:2] == ["Claims", "Legal"]
    assert rows(session, "together")[0].together == 0
    division = arranged.division("Operations")
    arranged.department("Zeal", division_id=division.id)
    session.rollback()  # ends the reading that began before
    assert rows(session, "division")[0].name == "Zeal"
    assert rows(session, "-division")[0].name == "Zeal"


def test_a_record_names_what_is_around_the_department(session: Session, register: Register) -> None:
    service = register.department("Service")
    claims = register.department("Claims", closed_on=TODAY, merged_into_id=service.id)
    register.person("Priya", title="Director", department_id=service.id)
    register.journey("Making a claim", register.department("Sales"), service)
    found = department_record(session, service.public_id)
    gone = department_record(session, claims.public_id)
    assert found is not None
    assert gone is not None
    assert [each.name for each in found.merged_from] == ["Claims"]
    assert [(each.name, each.title) for each in found.people] == [("Priya", "Director")]
    assert [each.name for each in found.journeys] == ["Making a claim"]
    assert gone.merged_into is not None
    assert (gone.merged_into.name, gone.is_open_on(TODAY)) == ("Service", False)
    assert department_record(session, "nowhere") is None


def test_partners_stand_by_band_and_open_pairs_have_a_smallest_step(
    session: Session, arranged: Register
) -> None:
    found = partners_of(session, "Claims", TODAY)
    assert (found.together, found.required) == (1, 4)
    named = {group.band: [each.place.name for each in group.partners] for group in found.groups}
    assert named == {"single": ["Legal"], "begun": ["Pricing", "Sales"], "open": ["People"]}
    assert [each.place.name for each in found.open_pairs] == ["People", "Pricing", "Sales"]
    step = found.open_pairs[0].step
    assert step is not None
    assert (step.department.name, step.initiative.name) == ("People", "Storm desk")
    assert found.points == pytest.approx(1 + 2 / 3)


def test_with_a_journey_only_its_crossings_count_and_the_others_are_still_shown(
    session: Session, arranged: Register, register: Register
) -> None:
    claims, people = (
        register.session.scalars(select(Department).where(Department.name == name)).one()
        for name in ("Claims", "People")
    )
    register.journey("Being hired", claims, people)
    found = partners_of(session, "Claims", TODAY)
    assert (found.together, found.required, found.has_journeys) == (0, 1, True)
    assert {group.band for group in found.others} == {"single", "begun"}
