"""Initiatives as lists show them, and those that need somebody soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement, Sponsorship, Theme
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.queries import standing
from tracker.queries.initiative_order import shown_moments
from tracker.queries.liveness import goes_quiet_by, not_heard_from, quiet_days_of
from tracker.queries.named import Named, matches

#: What may need somebody: goes quiet within 30 days, was not heard from, is past its decide-by date.
ATTENTION = ("going-quiet", "not-heard-from", "past-decide-by")


@dataclass(frozen=True, slots=True)
class InitiativeFilters:
    """What a list of initiatives is narrowed to; ids are public ids, empty means all, ``begun_by`` a past day."""

    q: str = ""
    kind: str = ""
    status: str = ""
    department: str = ""
    sponsor: str = ""
    theme: str = ""
    attention: str = ""
    begun_by: date | None = None


@dataclass(frozen=True, slots=True)
class InitiativeRow:
    """An initiative in a list. ``quiet_on`` is the day it is last heard from unless something happens."""

    public_id: str
    external_id: str
    title: str
    kind: str
    status: str
    outcome: str | None
    started_on: date | None
    ended_on: date | None
    decide_by: date | None
    theme: Named | None
    departments: tuple[Named, ...]
    lead: Named | None
    wins: int
    near_misses: int
    quiet_on: date | None

    def is_past_decide_by(self, today: date) -> bool:
        """Say whether it runs, and a decision was due before today."""
        running = self.status in ("live", "paused")
        return running and self.decide_by is not None and self.decide_by < today


@dataclass(frozen=True, slots=True)
class Some:
    """The first initiatives of a list, and how many there are."""

    rows: tuple[InitiativeRow, ...]
    total: int


def count_initiatives(session: Session, filters: InitiativeFilters, today: date) -> int:
    """Return how many initiatives a list has. 1 query, 2 when the facts must be asked."""
    return (
        session.scalar(select(func.count(Initiative.id)).where(*conditions_of(session, filters, today))) or 0
    )


def initiatives_after(
    session: Session, filters: InitiativeFilters, today: date, *, after: str = "", limit: int = 100
) -> tuple[InitiativeRow, ...]:
    """Return the initiatives recorded after another, in the order in which they were recorded.

    6 queries, and those of the facts when their version is new.

    ``after`` is a public id, "" for the first ones. Whatever is edited meanwhile, none is told twice or left out.
    """
    conditions = conditions_of(session, filters, today)
    if after:
        earlier = select(Initiative.id).where(Initiative.public_id == after).scalar_subquery()
        conditions.append(Initiative.id > earlier)
    query = select(Initiative.id).where(*conditions).order_by(Initiative.id).limit(limit)
    return rows_of(session, session.scalars(query).all(), today)


def not_there(session: Session, filters: InitiativeFilters, after: str = "") -> tuple[str, ...]:
    """Return which of the records that a list is narrowed to, or begins after, are not there. 1 query, 0 for none."""
    asked = {
        "department": (Department.public_id, filters.department),
        "sponsor": (Person.public_id, filters.sponsor),
        "theme": (Theme.public_id, filters.theme),
        "cursor": (Initiative.public_id, after),
    }
    named = {name: exists().where(column == id_) for name, (column, id_) in asked.items() if id_}
    if not named:
        return ()
    found = session.execute(select(*named.values())).one()
    return tuple(name for name, is_there in zip(named, found, strict=True) if not is_there)


def rows_of(session: Session, ids: Sequence[int], today: date) -> tuple[InitiativeRow, ...]:
    """Return the rows of these initiatives in this order. 4 queries and that of the version."""
    if not ids:
        return ()
    records = _records(session, ids, today)
    departments = _departments(session, records, today)
    leads = _leads(session, records, today)
    counts = _moment_counts(session, ids, today)
    quiet = quiet_days_of(session, [row.external_id for row in records.values()], today)
    return tuple(
        InitiativeRow(
            public_id=row.public_id,
            external_id=row.external_id,
            title=row.title,
            kind=row.kind,
            status=row.status,
            outcome=_outcome(row),
            started_on=row.started_on,
            ended_on=row.ended_on,
            decide_by=row.decide_by,
            theme=Named(row.theme_id, row.theme) if row.theme_id else None,
            departments=tuple(departments.get(id_, ())),
            lead=leads.get(id_),
            wins=counts.get((id_, False), 0),
            near_misses=counts.get((id_, True), 0),
            quiet_on=quiet.get(row.external_id),
        )
        for id_, row in ((id_, records[id_]) for id_ in ids)
    )


def _outcome(row: Any) -> str | None:
    """Return how an initiative ended, or that it was extended; None on a day before its end."""
    outcome: str | None = row.outcome
    return outcome if row.status == "finished" or outcome == "extended" else None


def _records(session: Session, ids: Sequence[int], today: date) -> dict[int, Any]:
    """Return what the table of initiatives itself says of these, by row id."""
    query = (
        select(
            Initiative.id,
            Initiative.public_id,
            Initiative.external_id,
            Initiative.title,
            Initiative.kind,
            standing.status_on(today).label("status"),
            Initiative.outcome,
            Initiative.started_on,
            Initiative.ended_on,
            Initiative.decide_by,
            Theme.public_id.label("theme_id"),
            Theme.name.label("theme"),
        )
        .outerjoin(Theme, Theme.id == Initiative.theme_id)
        .where(Initiative.id.in_(ids))
    )
    return {row.id: row for row in session.execute(query)}


def going_quiet(
    session: Session, today: date, *, among: Collection[str] | None = None, limit: int | None = None
) -> Some:
    """Return the live initiatives that go quiet within a month, the soonest first. 6 queries.

    ``among``: only those with these public ids, all of them without it.
    """
    days = goes_quiet_by(session, today, today + standing.SOON)
    found = session.execute(
        select(Initiative.external_id, Initiative.id, Initiative.public_id).where(
            Initiative.external_id.in_(days), Initiative.binned_at.is_(None)
        )
    ).all()
    in_order = sorted(found, key=lambda row: (days[row.external_id], row.external_id))
    return _some(session, in_order, today, among, limit)


def past_decide_by(
    session: Session, today: date, *, among: Collection[str] | None = None, limit: int | None = None
) -> Some:
    """Return the running initiatives whose decide-by date has passed, the longest waiting first. 6 queries.

    ``among``: as above.
    """
    query = (
        select(Initiative.id, Initiative.public_id)
        .where(Initiative.binned_at.is_(None), *standing.past_decide_by(today))
        .order_by(Initiative.decide_by, Initiative.id)
    )
    return _some(session, session.execute(query).all(), today, among, limit)


def _some(
    session: Session, found: Sequence[Any], today: date, among: Collection[str] | None, limit: int | None
) -> Some:
    ids = [row.id for row in found if among is None or row.public_id in among]
    return Some(rows_of(session, ids[:limit], today), len(ids))


def conditions_of(session: Session, filters: InitiativeFilters, today: date) -> list[ColumnElement[bool]]:
    """Return the conditions of a list. No query, 1 when the facts must be asked and their version is known."""
    found: list[ColumnElement[bool]] = [Initiative.binned_at.is_(None), *_links(filters)]
    if filters.kind:
        found.append(Initiative.kind == filters.kind)
    if filters.status:
        found.append(standing.status_on(today) == filters.status)
    if filters.begun_by:
        found.append(Initiative.started_on <= filters.begun_by)
    if filters.q.strip():
        found.append(_search(filters.q))
    if filters.attention == "past-decide-by":
        found.extend(standing.past_decide_by(today))
    elif filters.attention == "going-quiet":
        found.append(Initiative.external_id.in_(goes_quiet_by(session, today, today + standing.SOON)))
    elif filters.attention == "not-heard-from":
        found.append(Initiative.external_id.in_(not_heard_from(session, today)))
    return found


def _links(filters: InitiativeFilters) -> list[ColumnElement[bool]]:
    """Return the conditions that an initiative belongs to the records it is narrowed to."""
    found: list[ColumnElement[bool]] = []
    if filters.theme:
        found.append(Initiative.theme_id.in_(select(Theme.id).where(Theme.public_id == filters.theme)))
    if filters.department:
        found.append(
            _has(
                Involvement, Department, Involvement.department_id, Department.public_id == filters.department
            )
        )
    if filters.sponsor:
        found.append(_has(Sponsorship, Person, Sponsorship.person_id, Person.public_id == filters.sponsor))
    return found


def _has(
    link: Any, named: Any, column: InstrumentedAttribute[int], condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the condition that an initiative has a link to a record that meets another condition."""
    return exists().where(link.initiative_id == Initiative.id, named.id == column, condition)


