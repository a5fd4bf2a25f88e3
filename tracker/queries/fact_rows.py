"""Rows as frozen facts: the structure, and initiatives with their events, all of them or those of some ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.graph import facts
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, RoutineCheck, Sponsorship, Theme, Update
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.models.settings import MeasureSettings


class Row(NamedTuple):
    """An initiative's external id, and its facts: None while it is in the bin."""

    external_id: str
    initiative: facts.Initiative | None


def load_settings(session: Session) -> facts.Settings:
    """Return the constants of the measures that hold now. 1 query."""
    row = session.scalar(select(MeasureSettings).order_by(MeasureSettings.id.desc()).limit(1))
    if row is None:
        return facts.Settings()
    return facts.Settings(
        quiet_days=row.quiet_days,
        routine_days=row.routine_days,
        half_life_days=row.half_life_days,
        window_days=row.window_days,
        together=Fraction(row.together),
        attention=row.attention,
        max_reuse=row.max_reuse,
    )


def load_departments(session: Session) -> tuple[facts.Department, ...]:
    """Return the departments by id, those in the bin left out. 1 query."""
    into = aliased(Department)
    query = (
        select(
            Department.external_id,
            Department.name,
            Department.opened_on,
            Department.closed_on,
            Department.headcount,
            Division.external_id,
            into.external_id,
        )
        .outerjoin(Division, Division.id == Department.division_id)
        .outerjoin(into, into.id == Department.merged_into_id)
        .where(Department.binned_at.is_(None))
        .order_by(Department.external_id)
    )
    return tuple(facts.Department(*row) for row in session.execute(query))


def load_journeys(session: Session) -> tuple[facts.Journey, ...]:
    """Return the journeys by id, those in the bin left out. 1 query."""
    query = (
        select(
            Journey.external_id,
            Department.external_id,
            Journey.importance,
            Journey.valid_from,
            Journey.valid_to,
        )
        .outerjoin(Step, Step.journey_id == Journey.id)
        .outerjoin(Department, Department.id == Step.department_id)
        .where(Journey.binned_at.is_(None))
        .order_by(Journey.external_id, Step.position)
    )
    journeys: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        journeys[row[0]].append(row)
    return tuple(
        facts.Journey(
            id=id_,
            steps=tuple(row[1] for row in rows if row[1] is not None),
            importance=rows[0].importance,
            valid_from=rows[0].valid_from,
            valid_to=rows[0].valid_to,
        )
        for id_, rows in journeys.items()
    )


def _ask(session: Session, statement: Any, **values: Any) -> Sequence[Any]:
    """Return rows as they come, past what a session knows of records: that takes as long again as the rows.

    Only a session that writes is asked itself, so that it sends first what it holds back.
    """
    asked = session if session.info.get("writing") else session.connection()
    return asked.execute(statement, values).all()


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Gather rows by their first column, the id of their initiative, keeping their order."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups


class _Parts(NamedTuple):
    """What belongs to initiatives, by their row id."""

    members: dict[int, list[Any]]
    leads: dict[int, list[Any]]
    activity: dict[int, list[Any]]
    checks: dict[int, list[Any]]


#: Statements are made once: to make one takes longer than to ask for a few rows by it.
_INITIATIVES = select(
    Initiative.id,
    Initiative.external_id,
    Initiative.started_on,
    Initiative.ended_on,
    Initiative.declared_until,
    Initiative.routine_from,
    Initiative.routine_until,
    Initiative.kind,
    Initiative.binned_at,
    Theme.external_id.label("theme"),
).outerjoin(Theme, Theme.id == Initiative.theme_id)
_MEMBERS = (
    select(Involvement.initiative_id, Department.external_id, Involvement.joined_on, Involvement.left_on)
    .join(Department, Department.id == Involvement.department_id)
    .order_by(Involvement.id)
)
_LEADS = (
    select(Sponsorship.initiative_id, Person.external_id, Sponsorship.from_on, Sponsorship.to_on)
    .join(Person, Person.id == Sponsorship.person_id)
    .where(Sponsorship.role == "lead")
    .order_by(Sponsorship.id)
)
_ACTIVITY = select(Update.initiative_id, Update.on_day).order_by(Update.on_day)
_CHECKS = select(RoutineCheck.initiative_id, RoutineCheck.checked_on).order_by(RoutineCheck.checked_on)


