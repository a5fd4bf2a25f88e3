"""Bring departments into an initiative and let them leave it, on a date."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Involvement
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput
from tracker.services.initiatives import find_initiative
from tracker.services.named import named_department
from tracker.services.writing import open_write

ROLES = ("lead", "contributing")


def involve(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    department: str,
    on: date,
    role: str = "contributing",
) -> Involvement:
    """Let a department take part in an initiative from a day on; its earlier days stay as they were."""
    policies.require(actor, "set people and state")
    checks = Checks()
    checks.day("joined_on", "The day", on, required=True)
    if role not in ROLES:
        checks.refuse("role", "A department leads or takes part.")
    checks.done()
    open_write(session, actor)
    initiative = find_initiative(session, actor, public_id)
    joining = named_department(session, department, "department")
    _check_day(initiative, "joined_on", on)
    for each in initiative.involvements:
        if each.department_id == joining.id and (each.left_on is None or each.left_on > on):
            raise InvalidInput({"department": f"{joining.name} takes part already."})
    added = Involvement(department_id=joining.id, role=role, joined_on=on)
    initiative.involvements.append(added)
    return added


def withdraw(session: Session, *, actor: Actor, public_id: str, department: str, on: date) -> Involvement:
    """Let a department leave an initiative on a day; that day it takes part no longer."""
    policies.require(actor, "set people and state")
    checks = Checks()
    checks.day("left_on", "The day", on, required=True)
    checks.done()
    open_write(session, actor)
    initiative = find_initiative(session, actor, public_id)
    leaving = named_department(session, department, "department")
    _check_day(initiative, "left_on", on)
    running = [
        each
        for each in initiative.involvements
        if each.department_id == leaving.id and (each.left_on is None or each.left_on > on)
    ]
    if not running:
        raise InvalidInput({"department": f"{leaving.name} takes no part after that day."})
    involvement = running[0]
    checks.order("left_on", f"{leaving.name} had not joined on that day.", involvement.joined_on, on)
    checks.done()
    involvement.left_on = on
    return involvement


def members_on(initiative: Initiative, on: date) -> set[int]:
    """Return the ids of the departments that take part on a day."""
    return {
        each.department_id
        for each in initiative.involvements
        if (each.joined_on is None or each.joined_on <= on) and (each.left_on is None or on < each.left_on)
    }


def _check_day(initiative: Initiative, field: str, on: date) -> None:
    checks = Checks()
    checks.order(field, "The initiative had not started on that day.", initiative.started_on, on)
    end = initiative.routine_until if initiative.routine_from is not None else initiative.ended_on
    if end is not None and on > end:
        checks.refuse(field, "The initiative had ended by that day.")
    checks.done()
