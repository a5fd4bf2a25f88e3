"""A register as an office has it: beside the seeded initiatives journeys, themes, and the history of every record."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, insert, select, union_all, update
from sqlalchemy.orm import Session

from tracker.bench.filling import fill
from tracker.bench.portfolios import SEED, Case, portfolio, work
from tracker.bench.timing import Result, say
from tracker.models.audit import AuditEntry
from tracker.models.initiatives import Initiative, Theme
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Moment
from tracker.models.settings import Organisation
from tracker.services.actors import command_actor
from tracker.services.track import place_new_departments
from tracker.services.writing import open_write

#: Six journeys of seven steps make about forty crossings.
JOURNEYS, STEPS = 6, 7
THEMES = ("Onboarding", "Claims in a week", "Fewer hand-offs", "One view of the customer", "Self-service")
#: Lines of the audit that are written at once.
BATCH = 20_000


def fill_office(session: Session, case: Case, today: date) -> Result:
    """Fill an empty register with a case, its journeys, themes and history; return how many rows there are of each."""
    made = portfolio(case, today)
    fill(session, made, work(case, today), today)
    open_write(session, command_actor())
    session.add(Organisation(name="Bench"))
    _journeys(session, case)
    _themes(session)
    place_new_departments(session)
    lines = _history(session, made)
    session.commit()
    return {
        "divisions": case.divisions,
        "departments": case.departments,
        "sponsors": len(made["people"]),
        "journeys": JOURNEYS,
        "themes": len(THEMES),
        "initiatives": len(made["initiatives"]),
        "involvements": sum(len(each["members"]) for each in made["initiatives"]),
        "updates": sum(len(each["activity"]) for each in made["initiatives"]),
        "moments": len(made["events"]),
        "history_lines": lines,
    }


def _journeys(session: Session, case: Case) -> None:
    rng = random.Random(f"{SEED}-journeys")
    for at in range(JOURNEYS):
        owners = rng.sample(range(1, case.departments + 1), min(STEPS, case.departments))
        steps = [
            Step(position=place, department_id=owner, name=f"Step {place}", volume=rng.randrange(100, 9_000))
            for place, owner in enumerate(owners, 1)
        ]
        session.add(Journey(name=f"Journey {at + 1}", importance=1 + at % 3, steps=steps))


def _themes(session: Session) -> None:
    """Give four of five initiatives a theme."""
    themes = [Theme(name=name) for name in THEMES]
    session.add_all(themes)
    session.flush()  # their ids are needed
    for at, theme in enumerate(themes[:-1]):
        session.execute(update(Initiative).where(Initiative.id % len(THEMES) == at).values(theme_id=theme.id))


def _history(session: Session, made: Result) -> int:
    """Write the lines that the forms would have left: who recorded what, one for each row of an initiative."""
    count, batch = 0, list[dict[str, Any]]()
    for line in _lines(made):
        batch.append(line)
        if len(batch) == BATCH:
            session.execute(insert(AuditEntry), batch)
            count, batch = count + len(batch), []
    if batch:
        session.execute(insert(AuditEntry), batch)
    say(f"    {AuditEntry.__tablename__}: {count + len(batch):,} rows")
    return count + len(batch)


def _lines(made: Result) -> Iterator[dict[str, Any]]:
    departments, people, places = (
        {each["id"]: at for at, each in enumerate(made[kind], 1)}
        for kind in ("departments", "people", "initiatives")
    )
    for each in made["initiatives"]:
        id_, at = places[each["id"]], _instant(each["start"])
        wanted = {"title": each["title"], "kind": each["kind"], "started_on": each["start"]}
        yield _line(at, "initiative", id_, id_, wanted, label=each["title"])
        yield _line(at, "sponsorship", None, id_, {"person_id": people[each["sponsor"]], "role": "lead"})
        for member in each["members"]:
            taking_part = {"department_id": departments[member["department"]], "role": member["role"]}
            yield _line(at, "involvement", None, id_, taking_part)
        for said in each["activity"]:
            yield _line(
                _instant(said["date"]), "update", None, id_, {"on_day": said["date"], "text": said["text"]}
            )
    yield from _moment_lines(made["events"])


def _moment_lines(events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for id_, each in enumerate(events, 1):
        at = _instant(each["date"])
        logged = {"kind": each["kind"], "on_day": each["date"], "title": each["title"]}
        yield _line(at, "moment", id_, id_, logged, label=each["title"], subject="moment")
        yield _line(at, "confirmation", None, id_, {"user_id": 1}, subject="moment")


def _line(
    at: datetime,
    kind: str,
    record_id: int | None,
    subject_id: int,
    values: dict[str, Any],
    *,
    label: str = "",
    subject: str = "initiative",
) -> dict[str, Any]:
    return {
        "at": at,
        "actor_name": "Bench",
        "via": "page",
        "action": "created",
        "kind": kind,
        "record_id": record_id,
        "subject_kind": subject,
        "subject_id": subject_id,
        "label": label,
        "changes": {name: [None, value] for name, value in values.items()},
    }


def _instant(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(9), UTC)


def typical_initiative(session: Session) -> tuple[str, int]:
    """Return the public id of the initiative whose history has the median length, and how many lines it has."""
    own = select(AuditEntry.subject_id.label("id")).where(AuditEntry.subject_kind == "initiative")
    moments = (
        select(Moment.initiative_id)
        .join(AuditEntry, AuditEntry.subject_id == Moment.id)
        .where(AuditEntry.subject_kind == "moment")
    )
    line = union_all(own, moments).subquery()
    count = func.count()
    rows = session.execute(
        select(Initiative.public_id, count)
        .join(line, line.c.id == Initiative.id)
        .group_by(Initiative.id)
        .order_by(count, Initiative.id)
    ).all()
    public_id, lines = rows[len(rows) // 2]
    return public_id, lines
