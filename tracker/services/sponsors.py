"""Add, edit and bin the people who stand behind work."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tracker.models.accounts import User
from tracker.models.initiatives import Initiative, RoutineOwner, Sponsorship
from tracker.models.moments import Confirmation
from tracker.models.people import Person
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bin import known_to, refuse_referred, set_binned
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput
from tracker.services.named import named_department
from tracker.services.writing import check_version, open_write

NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class SponsorPlan:
    """A sponsor as a form brings it; ``department`` is the public id of the home department, "" for none."""

    name: str
    title: str = ""
    department: str = ""


def find_sponsor(session: Session, actor: Actor, public_id: str) -> Person:
    """Return the person with the home department, if this actor may know of them. 2 queries.

    Raises
    ------
    NotFound
        When there is none, or they are in the bin and the actor may not open the bin.
    """
    policies.require(actor, "read")
    found = session.scalar(
        select(Person).options(selectinload(Person.department)).where(Person.public_id == public_id)
    )
    return known_to(actor, found, "There is no such sponsor.")


def add_sponsor(session: Session, *, actor: Actor, plan: SponsorPlan) -> Person:
    """Add a sponsor; people of one name may both be sponsors, told apart by their titles.

    Raises
    ------
    InvalidInput
        With a message for each field that cannot be saved.
    """
    policies.require(actor, "shape")
    checked = check_sponsor(plan)
    open_write(session, actor)
    _refuse_twin(session, checked, None)
    person = Person(name=checked.name, title=checked.title, department_id=_department_id(session, checked))
    session.add(person)
    session.flush()  # the caller needs its public id
    return person


def edit_sponsor(
    session: Session, *, actor: Actor, public_id: str, version: int, plan: SponsorPlan
) -> Person:
    """Save a sponsor, unless somebody saved them after the form was opened."""
    policies.require(actor, "shape")
    checked = check_sponsor(plan)
    open_write(session, actor)
    person = find_sponsor(session, actor, public_id)
    check_version(person, version, standing_sponsor(person))
    _refuse_twin(session, checked, person.id)
    person.name = checked.name
    person.title = checked.title
    person.department_id = _department_id(session, checked)
    session.flush()  # so that a conflict is found here, under the write lock
    return person


def bin_sponsor(session: Session, *, actor: Actor, public_id: str) -> Person:
    """Put a sponsor into the bin, which only one whom nothing refers to may enter."""
    return set_binned(
        session, actor=actor, find=find_sponsor, public_id=public_id, binned=True, unless=_refuse_referred
    )


def restore_sponsor(session: Session, *, actor: Actor, public_id: str) -> Person:
    """Bring a sponsor back from the bin."""
    return set_binned(session, actor=actor, find=find_sponsor, public_id=public_id, binned=False)


def check_sponsor(plan: SponsorPlan) -> SponsorPlan:
    """Return the plan with its texts trimmed, or refuse it with a message for each field."""
    checks = Checks()
    name = checks.text("name", "The name", plan.name, limit=NAME_LIMIT, required=True)
    title = checks.text("title", "The title", plan.title, limit=NAME_LIMIT)
    checks.done()
    return SponsorPlan(name=name, title=title, department=plan.department)


def standing_sponsor(person: Person) -> dict[str, str]:
    """Return the texts that stand now, by the fields of the edit form."""
    return {
        "name": person.name,
        "title": person.title,
        "department": person.department.public_id if person.department else "",
        "version": str(person.version),
    }


def _department_id(session: Session, plan: SponsorPlan) -> int | None:
    return named_department(session, plan.department, "department").id if plan.department else None


def _refuse_twin(session: Session, plan: SponsorPlan, own_id: int | None) -> None:
    """Refuse a second person of the same name and title: nobody could tell the two apart in a list."""
    twin = session.scalar(
        select(Person.id)
        .where(
            func.lower(Person.name) == plan.name.lower(),
            func.lower(Person.title) == plan.title.lower(),
            Person.binned_at.is_(None),
            Person.id != (own_id or 0),
        )
        .limit(1)
    )
    if twin is not None:
        raise InvalidInput(
            {"name": f"{plan.name} is a sponsor already. For somebody else of that name, write the title."}
        )


def _refuse_referred(session: Session, person: Person) -> None:
    """Refuse to bin a person whom records refer to: past work keeps the names it was done under."""
    behind = select(Sponsorship.initiative_id).where(Sponsorship.person_id == person.id)
    owned = select(RoutineOwner.initiative_id).where(RoutineOwner.person_id == person.id)
    initiatives = session.scalar(
        select(func.count(Initiative.id)).where(Initiative.id.in_(behind.union(owned)))
    )
    vouched = session.scalar(select(func.count(Confirmation.id)).where(Confirmation.person_id == person.id))
    account = session.scalar(select(func.count(User.id)).where(User.person_id == person.id))
    counts = {"initiative": initiatives, "confirmed moment": vouched, "account": account}
    refuse_referred(person.name, counts, "Name another sponsor from today on; the days before stay.")
