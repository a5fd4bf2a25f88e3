"""Two records of one department become one: all its days become those of the other, as if there had been one name."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.models.accounts import User
from tracker.models.base import utc_now
from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.initiatives import Involvement, RoutineOwner
from tracker.models.journeys import Journey, Step
from tracker.models.people import Person
from tracker.services.errors import InvalidInput
from tracker.services.merging_parts import (
    INVOLVED,
    Moves,
    fill,
    hand_over,
    move_views,
    names_to_keep,
    number_anew,
    repoint,
)


def unite_departments(session: Session, gone: Department, stays: Department) -> Moves:
    """Let one department take over every day of another; inside the write transaction.

    Raises
    ------
    InvalidInput
        When one of the two went into another department: then it is not the same.
    """
    for one in (gone, stays):
        if one.merged_into_id is not None:
            raise InvalidInput(
                {"into": f"{one.name} went into another department on a day. Undo that merge first."}
            )
    moves = Moves()
    _move_work(session, gone, stays, moves)
    _move_owners(session, gone, stays, moves)
    _move_steps(session, gone, stays, moves)
    moves.counts["sponsor"] += len(repoint(session, Person.department_id, gone.id, stays.id))
    moves.counts["account"] += len(repoint(session, User.department_id, gone.id, stays.id))
    taken_in = repoint(session, Department.merged_into_id, gone.id, stays.id)
    moves.counts["earlier merge"] += len(taken_in)
    move_views(session, gone.public_id, stays.public_id, moves)
    _fill(session, gone, stays, moves)
    _keep_names(session, gone, stays)
    number_anew(session, moves)
    stays.version += 1  # a form opened before knows another department
    gone.merged_into_id = stays.id
    gone.binned_at = utc_now()
    session.flush()  # so that a conflict is found here, under the write lock
    return moves


def _move_work(session: Session, gone: Department, stays: Department, moves: Moves) -> None:
    theirs = session.scalars(
        select(Involvement).where(Involvement.department_id == gone.id).order_by(Involvement.id)
    ).all()
    shared = select(Involvement.initiative_id).where(Involvement.department_id == gone.id)
    own: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(
        select(Involvement)
        .where(Involvement.department_id == stays.id, Involvement.initiative_id.in_(shared))
        .order_by(Involvement.id)
    ):
        own[row.initiative_id].append(row)
    both = len(own)
    for each in theirs:
        hand_over(
            session,
            [each],
            own[each.initiative_id],
            "department_id",
            stays.id,
            INVOLVED,
            lambda _one, _other: True,
        )
    work = {each.initiative_id for each in theirs}
    moves.counts["initiative"] += len(work)
    moves.initiatives |= work
    if both:
        where = "One initiative names" if both == 1 else f"{both:,} initiatives name"
        moves.notes.append(f"{where} both: there they are one department, and count as one.")


def _move_owners(session: Session, gone: Department, stays: Department, moves: Moves) -> None:
    """Give the owners of routines to the one that stays; where it has one of its own, that one stays."""
    taken = set(
        session.scalars(select(RoutineOwner.initiative_id).where(RoutineOwner.department_id == stays.id))
    )
    owners = session.scalars(select(RoutineOwner).where(RoutineOwner.department_id == gone.id)).all()
    dropped = [each for each in owners if each.initiative_id in taken]
    for each in owners:
        if each in dropped:
            session.delete(each)
        else:
            each.department_id = stays.id
    moves.counts["routine owner"] += len(owners) - len(dropped)
    moves.initiatives.update(each.initiative_id for each in owners)
    if dropped:
        routines = "One routine has" if len(dropped) == 1 else f"{len(dropped):,} routines have"
        moves.notes.append(f"{routines} an owner in both: the owner in {stays.name} stays.")


def _move_steps(session: Session, gone: Department, stays: Department, moves: Moves) -> None:
    """Let journeys pass through the one that stays; where both were neighbours, customers cross there no longer."""
    through = select(Step.journey_id).where(Step.department_id == gone.id)
    journeys = session.scalars(
        select(Journey).options(selectinload(Journey.steps)).where(Journey.id.in_(through))
    ).all()
    within = []
    for journey in journeys:
        owners = [each.department_id for each in journey.steps]
        if any({*pair} == {gone.id, stays.id} for pair in pairwise(owners)):
            within.append(journey.name)
        for step in journey.steps:
            if step.department_id == gone.id:
                step.department_id = stays.id
        journey.version += 1  # a form opened before knows other steps
    moves.counts["journey"] += len(journeys)
    for name in within:
        moves.notes.append(
            f"“{name}” crosses from one to the other: inside one department that is no crossing."
        )


def _fill(session: Session, gone: Department, stays: Department, moves: Moves) -> None:
    """Fill what the one that stays does not say, and let it be open whenever either was."""
    if stays.headcount is None:
        fill(stays, "headcount", gone.headcount, "People", moves, _words)
    if stays.division_id is None and gone.division_id is not None:
        name = session.scalar(select(Division.name).where(Division.id == gone.division_id))
        fill(
            stays,
            "division_id",
            gone.division_id,
            "Division",
            moves,
            lambda id_: "" if id_ is None else str(name),
        )
    opened = None if None in (stays.opened_on, gone.opened_on) else min(stays.opened_on, gone.opened_on)  # type: ignore[type-var]  # neither is None
    closed = None if None in (stays.closed_on, gone.closed_on) else max(stays.closed_on, gone.closed_on)  # type: ignore[type-var]  # as above
    fill(stays, "opened_on", opened, "Opened", moves, _words)
    fill(stays, "closed_on", closed, "Closed", moves, _words)


def _words(value: date | int | None) -> str:
    return "" if value is None else str(value)


def _keep_names(session: Session, gone: Department, stays: Department) -> None:
    known = session.scalars(
        select(DepartmentAlias).where(DepartmentAlias.department_id.in_([gone.id, stays.id]))
    ).all()
    own = [each.name for each in known if each.department_id == stays.id]
    theirs = {each.name: each for each in known if each.department_id == gone.id}
    for name in names_to_keep((gone.name, *theirs), stays.name, own):
        if name in theirs:
            theirs[name].department_id = stays.id
        else:
            session.add(DepartmentAlias(department_id=stays.id, name=name))
