"""Launch, edit, pause and bin initiatives, and say that they are still moving."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.models.base import LAST_DAY
from tracker.models.initiatives import (
    KINDS,
    BuildsOn,
    Initiative,
    Involvement,
    Sponsorship,
    Theme,
    Update,
)
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bin import known_to, set_binned
from tracker.services.checking import TITLE_LIMIT, Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.named import named_departments, named_people
from tracker.services.writing import check_version, open_write

DECIDE_DAYS = 90
#: "Still moving" without a sentence counts this often running; then one sentence is asked for.
SILENT_UPDATES = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The texts and dates of an initiative, as a form or a call brings them; ids are public ids."""

    title: str
    kind: str = "pilot"
    started_on: date | None = None
    decide_by: date | None = None
    ended_on: date | None = None
    theme: str = ""
    description: str = ""
    contact: str = ""
    link: str = ""


def find_initiative(session: Session, actor: Actor, public_id: str) -> Initiative:
    """Return the initiative with its departments and sponsors, if this person may know of it.

    Raises
    ------
    NotFound
        When there is none, or it is in the bin and the actor may not open the bin.
    """
    policies.require(actor, "read")
    found = session.scalar(
        select(Initiative)
        .options(selectinload(Initiative.involvements), selectinload(Initiative.sponsorships))
        .where(Initiative.public_id == public_id)
    )
    return known_to(actor, found, "There is no such initiative.")


def sponsors_on(initiative: Initiative, today: date) -> set[int]:
    """Return the ids of the people who stand behind the initiative on a day, leading or beside the lead."""
    return {each.person_id for each in initiative.sponsorships if each.to_on is None or each.to_on > today}


def editable(session: Session, actor: Actor, public_id: str, today: date) -> Initiative:
    """Return the initiative if the actor may change its texts and dates, else refuse."""
    initiative = find_initiative(session, actor, public_id)
    if not policies.may_edit(actor, initiative, sponsors_on(initiative, today)):
        raise Forbidden(
            "Only its sponsor, whoever recorded it and the transformation office change this initiative."
        )
    return initiative


def decidable(session: Session, actor: Actor, public_id: str, today: date) -> Initiative:
    """Return the initiative if the actor may decide on its state, else refuse."""
    initiative = find_initiative(session, actor, public_id)
    if not policies.may_decide(actor, sponsors_on(initiative, today)):
        raise Forbidden("Its sponsor and the transformation office decide on this initiative.")
    return initiative


def launch(
    session: Session,
    *,
    actor: Actor,
    plan: Plan,
    departments: Sequence[str],
    today: date,
    leading: str = "",
    lead: str = "",
    co_sponsors: Sequence[str] = (),
    builds_on: Collection[str] = (),
) -> Initiative:
    """Open an initiative with its departments and sponsors; its decide-by date is 90 days after its start.

    Raises
    ------
    InvalidInput
        With a message for each field that cannot be saved.
    """
    policies.require(actor, "create")
    checked = check_plan(plan)
    open_write(session, actor)
    links = [BuildsOn(earlier_id=each.id) for each in _earlier(session, actor, builds_on)]
    initiative = add_initiative(
        session,
        actor=actor,
        plan=checked,
        departments=departments,
        leading=leading,
        lead=lead,
        co_sponsors=co_sponsors,
        today=today,
    )
    initiative.builds_on.extend(links)
    session.flush()  # the caller needs its id and public id
    return initiative


def add_initiative(
    session: Session,
    *,
    actor: Actor,
    plan: Plan,
    departments: Sequence[str],
    today: date,
    leading: str = "",
    lead: str = "",
    co_sponsors: Sequence[str] = (),
) -> Initiative:
    """Add a checked plan with its departments and sponsors; for services inside the write transaction."""
    taking_part = named_departments(session, departments, "departments")
    if leading and leading not in departments:
        raise InvalidInput({"leading": "The leading department is one of those that take part."})
    people = named_people(session, [each for each in (lead, *co_sponsors) if each], "lead")
    sponsors = [
        Sponsorship(person_id=people[each].id, role="lead" if each == lead else "co")
        for each in dict.fromkeys((lead, *co_sponsors))
        if each
    ]
    start = plan.started_on
    initiative = Initiative(
        title=plan.title,
        kind=plan.kind,
        status=status_for(start, plan.ended_on, paused=False, today=today),
        started_on=start,
        ended_on=plan.ended_on,
        decide_by=plan.decide_by or (default_decide_by(start) if plan.ended_on is None else None),
        theme_id=_theme_id(session, plan.theme),
        contact=plan.contact,
        link=plan.link,
        description=plan.description,
        created_by_id=actor.user_id,
        involvements=[
            Involvement(department_id=each.id, role="lead" if each.public_id == leading else "contributing")
            for each in taking_part
        ],
        sponsorships=sponsors,
    )
    session.add(initiative)
    return initiative


