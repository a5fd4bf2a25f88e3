"""Write a large seeded register straight into the tables: the importer would take most of an hour at this size."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tracker.bench.timing import Result, say
from tracker.models.base import Base
from tracker.models.changelog import ChangeCounter, ChangeLog
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, Sponsorship, Update
from tracker.models.moments import Lesson, Moment
from tracker.models.people import Person
from tracker.services.actors import command_actor
from tracker.services.writing import open_write

#: Rows sent to the database at once.
BATCH = 20_000


def fill(session: Session, made: Result, today: date) -> int:
    """Insert a whole portfolio as one version that changed everything, and return how many rows it took.

    Initiatives and moments take the ids 1, 2, 3 … in the order of the portfolio; no audit line is written.
    """
    open_write(session, command_actor())
    divisions, departments, people, places = (
        {each["id"]: at for at, each in enumerate(made[kind], 1)}
        for kind in ("divisions", "departments", "people", "initiatives")
    )
    rows: list[tuple[type[Base], Iterable[dict[str, Any]]]] = [
        (Division, (_named(each, divisions) for each in made["divisions"])),
        (
            Department,
            (
                _named(each, departments) | {"division_id": divisions[each["division"]]}
                for each in made["departments"]
            ),
        ),
        (Person, (_named(each, people) | {"title": each["title"]} for each in made["people"])),
        (Initiative, (_initiative(each, places, today) for each in made["initiatives"])),
        (Involvement, _involvements(made, places, departments)),
        (
            Sponsorship,
            (
                {"initiative_id": places[each["id"]], "person_id": people[each["sponsor"]], "role": "lead"}
                for each in made["initiatives"]
            ),
        ),
        (Update, _updates(made, places)),
        (Moment, (_moment(at, each, places) for at, each in enumerate(made["events"], 1))),
        (
            Lesson,
            (
                {"moment_id": at, "tried": each["lesson"]["tried"], "next_time": each["lesson"]["next"]}
                for at, each in enumerate(made["events"], 1)
                if "lesson" in each
            ),
        ),
        (ChangeLog, [{"version": 1, "kind": "structure", "initiative_id": 0}]),
    ]
    count = sum(_insert(session, model, each) for model, each in rows)
    session.execute(update(ChangeCounter).values(version=1))
    session.commit()
    return count


def _insert(session: Session, model: type[Base], rows: Iterable[dict[str, Any]]) -> int:
    count, batch = 0, list[dict[str, Any]]()
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            session.execute(insert(model), batch)
            count, batch = count + len(batch), []
    if batch:
        session.execute(insert(model), batch)
    count += len(batch)
    say(f"    {model.__tablename__}: {count:,} rows")
    return count


def _named(each: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    id_ = each["id"]
    return {"id": places[id_], "name": each["name"], "external_id": id_, "public_id": f"b{id_.lower()}"}


def _initiative(each: dict[str, Any], places: dict[str, int], today: date) -> dict[str, Any]:
    start = date.fromisoformat(each["start"])
    ended = date.fromisoformat(each["end"]) if each["end"] else None
    return {
        "id": places[each["id"]],
        "external_id": each["id"],
        "public_id": f"b{each['id']}",
        "title": each["title"],
        "kind": each["kind"],
        "status": "finished" if ended and ended <= today else "live",
        "started_on": start,
        "ended_on": ended,
        "decide_by": start + timedelta(90),
    }


def _involvements(
    made: Result, places: dict[str, int], departments: dict[str, int]
) -> Iterable[dict[str, Any]]:
    for each in made["initiatives"]:
        for member in each["members"]:
            yield {
                "initiative_id": places[each["id"]],
                "department_id": departments[member["department"]],
                "role": member["role"],
            }


def _updates(made: Result, places: dict[str, int]) -> Iterable[dict[str, Any]]:
    for each in made["initiatives"]:
        for said in each["activity"]:
            yield {
                "initiative_id": places[each["id"]],
                "on_day": date.fromisoformat(said["date"]),
                "text": said["text"],
            }


def _moment(at: int, each: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    return {
        "id": at,
        "external_id": each["id"],
        "public_id": f"b{each['id']}",
        "initiative_id": places[each["initiative"]],
        "kind": each["kind"],
        "on_day": date.fromisoformat(each["date"]),
        "title": each["title"],
        "is_confirmed": True,
    }
