"""Find the departments and people that a form names by their public ids, or say which field is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.models.departments import Department
from tracker.models.people import Person
from tracker.services.checking import can_be_kept
from tracker.services.errors import InvalidInput

_DEPARTMENTS = select(Department).where(
    Department.public_id.in_(bindparam("ids", expanding=True)), Department.binned_at.is_(None)
)
_PEOPLE = select(Person).where(
    Person.public_id.in_(bindparam("ids", expanding=True)), Person.binned_at.is_(None)
)


def named_departments(session: Session, public_ids: Sequence[str], field: str) -> list[Department]:
    """Return the departments in the order they were named. 1 query.

    Raises
    ------
    InvalidInput
        When none is named, one is named twice, or one is not in the register.
    """
    if not public_ids:
        raise InvalidInput({field: "Name the departments that took part."})
    if len(set(public_ids)) < len(public_ids):
        raise InvalidInput({field: "A department is named twice."})
    if not all(map(can_be_kept, public_ids)):
        raise InvalidInput({field: "Choose departments of the register; one of these is not in it."})
    rows = session.scalars(_DEPARTMENTS, {"ids": list(public_ids)})
    known = {each.public_id: each for each in rows}
    if len(known) < len(public_ids):
        raise InvalidInput({field: "Choose departments of the register; one of these is not in it."})
    return [known[each] for each in public_ids]


def named_people(session: Session, public_ids: Sequence[str], field: str) -> dict[str, Person]:
    """Return the people by public id. 1 query, none when nobody is named."""
    if not public_ids:
        return {}
    if not all(map(can_be_kept, public_ids)):
        raise InvalidInput({field: "Choose people of the register; one of these is not in it."})
    rows = session.scalars(_PEOPLE, {"ids": list(public_ids)})
    known = {each.public_id: each for each in rows}
    if len(known) < len(set(public_ids)):
        raise InvalidInput({field: "Choose people of the register; one of these is not in it."})
    return known


def named_department(session: Session, public_id: str, field: str) -> Department:
    """Return the one department named. 1 query."""
    if not public_id:
        raise InvalidInput({field: "Name the department."})
    return named_departments(session, [public_id], field)[0]


def named_person(session: Session, public_id: str, field: str) -> Person:
    """Return the one person named. 1 query."""
    if not public_id:
        raise InvalidInput({field: "Name the person."})
    return named_people(session, [public_id], field)[public_id]
