"""Build the sample register in portfolio JSON form, its two years ending on a given day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tracker.sample.brokers import BROKERS, SEATS
from tracker.sample.care import CARE
from tracker.sample.journeys import JOURNEYS
from tracker.sample.money import MONEY
from tracker.sample.once import ONCE
from tracker.sample.people import ACCOUNTS, DEPARTMENTS, DIVISIONS, PEOPLE, THEMES
from tracker.sample.shapes import Department, Journey, Measure, NearMiss, Person, Step, Win, Work
from tracker.sample.staying import STAYING
from tracker.sample.storm import STORM
from tracker.sample.words import WORDS

__all__ = ["ACCOUNTS", "SAMPLE_ID", "SAMPLE_TITLE", "WORKS", "build", "day"]

SAMPLE_ID = "harbour"
SAMPLE_TITLE = "Harbour Mutual"
VOLUMES_COUNTED = -25
DECIDE_AFTER = 90

WORKS: dict[str, tuple[Work, ...]] = {
    "storm": STORM,
    "money": MONEY,
    "words": WORDS,
    "once": ONCE,
    "staying": STAYING,
    "care": CARE,
    "brokers": BROKERS,
    "seats": SEATS,
}


def build(today: date) -> dict[str, Any]:
    """Return the whole register as portfolio JSON; nothing but ``today`` changes what it says."""
    works = [(work, theme) for theme, group in WORKS.items() for work in group]
    works.sort(key=lambda pair: pair[0].id)
    return {
        "id": SAMPLE_ID,
        "title": SAMPLE_TITLE,
        "divisions": [{"id": key, "name": name} for key, name in DIVISIONS.items()],
        "departments": [_department(today, department) for department in DEPARTMENTS],
        "people": [_person(person) for person in PEOPLE],
        "themes": [{"id": key, "name": name} for key, name in THEMES.items()],
        "journeys": [_journey(today, journey) for journey in JOURNEYS],
        "initiatives": [_initiative(today, work, theme) for work, theme in works],
        "events": [event for work, _ in works for event in _events(today, work)],
    }


def day(today: date, offset: int) -> str:
    """Return the ISO date ``offset`` days from today, or the Friday before it where that is a weekend."""
    then = today + timedelta(days=offset)
    return (then - timedelta(days=max(0, then.weekday() - 4))).isoformat()


def _department(today: date, department: Department) -> dict[str, Any]:
    return {
        "id": department.id,
        "name": department.name,
        "division": department.division,
        "aliases": list(department.aliases),
        "headcount": department.headcount,
        "opened": None if department.opened is None else day(today, department.opened),
        "closed": None,
    }


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "title": person.title, "department": person.department}


def _journey(today: date, journey: Journey) -> dict[str, Any]:
    return {
        "id": journey.id,
        "name": journey.name,
        "importance": journey.importance,
        "valid_from": None,
        "valid_to": None,
        "steps": [_step(today, step) for step in journey.steps],
    }


def _step(today: date, step: Step) -> dict[str, Any]:
    written: dict[str, Any] = {"department": step.department, "name": step.name, "channel": step.channel}
    if step.volume is not None:
        written |= {"volume": step.volume, "volume_source": step.source}
        written["volume_on"] = day(today, VOLUMES_COUNTED)
    if step.customers:
        written["customer_group"] = step.customers
    if step.product:
        written["product"] = step.product
    return written


def _initiative(today: date, work: Work, theme: str) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": work.id,
        "title": work.title,
        "kind": work.kind,
        "start": day(today, work.start),
        "end": None if work.end is None else day(today, work.end),
        "decide_by": _decide_by(today, work),
        "outcome": work.outcome,
        "sponsor": work.sponsor,
        "sponsors": _sponsors(today, work),
        "theme": theme,
        "builds_on": list(work.builds_on),
        "contact": work.contact,
        "description": work.about,
        "members": [_member(today, work, position) for position in range(len(work.departments))],
        "activity": [{"date": day(today, on), "text": text} for on, text in work.said],
    }
    if work.because:
        written["outcome_note"] = work.because
    if work.into:
        written["scaled_into"] = work.into
    if work.routine and work.end is not None:
        written["routine"] = {
            "from": day(today, work.end),
            "until": None,
            "checks": [day(today, check) for check in work.routine.checks],
            "owners": dict(work.routine.owners),
        }
    return written


def _decide_by(today: date, work: Work) -> str | None:
    if work.end == work.start:
        return None
    due = work.decide_by if work.decide_by is not None else work.end
    return day(today, work.start + DECIDE_AFTER if due is None else due)


def _sponsors(today: date, work: Work) -> list[dict[str, Any]]:
    """Return the lead sponsors, each from the last day of the one before, then the co-sponsors."""
    rows: list[dict[str, Any]] = []
    since = work.start
    for person, until in work.leads:
        rows.append({"person": person, "role": "lead", "from": day(today, since), "to": day(today, until)})
        since = until
    rows.append({"person": work.sponsor, "role": "lead", "from": day(today, since), "to": None})
    return rows + [{"person": co, "role": "co", "from": day(today, work.start), "to": None} for co in work.co]


def _member(today: date, work: Work, position: int) -> dict[str, Any]:
    department = work.departments[position]
    joined, left = work.joined.get(department), work.left.get(department)
    return {
        "department": department,
        "role": "contributing" if position else "lead",
        "joined": None if joined is None else day(today, joined),
        "left": None if left is None else day(today, left),
    }


def _events(today: date, work: Work) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for position, moment in enumerate(work.moments, start=1):
        key = f"{work.id}-{position}"
        if isinstance(moment, NearMiss):
            events.append(_near_miss(today, work, key, moment))
        else:
            events.extend(_win(today, work, key, moment))
    for position, reuse in enumerate(work.reuses, start=1):
        origin = _near_miss_of(reuse.of)
        reused = {"id": f"{work.id}-reuse-{position}", "initiative": work.id, "kind": "reuse", "of": origin}
        events.append(reused | {"date": day(today, reuse.on)})
    return events


def _win(today: date, work: Work, key: str, win: Win) -> list[dict[str, Any]]:
    kind = "measured_win" if win.measure else "win"
    event: dict[str, Any] = {"id": key, "initiative": work.id, "kind": kind, "date": day(today, win.on)}
    event |= {"title": win.title, "confirmed": not win.waits, "confirmed_by": list(win.by)}
    event["ok_to_show"] = not win.waits
    if win.measure:
        event["measure"] = _measure(win.measure)
    if win.moved is None:
        return [event]
    moved: dict[str, Any] = {"id": f"{key}-moved", "initiative": work.id, "kind": "moved", "of": key}
    moved |= {"date": day(today, win.moved.on), "title": win.moved.measure.name}
    return [event, moved | {"measure": _measure(win.moved.measure)}]


def _near_miss(today: date, work: Work, key: str, miss: NearMiss) -> dict[str, Any]:
    return {
        "id": key,
        "initiative": work.id,
        "kind": "near_miss",
        "date": day(today, miss.on),
        "title": miss.title,
        "confirmed": not miss.waits,
        "confirmed_by": list(miss.by),
        "ok_to_show": miss.show,
        "lesson": {"tried": miss.tried, "nearly": miss.nearly, "stopped": miss.stopped, "next": miss.next},
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "before": measure.before,
        "after": measure.after,
        "n_before": measure.n_before,
        "n_after": measure.n_after,
    }


def _near_miss_of(work_id: str) -> str:
    """Return the event id of a work's first near miss."""
    work = next(work for group in WORKS.values() for work in group if work.id == work_id)
    position = next(n for n, moment in enumerate(work.moments, start=1) if isinstance(moment, NearMiss))
    return f"{work_id}-{position}"
