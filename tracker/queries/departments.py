"""Departments as the list shows them, and one department with everything its page shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.initiatives import Initiative
from tracker.models.journeys import Journey, Step
from tracker.models.people import Person
from tracker.queries.named import Named
from tracker.queries.places import Titled


@dataclass(frozen=True, slots=True)
class DepartmentRecord:
    """A department as it is recorded; ``people`` are at home there, ``journeys`` come by."""

    id: int
    external_id: str
    public_id: str
    version: int
    name: str
    division: Named | None
    aliases: tuple[str, ...]
    opened_on: date | None
    closed_on: date | None
    merged_into: Named | None
    merged_from: tuple[Named, ...]
    headcount: int | None
    is_binned: bool
    people: tuple[Titled, ...]
    journeys: tuple[Named, ...]

    def is_open_on(self, day: date) -> bool:
        """Say whether it is open on a day."""
        return is_open(self.opened_on, self.closed_on, day)


@dataclass(frozen=True, slots=True)
class Running:
    """The initiatives that a department takes part in on a day, by external id: live, and not heard from."""

    live: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def is_open(opened: date | None, closed: date | None, day: date) -> bool:
    """Say whether ``opened <= day < closed``; a missing date means always."""
    return (opened is None or opened <= day) and (closed is None or day < closed)


def department_record(
    session: Session, public_id: str, begun_by: date | None = None
) -> DepartmentRecord | None:
    """Return the department with this public id, None when there is none. 5 queries.

    ``begun_by`` leaves out what came after a past day: mergers, and journeys that did not hold on it.
    """
    into = aliased(Department)
    row = session.execute(
        select(
            Department,
            Division.public_id.label("division_id"),
            Division.name.label("division"),
            into.public_id.label("into_id"),
            into.name.label("into"),
        )
        .outerjoin(Division, Division.id == Department.division_id)
        .outerjoin(into, into.id == Department.merged_into_id)
        .where(Department.public_id == public_id)
    ).one_or_none()
    if row is None:
        return None
    record: Department = row.Department
    return DepartmentRecord(
        id=record.id,
        external_id=record.external_id,
        public_id=record.public_id,
        version=record.version,
        name=record.name,
        division=Named(row.division_id, row.division) if row.division_id else None,
        aliases=tuple(
            session.scalars(
                select(DepartmentAlias.name)
                .where(DepartmentAlias.department_id == record.id)
                .order_by(DepartmentAlias.name)
            )
        ),
        opened_on=record.opened_on,
        closed_on=record.closed_on if _had_closed(record, begun_by) else None,
        merged_into=Named(row.into_id, row.into) if row.into_id and _had_closed(record, begun_by) else None,
        merged_from=_named(
            session,
            select(Department.public_id, Department.name)
            .where(Department.merged_into_id == record.id, Department.binned_at.is_(None))
            .where(*((Department.closed_on <= begun_by,) if begun_by else ()))
            .order_by(Department.name),
        ),
        headcount=record.headcount,
        is_binned=record.binned_at is not None,
        people=_people(session, record.id),
        journeys=_journeys(session, record.id, begun_by),
    )


def running_on(portfolio: Portfolio, on: date) -> dict[str, Running]:
    """Return what each department takes part in on a day, by external id, as the facts say."""
    day = on.toordinal()
    live: dict[str, set[str]] = defaultdict(set)
    silent: dict[str, set[str]] = defaultdict(set)
    for piece in timeline(portfolio).pieces:
        if piece.since <= day < piece.until:
            for member in piece.members:
                (live if piece.live else silent)[member].add(piece.initiative)
    return {
        each: Running(tuple(sorted(live.get(each, ()))), tuple(sorted(silent.get(each, ()))))
        for each in {*live, *silent}
    }


def initiative_ids(session: Session, external_ids: Collection[str]) -> dict[str, int]:
    """Return the row ids of initiatives by external id, the newest first. 1 query."""
    query = (
        select(Initiative.external_id, Initiative.id)
        .where(Initiative.external_id.in_(external_ids))
        .order_by(Initiative.started_on.desc(), Initiative.id)
    )
    return {external_id: int(id_) for external_id, id_ in session.execute(query)}


def _people(session: Session, department_id: int) -> tuple[Titled, ...]:
    query = (
        select(Person.public_id, Person.name, Person.title)
        .where(Person.department_id == department_id, Person.binned_at.is_(None))
        .order_by(Person.name)
    )
    return tuple(Titled(*row) for row in session.execute(query))


def _had_closed(department: Department, by: date | None) -> bool:
    return by is None or (department.closed_on is not None and department.closed_on <= by)


def _journeys(session: Session, department_id: int, on: date | None) -> tuple[Named, ...]:
    """Return the journeys with a step of the department: those that hold on a past day, else all."""
    holds = (
        (
            or_(Journey.valid_from.is_(None), Journey.valid_from <= on),
            or_(Journey.valid_to.is_(None), Journey.valid_to > on),
        )
        if on
        else ()
    )
    steps = select(Step.journey_id).where(Step.department_id == department_id)
    return _named(
        session,
        select(Journey.public_id, Journey.name)
        .where(Journey.id.in_(steps), Journey.binned_at.is_(None), *holds)
        .order_by(Journey.name),
    )


def _named(session: Session, query: Any) -> tuple[Named, ...]:
    return tuple(Named(*row) for row in session.execute(query))
