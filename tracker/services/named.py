"""Find the departments and people that a form names by their public ids, or say which field is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tracker.models.departments import Department
from tracker.models.people import Person
from tracker.services.checking import can_be_kept
from tracker.services.errors import InvalidInput


class Chosen(NamedTuple):
    """What a service needs to know of a record that was named, without loading it."""

    id: int
    public_id: str
    name: str


def _choosing(model: type[Department | Person]) -> Select[*tuple[Any, ...]]:
    wanted = model.public_id.in_(bindparam("ids", expanding=True))
    return select(model.id, model.public_id, model.name).where(wanted, model.binned_at.is_(None))


_DEPARTMENTS, _PEOPLE = _choosing(Department), _choosing(Person)
NO_DEPARTMENT = "Choose departments of the register; one of these is not in it."
NO_PERSON = "Choose people of the register; one of these is not in it."


def named_departments(session: Session, public_ids: Sequence[str], field: str) -> list[Chosen]:
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
    known = _chosen(session, _DEPARTMENTS, public_ids, {field: NO_DEPARTMENT})
    return [known[each] for each in public_ids]


def named_people(session: Session, public_ids: Sequence[str], field: str) -> dict[str, Chosen]:
    """Return the people by public id. 1 query, none when nobody is named."""
    return _chosen(session, _PEOPLE, public_ids, {field: NO_PERSON}) if public_ids else {}


def named_department(session: Session, public_id: str, field: str) -> Department:
    """Return the one department named. 2 queries."""
    if not public_id:
        raise InvalidInput({field: "Name the department."})
    return session.get_one(Department, named_departments(session, [public_id], field)[0].id)


def named_person(session: Session, public_id: str, field: str) -> Person:
    """Return the one person named. 2 queries."""
    if not public_id:
        raise InvalidInput({field: "Name the person."})
    return session.get_one(Person, named_people(session, [public_id], field)[public_id].id)


def _chosen(
    session: Session, query: Select[Any], public_ids: Sequence[str], refusal: dict[str, str]
) -> dict[str, Chosen]:
    if not all(map(can_be_kept, public_ids)):
        raise InvalidInput(refusal)
    rows = session.connection().execute(query, {"ids": list(public_ids)})
    known = {row.public_id: Chosen(*row) for row in rows}
    if len(known) < len(set(public_ids)):
        raise InvalidInput(refusal)
    return known
