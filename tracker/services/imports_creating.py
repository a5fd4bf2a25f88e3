"""Write the new initiatives and moments of an import: the many rows of a register, inserted in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.models.base import Base, new_public_id
from tracker.models.bulk import insert_rows, note_change
from tracker.models.initiatives import (
    Initiative,
    Involvement,
    RoutineCheck,
    RoutineOwner,
    Sponsorship,
    Update,
)
from tracker.models.moments import Confirmation, Lesson, Moment
from tracker.queries.portfolio_lines import LessonLine
from tracker.services.imports_parts import PARTS, Ids
from tracker.services.imports_planning import Change
from tracker.services.initiatives import status_for

LISTS = ("members", "sponsors", "activity")


def create_initiatives(
    session: Session, ids: Ids, changes: Sequence[Change], *, today: date, sample: bool
) -> None:
    """Insert initiatives with their departments, sponsors, updates and routines; links come later."""
    made = _insert(
        session,
        Initiative,
        ids,
        "initiative",
        changes,
        lambda change, columns: {
            "title": change.title,
            "is_sample": sample,
            "status": status_for(
                columns.get("started_on"),
                columns.get("ended_on"),
                paused=change.values.get("paused", False),
                today=today,
            ),
        },
    )
    parts: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
    for id_, change in zip(made, changes, strict=True):
        own = {"initiative_id": id_}
        for key in LISTS:
            model = PARTS[key][1]
            parts[model].extend(own | line for line in ids.lines(key, change.values.get(key, ())))
        routine = change.values.get("routine")
        parts[RoutineCheck].extend(own | line for line in ids.checks(routine))
        parts[RoutineOwner].extend(own | line for line in ids.owners(routine))
    for model in (Involvement, Sponsorship, Update, RoutineCheck, RoutineOwner):
        insert_rows(session, model, parts[model])
    note_change(session, made)


def create_moments(session: Session, ids: Ids, changes: Sequence[Change]) -> None:
    """Insert moments with their lessons and the people who vouch for them.

    What a file does not say of a moment's confirmation and lesson holds: it is confirmed, by nobody in
    particular, and a near miss has a lesson whose text is not known here.
    """
    made = _insert(session, Moment, ids, "moment", changes, _moment_defaults)
    lessons: list[dict[str, Any]] = []
    vouching: list[dict[str, Any]] = []
    for id_, change in zip(made, changes, strict=True):
        unknown = LessonLine() if change.values["kind"] == "near_miss" else None
        lesson = change.values.get("lesson", unknown)
        if lesson is not None:
            lessons.append({"moment_id": id_, **lesson_columns(lesson)})
        vouching.extend(
            {"moment_id": id_, "person_id": ids.of("person", each)}
            for each in change.values.get("confirmed_by", ())
        )
    insert_rows(session, Lesson, lessons)
    insert_rows(session, Confirmation, vouching)
    note_change(session, (ids.known["initiative"][each.values["initiative"]] for each in changes))


def lesson_columns(lesson: LessonLine) -> dict[str, str]:
    """Return the columns of a lesson."""
    found = lesson._asdict()
    return {"next_time": found.pop("next"), **found}


def _moment_defaults(_change: Change, _columns: Mapping[str, Any]) -> dict[str, Any]:
    return {"is_confirmed": True}


def _insert(
    session: Session,
    model: type[Base],
    ids: Ids,
    kind: str,
    changes: Sequence[Change],
    defaults: Callable[[Change, Mapping[str, Any]], dict[str, Any]],
) -> list[int]:
    """Insert the rows of one kind and remember their ids."""
    rows = []
    for change in changes:
        columns = ids.columns(kind, change.values)
        own = {"external_id": change.id, "public_id": new_public_id()}
        rows.append({**defaults(change, columns), **columns, **own})
    made = insert_rows(session, model, rows)
    ids.known.setdefault(kind, {}).update(zip((each.id for each in changes), made, strict=True))
    return made
