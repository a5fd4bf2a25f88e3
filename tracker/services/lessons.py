"""Write the lesson of a near miss, and reuse it in another initiative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.models.moments import Lesson, LessonReuse, Moment
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.initiatives import editable, find_initiative, sponsors_on
from tracker.services.writing import check_version, open_write


@dataclass(frozen=True, slots=True)
class LessonText:
    """The four sentences of a lesson; any of them may be missing, all of them means not written yet."""

    tried: str = ""
    nearly: str = ""
    stopped: str = ""
    next_time: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is written."""
        return not (self.tried or self.nearly or self.stopped or self.next_time)


def find_moment(session: Session, actor: Actor, public_id: str) -> Moment:
    """Return the moment with its lesson and the people who vouched, if this person may know of it.

    Raises
    ------
    NotFound
        When there is none, or it or its initiative is in the bin and the actor may not open the bin.
    """
    policies.require(actor, "read")
    found = session.scalar(
        select(Moment)
        .options(
            selectinload(Moment.lesson), selectinload(Moment.confirmations), selectinload(Moment.initiative)
        )
        .where(Moment.public_id == public_id)
    )
    if found is None:
        raise NotFound("There is no such moment.")
    binned = found.binned_at is not None or found.initiative.binned_at is not None
    if binned and not policies.may(actor, "bin"):
        raise NotFound("There is no such moment.")
    return found


def may_write_lesson(actor: Actor, moment: Moment, sponsor_ids: set[int]) -> bool:
    """Say whether the actor may write the lesson: whoever may edit the moment, or told of the near miss."""
    told = actor.user_id is not None and moment.created_by_id == actor.user_id
    return (told and policies.may(actor, "log near miss")) or policies.may_edit_moment(
        actor, moment, moment.initiative, sponsor_ids
    )


def check_lesson(lesson: LessonText) -> LessonText:
    """Return the lesson with its texts trimmed, or refuse it with a message for each field."""
    checks = Checks()
    checked = LessonText(
        tried=checks.text("tried", "What we tried", lesson.tried),
        nearly=checks.text("nearly", "What nearly worked", lesson.nearly),
        stopped=checks.text("stopped", "What stopped it", lesson.stopped),
        next_time=checks.text("next_time", "What we would do next time", lesson.next_time),
    )
    checks.done()
    return checked


def write_lesson(
    session: Session, *, actor: Actor, public_id: str, version: int, lesson: LessonText, today: date
) -> Moment:
    """Write or rewrite the lesson of a near miss; from now on the near miss counts once it is confirmed."""
    checked = check_lesson(lesson)
    if checked.is_empty:
        raise InvalidInput({"tried": "Write at least one sentence: what would help the next team?"})
    open_write(session, actor)
    moment = find_moment(session, actor, public_id)
    initiative = find_initiative(session, actor, moment.initiative.public_id)
    if not may_write_lesson(actor, moment, sponsors_on(initiative, today)):
        raise Forbidden("The lesson is written by its team: its sponsor, whoever recorded it, or the office.")
    if moment.kind != "near_miss":
        raise InvalidInput({"tried": "Only a near miss has a lesson."})
    check_version(moment, version, standing_lesson(moment))
    if moment.lesson is None:
        moment.lesson = Lesson()
    row = moment.lesson
    row.tried, row.nearly, row.stopped, row.next_time = (
        checked.tried,
        checked.nearly,
        checked.stopped,
        checked.next_time,
    )
    moment.version += 1  # the lesson has no version of its own
    session.flush()  # so that a conflict is found here, under the write lock
    return moment


def standing_lesson(moment: Moment) -> dict[str, str]:
    """Return the texts of the lesson that stand now, by the fields of its form."""
    lesson = moment.lesson or Lesson(tried="", nearly="", stopped="", next_time="")
    return {
        "tried": lesson.tried,
        "nearly": lesson.nearly,
        "stopped": lesson.stopped,
        "next_time": lesson.next_time,
        "version": str(moment.version),
    }


def reuse(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    initiative: str,
    on: date,
    today: date,
    note: str = "",
) -> LessonReuse:
    """Say that an initiative of one's own used the lesson of a near miss; once per initiative.

    Whether it counts is for the measures: the reusing initiative must bring another department.
    """
    policies.require(actor, "reuse")
    checks = Checks()
    text = checks.text("note", "The note", note)
    checks.day("on", "The day", on, required=True, latest=today)
    checks.done()
    open_write(session, actor)
    moment = find_moment(session, actor, public_id)
    if moment.kind != "near_miss" or moment.lesson is None:
        raise InvalidInput({"initiative": "Its lesson is not written yet."})
    checks.order("on", "The near miss had not happened on that day.", moment.on_day, on)
    checks.done()
    try:
        using = editable(session, actor, initiative, today)
    except (NotFound, Forbidden):
        raise InvalidInput({"initiative": "Choose one of your initiatives."}) from None
    if using.id == moment.initiative_id:
        raise InvalidInput({"initiative": "Choose another initiative: a lesson is reused elsewhere."})
    known = select(LessonReuse.id).where(
        LessonReuse.moment_id == moment.id, LessonReuse.initiative_id == using.id
    )
    if session.scalar(known) is not None:
        raise InvalidInput({"initiative": f"{using.title} uses this lesson already."})
    added = LessonReuse(
        moment_id=moment.id, initiative_id=using.id, on_day=on, note=text, created_by_id=actor.user_id
    )
    session.add(added)
    return added