def _search(q: str) -> ColumnElement[bool]:
    """Return the condition that each word stands in the title, the description or a name that belongs to it."""
    return and_(
        *(
            or_(
                matches(word, Initiative.title, Initiative.description),
                _has(Involvement, Department, Involvement.department_id, matches(word, Department.name)),
                _has(Sponsorship, Person, Sponsorship.person_id, matches(word, Person.name)),
            )
            for word in q.split()[:8]
        )
    )


def _departments(session: Session, records: dict[int, Any], today: date) -> dict[int, list[Named]]:
    """Return who takes part: today, or for what has ended on its last day."""
    found: dict[int, list[Named]] = defaultdict(list)
    query = (
        select(
            Involvement.initiative_id,
            Involvement.joined_on,
            Involvement.left_on,
            Department.public_id,
            Department.name,
        )
        .join(Department, Department.id == Involvement.department_id)
        .where(Involvement.initiative_id.in_(records))
        .order_by(Department.name)
    )
    for id_, joined, left, public_id, name in session.execute(query):
        ended = records[id_].ended_on
        day = min(today, ended) if ended else today
        if (joined is None or joined <= day) and (left is None or day < left or left == ended):
            found[id_].append(Named(public_id, name))
    return found


def _leads(session: Session, ids: Collection[int], today: date) -> dict[int, Named]:
    """Return the lead sponsors: those of today, or the last ones."""
    query = (
        select(Sponsorship.initiative_id, Person.public_id, Person.name)
        .join(Person, Person.id == Sponsorship.person_id)
        .where(
            Sponsorship.initiative_id.in_(ids),
            Sponsorship.role == "lead",
            or_(Sponsorship.from_on.is_(None), Sponsorship.from_on <= today),
        )
        .order_by(Sponsorship.to_on.is_(None), Sponsorship.to_on, Sponsorship.id)
    )
    return {id_: Named(public_id, name) for id_, public_id, name in session.execute(query)}


def _moment_counts(session: Session, ids: Collection[int], today: date) -> dict[tuple[int, bool], int]:
    """Return the number of wins and of near misses up to a day, by (initiative, is near miss)."""
    # Grouped under its label: PostgreSQL takes two bound texts in one expression for two expressions.
    is_near_miss = (Moment.kind == "near_miss").label("is_near_miss")
    query = (
        select(Moment.initiative_id, is_near_miss, func.count())
        .where(Moment.initiative_id.in_(ids), *shown_moments(today))
        .group_by(Moment.initiative_id, is_near_miss)
    )
    return {(id_, bool(near)): number for id_, near, number in session.execute(query)}
