"""Departments are added, edited and binned; their divisions and other names come with them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.audit import AuditEntry
from tracker.models.departments import Division
from tracker.queries.history import history_of
from tracker.services.departments import (
    DepartmentPlan,
    add_department,
    bin_department,
    edit_department,
    find_department,
    restore_department,
)
from tracker.services.divisions import add_division, find_division, remove_division, rename_division
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale


def test_a_department_comes_with_its_names_its_division_and_its_place(session: Session, cast: Cast) -> None:
    plan = DepartmentPlan(
        "Claims",
        aliases=("Claims Handling", "claims", "Claims handling"),
        new_division="Repairs",
        headcount=240,
    )
    added = add_department(session, actor=cast.alice, plan=plan)
    session.commit()
    found = find_department(session, cast.dora, added.public_id)
    assert [each.name for each in found.aliases] == ["Claims handling"]
    assert found.division is not None
    assert (found.division.name, found.headcount, found.track_position) == ("Repairs", 240, 0)


def test_a_new_division_of_a_known_name_is_that_division(
    session: Session, cast: Cast, register: Register
) -> None:
    known = register.division("Operations")
    added = add_department(
        session, actor=cast.alice, plan=DepartmentPlan("Claims", new_division="operations")
    )
    session.commit()
    assert added.division_id == known.id
    assert len(session.scalars(select(Division)).all()) == 1


@pytest.mark.parametrize(
    ("field", "plan"),
    [
        ("name", DepartmentPlan("  ")),
        ("name", DepartmentPlan("x" * 121)),
        ("name", DepartmentPlan("Claims\0")),
        ("name", DepartmentPlan("legal")),
        ("aliases", DepartmentPlan("Claims", aliases=("\ud800",))),
        ("aliases", DepartmentPlan("Claims", aliases=tuple(map(str, range(21))))),
        ("division", DepartmentPlan("Claims", division="nowhere")),
        ("opened_on", DepartmentPlan("Claims", opened_on=date(1899, 12, 31))),
        ("closed_on", DepartmentPlan("Claims", closed_on=date(2201, 1, 1))),
        ("closed_on", DepartmentPlan("Claims", opened_on=date(2026, 2, 1), closed_on=date(2026, 1, 31))),
        ("headcount", DepartmentPlan("Claims", headcount=-1)),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    session: Session, cast: Cast, register: Register, field: str, plan: DepartmentPlan
) -> None:
    register.department("Legal")
    with pytest.raises(InvalidInput) as refused:
        add_department(session, actor=cast.alice, plan=plan)
    assert list(refused.value.errors) == [field]


def test_a_department_may_open_and_close_on_one_day(session: Session, cast: Cast) -> None:
    day = date(2026, 2, 1)
    added = add_department(
        session, actor=cast.alice, plan=DepartmentPlan("Claims", opened_on=day, closed_on=day)
    )
    session.commit()
    assert added.closed_on == day


def test_an_edit_saves_the_whole_department(session: Session, cast: Cast, register: Register) -> None:
    claims = register.department("Claims")
    plan = DepartmentPlan("Claims Service", aliases=("Claims",), opened_on=date(2020, 1, 1))
    edit_department(session, actor=cast.alice, public_id=claims.public_id, version=1, plan=plan)
    session.commit()
    found = find_department(session, cast.alice, claims.public_id)
    assert (found.name, found.opened_on) == ("Claims Service", date(2020, 1, 1))
    assert [each.name for each in found.aliases] == ["Claims"]
    edit_department(
        session, actor=cast.alice, public_id=claims.public_id, version=2, plan=DepartmentPlan("Claims")
    )
    session.commit()
    told = [entry.what for entry in history_of(session, "department", claims.id)]
    assert "took back the other name Claims" in told


@pytest.mark.parametrize("plan", [DepartmentPlan("Cases"), DepartmentPlan("Claims", aliases=("Cases",))])
def test_a_stale_save_is_refused_whatever_was_changed_before(
    session: Session, cast: Cast, register: Register, plan: DepartmentPlan
) -> None:
    claims = register.department("Claims")
    edit_department(session, actor=cast.alice, public_id=claims.public_id, version=1, plan=plan)
    session.commit()
    mine = DepartmentPlan("Claims", headcount=3)
    with pytest.raises(Stale) as stale:
        edit_department(session, actor=cast.ada, public_id=claims.public_id, version=1, plan=mine)
    assert (stale.value.current["name"], stale.value.current["version"]) == (plan.name, "2")


def test_a_department_goes_to_the_bin_and_comes_back(
    session: Session, cast: Cast, register: Register
) -> None:
    claims = register.department("Claims")
    bin_department(session, actor=cast.alice, public_id=claims.public_id)
    session.commit()
    with pytest.raises(NotFound):
        find_department(session, cast.dora, claims.public_id)
    restore_department(session, actor=cast.alice, public_id=claims.public_id)
    session.commit()
    assert find_department(session, cast.dora, claims.public_id).name == "Claims"
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "department")).all()
    assert actions[-2:] == ["moved to the bin", "brought back"]


def test_a_department_that_records_refer_to_stays(session: Session, cast: Cast, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal)
    register.journey("Making a claim", legal, claims)
    register.person("Priya", department_id=claims.id)
    with pytest.raises(InvalidInput, match="for the sake of 1 initiative, 1 journey and 1 sponsor"):
        bin_department(session, actor=cast.alice, public_id=claims.public_id)


def test_a_name_given_away_keeps_the_old_department_in_the_bin(
    session: Session, cast: Cast, register: Register
) -> None:
    claims = register.department("Claims")
    bin_department(session, actor=cast.alice, public_id=claims.public_id)
    session.commit()
    add_department(session, actor=cast.alice, plan=DepartmentPlan("Claims"))
    session.commit()
    with pytest.raises(InvalidInput, match="already"):
        restore_department(session, actor=cast.alice, public_id=claims.public_id)


def test_only_the_office_shapes_departments(session: Session, cast: Cast, register: Register) -> None:
    claims = register.department("Claims")
    for actor in (cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            add_department(session, actor=actor, plan=DepartmentPlan("Legal"))
        with pytest.raises(Forbidden):
            edit_department(
                session, actor=actor, public_id=claims.public_id, version=1, plan=DepartmentPlan("Legal")
            )
        with pytest.raises(Forbidden):
            bin_department(session, actor=actor, public_id=claims.public_id)


def test_a_division_is_renamed_and_its_departments_stay_when_it_goes(
    session: Session, cast: Cast, register: Register
) -> None:
    added = add_division(session, actor=cast.alice, name="Operations")
    session.commit()
    claims = register.department("Claims", division_id=added.id)
    rename_division(session, actor=cast.alice, public_id=added.public_id, version=1, name="Service")
    session.commit()
    assert find_division(session, cast.dora, added.public_id).name == "Service"
    with pytest.raises(Stale):
        rename_division(session, actor=cast.ada, public_id=added.public_id, version=1, name="Care")
    session.rollback()
    assert remove_division(session, actor=cast.alice, public_id=added.public_id) == 1
    session.commit()
    assert find_department(session, cast.alice, claims.public_id).division is None


@pytest.mark.parametrize("name", ["", "operations", "x" * 121])
def test_a_division_has_a_name_of_its_own(
    session: Session, cast: Cast, register: Register, name: str
) -> None:
    register.division("Operations")
    with pytest.raises(InvalidInput) as refused:
        add_division(session, actor=cast.alice, name=name)
    assert list(refused.value.errors) == ["name"]
