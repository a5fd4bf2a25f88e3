"""Initiatives as rows of the tidy form: what an import takes back, so that nothing changes when it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.models.departments import Department, DepartmentAlias
from tracker.models.initiatives import Initiative, Involvement, Sponsorship
from tracker.models.people import Person
from tracker.queries import standing

Cell = str | date | None
#: What joins several names in a cell.
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Spelling:
    """How records are written so that an import finds them: by name, or by id where the name means another or several.

    ``ways`` are those of the import in its order: ids, names, other names; each maps what is written to ids.
    """

    key: Callable[[str], str]
    ways: tuple[dict[str, list[str]], ...] = field(default_factory=lambda: ({}, {}, {}))

    def note(self, way: int, written: str, id_: str) -> None:
        """Note that a record is found by a text."""
        self.ways[way].setdefault(self.key(written), []).append(id_)

    def of(self, id_: str, name: str) -> str:
        """Return what to write for a record."""
        return name if self._means(name, id_) else id_

    def _means(self, written: str, id_: str) -> bool:
        if ";" in written or written != " ".join(written.split()):
            return False
        found = next((way[key] for way in self.ways if (key := self.key(written)) in way), [])
        return found == [id_]


@dataclass(frozen=True, slots=True)
class Spellings:
    """How departments and people are written."""

    departments: Spelling
    people: Spelling


def load_spellings(session: Session) -> Spellings:
    """Return how each department and person is written. 3 queries."""
    departments, people = Spelling(str.casefold), Spelling(str)
    for model, spelling in ((Department, departments), (Person, people)):
        query = select(model.external_id, model.name).where(model.binned_at.is_(None))
        for id_, name in session.execute(query):
            spelling.note(0, id_, id_)
            spelling.note(1, name, id_)
    aliases = (
        select(DepartmentAlias.name, Department.external_id)
        .join(Department, Department.id == DepartmentAlias.department_id)
        .where(Department.binned_at.is_(None))
    )
    for name, id_ in session.execute(aliases):
        departments.note(2, name, id_)
    return Spellings(departments, people)


def tidy_rows(
    session: Session, ids: Sequence[int], today: date, spellings: Spellings
) -> list[tuple[Cell, ...]]:
    """Return initiatives in this order as rows under the tidy header. 3 queries.

    Departments and sponsors are those from this day on: earlier ones are history, which a file does not tell.
    """
    members = _members(session, ids, today)
    sponsors = _sponsors(session, ids, today)
    query = select(
        Initiative.id,
        Initiative.external_id,
        Initiative.title,
        Initiative.kind,
        standing.status_on(today),
        Initiative.started_on,
        Initiative.ended_on,
        Initiative.contact,
        Initiative.link,
        Initiative.description,
    ).where(Initiative.id.in_(ids))
    found: dict[int, tuple[Cell, ...]] = {}
    for id_, external_id, title, kind, status, start, end, *texts in session.execute(query):
        lead, others = _led(members.get(id_, ()), spellings.departments)
        found[id_] = (
            external_id,
            title,
            kind,
            status,
            start,
            end,
            lead,
            others,
            BETWEEN.join(spellings.people.of(*each) for each in sponsors.get(id_, ())),
            *texts,
        )
    return [found[id_] for id_ in ids]


def _led(members: Iterable[tuple[str, str, str]], spelling: Spelling) -> tuple[str, str]:
    """Return the department that leads and the others, as they are written."""
    written = [(role == "lead", spelling.of(id_, name)) for role, id_, name in members]
    leads = [name for is_lead, name in written if is_lead]
    others = [name for is_lead, name in written if not is_lead]
    return (leads[0] if leads else ""), BETWEEN.join([*leads[1:], *others])


def _members(session: Session, ids: Sequence[int], today: date) -> dict[int, list[Any]]:
    query = (
        select(Involvement.initiative_id, Involvement.role, Department.external_id, Department.name)
        .join(Department, Department.id == Involvement.department_id)
        .where(
            Involvement.initiative_id.in_(ids),
            or_(Involvement.left_on.is_(None), Involvement.left_on > today),
        )
        .order_by(Involvement.id)
    )
    return _gathered(session.execute(query))


def _sponsors(session: Session, ids: Sequence[int], today: date) -> dict[int, list[Any]]:
    """Return the sponsors of each, who leads first."""
    query = (
        select(Sponsorship.initiative_id, Person.external_id, Person.name)
        .join(Person, Person.id == Sponsorship.person_id)
        .where(
            Sponsorship.initiative_id.in_(ids), or_(Sponsorship.to_on.is_(None), Sponsorship.to_on > today)
        )
        .order_by(Sponsorship.role.desc(), Sponsorship.id)
    )
    return _gathered(session.execute(query))


def _gathered(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for id_, *rest in rows:
        found[id_].append(tuple(rest))
    return found