def edit(
    session: Session, *, actor: Actor, public_id: str, version: int, plan: Plan, today: date
) -> Initiative:
    """Save the texts and dates of an initiative, unless somebody saved it after the form was opened.

    The end is corrected here, never set or taken back: an initiative ends with an outcome.
    """
    checked = check_plan(plan)
    open_write(session, actor)
    initiative = editable(session, actor, public_id, today)
    check_version(initiative, version, standing(initiative, _theme_public_id(session, initiative)))
    ended_on = checked.ended_on if initiative.ended_on is not None else None
    if initiative.ended_on is not None and ended_on is None:
        raise InvalidInput({"ended_on": "The day it ended is needed. To go on with it, take the end back."})
    if initiative.routine_from == initiative.ended_on:
        _check_routine_dates(initiative, ended_on)
        initiative.routine_from = ended_on
    initiative.title = checked.title
    initiative.kind = checked.kind
    initiative.started_on = checked.started_on
    initiative.ended_on = ended_on
    initiative.decide_by = checked.decide_by
    initiative.theme_id = _theme_id(session, checked.theme)
    initiative.description = checked.description
    initiative.contact = checked.contact
    initiative.link = checked.link
    initiative.status = status_for(
        checked.started_on, ended_on, paused=initiative.status == "paused", today=today
    )
    session.flush()  # so that a conflict is found here, under the write lock
    return initiative


def pause(session: Session, *, actor: Actor, public_id: str, version: int, today: date) -> Initiative:
    """Pause a running initiative. It goes quiet like any other; its dates stay."""
    return _set_status(session, actor, public_id, version, today, "live", "paused")


def resume(session: Session, *, actor: Actor, public_id: str, version: int, today: date) -> Initiative:
    """Let a paused initiative run on."""
    return _set_status(session, actor, public_id, version, today, "paused", "live")


def post_update(
    session: Session, *, actor: Actor, public_id: str, text: str, on: date, today: date
) -> Update:
    """Add a dated sentence on how it goes; without one it says only "still moving", twice running at most."""
    checks = Checks()
    sentence = checks.text("text", "The update", text)
    checks.day("on", "The day", on, latest=today)
    checks.done()
    open_write(session, actor)
    initiative = editable(session, actor, public_id, today)
    if initiative.started_on is None:
        raise InvalidInput({"on": "It has not started yet: give it a start date first."})
    checks.order("on", "It had not started on that day.", initiative.started_on, on)
    if initiative.ended_on is not None and on >= initiative.ended_on:
        checks.refuse("on", "It had ended by that day.")
    checks.done()
    if not sentence:
        last = session.scalars(
            select(Update.text)
            .where(Update.initiative_id == initiative.id)
            .order_by(Update.on_day.desc(), Update.id.desc())
            .limit(SILENT_UPDATES)
        ).all()
        if len(last) == SILENT_UPDATES and not any(last):
            raise InvalidInput(
                {"text": "That was said twice running. This time one sentence: how does it go?"}
            )
    update = Update(initiative_id=initiative.id, on_day=on, text=sentence, author_id=actor.user_id)
    session.add(update)
    return update


def bin_initiative(session: Session, *, actor: Actor, public_id: str) -> Initiative:
    """Put an initiative into the bin; it leaves every list and every number until it is brought back."""
    return set_binned(session, actor=actor, find=find_initiative, public_id=public_id, binned=True)


def restore_initiative(session: Session, *, actor: Actor, public_id: str) -> Initiative:
    """Bring an initiative back from the bin."""
    return set_binned(session, actor=actor, find=find_initiative, public_id=public_id, binned=False)


