"""The register as plain records under the key names of the portfolio form, to export it and to compare files with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.models.audit import AuditEntry
from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.initiatives import Theme
from tracker.models.journeys import Journey, Step
from tracker.models.people import Person
from tracker.queries.facts import load_settings
from tracker.queries.leaning import of_undone
from tracker.queries.merges import survivors
from tracker.queries.portfolio_lines import Kept, Records, Register, StepLine, gathered

#: Between how a change came and the date of the file that brought it, in the audit's column ``via``.
FILE_MARK = ", file of "


def load_settings_values(session: Session) -> dict[str, Any]:
    """Return the constants of the measures under the keys of ``config``. 1 query."""
    found = load_settings(session)
    return {
        "quiet_days": found.quiet_days,
        "routine_days": found.routine_days,
        "half_life_days": found.half_life_days,
        "window_days": found.window_days,
        "together": str(found.together),
        "attention": found.attention,
        "max_reuse": found.max_reuse,
    }


def load_named(session: Session) -> Register:
    """Return divisions, departments, people and themes by external id. 7 queries."""
    found: Register = {"division": {}, "department": _departments(session), "person": {}, "theme": {}}
    people = select(
        Person.id,
        Person.external_id,
        Person.name,
        Person.title,
        Person.binned_at,
        Department.external_id.label("department"),
    ).outerjoin(Department, Department.id == Person.department_id)
    into = survivors(session, "person")
    for id_, external_id, name, title, binned_at, department in session.execute(people):
        values = {"name": name, "title": title, "department": department}
        found["person"][external_id] = Kept(id_, values, binned_at is not None, into.get(external_id, ""))
    for kind, model in (("division", Division), ("theme", Theme)):
        for id_, external_id, name in session.execute(select(model.id, model.external_id, model.name)):
            found[kind][external_id] = Kept(id_, {"name": name})
    return found


def _departments(session: Session) -> Records:
    """Return the departments with their other names by external id. 3 queries."""
    aliases = gathered(
        session, select(DepartmentAlias.department_id, DepartmentAlias.name).order_by(DepartmentAlias.name)
    )
    into, merged = aliased(Department), survivors(session, "department")
    departments = (
        select(
            Department.id,
            Department.external_id,
            Department.name,
            Department.opened_on,
            Department.closed_on,
            Department.headcount,
            Department.binned_at,
            Division.external_id.label("division"),
            into.external_id.label("merged_into"),
        )
        .outerjoin(Division, Division.id == Department.division_id)
        .outerjoin(into, into.id == Department.merged_into_id)
    )
    found: Records = {}
    for row in session.execute(departments):
        found[row.external_id] = Kept(
            row.id,
            {
                "name": row.name,
                "division": row.division,
                "aliases": tuple(each[0] for each in aliases.get(row.id, ())),
                "opened": row.opened_on,
                "closed": row.closed_on,
                "merged_into": row.merged_into,
                "headcount": row.headcount,
            },
            row.binned_at is not None,
            merged.get(row.external_id, ""),
        )
    return found


def load_journeys(session: Session) -> Records:
    """Return the journeys with their steps, by external id. 2 queries."""
    steps = gathered(
        session,
        select(
            Step.journey_id,
            Department.external_id,
            Step.name,
            Step.channel,
            Step.customer_group,
            Step.product,
            Step.volume,
            Step.volume_source,
            Step.volume_on,
        )
        .join(Department, Department.id == Step.department_id)
        .order_by(Step.journey_id, Step.position),
    )
    return {
        each.external_id: Kept(
            each.id,
            {
                "name": each.name,
                "importance": each.importance,
                "valid_from": each.valid_from,
                "valid_to": each.valid_to,
                "steps": tuple(StepLine(*step) for step in steps.get(each.id, ())),
            },
            each.binned_at is not None,
        )
        for each in session.scalars(select(Journey))
    }


def file_dates(session: Session) -> dict[int | None, date]:
    """Return the date of the newest file that changed each initiative, by row id; others are missing. 1 query.

    An import that was taken back tells nothing.
    """
    rows = session.execute(
        select(AuditEntry.subject_id, AuditEntry.via)
        .where(AuditEntry.subject_kind == "initiative", AuditEntry.via.contains(FILE_MARK), ~of_undone())
        .distinct()
    )
    newest: dict[int | None, date] = {}
    for id_, via in rows:
        day = date.fromisoformat(via.rpartition(FILE_MARK)[2])
        newest[id_] = max(day, newest.get(id_, day))
    return newest
