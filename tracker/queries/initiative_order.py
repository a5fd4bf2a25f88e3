"""What a list of initiatives can be sorted and grouped by, as columns of the database."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, Sponsorship, Theme
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.queries import standing
from tracker.queries.keyset import Key

#: What a list can be sorted by; "-" before it turns it round.
SORTS = (
    "title",
    "kind",
    "started",
    "ended",
    "decide-by",
    "status",
    "sponsor",
    "theme",
    "departments",
    "moments",
)
#: The sorts that the table itself answers; the others take a query for each row.
PLAIN = ("title", "kind", "started", "ended", "decide-by", "status")
GROUPS = ("division", "theme", "sponsor", "status", "kind")
#: The group of work that joins several divisions: no division is called so.
ACROSS = ""


def sort_keys(sort: str, today: date) -> tuple[Key, ...]:
    """Return what a sort from an address means on a day."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    columns: dict[str, tuple[Any, type[str | int | date]]] = {
        "title": (func.lower(Initiative.title), str),
        "kind": (Initiative.kind, str),
        "started": (Initiative.started_on, date),
        "ended": (Initiative.ended_on, date),
        "decide-by": (Initiative.decide_by, date),
        "status": (standing.status_on(today), str),
        "sponsor": (_lead_name(today), str),
        "theme": (func.lower(_theme_name()), str),
        "departments": (_number_of_departments(), int),
        "moments": (_number_of_moments(today), int),
    }
    is_plain = name in PLAIN
    return (Key(*columns[name], down, not is_plain),)


def group_keys(group: str, today: date) -> tuple[Key, ...]:
    """Return what a list is sorted by before anything else, so that its groups stand together."""
    if not group:
        return ()
    return (Key(_group_column(group, today), str, is_worked_out=group not in PLAIN),)


def shown_moments(today: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a moment is one of those the list counts."""
    return (Moment.binned_at.is_(None), Moment.kind != "moved", Moment.on_day <= today)


def _group_column(group: str, today: date) -> Any:
    if group == "division":
        return _division_name()
    if group == "theme":
        return _theme_name()
    if group == "sponsor":
        return _shown_lead(today)
    return standing.status_on(today) if group == "status" else Initiative.kind


def _theme_name() -> Any:
    return select(Theme.name).where(Theme.id == Initiative.theme_id).scalar_subquery()


def _division_name() -> Any:
    """Return the one division that all departments belong to, `ACROSS` for several, null for none."""
    first, last = func.min(Division.name), func.max(Division.name)
    return (
        select(case((first != last, ACROSS), else_=first))
        .join(Department, Department.division_id == Division.id)
        .join(Involvement, Involvement.department_id == Department.id)
        .where(Involvement.initiative_id == Initiative.id)
        .scalar_subquery()
    )


def _shown_lead(today: date) -> Any:
    """Return the lead sponsor whom the list names: that of today, or the last one."""
    lead = aliased(Sponsorship)
    return (
        select(Person.name)
        .join(lead, lead.person_id == Person.id)
        .where(
            lead.initiative_id == Initiative.id,
            lead.role == "lead",
            or_(lead.from_on.is_(None), lead.from_on <= today),
        )
        .order_by(lead.to_on.is_not(None), lead.to_on.desc(), lead.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _lead_name(today: date) -> Any:
    lead = aliased(Sponsorship)
    return (
        select(func.min(func.lower(Person.name)))
        .join(lead, lead.person_id == Person.id)
        .where(lead.initiative_id == Initiative.id, lead.role == "lead", _holds(lead, today))
        .scalar_subquery()
    )


def _number_of_departments() -> Any:
    return (
        select(func.count(Involvement.id)).where(Involvement.initiative_id == Initiative.id).scalar_subquery()
    )


def _number_of_moments(today: date) -> Any:
    return (
        select(func.count(Moment.id))
        .where(Moment.initiative_id == Initiative.id, *shown_moments(today))
        .scalar_subquery()
    )


def _holds(sponsorship: Any, today: date) -> ColumnElement[bool]:
    return and_(
        or_(sponsorship.from_on.is_(None), sponsorship.from_on <= today),
        or_(sponsorship.to_on.is_(None), sponsorship.to_on > today),
    )
