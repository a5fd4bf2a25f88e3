"""Records by name: what a page links to, and what a form offers to choose from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.models.departments import Department, DepartmentAlias
from tracker.models.initiatives import Initiative, Theme
from tracker.models.people import Person


@dataclass(frozen=True, slots=True)
class Named:
    """A record as a link: its public id and what people call it."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DepartmentChoice:
    """A department that a form offers: ``also`` are its other names, for the type-ahead."""

    public_id: str
    name: str
    also: str = ""


def department_choices(session: Session, on: date) -> tuple[DepartmentChoice, ...]:
    """Return the departments by name; those not open on the day say so and come last. 2 queries."""
    aliases: dict[int, list[str]] = {}
    for department_id, name in session.execute(select(DepartmentAlias.department_id, DepartmentAlias.name)):
        aliases.setdefault(department_id, []).append(name)
    rows = session.execute(
        select(
            Department.id, Department.public_id, Department.name, Department.opened_on, Department.closed_on
        ).where(Department.binned_at.is_(None))
    ).all()
    found = []
    for id_, public_id, name, opened, closed in rows:
        is_open = (opened is None or opened <= on) and (closed is None or on < closed)
        words = name if is_open else f"{name} (not open)"
        found.append(
            (not is_open, name.casefold(), DepartmentChoice(public_id, words, " ".join(aliases.get(id_, ()))))
        )
    return tuple(choice for _, _, choice in sorted(found, key=lambda each: each[:2]))


def person_choices(session: Session) -> tuple[Named, ...]:
    """Return the sponsors by name, each with the title. 1 query."""
    rows = session.execute(
        select(Person.public_id, Person.name, Person.title).where(Person.binned_at.is_(None))
    )
    named = [Named(public_id, f"{name}, {title}" if title else name) for public_id, name, title in rows]
    return tuple(sorted(named, key=lambda each: each.name.casefold()))


def people_named(session: Session) -> tuple[str, ...]:
    """Return the names of the sponsors, for a field that a name is typed into. 1 query."""
    names = session.scalars(select(Person.name).where(Person.binned_at.is_(None)))
    return tuple(sorted(names, key=str.casefold))


def theme_choices(session: Session) -> tuple[Named, ...]:
    """Return the themes by name. 1 query."""
    rows = session.execute(select(Theme.public_id, Theme.name))
    return tuple(sorted((Named(*row) for row in rows), key=lambda each: each.name.casefold()))


def matches(text: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that every word of a search stands in one of the columns; wildcards mean themselves."""
    words = text.split()[:8]
    return and_(*(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words))


def initiative_named(session: Session, public_id: str) -> Named | None:
    """Return an initiative that is not in the bin, by its public id. 1 query."""
    row = session.execute(
        select(Initiative.public_id, Initiative.title).where(
            Initiative.public_id == public_id, Initiative.binned_at.is_(None)
        )
    ).one_or_none()
    return Named(*row) if row else None


def rows_of_texts(session: Session, texts: Sequence[str]) -> Select[Any]:
    """Return texts as rows to look for values in, as one value: a database takes only so many. No query."""
    document = literal(json.dumps(texts), String())
    if session.get_bind().dialect.name == "sqlite":
        return select(func.json_each(document).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(document, JSON)).column_valued("value"))
