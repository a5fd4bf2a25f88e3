"""Add, edit and bin departments; divisions come with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.initiatives import Initiative, Involvement
from tracker.models.journeys import Step
from tracker.models.people import Person
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bin import known_to, refuse_referred, set_binned
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput
from tracker.services.track import place_new_departments
from tracker.services.writing import check_version, open_write

NAME_LIMIT = 120
MOST_ALIASES = 20
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class DepartmentPlan:
    """A department as a form brings it: ``division`` is a public id, ``new_division`` a name to open one under."""

    name: str
    aliases: tuple[str, ...] = ()
    division: str = ""
    new_division: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    headcount: int | None = None


def find_department(session: Session, actor: Actor, public_id: str) -> Department:
    """Return the department with its other names and its division, if this person may know of it. 2 queries.

    Raises
    ------
    NotFound
        When there is none, or it is in the bin and the actor may not open the bin.
    """
    policies.require(actor, "read")
    found = session.scalar(
        select(Department)
        .options(selectinload(Department.aliases), selectinload(Department.division))
        .where(Department.public_id == public_id)
    )
    return known_to(actor, found, "There is no such department.")


def add_department(session: Session, *, actor: Actor, plan: DepartmentPlan) -> Department:
    """Add a department and give it its place on the track.

    Raises
    ------
    InvalidInput
        With a message for each field that cannot be saved.
    """
    policies.require(actor, "shape")
    checked = check_department(plan)
    open_write(session, actor)
    _refuse_taken(session, checked.name, None)
    department = Department(
        name=checked.name,
        division_id=_division_id(session, checked),
        opened_on=checked.opened_on,
        closed_on=checked.closed_on,
        headcount=checked.headcount,
        aliases=[DepartmentAlias(name=each) for each in checked.aliases],
    )
    session.add(department)
    place_new_departments(session)
    return department


def edit_department(
    session: Session, *, actor: Actor, public_id: str, version: int, plan: DepartmentPlan
) -> Department:
    """Save a department, unless somebody saved it after the form was opened."""
    policies.require(actor, "shape")
    checked = check_department(plan)
    open_write(session, actor)
    department = find_department(session, actor, public_id)
    check_version(department, version, standing_department(department))
    _refuse_taken(session, checked.name, department.id)
    if department.merged_into_id is not None and checked.closed_on is None:
        raise InvalidInput({"closed_on": "It was merged on that day, which stays. It can be another day."})
    department.name = checked.name
    department.division_id = _division_id(session, checked)
    department.opened_on = checked.opened_on
    department.closed_on = checked.closed_on
    department.headcount = checked.headcount
    _set_aliases(session, department, checked.aliases)
    session.flush()  # so that a conflict is found here, under the write lock
    return department


def bin_department(session: Session, *, actor: Actor, public_id: str) -> Department:
    """Put a department into the bin, which only one that nothing refers to may enter."""
    return set_binned(
        session, actor=actor, find=find_department, public_id=public_id, binned=True, unless=_refuse_referred
    )


def restore_department(session: Session, *, actor: Actor, public_id: str) -> Department:
    """Bring a department back from the bin, under its name unless that was given away."""
    return set_binned(
        session,
        actor=actor,
        find=find_department,
        public_id=public_id,
        binned=False,
        unless=_refuse_taken_name,
    )


def check_department(plan: DepartmentPlan) -> DepartmentPlan:
    """Return the plan with its texts trimmed, or refuse it with a message for each field."""
    checks = Checks()
    name = checks.text("name", "The name", plan.name, limit=NAME_LIMIT, required=True)
    new_division = checks.text("new_division", "The new division", plan.new_division, limit=NAME_LIMIT)
    texts = (checks.text("aliases", "Another name", each, limit=NAME_LIMIT) for each in plan.aliases)
    aliases = {each.casefold(): each for each in texts if each}
    aliases.pop(name.casefold(), None)
    if len(aliases) > MOST_ALIASES:
        checks.refuse("aliases", f"At most {MOST_ALIASES} other names.")
    checks.day("opened_on", "The day it opened", plan.opened_on)
    checks.day("closed_on", "The day it closed", plan.closed_on)
    checks.order("closed_on", "It cannot close before it opened.", plan.opened_on, plan.closed_on)
    if plan.headcount is not None and not 0 <= plan.headcount <= MOST_PEOPLE:
        checks.refuse("headcount", f"The headcount must be a number from 0 to {MOST_PEOPLE:,}.")
    checks.done()
    return DepartmentPlan(
        name=name,
        aliases=tuple(aliases.values()),
        division=plan.division,
        new_division=new_division,
        opened_on=plan.opened_on,
        closed_on=plan.closed_on,
        headcount=plan.headcount,
    )


def standing_department(department: Department) -> dict[str, str]:
    """Return the texts that stand now, by the fields of the edit form."""
    return {
        "name": department.name,
        "aliases": "\n".join(sorted((each.name for each in department.aliases), key=str.casefold)),
        "division": department.division.public_id if department.division else "",
        "new_division": "",
        "opened_on": department.opened_on.isoformat() if department.opened_on else "",
        "closed_on": department.closed_on.isoformat() if department.closed_on else "",
        "headcount": "" if department.headcount is None else str(department.headcount),
        "version": str(department.version),
    }


def _division_id(session: Session, plan: DepartmentPlan) -> int | None:
    """Return the id of the division chosen, or of the one that is opened under a new name."""
    if plan.new_division:
        found = session.scalar(
            select(Division).where(func.lower(Division.name) == plan.new_division.lower()).limit(1)
        )
        if found is None:
            found = Division(name=plan.new_division)
            session.add(found)
            session.flush()  # the department needs its id
        return found.id
    if not plan.division:
        return None
    id_ = session.scalar(select(Division.id).where(Division.public_id == plan.division))
    if id_ is None:
        raise InvalidInput({"division": "Choose one of the divisions offered."})
    return id_


def _set_aliases(session: Session, department: Department, names: Sequence[str]) -> None:
    known = {each.name: each for each in department.aliases}
    if set(known) == set(names):
        return
    for name, alias in known.items():
        if name not in names:
            session.delete(alias)  # an orphan would go without its line in the audit
    department.aliases = [known.get(each) or DepartmentAlias(name=each) for each in names]
    department.version += 1  # a form opened before knows other names


def _refuse_taken_name(session: Session, department: Department) -> None:
    _refuse_taken(session, department.name, department.id)


def _refuse_taken(session: Session, name: str, own_id: int | None) -> None:
    """Refuse a name that another department has: imports and people would take one for the other."""
    taken = session.scalar(
        select(Department.id)
        .where(
            func.lower(Department.name) == name.lower(),
            Department.binned_at.is_(None),
            Department.id != (own_id or 0),
        )
        .limit(1)
    )
    if taken is not None:
        raise InvalidInput(
            {"name": f"There is a department “{name}” already. Choose another name, or open that one."}
        )


def _refuse_referred(session: Session, department: Department) -> None:
    """Refuse to bin a department that records refer to; they would show a name that leads nowhere."""
    initiatives = session.scalar(
        select(func.count(func.distinct(Involvement.initiative_id)))
        .join(Initiative, Initiative.id == Involvement.initiative_id)
        .where(Involvement.department_id == department.id)
    )
    journeys = session.scalar(
        select(func.count(func.distinct(Step.journey_id))).where(Step.department_id == department.id)
    )
    people = session.scalar(
        select(func.count(Person.id)).where(Person.department_id == department.id, Person.binned_at.is_(None))
    )
    merged = session.scalar(
        select(func.count(Department.id)).where(
            Department.merged_into_id == department.id, Department.binned_at.is_(None)
        )
    )
    counts = {
        "initiative": initiatives,
        "journey": journeys,
        "sponsor": people,
        "merged department": merged,
    }
    advice = "Close it on a day, or merge it into another; its history stays."
    refuse_referred(department.name, counts, advice)
