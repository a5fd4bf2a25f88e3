"""A list of initiatives as people set it up: its pages by their edges, its groups, and what its columns need more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, Sponsorship
from tracker.models.people import Person
from tracker.queries.initiative_order import group_keys, sort_keys
from tracker.queries.initiatives import InitiativeFilters, InitiativeRow, conditions_of, rows_of
from tracker.queries.keyset import Edge, Key, Listing

#: More than any register has.
MOST_ROWS = 2**31 - 1
#: What a column of a list may need beside the row itself.
MORE = ("divisions", "co_sponsors", "texts")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a list is narrowed and put in order; ``group`` is "" or one of GROUPS."""

    filters: InitiativeFilters
    sort: str = "-started"
    group: str = ""

    def keys(self, on: date) -> tuple[Key, ...]:
        """Return what the list is sorted by."""
        return (*group_keys(self.group, on), *sort_keys(self.sort, on))


@dataclass(frozen=True, slots=True)
class More:
    """What some columns show beside the row."""

    divisions: tuple[str, ...] = ()
    co_sponsors: tuple[str, ...] = ()
    contact: str = ""
    link: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list, with the name of its group and what more was asked for."""

    row: InitiativeRow
    group: str | None = None
    more: More = field(default_factory=More)


def listing_of(session: Session, arranged: Arrangement, on: date) -> Listing:
    """Return a list as the database reads it. No query, 1 when the facts must be asked.

    What has to be worked out for each row is worked out once, in a query of its own: its limit keeps the database
    from putting it into every comparison.
    """
    keys = arranged.keys(on)
    columns = [key.column.label(f"key_{at}") for at, key in enumerate(keys)]
    query = select(Initiative.id, *columns).where(*conditions_of(session, arranged.filters, on))
    if not any(key.is_worked_out for key in keys):
        return Listing(session, query, keys, Initiative.id)
    inner = query.limit(MOST_ROWS).subquery()
    found = tuple(replace(key, column=inner.c[f"key_{at}"]) for at, key in enumerate(keys))
    return Listing(session, select(inner.c.id, *(key.column for key in found)), found, inner.c.id)


def listed(
    session: Session, edges: Sequence[Edge], on: date, *, is_grouped: bool, more: Collection[str] = ()
) -> tuple[Listed, ...]:
    """Return the rows of some edges in their order. 5 queries, and 1 for each of `more`."""
    ids = [each.id for each in edges]
    extra = _more(session, ids, on, more)
    return tuple(
        Listed(
            row, str(edge.values[-2]) if is_grouped and edge.values[-2] is not None else None, extra(edge.id)
        )
        for edge, row in zip(edges, rows_of(session, ids, on), strict=True)
    )


def group_sizes(session: Session, arranged: Arrangement, on: date) -> dict[str | None, int]:
    """Return how many rows each group of a list has. 1 query, none for a list without groups."""
    if not arranged.group:
        return {}
    named = group_keys(arranged.group, on)[-1].column.label("named")
    inner = select(named).where(*conditions_of(session, arranged.filters, on)).subquery()
    query = select(inner.c.named, func.count().label("size")).group_by(inner.c.named)
    return {row.named: row.size for row in session.execute(query)}


def _more(session: Session, ids: Sequence[int], on: date, wanted: Collection[str]) -> Any:
    """Return what gives each initiative's part of what is wanted."""
    divisions = _divisions(session, ids) if "divisions" in wanted else {}
    beside = _co_sponsors(session, ids, on) if "co_sponsors" in wanted else {}
    texts = _texts(session, ids) if "texts" in wanted else {}

    def more(id_: int) -> More:
        return More(tuple(divisions.get(id_, ())), tuple(beside.get(id_, ())), *texts.get(id_, ("", "", "")))

    return more


def _divisions(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(Involvement.initiative_id, Division.name)
        .join(Department, Department.id == Involvement.department_id)
        .join(Division, Division.id == Department.division_id)
        .where(Involvement.initiative_id.in_(ids))
        .distinct()
        .order_by(Division.name)
    )
    return _gathered(session.execute(query))


def _co_sponsors(session: Session, ids: Sequence[int], on: date) -> dict[int, list[str]]:
    query = (
        select(Sponsorship.initiative_id, Person.name)
        .join(Person, Person.id == Sponsorship.person_id)
        .where(
            Sponsorship.initiative_id.in_(ids),
            Sponsorship.role == "co",
            or_(Sponsorship.from_on.is_(None), Sponsorship.from_on <= on),
            or_(Sponsorship.to_on.is_(None), Sponsorship.to_on > on),
        )
        .order_by(Person.name, Sponsorship.id)
    )
    return _gathered(session.execute(query))


def _texts(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    query = select(Initiative.id, Initiative.contact, Initiative.link, Initiative.description).where(
        Initiative.id.in_(ids)
    )
    return {id_: (contact, link, description) for id_, contact, link, description in session.execute(query)}


def _gathered(rows: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for id_, name in rows:
        found[id_].append(name)
    return found
