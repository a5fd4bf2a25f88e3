"""Sponsors as the list shows them, and one with what they stand behind and what rests on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.graph.resting import resting_on
from tracker.graph.ties import Pair
from tracker.models.accounts import User
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Sponsorship
from tracker.models.people import Person
from tracker.queries.facts import current_portfolio
from tracker.queries.initiatives import InitiativeRow, rows_of
from tracker.queries.keyset import Edge, Key, Listing
from tracker.queries.named import Named, matches
from tracker.queries.places import Place, initiatives_named, places

SORTS = ("name", "title", "department")


@dataclass(frozen=True, slots=True)
class SponsorRow:
    """A sponsor in a list with the running initiatives they stand behind, by name: nobody is ranked."""

    public_id: str
    name: str
    title: str
    department: Named | None
    leads: tuple[Named, ...]
    beside: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class SponsorRecord:
    """A sponsor as recorded."""

    id: int
    external_id: str
    public_id: str
    version: int
    name: str
    title: str
    department: Named | None
    is_binned: bool


@dataclass(frozen=True, slots=True)
class Stands:
    """What a sponsor stands behind on a day: leading, beside the lead, and earlier or later work."""

    leads: tuple[InitiativeRow, ...]
    beside: tuple[InitiativeRow, ...]
    others: tuple[InitiativeRow, ...]


@dataclass(frozen=True, slots=True)
class Resting:
    """A required pair that would no longer work together without the sponsor, and the initiatives that carry it."""

    a: Place
    b: Place
    initiatives: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a sponsor, as an administrator sees it."""

    public_id: str
    email: str
    role: str
    is_disabled: bool


def count_sponsors(session: Session, q: str) -> int:
    """Return how many sponsors a list has. 1 query."""
    return session.scalar(_listed(select(func.count(Person.id)), q)) or 0


def sponsor_listing(session: Session, q: str, sort: str = "name") -> Listing:
    """Return the list as the database reads it; what is empty comes last either way. No query."""
    down, by_name = sort.startswith("-"), func.lower(Person.name)
    columns = {
        "name": by_name,
        "title": func.nullif(func.lower(Person.title), ""),
        "department": func.lower(Department.name),
    }
    name = sort.removeprefix("-")
    keys = (Key(columns[name], str, down), *(() if name == "name" else (Key(by_name, str),)))
    asked = _listed(select(Person.id, *(key.column.label(f"key_{at}") for at, key in enumerate(keys))), q)
    return Listing(session, asked, keys, Person.id)


def sponsors_at(
    session: Session, edges: Sequence[Edge], on: date, *, begun_by: date | None = None
) -> tuple[SponsorRow, ...]:
    """Return the sponsors at some edges of the list, with what they stand behind on a day. 2 queries."""
    ids = [each.id for each in edges]
    query = (
        select(
            Person.id,
            Person.public_id,
            Person.name,
            Person.title,
            Department.public_id.label("department_id"),
            Department.name.label("department"),
        )
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.id.in_(ids))
    )
    rows = {row.id: row for row in session.execute(query)}
    behind = _running(session, ids, on, begun_by)
    return tuple(
        SponsorRow(
            public_id=row.public_id,
            name=row.name,
            title=row.title,
            department=Named(row.department_id, row.department) if row.department_id else None,
            leads=tuple(behind[row.id, "lead"]),
            beside=tuple(behind[row.id, "co"]),
        )
        for row in (rows[id_] for id_ in ids)
    )


def sponsor_record(session: Session, public_id: str) -> SponsorRecord | None:
    """Return the sponsor with this public id, None when there is none. 1 query."""
    row = session.execute(
        select(Person, Department.public_id, Department.name)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.public_id == public_id)
    ).one_or_none()
    if row is None:
        return None
    person, department_id, department = row
    return SponsorRecord(
        id=person.id,
        external_id=person.external_id,
        public_id=person.public_id,
        version=person.version,
        name=person.name,
        title=person.title,
        department=Named(department_id, department) if department_id else None,
        is_binned=person.binned_at is not None,
    )


