"""End an initiative with an outcome, extend it, and keep what became routine standing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from tracker.models.initiatives import (
    BuildsOn,
    Initiative,
    RoutineCheck,
    RoutineOwner,
    Update,
)
from tracker.models.moments import Lesson, Moment
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import TITLE_LIMIT, Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.initiatives import (
    decidable,
    find_initiative,
    sponsors_on,
    status_for,
)
from tracker.services.involvements import members_on
from tracker.services.lessons import LessonText, check_lesson
from tracker.services.named import named_departments, named_people
from tracker.services.writing import check_version, open_write

#: The outcomes that end an initiative; "extended" does not.
ENDINGS = ("routine", "scaled", "stopped")


def end_as_routine(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    version: int,
    on: date,
    owners: Mapping[str, str],
    today: date,
    note: str = "",
) -> Initiative:
    """End an initiative that became routine: a named owner in each of two or more of its departments.

    ``owners`` maps a department's public id to a person's. Its bridge stands while a check every 180 days
    confirms it.
    """
    initiative, text = _ending(session, actor, public_id, version, on, note, today)
    named = {department: person for department, person in owners.items() if person}
    departments = named_departments(session, list(named), "owners") if named else []
    people = named_people(session, list(named.values()), "owners")
    members = members_on(initiative, on)
    if len(departments) < 2 or any(each.id not in members for each in departments):
        raise InvalidInput(
            {"owners": "Name an owner in at least two of its departments: a routine is held on each side."}
        )
    _load(session, initiative, Initiative.routine_owners)
    kept = {each.department_id: each for each in initiative.routine_owners}
    for each in departments:
        owner = people[named[each.public_id]].id
        if each.id in kept:
            kept[each.id].person_id = owner
        else:
            initiative.routine_owners.append(RoutineOwner(department_id=each.id, person_id=owner))
    initiative.routine_from = on
    initiative.routine_until = None
    _end(initiative, on, "routine", text, today)
    return initiative


def end_as_scaled(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    version: int,
    on: date,
    into: str,
    today: date,
    note: str = "",
) -> Initiative:
    """End an initiative that was scaled into another, which from now on builds on it."""
    initiative, text = _ending(session, actor, public_id, version, on, note, today)
    larger = _larger(session, actor, initiative, into)
    initiative.scaled_into_id = larger.id
    if not any(each.earlier_id == initiative.id for each in larger.builds_on):
        larger.builds_on.append(BuildsOn(earlier_id=initiative.id))
    _end(initiative, on, "scaled", text, today)
    return initiative


def end_as_stopped(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    version: int,
    on: date,
    lesson: LessonText,
    today: date,
    title: str = "",
    note: str = "",
) -> Initiative:
    """Stop an initiative with its lesson written: a near miss of that day, unless one with a lesson is there.

    An existing near miss whose lesson was still to be written takes the lesson.
    """
    written = check_lesson(lesson)
    checks = Checks()
    heading = checks.text("title", "The title", title, limit=TITLE_LIMIT)
    checks.done()
    initiative, text = _ending(session, actor, public_id, version, on, note, today)
    near_misses = session.scalars(
        select(Moment)
        .options(selectinload(Moment.lesson))
        .where(Moment.initiative_id == initiative.id, Moment.kind == "near_miss", Moment.binned_at.is_(None))
        .order_by(Moment.on_day.desc(), Moment.id.desc())
    ).all()
    waiting = next((each for each in near_misses if each.lesson is None), None)
    if not written.is_empty:
        row = Lesson(
            tried=written.tried, nearly=written.nearly, stopped=written.stopped, next_time=written.next_time
        )
        if waiting is not None:
            waiting.lesson = row
            waiting.version += 1  # a form opened before knows no lesson
        else:
            session.add(
                Moment(
                    initiative_id=initiative.id,
                    kind="near_miss",
                    on_day=on,
                    title=heading or initiative.title,
                    lesson=row,
                    created_by_id=actor.user_id,
                )
            )
    elif not any(each.lesson is not None for each in near_misses):
        raise InvalidInput({"tried": "Write its lesson: what would help the next team?"})
    _end(initiative, on, "stopped", text, today)
    return initiative


def extend(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    version: int,
    decide_by: date,
    because: str,
    today: date,
) -> Initiative:
    """Give a running initiative a later decide-by date, with the reason; it does not end."""
    checks = Checks()
    reason = checks.text("because", "The reason", because, required=True)
    checks.day("decide_by", "The new decide-by date", decide_by, required=True)
    checks.done()
    open_write(session, actor)
    initiative = decidable(session, actor, public_id, today)
    check_version(initiative, version, _state(initiative))
    if initiative.ended_on is not None:
        raise InvalidInput({"decide_by": "It has ended. To go on with it, take the end back first."})
    floor = max(today, initiative.decide_by or today)
    if decide_by <= floor:
        raise InvalidInput(
            {"decide_by": "Choose a day after today and after the decide-by date that stands."}
        )
    initiative.decide_by = decide_by
    initiative.outcome = "extended"
    initiative.outcome_note = reason
    return initiative


def take_back_end(session: Session, *, actor: Actor, public_id: str, version: int, today: date) -> Initiative:
    """Let an initiative run on as if it had not ended; its history keeps that it had."""
    open_write(session, actor)
    initiative = decidable(session, actor, public_id, today)
    check_version(initiative, version, _state(initiative))
    if initiative.ended_on is None:
        raise InvalidInput({"ended_on": "It has not ended."})
    owners = session.scalars(select(RoutineOwner).where(RoutineOwner.initiative_id == initiative.id))
    links = session.scalars(
        select(BuildsOn).where(
            BuildsOn.initiative_id == initiative.scaled_into_id, BuildsOn.earlier_id == initiative.id
        )
    )
    for row in (*owners, *links):
        session.delete(row)
    initiative.ended_on = None
    initiative.outcome = None
    initiative.outcome_note = ""
    initiative.scaled_into_id = None
    initiative.routine_from = None
    initiative.routine_until = None
    initiative.status = status_for(initiative.started_on, None, paused=False, today=today)
    return initiative


def check_routine(session: Session, *, actor: Actor, public_id: str, on: date, today: date) -> Initiative:
    """Say that a routine still stands; good for 180 days. A second check on a day changes nothing."""
    checks = Checks()
    checks.day("on", "The day", on, required=True, latest=today)
    checks.done()
    open_write(session, actor)
    initiative = find_initiative(session, actor, public_id)
    _load(session, initiative, Initiative.routine_owners, Initiative.routine_checks)
    owners = {each.person_id for each in initiative.routine_owners}
    own = actor.person_id is not None and actor.person_id in owners and policies.may(actor, "edit own")
    if not own and not policies.may_edit(actor, initiative, sponsors_on(initiative, today)):
        raise Forbidden("Its owners, its sponsor and the transformation office say that it still stands.")
    _refuse_not_standing(initiative)
    checks.order("on", "It had not become routine on that day.", initiative.routine_from, on)
    checks.done()
    if all(each.checked_on != on for each in initiative.routine_checks):
        initiative.routine_checks.append(RoutineCheck(checked_on=on))
    return initiative


def give_up_routine(
    session: Session, *, actor: Actor, public_id: str, version: int, on: date, today: date, because: str = ""
) -> Initiative:
    """Say that a routine stands no longer from a day on."""
    checks = Checks()
    reason = checks.text("because", "The reason", because)
    checks.day("on", "The day", on, required=True, latest=today)
    checks.done()
    open_write(session, actor)
    initiative = decidable(session, actor, public_id, today)
    check_version(initiative, version, _state(initiative))
    _refuse_not_standing(initiative)
    checks.order("on", "It had not become routine on that day.", initiative.routine_from, on)
    checks.done()
    initiative.routine_until = on
    if reason:
        session.add(
            Update(
                initiative_id=initiative.id,
                on_day=on,
                text=f"Given up, because {reason}",
                author_id=actor.user_id,
            )
        )
    return initiative


def _ending(
    session: Session, actor: Actor, public_id: str, version: int, on: date, note: str, today: date
) -> tuple[Initiative, str]:
    """Open the write transaction and return the initiative, ready to end on that day, and the trimmed note."""
    checks = Checks()
    text = checks.text("note", "The note", note)
    checks.day("ended_on", "The day it ended", on, required=True, latest=today)
    checks.done()
    open_write(session, actor)
    initiative = decidable(session, actor, public_id, today)
    check_version(initiative, version, _state(initiative))
    if initiative.outcome in ENDINGS:
        raise InvalidInput(
            {"ended_on": "It has ended already. To end it another way, take the end back first."}
        )
    if initiative.started_on is None:
        raise InvalidInput(
            {"ended_on": "It has not started: give it a start date first, or put it into the bin."}
        )
    checks.order("ended_on", "The end lies before the start.", initiative.started_on, on)
    checks.done()
    return initiative, text


def _end(initiative: Initiative, on: date, outcome: str, note: str, today: date) -> None:
    initiative.ended_on = on
    initiative.outcome = outcome
    initiative.outcome_note = note
    initiative.status = status_for(initiative.started_on, on, paused=False, today=today)


def _larger(session: Session, actor: Actor, initiative: Initiative, into: str) -> Initiative:
    try:
        larger = find_initiative(session, actor, into) if into else None
    except NotFound:
        larger = None
    if larger is None or larger.binned_at is not None:
        raise InvalidInput({"into": "Choose the initiative it was scaled into."})
    if larger.id == initiative.id:
        raise InvalidInput({"into": "Choose another initiative: this one cannot be scaled into itself."})
    _load(session, larger, Initiative.builds_on)
    return larger


def _load(session: Session, initiative: Initiative, *relations: InstrumentedAttribute[Any]) -> None:
    """Load more of an initiative that is in the session already."""
    query = select(Initiative).options(*map(selectinload, relations)).where(Initiative.id == initiative.id)
    session.scalars(query).one()


def _refuse_not_standing(initiative: Initiative) -> None:
    if initiative.routine_from is None or initiative.routine_until is not None:
        raise InvalidInput({"on": "It does not stand as routine."})


def _state(initiative: Initiative) -> dict[str, str]:
    return {
        "status": initiative.status,
        "decide_by": initiative.decide_by.isoformat() if initiative.decide_by else "",
        "ended_on": initiative.ended_on.isoformat() if initiative.ended_on else "",
        "outcome": initiative.outcome or "",
        "note": initiative.outcome_note,
        "version": str(initiative.version),
    }
