"""Seeded registers to measure on: the sizes and the mix of MEASURES.md section 7, the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

#: How many departments an initiative names: (share of initiatives, fewest, most).
SIZES = (
    (0.15, 1, 1),
    (0.35, 2, 2),
    (0.25, 3, 3),
    (0.14, 4, 5),
    (0.105, 6, 12),
    (0.005, 13, 30),
)
#: How many departments a journey passes.
STEPS = 12
MEAN_DAYS = 240
EVENTS_PER_INITIATIVE = 4
SEED = 20261123


@dataclass(frozen=True, slots=True)
class Case:
    """A size: departments, initiatives, months before the last day; and journeys, without which all pairs count."""

    name: str
    departments: int
    initiatives: int
    months: int
    divisions: int = 8
    journeys: int = 0


CASES = {
    "S": Case("S", 40, 2_000, 36),
    "M": Case("M", 200, 20_000, 60),
    "L": Case("L", 500, 100_000, 120),
    "XL": Case("XL", 1_000, 1_000_000, 120, journeys=20),
}


def portfolio(case: Case, today: date) -> dict[str, Any]:
    """Return a register of this size in portfolio JSON form, the same for the same day."""
    made, found = organisation(case), list(work(case, today))
    made["initiatives"] = [initiative for initiative, _ in found]
    made["events"] = [event for _, events in found for event in events]
    return made


def organisation(case: Case) -> dict[str, Any]:
    """Return the structure of a register of this size in portfolio JSON form: all but the initiatives and events."""
    departments, rng = _departments(case), random.Random(f"{SEED}-journeys-{case.name}")
    return {
        "id": f"bench-{case.name}",
        "title": f"Bench {case.name}",
        "divisions": [{"id": f"V{at}", "name": f"Division {at + 1}"} for at in range(case.divisions)],
        "departments": [
            {"id": id_, "name": f"Department {id_[1:]}", "division": f"V{at % case.divisions}"}
            for at, id_ in enumerate(departments)
        ],
        "people": [{"id": id_, "name": f"Person {id_[1:]}", "title": "Director"} for id_ in _people(case)],
        "journeys": [
            {
                "id": f"J{at}",
                "name": f"Journey {at + 1}",
                "importance": 1,
                "steps": rng.sample(departments, STEPS),
            }
            for at in range(case.journeys)
        ],
    }


def work(case: Case, today: date) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield the initiatives of a register of this size, each with its events, in portfolio JSON form."""
    rng, span = random.Random(f"{SEED}-{case.name}"), case.months * 30
    departments, people = _departments(case), _people(case)
    for at in range(case.initiatives):
        start = today - timedelta(days=rng.randrange(span))
        initiative = _initiative(rng, f"i{at:06}", start, departments, people, today)
        yield initiative, _events(rng, initiative, today)


def _departments(case: Case) -> list[str]:
    return [f"D{at:03}" for at in range(case.departments)]


def _people(case: Case) -> list[str]:
    return [f"p{at:03}" for at in range(max(6, case.departments // 2))]


def _initiative(
    rng: random.Random, id_: str, start: date, departments: list[str], people: list[str], today: date
) -> dict[str, Any]:
    length = max(1, round(rng.expovariate(1 / MEAN_DAYS)))
    end = start + timedelta(days=length)
    share, (fewest, most) = rng.random(), (2, 2)
    for weight, low, high in SIZES:
        fewest, most = low, high
        if share < weight:
            break
        share -= weight
    members = rng.sample(departments, min(len(departments), rng.randint(fewest, most)))
    last = min(end, today)
    activity = [start + timedelta(days=gap) for gap in range(45, (last - start).days, 60)]
    return {
        "id": id_,
        "title": f"Pilot {id_} between {len(members)} departments",
        "kind": "pilot",
        "start": start.isoformat(),
        "end": end.isoformat() if end <= today else None,
        "sponsor": rng.choice(people),
        "members": [
            {"department": name, "role": "contributing" if at else "lead"} for at, name in enumerate(members)
        ],
        "activity": [
            {"date": day.isoformat(), "text": f"Week {at + 1} went as planned."}
            for at, day in enumerate(activity)
        ],
    }


def _events(rng: random.Random, initiative: dict[str, Any], today: date) -> list[dict[str, Any]]:
    start = date.fromisoformat(initiative["start"])
    end = date.fromisoformat(initiative["end"]) if initiative["end"] else today
    span = max(1, (end - start).days)
    made = []
    for at in range(rng.randint(0, 2 * EVENTS_PER_INITIATIVE)):
        kind = rng.choices(("win", "near_miss", "measured_win"), (70, 20, 10))[0]
        day = min(today, start + timedelta(days=rng.randrange(span)))
        event: dict[str, Any] = {
            "id": f"{initiative['id']}-e{at}",
            "initiative": initiative["id"],
            "kind": kind,
            "date": day.isoformat(),
            "title": f"Step {at + 1} of {initiative['id']}",
        }
        if kind == "near_miss":
            event["lesson"] = {
                "tried": "At peak.",
                "nearly": "",
                "stopped": "The queue.",
                "next": "Test at peak.",
            }
        made.append(event)
    return made


def csv_rows(made: dict[str, Any]) -> str:
    """Return the same initiatives as a tidy CSV, for the speed of imports."""
    header = "external_id,title,kind,status,started_on,ended_on,lead_department,departments,sponsor,owner,url,summary"
    names = {each["id"]: each["name"] for each in made["departments"]}
    people = {each["id"]: each["name"] for each in made["people"]}
    lines = [header]
    for each in made["initiatives"]:
        members = [names[member["department"]] for member in each["members"]]
        lines.append(
            f"{each['id']},{each['title']},pilot,,{each['start']},{each['end'] or ''},"
            f"{members[0]},{';'.join(members)},{people[each['sponsor']]},,,"
        )
    return "\n".join(lines) + "\n"