def stands_behind(session: Session, person_id: int, on: date, *, begun_by: date | None = None) -> Stands:
    """Return what a sponsor stands behind, the newest first; of a past day only what had ``begun_by`` then. 6 queries."""
    found = session.execute(
        select(Initiative.id, Sponsorship.role, and_(_holds(on), runs_on(on)))
        .join(Sponsorship, Sponsorship.initiative_id == Initiative.id)
        .where(Sponsorship.person_id == person_id, Initiative.binned_at.is_(None), *_begun(begun_by))
        .order_by(Initiative.started_on.desc(), Initiative.id, Sponsorship.role.desc())
    ).all()
    leads = dict.fromkeys(id_ for id_, role, now in found if now and role == "lead")
    beside = dict.fromkeys(id_ for id_, role, now in found if now and role == "co" and id_ not in leads)
    others = dict.fromkeys(id_ for id_, _, _ in found if id_ not in leads and id_ not in beside)
    ids = [*leads, *beside, *others]
    rows = dict(zip(ids, rows_of(session, ids, on), strict=True))
    return Stands(
        leads=tuple(rows[id_] for id_ in leads),
        beside=tuple(rows[id_] for id_ in beside),
        others=tuple(rows[id_] for id_ in others),
    )


def rests_on(session: Session, external_id: str, on: date) -> tuple[Resting, ...]:
    """Return the required pairs that would no longer work together without a sponsor's initiatives.

    Those are the initiatives that nobody else leads. 3 queries, and those of the facts when their version is new.
    """
    _, portfolio = current_portfolio(session)
    carried = resting_on(portfolio, on).get(external_id, {})
    where = places(session)
    named = initiatives_named(session, {id_ for ids in carried.values() for id_ in ids})
    return resting_rows(carried, where, named)


def resting_rows(
    carried: Mapping[Pair, tuple[str, ...]], where: Mapping[str, Place], named: Mapping[str, Named]
) -> tuple[Resting, ...]:
    """Return the pairs that rest on one sponsor as rows, by name."""
    found = []
    for pair, ids in carried.items():
        a, b = sorted((where[id_] for id_ in pair), key=lambda place: place.name)
        found.append(Resting(a, b, tuple(named[id_] for id_ in ids if id_ in named)))
    return tuple(sorted(found, key=lambda each: (each.a.name, each.b.name)))


def account_of(session: Session, person_id: int) -> Account | None:
    """Return the account of a sponsor. 1 query."""
    row = session.execute(
        select(User.public_id, User.email, User.role, User.is_disabled).where(User.person_id == person_id)
    ).one_or_none()
    return Account(*row) if row else None


def _listed(query: Any, q: str) -> Any:
    query = (
        query.select_from(Person)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.binned_at.is_(None))
    )
    for word in q.split()[:8]:
        query = query.where(or_(matches(word, Person.name, Person.title), matches(word, Department.name)))
    return query


def _running(
    session: Session, people: Collection[int], on: date, begun_by: date | None
) -> dict[tuple[int, str], list[Named]]:
    """Return the running initiatives of people on a day, by (person, role)."""
    found: dict[tuple[int, str], list[Named]] = defaultdict(list)
    query = (
        select(Sponsorship.person_id, Sponsorship.role, Initiative.public_id, Initiative.title)
        .join(Initiative, Initiative.id == Sponsorship.initiative_id)
        .where(Sponsorship.person_id.in_(people), Initiative.binned_at.is_(None), _holds(on), runs_on(on))
        .where(*_begun(begun_by))
        .order_by(Initiative.title)
    )
    for person_id, role, public_id, title in session.execute(query):
        found[person_id, role].append(Named(public_id, title))
    return found


def _begun(by: date | None) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that work and its sponsor had begun by a past day; none for other days."""
    if by is None:
        return ()
    return (Initiative.started_on <= by, or_(Sponsorship.from_on.is_(None), Sponsorship.from_on <= by))


def _holds(on: date) -> ColumnElement[bool]:
    return and_(
        or_(Sponsorship.from_on.is_(None), Sponsorship.from_on <= on),
        or_(Sponsorship.to_on.is_(None), Sponsorship.to_on > on),
    )


def runs_on(on: date) -> ColumnElement[bool]:
    """Return the condition that an initiative runs on a day, stands as routine, or waits for its start date."""
    ends = or_(Initiative.ended_on.is_(None), Initiative.ended_on > on)
    stands = and_(
        Initiative.routine_from <= on,
        or_(Initiative.routine_until.is_(None), Initiative.routine_until > on),
    )
    return and_(or_(Initiative.started_on.is_(None), Initiative.started_on <= on), or_(ends, stands))
