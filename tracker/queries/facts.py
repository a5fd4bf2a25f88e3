"""The one bridge from SQL to the graph's frozen facts."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from threading import Lock
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.graph import facts
from tracker.models.changelog import ChangeCounter
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, RoutineCheck, Sponsorship, Theme, Update
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.models.settings import MeasureSettings

#: Portfolios kept per process: the newest version of a few databases (a server has one, a test run many).
KEPT = 4

_kept: OrderedDict[tuple[str, int], facts.Portfolio] = OrderedDict()
_lock = Lock()


def current_version(session: Session) -> int:
    """Return the newest version of the register, 0 before the first change. 1 query."""
    return session.scalar(select(ChangeCounter.version).where(ChangeCounter.id == 1)) or 0


def current_portfolio(session: Session) -> tuple[int, facts.Portfolio]:
    """Return the newest version and its facts, kept in this process. 1 query, or 11 when the version is new.

    The version is read first and the rows after: seeing newer rows than the version says is harmless, the
    reverse would keep old numbers under a new version. Inside a write transaction nothing is kept, since
    its version may never be committed.
    """
    version = current_version(session)
    key = (str(session.get_bind().engine.url), version)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return version, _kept[key]
    portfolio = load_portfolio(session)
    if not session.info.get("writing"):
        with _lock:
            _kept[key] = portfolio
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return version, portfolio


def forget() -> None:
    """Forget what was kept: a restored backup counts its versions anew."""
    with _lock:
        _kept.clear()


def load_portfolio(session: Session) -> facts.Portfolio:
    """Read the whole register as frozen facts, records in the bin left out. 10 queries."""
    return facts.Portfolio(
        departments=_departments(session),
        journeys=_journeys(session),
        initiatives=_initiatives(session),
        events=_events(session),
        settings=load_settings(session),
    )


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


def _departments(session: Session) -> tuple[facts.Department, ...]:
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


def _journeys(session: Session) -> tuple[facts.Journey, ...]:
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


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Gather rows by their first column, the id of their initiative, keeping their order."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups


def _initiatives(session: Session) -> tuple[facts.Initiative, ...]:
    members = _grouped(
        session.execute(
            select(
                Involvement.initiative_id, Department.external_id, Involvement.joined_on, Involvement.left_on
            )
            .join(Department, Department.id == Involvement.department_id)
            .order_by(Involvement.id)
        )
    )
    leads = _grouped(
        session.execute(
            select(Sponsorship.initiative_id, Person.external_id, Sponsorship.from_on, Sponsorship.to_on)
            .join(Person, Person.id == Sponsorship.person_id)
            .where(Sponsorship.role == "lead")
            .order_by(Sponsorship.id)
        )
    )
    activity = _grouped(session.execute(select(Update.initiative_id, Update.on_day).order_by(Update.on_day)))
    checks = _grouped(
        session.execute(
            select(RoutineCheck.initiative_id, RoutineCheck.checked_on).order_by(RoutineCheck.checked_on)
        )
    )
    query = (
        select(
            Initiative.id,
            Initiative.external_id,
            Initiative.started_on,
            Initiative.ended_on,
            Initiative.declared_until,
            Initiative.routine_from,
            Initiative.routine_until,
            Initiative.kind,
            Theme.external_id.label("theme"),
        )
        .outerjoin(Theme, Theme.id == Initiative.theme_id)
        .where(Initiative.binned_at.is_(None))
        .order_by(Initiative.external_id)
    )
    return tuple(
        facts.Initiative(
            id=row.external_id,
            start=row.started_on,
            end=row.ended_on,
            members=tuple(facts.Member(*each[1:]) for each in members.get(row.id, ())),
            leads=tuple(facts.Sponsor(*each[1:]) for each in leads.get(row.id, ())),
            activity=tuple(each[1] for each in activity.get(row.id, ())),
            declared_until=row.declared_until,
            routine=facts.Routine(
                row.routine_from, row.routine_until, tuple(each[1] for each in checks.get(row.id, ()))
            )
            if row.routine_from
            else None,
            kind=row.kind,
            theme=row.theme,
        )
        for row in session.execute(query)
    )


def _events(session: Session) -> tuple[facts.Event, ...]:
    origin = aliased(Moment)
    moments = (
        select(
            Moment.external_id,
            Initiative.external_id,
            Moment.kind,
            Moment.on_day,
            Moment.is_confirmed,
            origin.external_id,
            Lesson.id.is_not(None),
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .outerjoin(origin, origin.id == Moment.of_id)
        .outerjoin(Lesson, Lesson.moment_id == Moment.id)
        .where(Moment.binned_at.is_(None), Initiative.binned_at.is_(None))
    )
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
        for id_, initiative, kind, on_day, confirmed, of, lesson in session.execute(moments)
    ]
    reuses = (
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
    for id_, initiative, on_day, confirmed, of in session.execute(reuses):
        found.append(facts.Event(id_, initiative, "reuse", on_day, confirmed, of))
    return tuple(sorted(found, key=lambda event: (event.on, event.id)))
