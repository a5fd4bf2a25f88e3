"""Write the register as portfolio JSON: complete, sorted by id, the same bytes for the same records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from tracker.queries.portfolio_lines import Records, Register, RoutineLine, UpdateLine, in_order

Values = Mapping[str, Any]


def document(settings: Values, register: Register) -> dict[str, Any]:
    """Return the register as one JSON object; records in the bin stay out, unless others still refer to them."""
    events = [*_objects(register["moment"], _moment), *_objects(register["reuse"], _reuse)]
    return {
        "config": dict(settings),
        "divisions": _objects(register["division"], _plain),
        "departments": _objects(register["department"], _plain, _departments_referred(register)),
        "people": _objects(register["person"], _plain, _people_referred(register)),
        "themes": _objects(register["theme"], _plain),
        "journeys": _objects(register["journey"], _journey),
        "initiatives": _objects(register["initiative"], _initiative_of(register["initiative"])),
        "events": sorted(events, key=lambda each: str(each["id"])),
    }


def text_of(found: Mapping[str, Any]) -> str:
    """Return the document as text: two blanks of indent, every character as itself, a line end at the end."""
    return "".join(pieces_of(found))


def pieces_of(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield that text piece by piece, so that writing a large register can be stopped."""
    yield from json.JSONEncoder(ensure_ascii=False, indent=2, allow_nan=False).iterencode(found)
    yield "\n"


def _objects(
    records: Records, write: Callable[[Values], dict[str, Any]], also: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    return [
        {"id": id_, **write(records[id_].values)}
        for id_ in sorted(records)
        if not records[id_].in_bin or id_ in also
    ]


def _departments_referred(register: Register) -> frozenset[str]:
    """Return the departments that exported records name; a kept record must not lead nowhere."""
    found: set[str | None] = set()
    for each in _exported(register["initiative"]):
        found.update(line.department for line in each["members"])
        if each["routine"]:
            found.update(department for department, _ in each["routine"].owners)
    for each in _exported(register["journey"]):
        found.update(step.department for step in each["steps"])
    found.update(each["department"] for each in _exported(register["person"]))
    found.update(each["merged_into"] for each in _exported(register["department"]))
    return frozenset(found - {None})  # type: ignore[arg-type]  # None was taken out


def _people_referred(register: Register) -> frozenset[str]:
    found: set[str] = set()
    for each in _exported(register["initiative"]):
        found.update(line.person for line in each["sponsors"])
        found.update(line.asked_of for line in each["activity"] if line.asked_of)
        if each["routine"]:
            found.update(person for _, person in each["routine"].owners)
    for each in _exported(register["moment"]):
        found.update(each["confirmed_by"])
    return frozenset(found)


def _exported(records: Records) -> list[Values]:
    return [each.values for each in records.values() if not each.in_bin]


def _plain(values: Values) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else _day(value) for key, value in values.items()}


def _journey(values: Values) -> dict[str, Any]:
    steps = [{key: _day(value) for key, value in step._asdict().items()} for step in values["steps"]]
    return _plain({key: value for key, value in values.items() if key != "steps"}) | {"steps": steps}


def _initiative_of(records: Records) -> Callable[[Values], dict[str, Any]]:
    def known(id_: str | None) -> bool:
        return id_ is not None and not records[id_].in_bin

    def write(values: Values) -> dict[str, Any]:
        paused = {"status": "paused"} if values["paused"] else {}
        return {
            "title": values["title"],
            "kind": values["kind"],
            **paused,
            "start": _day(values["start"]),
            "end": _day(values["end"]),
            "decide_by": _day(values["decide_by"]),
            "declared_until": _day(values["declared_until"]),
            "outcome": values["outcome"],
            "outcome_note": values["outcome_note"],
            "scaled_into": values["scaled_into"] if known(values["scaled_into"]) else None,
            "routine": _routine(values["routine"]),
            "sponsor": lead_of(values),
            "sponsors": [
                {"person": each.person, "role": each.role, "from": _day(each.since), "to": _day(each.until)}
                for each in in_order(values["sponsors"])
            ],
            "theme": values["theme"],
            "builds_on": sorted(filter(known, values["builds_on"])),
            "contact": values["contact"],
            "link": values["link"],
            "description": values["description"],
            "members": [
                {
                    "department": each.department,
                    "role": each.role,
                    "joined": _day(each.joined),
                    "left": _day(each.left),
                }
                for each in in_order(values["members"])
            ],
            "activity": [_update(each) for each in in_order(values["activity"])],
        }

    return write


def lead_of(values: Values) -> str | None:
    """Return the lead sponsor of an initiative: of those that hold to the end, the one who came last."""
    leads = [each for each in in_order(values["sponsors"]) if each.role == "lead"]
    holding = [each for each in leads if each.until is None] or leads
    return max(holding, key=lambda each: each.since or date.min).person if holding else None


def _update(line: UpdateLine) -> dict[str, Any]:
    asked = {"asked_of": line.asked_of} if line.asked_of else {}
    return {"date": _day(line.on), "text": line.text, **asked}


def _routine(found: RoutineLine | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "from": _day(found.since),
        "until": _day(found.until),
        "checks": [_day(each) for each in found.checks],
        "owners": dict(found.owners),
    }


def _moment(values: Values) -> dict[str, Any]:
    found = {
        "initiative": values["initiative"],
        "kind": values["kind"],
        "date": _day(values["date"]),
        "title": values["title"],
        "note": values["note"],
    }
    if values["of"] is not None:
        found["of"] = values["of"]
    found |= {
        "confirmed": values["confirmed"],
        "confirmed_by": sorted(values["confirmed_by"]),
        "ok_to_show": values["ok_to_show"],
    }
    if values["measure"] is not None:
        found["measure"] = values["measure"]._asdict()
    if values["lesson"] is not None or values["kind"] == "near_miss":
        found["lesson"] = values["lesson"]._asdict() if values["lesson"] else None
    return found


def _reuse(values: Values) -> dict[str, Any]:
    return _plain(values)


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
