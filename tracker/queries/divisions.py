"""Divisions: what forms offer, and the list with the departments of each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.departments import Department, Division
from tracker.queries.named import Named


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division with its departments by name."""

    public_id: str
    version: int
    name: str
    departments: tuple[Named, ...]


def division_choices(session: Session) -> tuple[Named, ...]:
    """Return the divisions by name. 1 query."""
    rows = session.execute(select(Division.public_id, Division.name))
    return tuple(sorted((Named(*row) for row in rows), key=lambda each: each.name.casefold()))


def division_rows(session: Session) -> list[DivisionRow]:
    """Return the divisions by name with their departments, those in the bin left out. 2 queries."""
    inside: dict[int | None, list[Named]] = {}
    departments = session.execute(
        select(Department.division_id, Department.public_id, Department.name)
        .where(Department.division_id.is_not(None), Department.binned_at.is_(None))
        .order_by(Department.name)
    )
    for division_id, public_id, name in departments:
        inside.setdefault(division_id, []).append(Named(public_id, name))
    rows = session.execute(select(Division.id, Division.public_id, Division.version, Division.name))
    found = [
        DivisionRow(public_id, version, name, tuple(inside.get(id_, ())))
        for id_, public_id, version, name in rows
    ]
    return sorted(found, key=lambda row: row.name.casefold())
