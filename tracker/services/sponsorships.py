"""Change who stands behind an initiative, on a date: the days before keep their sponsor."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Sponsorship
from tracker.models.people import Person
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput
from tracker.services.initiatives import find_initiative
from tracker.services.named import named_person
from tracker.services.writing import check_version, open_write


def change_lead(
    session: Session, *, actor: Actor, public_id: str, version: int, person: str, on: date
) -> Initiative:
    """Let another person lead from a day on; from the first day on it is a correction, and the old name goes."""
    initiative = _open(session, actor, public_id, version, on)
    leading = named_person(session, person, "person")
    first = on == initiative.started_on or initiative.started_on is None
    current = [each for each in initiative.sponsorships if each.role == "lead" and _holds(each, on)]
    if any(each.person_id == leading.id and each.to_on is None for each in current):
        raise InvalidInput({"person": f"{leading.name} leads it already."})
    for each in current:
        began = each.from_on or initiative.started_on
        if first or (began is not None and began >= on):
            session.delete(each)
        else:
            each.to_on = on
    # The rows that go must be gone before one with the same first day comes: the day is part of a unique key.
    session.flush()
    initiative.sponsorships.append(
        Sponsorship(person_id=leading.id, role="lead", from_on=None if first else on)
    )
    initiative.version += 1  # a form opened before knows another sponsor
    return initiative


def add_co_sponsor(
    session: Session, *, actor: Actor, public_id: str, version: int, person: str, on: date
) -> Initiative:
    """Let a person stand beside the lead from a day on."""
    initiative = _open(session, actor, public_id, version, on)
    joining = named_person(session, person, "person")
    if any(each.person_id == joining.id and _holds(each, on) for each in initiative.sponsorships):
        raise InvalidInput({"person": f"{joining.name} stands behind it already."})
    first = on == initiative.started_on or initiative.started_on is None
    initiative.sponsorships.append(
        Sponsorship(person_id=joining.id, role="co", from_on=None if first else on)
    )
    initiative.version += 1  # a form opened before knows other sponsors
    return initiative


def end_sponsorship(
    session: Session, *, actor: Actor, public_id: str, version: int, person: str, on: date
) -> Initiative:
    """Let a sponsor, leading or not, step back on a day."""
    initiative = _open(session, actor, public_id, version, on)
    leaving: Person = named_person(session, person, "person")
    current = [
        each
        for each in initiative.sponsorships
        if each.person_id == leaving.id and _holds(each, on) and (each.from_on is None or each.from_on <= on)
    ]
    if not current:
        raise InvalidInput({"person": f"{leaving.name} does not stand behind it on that day."})
    for each in current:
        each.to_on = on
    initiative.version += 1  # a form opened before knows other sponsors
    return initiative


def _open(session: Session, actor: Actor, public_id: str, version: int, on: date) -> Initiative:
    policies.require(actor, "set people and state")
    checks = Checks()
    checks.day("on", "The day", on, required=True)
    checks.done()
    open_write(session, actor)
    initiative = find_initiative(session, actor, public_id)
    check_version(initiative, version, {"version": str(initiative.version)})
    checks.order("on", "The initiative had not started on that day.", initiative.started_on, on)
    checks.done()
    return initiative


def _holds(each: Sponsorship, on: date) -> bool:
    """Say whether a sponsorship holds on a day or begins after it."""
    return each.to_on is None or each.to_on > on
