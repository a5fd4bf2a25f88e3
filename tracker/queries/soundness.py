"""Records that contradict each other in ways that no constraint of the database can see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.changelog import ChangeCounter, ChangeLog
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement, RoutineOwner, Sponsorship
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Confirmation, Lesson, LessonReuse, Moment

#: Named in a finding; there may be more.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What is amiss, in how many records, some of them by name, and what to do.

    ``is_wrong``: the application never writes this. Otherwise it is recorded and counts nothing, as it arrived.
    """

    what: str
    count: int
    named: tuple[str, ...]
    mend: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class _Check:
    what: str
    rows: Select[str]
    mend: str
    is_wrong: bool = True


def findings(session: Session, now: datetime) -> tuple[Finding, ...]:
    """Return what is amiss in a register at the newest revision. At most 30 queries, however many records it has."""
    found = []
    for check in (*_moments_wrong(), *_records_wrong(), *_days_outside(), *_unfinished()):
        count = session.scalar(select(func.count()).select_from(check.rows.subquery())) or 0
        if count:
            named = tuple(session.scalars(check.rows.limit(NAMED)))
            found.append(Finding(check.what, count, named, check.mend, check.is_wrong))
    return (*found, *_versions(session), *_administrators(session), *_clock(session, now))


def _moments_wrong() -> list[_Check]:
    """Return the checks of moments and lessons as the application never writes them."""
    origin, copy = aliased(Moment), aliased(Moment)
    return [
        _Check(
            "A measure moved that belongs to a win of another initiative",
            select(copy.title)
            .join(origin, origin.id == copy.of_id)
            .where(
                or_(origin.initiative_id != copy.initiative_id, origin.kind.not_in(("win", "measured_win")))
            ),
            "Put these moments into the bin, and record them again on the win's own page.",
        ),
        _Check(
            "A lesson hangs on a moment that is no near miss",
            select(Moment.title)
            .join(Lesson, Lesson.moment_id == Moment.id)
            .where(Moment.kind != "near_miss"),
            "Edit these moments: make each a near miss again.",
        ),
        _Check(
            "Somebody vouched for a moment of their own",
            select(Moment.title)
            .join(Confirmation, Confirmation.moment_id == Moment.id)
            .where(Confirmation.user_id == Moment.created_by_id),
            "Edit the day or kind of these moments, so that they wait for a second person again.",
        ),
        _Check(
            "A lesson is reused that no near miss holds",
            select(Moment.title)
            .join(LessonReuse, LessonReuse.moment_id == Moment.id)
            .where(Moment.kind != "near_miss"),
            "Edit the moments they come from: make each a near miss again.",
        ),
    ]


def _records_wrong() -> list[_Check]:
    """Return the checks of departments and initiatives as the application never writes them."""
    merged = aliased(Department)
    return [
        _Check(
            "A department merged into one that merged back into it",
            select(Department.name)
            .join(merged, merged.id == Department.merged_into_id)
            .where(merged.merged_into_id == Department.id),
            "Edit one of the two: it is merged into no other.",
        ),
        _Check(
            "An initiative was scaled into another that is not there",
            select(Initiative.title).where(
                Initiative.outcome == "scaled", Initiative.scaled_into_id.is_(None)
            ),
            "Take back its end on its page, and end it again.",
        ),
    ]


def _days_outside() -> list[_Check]:
    """Return the checks of days on which nothing counts, recorded as a register may bring them."""
    return [
        _Check(
            "A department takes part on days when the initiative does not run",
            select(Initiative.title)
            .join(Involvement, Involvement.initiative_id == Initiative.id)
            .where(_is_kept(), _outside(Involvement.joined_on, Involvement.left_on))
            .distinct(),
            "Look at the departments on its page; days outside count nothing.",
            is_wrong=False,
        ),
        _Check(
            "A sponsor stands behind an initiative on days when it does not run",
            select(Initiative.title)
            .join(Sponsorship, Sponsorship.initiative_id == Initiative.id)
            .where(_is_kept(), _outside(Sponsorship.from_on, Sponsorship.to_on))
            .distinct(),
            "Look at the sponsors on its page; days outside count nothing.",
            is_wrong=False,
        ),
        _Check(
            "A moment happened before its initiative began or after it ended",
            select(Moment.title)
            .join(Initiative, Initiative.id == Moment.initiative_id)
            .where(_is_kept(), Moment.binned_at.is_(None), _outside(Moment.on_day, Moment.on_day)),
            "Look at the day of each; it counts once the initiative runs on it.",
            is_wrong=False,
        ),
    ]


def _unfinished() -> list[_Check]:
    """Return the checks of records that miss a part, and count nothing until they have it."""
    owned = exists().where(RoutineOwner.initiative_id == Initiative.id)
    stepped = select(Step.journey_id).where(Step.journey_id == Journey.id).group_by(Step.journey_id)
    return [
        _Check(
            "A routine has no owner, so its bridge does not stand",
            select(Initiative.title).where(_is_kept(), Initiative.routine_from.is_not(None), ~owned),
            "Name an owner in two of its departments, on its page.",
            is_wrong=False,
        ),
        _Check(
            "A journey has fewer than two steps, so it makes no crossing",
            select(Journey.name).where(
                Journey.binned_at.is_(None), ~stepped.having(func.count() > 1).exists()
            ),
            "Add the next step on its page.",
            is_wrong=False,
        ),
        _Check(
            "An account of a sponsor has no person of the register",
            select(User.name).where(
                User.role == "sponsor", User.is_disabled.is_(False), User.person_id.is_(None)
            ),
            "Choose who it is, under Administration; without that it sees no initiative as its own.",
            is_wrong=False,
        ),
    ]


def _is_kept() -> ColumnElement[bool]:
    return Initiative.binned_at.is_(None)


def _outside(first: InstrumentedAttribute[Any], last: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Return the rule that a row's days lie outside those of its initiative."""
    early = and_(Initiative.started_on.is_not(None), first.is_not(None), first < Initiative.started_on)
    late = and_(Initiative.ended_on.is_not(None), first.is_not(None), first > Initiative.ended_on)
    gone = and_(Initiative.started_on.is_not(None), last.is_not(None), last < Initiative.started_on)
    return or_(early, late, gone)


def _versions(session: Session) -> list[Finding]:
    counter = session.scalar(select(ChangeCounter.version))
    newest = session.scalar(select(func.max(ChangeLog.version))) or 0
    if counter is not None and counter >= newest:
        return []
    what = "The counter of versions is behind the log of changes, so pages may show old numbers"
    mend = f"Set the one row of change_counter to id 1, version {newest}, with the database's own tool."
    return [Finding(what, 1, (), mend, is_wrong=True)]


def _administrators(session: Session) -> list[Finding]:
    accounts = session.scalar(select(func.count(User.id))) or 0
    able = session.scalar(
        select(func.count(User.id)).where(User.role == "admin", User.is_disabled.is_(False))
    )
    if not accounts or able:
        return []
    what = "No administrator can sign in"
    return [Finding(what, 1, (), "Make one: .venv/bin/flask init --email you@example.org", is_wrong=True)]


def _clock(session: Session, now: datetime) -> list[Finding]:
    count = (
        session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.at > now + timedelta(minutes=5)))
        or 0
    )
    if not count:
        return []
    what = "Changes are dated in the future: this clock is behind, or another was ahead"
    return [Finding(what, count, (), "Set the clock of this machine, by NTP if it can.", is_wrong=True)]
