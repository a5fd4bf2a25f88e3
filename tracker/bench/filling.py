"""Write a large seeded register straight into the tables: the importer would take most of an hour at this size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tracker.bench.timing import Result, say
from tracker.models.base import Base
from tracker.models.changelog import ChangeCounter, ChangeLog
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, Sponsorship, Update
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Lesson, Moment
from tracker.models.people import Person
from tracker.services.actors import command_actor
from tracker.services.writing import open_write

#: Initiatives written at once, each with its events; and after how many it is told how far it is.
BATCH, TOLD = 5_000, 100_000

#: An initiative with its events, in portfolio JSON form.
Work = tuple[dict[str, Any], list[dict[str, Any]]]


def fill(session: Session, organisation: Result, work: Iterable[Work], today: date) -> int:
    """Insert a whole portfolio as one version that changed everything, and return how many rows it took.

    Initiatives and moments take the ids 1, 2, 3 … in their order; no audit line is written. What is to be
    written is taken batch by batch, so that a million initiatives need not stand in memory.
    """
    open_write(session, command_actor())
    divisions, departments, people = (
        {each["id"]: at for at, each in enumerate(organisation[kind], 1)}
        for kind in ("divisions", "departments", "people")
    )
    count = _structure(session, organisation, divisions, departments, people)
    initiatives = moments = 0
    rest = iter(work)
    while batch := list(islice(rest, BATCH)):
        numbered = list(enumerate(batch, initiatives + 1))
        events = [(at, event) for at, (_, here) in numbered for event in here]
        count += _written(session, numbered, list(enumerate(events, moments + 1)), departments, people, today)
        initiatives, moments = initiatives + len(batch), moments + len(events)
        if initiatives % TOLD == 0:
            say(f"    {initiatives:,} initiatives")
    session.execute(insert(ChangeLog), [{"version": 1, "kind": "structure", "initiative_id": 0}])
    session.execute(update(ChangeCounter).values(version=1))
    session.commit()
    say(f"    {count:,} rows")
    return count


def _structure(
    session: Session,
    made: Result,
    divisions: dict[str, int],
    departments: dict[str, int],
    people: dict[str, int],
) -> int:
    """Insert divisions, departments, people and journeys."""
    journeys = list(enumerate(made["journeys"], 1))
    rows: dict[type[Base], list[dict[str, Any]]] = {
        Division: [_named(each, divisions) for each in made["divisions"]],
        Department: [
            _named(each, departments) | {"division_id": divisions[each["division"]]}
            for each in made["departments"]
        ],
        Person: [_named(each, people) | {"title": each["title"]} for each in made["people"]],
        Journey: [
            _named(each, {each["id"]: at}) | {"importance": each["importance"]} for at, each in journeys
        ],
        Step: [
            {"journey_id": at, "position": position, "department_id": departments[name]}
            for at, each in journeys
            for position, name in enumerate(each["steps"])
        ],
    }
    return _insert(session, rows)


def _written(
    session: Session,
    initiatives: Sequence[tuple[int, Work]],
    events: Sequence[tuple[int, tuple[int, dict[str, Any]]]],
    departments: dict[str, int],
    people: dict[str, int],
    today: date,
) -> int:
    """Insert initiatives and events, each under its number."""
    rows: dict[type[Base], list[dict[str, Any]]] = {
        Initiative: [_initiative(at, each, today) for at, (each, _) in initiatives],
        Involvement: [
            {"initiative_id": at, "department_id": departments[member["department"]], "role": member["role"]}
            for at, (each, _) in initiatives
            for member in each["members"]
        ],
        Sponsorship: [
            {"initiative_id": at, "person_id": people[each["sponsor"]], "role": "lead"}
            for at, (each, _) in initiatives
        ],
        Update: [
            {"initiative_id": at, "on_day": date.fromisoformat(said["date"]), "text": said["text"]}
            for at, (each, _) in initiatives
            for said in each["activity"]
        ],
        Moment: [_moment(at, event, initiative) for at, (initiative, event) in events],
        Lesson: [
            {"moment_id": at, "tried": event["lesson"]["tried"], "next_time": event["lesson"]["next"]}
            for at, (_, event) in events
            if "lesson" in event
        ],
    }
    return _insert(session, rows)


def _insert(session: Session, rows: dict[type[Base], list[dict[str, Any]]]) -> int:
    for model, each in rows.items():
        if each:
            session.execute(insert(model), each)
    return sum(map(len, rows.values()))


def _named(each: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    id_ = each["id"]
    return {"id": places[id_], "name": each["name"], "external_id": id_, "public_id": f"b{id_.lower()}"}


def _initiative(at: int, each: dict[str, Any], today: date) -> dict[str, Any]:
    start = date.fromisoformat(each["start"])
    ended = date.fromisoformat(each["end"]) if each["end"] else None
    return {
        "id": at,
        "external_id": each["id"],
        "public_id": f"b{each['id']}",
        "title": each["title"],
        "kind": each["kind"],
        "status": "finished" if ended and ended <= today else "live",
        "started_on": start,
        "ended_on": ended,
        "decide_by": start + timedelta(90),
    }


def _moment(at: int, each: dict[str, Any], initiative: int) -> dict[str, Any]:
    return {
        "id": at,
        "external_id": each["id"],
        "public_id": f"b{each['id']}",
        "initiative_id": initiative,
        "kind": each["kind"],
        "on_day": date.fromisoformat(each["date"]),
        "title": each["title"],
        "is_confirmed": True,
    }
