"""Departments as a list: narrowed, sorted, with the counts of each on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.graph.coverage import coverage
from tracker.graph.ties import Band
from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.initiatives import Initiative, Involvement
from tracker.models.moments import Moment
from tracker.queries.departments import Running, is_open, running_on
from tracker.queries.facts import current_portfolio
from tracker.queries.keeping import keep
from tracker.queries.keyset import Edge, Key, Value
from tracker.queries.named import Named, matches
from tracker.queries.ordered import Ordered, sort_by

SORTS = ("name", "division", "together", "live", "moments")
STATES = ("open", "closed", "all")


@dataclass(frozen=True, slots=True)
class DepartmentFilters:
    """What a list of departments is narrowed to; ``division`` is a public id, ``state`` one of STATES."""

    q: str = ""
    division: str = ""
    state: str = "open"


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department in a list, as it stood on a day: of ``required`` pairs ``together`` work together."""

    id: int
    public_id: str
    name: str
    division: Named | None
    opened_on: date | None
    closed_on: date | None
    is_open: bool
    together: int
    required: int
    live: int
    moments: int
    headcount: int | None


def department_list(
    session: Session, filters: DepartmentFilters, on: date, *, sort: str = "name"
) -> Ordered[DepartmentRow]:
    """Return the departments of a day in order, once per state of the register. 3 queries, then 2."""
    return keep(
        session, "list of departments", (filters, on, sort), lambda: _list(session, filters, on, sort)
    )


def _list(session: Session, filters: DepartmentFilters, on: date, sort: str) -> Ordered[DepartmentRow]:
    keys, values = _sorting(sort)
    rows = sorted(_rows(session, filters, on), key=lambda row: (row.name.casefold(), row.id))
    in_order = sort_by(rows, values, keys)
    return Ordered(in_order, keys, lambda row: Edge(values(row), row.id))


def _sorting(sort: str) -> tuple[tuple[Key, ...], Callable[[DepartmentRow], tuple[Value, ...]]]:
    """Return what a sort compares, and what gives it for a row: what it is called by, then the name."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    by_name = Key(None, str)
    if name == "name":
        return (Key(None, str, down),), lambda row: (row.name.casefold(),)
    if name == "division":
        return (Key(None, str, down), by_name), lambda row: (
            row.division.name.casefold() if row.division else None,
            row.name.casefold(),
        )
    if name == "together":
        keys = (Key(None, int, down), Key(None, int, not down), by_name)
        return keys, lambda row: (row.together, row.required, row.name.casefold())
    return (Key(None, int, down), by_name), lambda row: (getattr(row, name), row.name.casefold())


def _rows(session: Session, filters: DepartmentFilters, on: date) -> list[DepartmentRow]:
    _, portfolio = current_portfolio(session)
    bands = coverage(portfolio, on).band_of
    counts = _pair_counts(bands)
    running = running_on(portfolio, on)
    moments = _moment_counts(session, on - timedelta(portfolio.settings.window_days), on)
    rows = [
        DepartmentRow(
            id=row.id,
            public_id=row.public_id,
            name=row.name,
            division=Named(row.division_id, row.division) if row.division_id else None,
            opened_on=row.opened_on,
            closed_on=row.closed_on,
            is_open=is_open(row.opened_on, row.closed_on, on),
            together=counts[row.external_id][0],
            required=counts[row.external_id][1],
            live=len(running.get(row.external_id, Running()).live),
            moments=moments.get(row.id, 0),
            headcount=row.headcount,
        )
        for row in session.execute(_list_query(filters))
    ]
    if filters.state != "all":
        rows = [row for row in rows if row.is_open == (filters.state == "open")]
    return rows


def _list_query(filters: DepartmentFilters) -> Any:
    query = (
        select(
            Department.id,
            Department.external_id,
            Department.public_id,
            Department.name,
            Department.opened_on,
            Department.closed_on,
            Department.headcount,
            Division.public_id.label("division_id"),
            Division.name.label("division"),
        )
        .outerjoin(Division, Division.id == Department.division_id)
        .where(Department.binned_at.is_(None))
    )
    if filters.division:
        query = query.where(Division.public_id == filters.division)
    for word in filters.q.split()[:8]:
        known_as = exists().where(
            DepartmentAlias.department_id == Department.id, matches(word, DepartmentAlias.name)
        )
        query = query.where(or_(matches(word, Department.name), known_as, matches(word, Division.name)))
    return query


def _pair_counts(bands: dict[tuple[str, str], Band]) -> dict[str, list[int]]:
    """Return, by department, how many of its required pairs work together, and how many there are."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for pair, band in bands.items():
        for each in pair:
            counts[each][0] += band in ("backed", "single")
            counts[each][1] += 1
    return counts


def _moment_counts(session: Session, after: date, until: date) -> dict[int, int]:
    """Return how many moments each department took part in, by row id, as the stream counts them."""
    query = (
        select(Involvement.department_id, func.count(func.distinct(Moment.id)))
        .join(Moment, Moment.initiative_id == Involvement.initiative_id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(
            Moment.binned_at.is_(None),
            Initiative.binned_at.is_(None),
            Moment.on_day > after,
            Moment.on_day <= until,
            or_(Involvement.joined_on.is_(None), Involvement.joined_on <= Moment.on_day),
            or_(Involvement.left_on.is_(None), Involvement.left_on > Moment.on_day),
        )
        .group_by(Involvement.department_id)
    )
    return {id_: int(count) for id_, count in session.execute(query)}
