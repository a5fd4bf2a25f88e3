"""Departments join and leave on a date, and the days before stay as they were."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.services.errors import Forbidden, InvalidInput
from tracker.services.initiatives import find_initiative
from tracker.services.involvements import involve, members_on, withdraw

START = date(2026, 1, 5)
LATER = date(2026, 3, 1)


@pytest.fixture
def arranged(register: Register) -> tuple[Initiative, list[Department]]:
    """Claims and Pricing work together; Legal stands by."""
    departments = register.departments("Claims", "Pricing", "Legal")
    return register.initiative("Storm", *departments[:2], start=START), departments


def test_a_department_that_joins_later_takes_no_part_before(
    session: Session, cast: Cast, arranged: tuple[Initiative, list[Department]]
) -> None:
    initiative, (claims, pricing, legal) = arranged
    involve(session, actor=cast.alice, public_id=initiative.public_id, department=legal.public_id, on=LATER)
    session.commit()
    found = find_initiative(session, cast.alice, initiative.public_id)
    assert members_on(found, START) == {claims.id, pricing.id}
    assert members_on(found, LATER) == {claims.id, pricing.id, legal.id}


def test_a_department_that_leaves_keeps_its_days_and_may_come_back(
    session: Session, cast: Cast, arranged: tuple[Initiative, list[Department]]
) -> None:
    initiative, (claims, pricing, _) = arranged
    call = {"actor": cast.alice, "public_id": initiative.public_id, "department": pricing.public_id}
    withdraw(session, on=LATER, **call)  # type: ignore[arg-type]  # shared by both
    session.commit()
    involve(session, on=date(2026, 5, 1), **call)  # type: ignore[arg-type]  # shared by both
    session.commit()
    found = find_initiative(session, cast.alice, initiative.public_id)
    assert pricing.id in members_on(found, START)
    assert members_on(found, LATER) == {claims.id}
    assert pricing.id in members_on(found, date(2026, 5, 1))


def test_a_department_joins_once(
    session: Session, cast: Cast, arranged: tuple[Initiative, list[Department]]
) -> None:
    initiative, (claims, _, _) = arranged
    with pytest.raises(InvalidInput, match="Claims takes part already"):
        involve(
            session, actor=cast.alice, public_id=initiative.public_id, department=claims.public_id, on=LATER
        )


def test_nobody_leaves_who_takes_no_part(
    session: Session, cast: Cast, arranged: tuple[Initiative, list[Department]]
) -> None:
    initiative, (_, _, legal) = arranged
    with pytest.raises(InvalidInput, match="Legal takes no part"):
        withdraw(
            session, actor=cast.alice, public_id=initiative.public_id, department=legal.public_id, on=LATER
        )


@pytest.mark.parametrize("on", [date(2026, 1, 4), date(1899, 1, 1), date(2201, 1, 1)])
def test_a_department_joins_between_the_start_and_2200(
    session: Session, cast: Cast, arranged: tuple[Initiative, list[Department]], on: date
) -> None:
    initiative, (_, _, legal) = arranged
    with pytest.raises(InvalidInput) as refused:
        involve(session, actor=cast.alice, public_id=initiative.public_id, department=legal.public_id, on=on)
    assert "joined_on" in refused.value.errors


def test_only_the_office_sets_departments(
    session: Session, cast: Cast, arranged: tuple[Initiative, list[Department]]
) -> None:
    initiative, (_, _, legal) = arranged
    for actor in (cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            involve(
                session, actor=actor, public_id=initiative.public_id, department=legal.public_id, on=LATER
            )