def _these(statement: Any, owner: InstrumentedAttribute[int]) -> Any:
    """Return a statement for the rows of some initiatives alone, given as ``ids``."""
    return statement.where(owner.in_(bindparam("ids", expanding=True)))


_THESE = {
    "initiatives": _these(_INITIATIVES, Initiative.id),
    "members": _these(_MEMBERS, Involvement.initiative_id),
    "leads": _these(_LEADS, Sponsorship.initiative_id),
    "activity": _these(_ACTIVITY, Update.initiative_id),
    "checks": _these(_CHECKS, RoutineCheck.initiative_id),
}


def load_initiatives(session: Session, ids: Collection[int] | None = None) -> list[Row]:
    """Return all initiatives that are not in the bin, or those of these row ids, in the bin or not. 5 queries."""
    if ids is None:
        rows = _ask(session, _INITIATIVES.where(Initiative.binned_at.is_(None)))
        asked = [_ask(session, each) for each in (_MEMBERS, _LEADS, _ACTIVITY, _CHECKS)]
    else:
        rows, *asked = (_ask(session, each, ids=list(ids)) for each in _THESE.values())
    parts = _Parts(*map(_grouped, asked))
    return [Row(row.external_id, None if row.binned_at else _initiative(row, parts)) for row in rows]


def _initiative(row: Any, parts: _Parts) -> facts.Initiative:
    checks = tuple(each[1] for each in parts.checks.get(row.id, ()))
    return facts.Initiative(
        id=row.external_id,
        start=row.started_on,
        end=row.ended_on,
        members=tuple(facts.Member(*each[1:]) for each in parts.members.get(row.id, ())),
        leads=tuple(facts.Sponsor(*each[1:]) for each in parts.leads.get(row.id, ())),
        activity=tuple(each[1] for each in parts.activity.get(row.id, ())),
        declared_until=row.declared_until,
        routine=facts.Routine(row.routine_from, row.routine_until, checks) if row.routine_from else None,
        kind=row.kind,
        theme=row.theme,
    )


_origin = aliased(Moment)
_MOMENTS = (
    select(
        Moment.external_id,
        Initiative.external_id,
        Moment.kind,
        Moment.on_day,
        Moment.is_confirmed,
        _origin.external_id,
        Lesson.id.is_not(None),
    )
    .join(Initiative, Initiative.id == Moment.initiative_id)
    .outerjoin(_origin, _origin.id == Moment.of_id)
    .outerjoin(Lesson, Lesson.moment_id == Moment.id)
    .where(Moment.binned_at.is_(None), Initiative.binned_at.is_(None))
)
_REUSES = (
    select(
        LessonReuse.external_id,
        Initiative.external_id,
        LessonReuse.on_day,
        LessonReuse.is_confirmed,
        Moment.external_id,
    )
    .join(Initiative, Initiative.id == LessonReuse.initiative_id)
    .join(Moment, Moment.id == LessonReuse.moment_id)
    .where(Initiative.binned_at.is_(None), Moment.binned_at.is_(None))
)
_THESE_MOMENTS = _these(_MOMENTS, Moment.initiative_id)
_THESE_REUSES = _these(_REUSES, LessonReuse.initiative_id)


def load_events(session: Session, ids: Collection[int] | None = None) -> list[facts.Event]:
    """Return the events that are in no bin, all or those of these initiatives, in no order. 2 queries."""
    if ids is None:
        moments, reuses = _ask(session, _MOMENTS), _ask(session, _REUSES)
    else:
        these = list(ids)
        moments, reuses = _ask(session, _THESE_MOMENTS, ids=these), _ask(session, _THESE_REUSES, ids=these)
    found = [
        facts.Event(
            id_,
            initiative,
            cast("facts.EventKind", kind),
            on_day,
            confirmed,
            of,
            lesson=lesson or kind != "near_miss",
        )
        for id_, initiative, kind, on_day, confirmed, of, lesson in moments
    ]
    for id_, initiative, on_day, confirmed, of in reuses:
        found.append(facts.Event(id_, initiative, "reuse", on_day, confirmed, of))
    return found
