"""Close a department on a day, or let it go on as part of another; the days before stay as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from tracker.models.accounts import User
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement, RoutineOwner
from tracker.models.journeys import Journey, Step
from tracker.models.people import Person
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.departments import find_department
from tracker.services.errors import InvalidInput
from tracker.services.merging_parts import Moves, repoint
from tracker.services.writing import check_version, open_write


def close_department(session: Session, *, actor: Actor, public_id: str, version: int, on: date) -> Department:
    """Close a department on a day; from that day on its pairs count no longer."""
    department = _open(session, actor, public_id, version, on)
    department.closed_on = on
    return department


def hand_over_department(session: Session, department: Department, other: Department, on: date) -> Moves:
    """Let a department go on as part of another from a day on, inside the write transaction.

    It closes that day. Its open involvements end and go on as the other's, journeys that hold after the day go
    on with the other in its place, and its people are at home there from now on.

    Raises
    ------
    InvalidInput
        For the day or the other department, when it cannot be that one.
    """
    checks = Checks()
    checks.day("on", "The day", on, required=True)
    _check_open(checks, department, on)
    checks.done()
    _check_other(department, other, on)
    moves = Moves()
    _hand_over_work(session, department, other, on, moves)
    moves.counts["journey"] += _hand_over_journeys(session, department, other, on)
    _hand_over_people(session, department, other, moves)
    department.closed_on = on
    department.merged_into_id = other.id
    session.flush()  # so that a conflict is found here, under the write lock
    return moves


def _open(session: Session, actor: Actor, public_id: str, version: int, on: date) -> Department:
    policies.require(actor, "shape")
    checks = Checks()
    checks.day("on", "The day", on, required=True)
    checks.done()
    open_write(session, actor)
    department = find_department(session, actor, public_id)
    closed = department.closed_on.isoformat() if department.closed_on else ""
    check_version(department, version, {"on": closed, "version": str(department.version)})
    _check_open(checks, department, on)
    checks.done()
    return department


def _check_open(checks: Checks, department: Department, on: date) -> None:
    if department.merged_into_id is not None:
        checks.refuse("on", f"{department.name} went into another department already.")
    checks.order("on", "It had not opened by that day.", department.opened_on, on)


def _check_other(department: Department, other: Department, on: date) -> None:
    if other.id == department.id:
        raise InvalidInput({"into": "Choose another department: one cannot go into itself."})
    if (other.opened_on is not None and other.opened_on > on) or (
        other.closed_on is not None and other.closed_on <= on
    ):
        raise InvalidInput({"into": f"{other.name} is not open on that day. Choose one that is."})


def _hand_over_work(
    session: Session, department: Department, other: Department, on: date, moves: Moves
) -> None:
    taking_part = select(Involvement.initiative_id).where(Involvement.department_id == department.id)
    initiatives = session.scalars(
        select(Initiative)
        .options(selectinload(Initiative.involvements), selectinload(Initiative.routine_owners))
        .where(Initiative.id.in_(taking_part))
    ).all()
    for each in initiatives:
        if _goes_on(each, on) and _hand_over(session, each, department.id, other.id, on):
            moves.initiatives.add(each.id)
    moves.counts["initiative"] += len(moves.initiatives)


def _goes_on(initiative: Initiative, on: date) -> bool:
    """Say whether an initiative is still declared on a day or later."""
    end = initiative.routine_until if initiative.routine_from is not None else initiative.ended_on
    return end is None or end > on


def _hand_over(session: Session, initiative: Initiative, old: int, new: int, on: date) -> bool:
    """Hand the stays of one department that reach beyond the day to another; say whether there were any."""
    beyond = [
        each
        for each in initiative.involvements
        if each.department_id == old and (each.left_on is None or each.left_on > on)
    ]
    for each in beyond:
        role, until = each.role, each.left_on
        began = each.joined_on or initiative.started_on
        since = each.joined_on if each.joined_on is not None and each.joined_on >= on else on
        if began is None or began >= on:
            since = each.joined_on or initiative.started_on or on
            _take_out(session, initiative, each)
        else:
            each.left_on = on
        _stay(session, initiative, new, role, since, until)
    for owner in initiative.routine_owners:
        if beyond and owner.department_id == old and not _owns(initiative.routine_owners, new):
            owner.department_id = new
    if beyond:
        initiative.version += 1  # a form opened before knows other departments
    return bool(beyond)


def _stay(
    session: Session, initiative: Initiative, department_id: int, role: str, since: date, until: date | None
) -> None:
    """Let a department take part from a day until another, joined with the stays of its own that touch it."""
    touching = [
        each
        for each in initiative.involvements
        if each.department_id == department_id
        and (until is None or each.joined_on is None or each.joined_on <= until)
        and (each.left_on is None or each.left_on >= since)
    ]
    if not touching:
        joined = None if initiative.started_on is None or since <= initiative.started_on else since
        initiative.involvements.append(
            Involvement(department_id=department_id, role=role, joined_on=joined, left_on=until)
        )
        return
    kept, *rest = touching
    for each in rest:
        _take_out(session, initiative, each)
    session.flush()  # those that go must be gone before the one that stays takes their first day
    first = [each.joined_on for each in touching]
    last = [until, *(each.left_on for each in touching)]
    kept.joined_on = min(since, *(day for day in first if day)) if None not in first else None
    kept.left_on = None if None in last else max(day for day in last if day)
    if role == "lead":
        kept.role = role


def _take_out(session: Session, initiative: Initiative, involvement: Involvement) -> None:
    initiative.involvements.remove(involvement)
    session.delete(involvement)  # an orphan would go without its line in the audit


def _owns(owners: Iterable[RoutineOwner], department_id: int) -> bool:
    return any(each.department_id == department_id for each in owners)


def _hand_over_journeys(session: Session, department: Department, other: Department, on: date) -> int:
    """Let the journeys that hold after the day go on with the other department in place of this one.

    A journey that held before ends that day and goes on as a new one, so that the past keeps its crossings.
    """
    through = select(Step.journey_id).where(Step.department_id == department.id)
    journeys = session.scalars(
        select(Journey)
        .options(selectinload(Journey.steps))
        .where(
            Journey.id.in_(through),
            Journey.binned_at.is_(None),
            or_(Journey.valid_to.is_(None), Journey.valid_to > on),
        )
    ).all()
    for each in journeys:
        if each.valid_from is not None and each.valid_from >= on:
            for step in each.steps:
                if step.department_id == department.id:
                    step.department_id = other.id
            each.version += 1  # a form opened before knows other steps
            continue
        session.add(
            Journey(
                name=each.name,
                importance=each.importance,
                valid_from=on,
                valid_to=each.valid_to,
                is_sample=each.is_sample,
                steps=[_copied(step, department.id, other.id) for step in each.steps],
            )
        )
        each.valid_to = on
    return len(journeys)


def _copied(step: Step, old: int, new: int) -> Step:
    return Step(
        position=step.position,
        department_id=new if step.department_id == old else step.department_id,
        name=step.name,
        channel=step.channel,
        customer_group=step.customer_group,
        product=step.product,
        volume=step.volume,
        volume_source=step.volume_source,
        volume_on=step.volume_on,
    )


def _hand_over_people(session: Session, department: Department, other: Department, moves: Moves) -> None:
    moves.counts["sponsor"] += len(repoint(session, Person.department_id, department.id, other.id))
    moves.counts["account"] += len(repoint(session, User.department_id, department.id, other.id))