def check_plan(plan: Plan) -> Plan:
    """Return the plan with its texts trimmed, or refuse it with a message for each field."""
    checks = Checks()
    title = checks.text("title", "The title", plan.title, limit=TITLE_LIMIT, required=True)
    if plan.kind not in KINDS:
        checks.refuse("kind", "Choose a pilot, a quick win or a near miss.")
    checks.day("started_on", "The start", plan.started_on)
    checks.day("decide_by", "The decide-by date", plan.decide_by)
    checks.day("ended_on", "The end", plan.ended_on)
    checks.order("ended_on", "The end lies before the start.", plan.started_on, plan.ended_on)
    checks.order("decide_by", "The decide-by date lies before the start.", plan.started_on, plan.decide_by)
    if plan.started_on is None and plan.ended_on is not None:
        checks.refuse("started_on", "What has ended has a start.")
    description = checks.text("description", "The description", plan.description)
    contact = checks.text("contact", "The contact", plan.contact)
    link = checks.link("link", plan.link)
    checks.done()
    return Plan(
        title=title,
        kind=plan.kind,
        started_on=plan.started_on,
        decide_by=plan.decide_by,
        ended_on=plan.ended_on,
        theme=plan.theme,
        description=description,
        contact=contact,
        link=link,
    )


def standing(initiative: Initiative, theme: str = "") -> dict[str, str]:
    """Return the texts that stand now, by the fields of the edit form; ``theme`` is a public id."""
    return {
        "title": initiative.title,
        "kind": initiative.kind,
        "started_on": initiative.started_on.isoformat() if initiative.started_on else "",
        "decide_by": initiative.decide_by.isoformat() if initiative.decide_by else "",
        "ended_on": initiative.ended_on.isoformat() if initiative.ended_on else "",
        "theme": theme,
        "description": initiative.description,
        "contact": initiative.contact,
        "link": initiative.link,
        "version": str(initiative.version),
    }


def status_for(start: date | None, end: date | None, *, paused: bool, today: date) -> str:
    """Return the status that follows from the dates; only a pause does not."""
    if end is not None and end <= today:
        return "finished"
    if start is None or start > today:
        return "proposed"
    return "paused" if paused else "live"


def default_decide_by(start: date | None) -> date | None:
    """Return the day to decide by, 90 days after the start and within the days we keep."""
    if start is None:
        return None
    return min(start + timedelta(days=DECIDE_DAYS), LAST_DAY)


def _set_status(
    session: Session, actor: Actor, public_id: str, version: int, today: date, old: str, new: str
) -> Initiative:
    open_write(session, actor)
    initiative = decidable(session, actor, public_id, today)
    now = status_for(
        initiative.started_on, initiative.ended_on, paused=initiative.status == "paused", today=today
    )
    if now == new:
        return initiative
    check_version(initiative, version, {"status": now})
    if now != old:
        raise InvalidInput(
            {"status": "Only a running initiative can be paused, and only a paused one resumed."}
        )
    initiative.status = new
    return initiative


def _check_routine_dates(initiative: Initiative, since: date | None) -> None:
    """Refuse a corrected end that would let a routine begin after it was given up."""
    until = initiative.routine_until
    if since is not None and until is not None and until < since:
        raise InvalidInput(
            {"ended_on": "It became routine that day, which must come before the day it was given up."}
        )


def _theme_id(session: Session, public_id: str) -> int | None:
    if not public_id:
        return None
    found = session.scalar(select(Theme.id).where(Theme.public_id == public_id))
    if found is None:
        raise InvalidInput({"theme": "Choose one of the themes offered."})
    return found


def _theme_public_id(session: Session, initiative: Initiative) -> str:
    if initiative.theme_id is None:
        return ""
    return session.scalar(select(Theme.public_id).where(Theme.id == initiative.theme_id)) or ""


def _earlier(session: Session, actor: Actor, public_ids: Collection[str]) -> list[Initiative]:
    try:
        return [find_initiative(session, actor, each) for each in dict.fromkeys(public_ids) if each]
    except NotFound:
        raise InvalidInput({"builds_on": "The initiative it builds on is not there any more."}) from None
