"""Log quick wins and near misses, edit them, and put them into the bin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson, Moment
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bin import set_binned
from tracker.services.checking import TITLE_LIMIT, Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.initiatives import (
    Plan,
    add_initiative,
    find_initiative,
    launch,
    sponsors_on,
)
from tracker.services.involvements import members_on
from tracker.services.lessons import LessonText, check_lesson, find_moment
from tracker.services.named import named_departments
from tracker.services.writing import check_version, open_write

#: What a person logs → the kind of its moment. A pilot has none.
LOGGED = {"quick_win": "win", "near_miss": "near_miss"}
NO_LESSON = LessonText()


@dataclass(frozen=True, slots=True)
class Logged:
    """Where it went: the initiative, and the moment unless a pilot was logged."""

    initiative: Initiative
    moment: Moment | None
    is_alone: bool


def log(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    title: str,
    on: date,
    today: date,
    departments: Sequence[str] = (),
    initiative: str = "",
    lead: str = "",
    still_going: bool = False,
    note: str = "",
    lesson: LessonText = NO_LESSON,
) -> Logged:
    """Log a quick win, a near miss or a pilot.

    A moment belongs to the initiative named, or opens a small one of its own kind with its title, sponsor and
    departments: over the same day (it moves momentum and opens no bridge), or still going, to decide in 90 days.

    Raises
    ------
    InvalidInput
        With a message for each field that cannot be saved.
    """
    policies.require(actor, "log near miss" if kind == "near_miss" else "create")
    heading, text = _check(kind, title, note, on, today)
    written = check_lesson(lesson)
    if kind == "pilot":
        if initiative:
            raise InvalidInput({"initiative": "A pilot is an initiative of its own."})
        plan = Plan(title=heading, started_on=on, description=text)
        added = launch(session, actor=actor, plan=plan, departments=departments, today=today, lead=lead)
        return Logged(added, None, is_alone=True)
    open_write(session, actor)
    if initiative:
        home = _existing(session, actor, initiative, departments, on)
    else:
        plan = Plan(title=heading, kind=kind, started_on=on, ended_on=None if still_going else on)
        home = add_initiative(
            session, actor=actor, plan=plan, departments=departments, lead=lead, today=today
        )
        session.flush()  # the moment needs its id
    moment = Moment(
        initiative_id=home.id,
        kind=LOGGED[kind],
        on_day=on,
        title=heading,
        note=text,
        created_by_id=actor.user_id,
    )
    if kind == "near_miss" and not written.is_empty:
        moment.lesson = Lesson(
            tried=written.tried, nearly=written.nearly, stopped=written.stopped, next_time=written.next_time
        )
    session.add(moment)
    session.flush()  # the caller needs its public id
    return Logged(home, moment, is_alone=not initiative)


def edit_moment(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    version: int,
    title: str,
    note: str,
    kind: str,
    on: date,
    today: date,
) -> Moment:
    """Save a moment's texts, kind and day, unless somebody saved it after the form was opened.

    What was vouched for was that kind on that day: when its recorder changes either, it waits for a second
    person again. The small initiative that a lone moment opened follows it.
    """
    word = "near_miss" if kind == "near_miss" else "quick_win"
    heading, text = _check(word, title, note, on, today)
    open_write(session, actor)
    moment = editable_moment(session, actor, public_id, today)
    check_version(moment, version, standing_moment(moment))
    if kind != moment.kind and (kind not in LOGGED.values() or moment.kind not in LOGGED.values()):
        raise InvalidInput({"kind": "Choose a quick win or a near miss."})
    if kind != "near_miss" and moment.lesson is not None:
        raise InvalidInput({"kind": "Its lesson is written, so it stays a near miss."})
    if (kind, on) != (moment.kind, moment.on_day) and not actor.is_office:
        for each in moment.confirmations:
            session.delete(each)
        moment.is_confirmed = False
    _follow(moment.initiative, moment, heading, on)
    moment.title, moment.note, moment.kind, moment.on_day = heading, text, kind, on
    session.flush()  # so that a conflict is found here, under the write lock
    return moment


def show_moment(session: Session, *, actor: Actor, public_id: str, ok_to_show: bool, today: date) -> Moment:
    """Say whether the moment may be told on the stage."""
    open_write(session, actor)
    moment = editable_moment(session, actor, public_id, today)
    moment.ok_to_show = ok_to_show
    return moment


def bin_moment(session: Session, *, actor: Actor, public_id: str) -> Moment:
    """Put a moment into the bin; it counts no more until it is brought back."""
    return set_binned(session, actor=actor, find=find_moment, public_id=public_id, binned=True)


def restore_moment(session: Session, *, actor: Actor, public_id: str) -> Moment:
    """Bring a moment back from the bin."""
    return set_binned(session, actor=actor, find=find_moment, public_id=public_id, binned=False)


def editable_moment(session: Session, actor: Actor, public_id: str, today: date) -> Moment:
    """Return the moment if the actor may change it, else refuse."""
    moment = find_moment(session, actor, public_id)
    initiative = find_initiative(session, actor, moment.initiative.public_id)
    if not policies.may_edit_moment(actor, moment, initiative, sponsors_on(initiative, today)):
        raise Forbidden(
            "Only its sponsor, whoever recorded it and the transformation office change this moment."
        )
    return moment


def standing_moment(moment: Moment) -> dict[str, str]:
    """Return the texts that stand now, by the fields of the edit form."""
    return {
        "title": moment.title,
        "note": moment.note,
        "kind": moment.kind,
        "on": moment.on_day.isoformat(),
        "version": str(moment.version),
    }


def _check(kind: str, title: str, note: str, on: date, today: date) -> tuple[str, str]:
    checks = Checks()
    if kind not in (*LOGGED, "pilot"):
        checks.refuse("kind", "Choose a quick win, a near miss or a pilot.")
    heading = checks.text("title", "The title", title, limit=TITLE_LIMIT, required=True)
    text = checks.text("note", "The note", note)
    # A pilot may be planned ahead; a win or a near miss has happened.
    checks.day("on", "The day", on, required=True, latest=None if kind == "pilot" else today)
    checks.done()
    return heading, text


def _existing(
    session: Session, actor: Actor, public_id: str, departments: Sequence[str], on: date
) -> Initiative:
    """Return the initiative a moment belongs to, if its day and departments fit."""
    try:
        home = find_initiative(session, actor, public_id)
    except NotFound:
        home = None
    if home is None or home.binned_at is not None:
        raise InvalidInput({"initiative": "Choose an initiative that is there, or log it on its own."})
    checks = Checks()
    checks.order("on", f"{home.title} had not started on that day.", home.started_on, on)
    members = members_on(home, on)
    others = [
        each
        for each in (named_departments(session, departments, "departments") if departments else [])
        if each.id not in members
    ]
    if others:
        checks.refuse(
            "departments",
            f"{others[0].name} takes no part in {home.title} on that day. "
            "Let it join on the initiative's page, or log this on its own.",
        )
    checks.done()
    return home


def _follow(initiative: Initiative, moment: Moment, title: str, on: date) -> None:
    """Move the small initiative of a lone moment along with it."""
    if initiative.kind not in LOGGED:
        return
    if initiative.title == moment.title:
        initiative.title = title
    if initiative.started_on == initiative.ended_on == moment.on_day:
        initiative.started_on = initiative.ended_on = on
