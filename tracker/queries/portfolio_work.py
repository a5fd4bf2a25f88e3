"""Initiatives, moments and reuses as plain records under the key names of the portfolio form."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tracker.models.departments import Department
from tracker.models.initiatives import (
    BuildsOn,
    Initiative,
    Involvement,
    RoutineCheck,
    RoutineOwner,
    Sponsorship,
    Theme,
    Update,
)
from tracker.models.moments import Confirmation, Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.queries.merges import survivors
from tracker.queries.portfolio_lines import (
    Kept,
    LessonLine,
    MeasureLine,
    MemberLine,
    Records,
    Register,
    RoutineLine,
    SponsorLine,
    UpdateLine,
    gathered,
)

#: Rows by the id of the record they belong to.
Gathered = dict[int, list[tuple[Any, ...]]]


def load_initiatives(session: Session) -> Records:
    """Return the initiatives with all that belongs to them, by external id. 8 queries."""
    members, sponsors, updates, links = _parts(session)
    routines = _routines(session)
    found: Records = {}
    into = survivors(session, "initiative")
    for row in session.execute(_initiative_rows()):
        checks, owners = routines.get(row.id, ((), ()))
        values = {
            "title": row.title,
            "kind": row.kind,
            "paused": row.status == "paused",
            "start": row.started_on,
            "end": row.ended_on,
            "decide_by": row.decide_by,
            "declared_until": row.declared_until,
            "outcome": row.outcome,
            "outcome_note": row.outcome_note,
            "scaled_into": row.scaled_into,
            "routine": RoutineLine(row.routine_from, row.routine_until, checks, owners)
            if row.routine_from
            else None,
            "sponsors": tuple(SponsorLine(*each) for each in sponsors.get(row.id, ())),
            "theme": row.theme,
            "builds_on": tuple(each[0] for each in links.get(row.id, ())),
            "contact": row.contact,
            "link": row.link,
            "description": row.description,
            "members": tuple(MemberLine(*each) for each in members.get(row.id, ())),
            "activity": tuple(UpdateLine(*each) for each in updates.get(row.id, ())),
        }
        found[row.external_id] = Kept(
            row.id, values, row.binned_at is not None, into.get(row.external_id, "")
        )
    return found


def load_events(session: Session) -> Register:
    """Return moments and reuses by external id; those of an initiative in the bin are in the bin. 3 queries."""
    vouching = gathered(
        session,
        select(Confirmation.moment_id, Person.external_id).join(Person, Person.id == Confirmation.person_id),
    )
    found: Register = {"moment": {}}
    for row in session.execute(_moment_rows()):
        measure = MeasureLine(
            row.measure_name, row.measure_before, row.measure_after, row.measure_n_before, row.measure_n_after
        )
        lesson = LessonLine(row.tried, row.nearly, row.stopped, row.next_time) if row.lesson_id else None
        values = {
            "initiative": row.initiative,
            "kind": row.kind,
            "date": row.on_day,
            "title": row.title,
            "note": row.note,
            "of": row.of,
            "confirmed": row.is_confirmed,
            "confirmed_by": tuple(sorted(each[0] for each in vouching.get(row.id, ()))),
            "ok_to_show": row.ok_to_show,
            "measure": None if measure == MeasureLine() else measure,
            "lesson": lesson,
        }
        found["moment"][row.external_id] = Kept(row.id, values, row.in_bin or row.initiative_in_bin)
    found["reuse"] = _reuses(session)
    return {kind: _with_origins(records, found["moment"]) for kind, records in found.items()}


def _parts(
    session: Session,
) -> tuple[Gathered, Gathered, Gathered, Gathered]:
    """Return the members, the sponsors, the updates and the links of every initiative. 4 queries."""
    members = gathered(
        session,
        select(
            Involvement.initiative_id,
            Department.external_id,
            Involvement.role,
            Involvement.joined_on,
            Involvement.left_on,
        )
        .join(Department, Department.id == Involvement.department_id)
        .order_by(Involvement.id),
    )
    sponsors = gathered(
        session,
        select(
            Sponsorship.initiative_id,
            Person.external_id,
            Sponsorship.role,
            Sponsorship.from_on,
            Sponsorship.to_on,
        )
        .join(Person, Person.id == Sponsorship.person_id)
        .order_by(Sponsorship.id),
    )
    updates = gathered(
        session,
        select(Update.initiative_id, Update.on_day, Update.text, Person.external_id)
        .outerjoin(Person, Person.id == Update.asked_of_id)
        .order_by(Update.id),
    )
    earlier = aliased(Initiative)
    links = gathered(
        session,
        select(BuildsOn.initiative_id, earlier.external_id)
        .join(earlier, earlier.id == BuildsOn.earlier_id)
        .order_by(BuildsOn.id),
    )
    return members, sponsors, updates, links


def _initiative_rows() -> Select[*tuple[Any, ...]]:
    larger = aliased(Initiative)
    return (
        select(
            Initiative.id,
            Initiative.external_id,
            Initiative.title,
            Initiative.kind,
            Initiative.status,
            Initiative.started_on,
            Initiative.ended_on,
            Initiative.decide_by,
            Initiative.declared_until,
            Initiative.outcome,
            Initiative.outcome_note,
            larger.external_id.label("scaled_into"),
            Initiative.routine_from,
            Initiative.routine_until,
            Theme.external_id.label("theme"),
            Initiative.contact,
            Initiative.link,
            Initiative.description,
            Initiative.binned_at,
        )
        .outerjoin(larger, larger.id == Initiative.scaled_into_id)
        .outerjoin(Theme, Theme.id == Initiative.theme_id)
    )


def _moment_rows() -> Select[*tuple[Any, ...]]:
    origin = aliased(Moment)
    return (
        select(
            Moment.id,
            Moment.external_id,
            Initiative.external_id.label("initiative"),
            Moment.kind,
            Moment.on_day,
            Moment.title,
            Moment.note,
            origin.external_id.label("of"),
            Moment.is_confirmed,
            Moment.ok_to_show,
            Moment.measure_name,
            Moment.measure_before,
            Moment.measure_after,
            Moment.measure_n_before,
            Moment.measure_n_after,
            Lesson.id.label("lesson_id"),
            Lesson.tried,
            Lesson.nearly,
            Lesson.stopped,
            Lesson.next_time,
            Moment.binned_at.is_not(None).label("in_bin"),
            Initiative.binned_at.is_not(None).label("initiative_in_bin"),
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .outerjoin(origin, origin.id == Moment.of_id)
        .outerjoin(Lesson, Lesson.moment_id == Moment.id)
    )


def _reuses(session: Session) -> Records:
    """Return the reuses by external id. 1 query."""
    reuses = (
        select(
            LessonReuse.id,
            LessonReuse.external_id,
            Initiative.external_id.label("initiative"),
            LessonReuse.on_day,
            Moment.external_id.label("of"),
            LessonReuse.note,
            LessonReuse.is_confirmed,
            (Initiative.binned_at.is_not(None) | Moment.binned_at.is_not(None)).label("in_bin"),
        )
        .join(Initiative, Initiative.id == LessonReuse.initiative_id)
        .join(Moment, Moment.id == LessonReuse.moment_id)
    )
    found: Records = {}
    for id_, external_id, initiative, on_day, of, note, confirmed, in_bin in session.execute(reuses):
        values = {
            "initiative": initiative,
            "kind": "reuse",
            "date": on_day,
            "of": of,
            "note": note,
            "confirmed": confirmed,
        }
        found[external_id] = Kept(id_, values, in_bin)
    return found


def _with_origins(records: Records, moments: Records) -> Records:
    """Put into the bin what is of a moment in the bin."""
    lost = {id_ for id_, each in moments.items() if each.in_bin}
    return {
        id_: Kept(each.row, each.values, each.in_bin or each.values["of"] in lost)
        for id_, each in records.items()
    }


def _routines(session: Session) -> dict[int, tuple[tuple[date, ...], tuple[tuple[str, str], ...]]]:
    """Return the checks and the owners of every routine by initiative. 2 queries."""
    checks = gathered(
        session,
        select(RoutineCheck.initiative_id, RoutineCheck.checked_on).order_by(RoutineCheck.checked_on),
    )
    owners = gathered(
        session,
        select(RoutineOwner.initiative_id, Department.external_id, Person.external_id)
        .join(Department, Department.id == RoutineOwner.department_id)
        .join(Person, Person.id == RoutineOwner.person_id),
    )
    return {
        id_: (tuple(each[0] for each in checks.get(id_, ())), tuple(sorted(owners.get(id_, ()))))
        for id_ in {*checks, *owners}
    }
