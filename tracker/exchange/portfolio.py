"""Read portfolio JSON: the whole register, or a part of it, in one file.

Beside the keys of the published form it takes those that a complete export needs: ``outcome_note``,
``scaled_into`` and ``status`` (only "paused" does not follow from the dates) of initiatives, ``note`` of
events, ``asked_of`` (a person) of updates, and ``volume``, ``volume_source``, ``volume_on``, ``customer_group`` and ``product`` of steps.
Other keys are left out with a warning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from tracker.exchange import fields
from tracker.exchange.content import Content, Refusal, Stated, Unreadable
from tracker.exchange.decoding import decode
from tracker.exchange.fields import Read, Wrong, at, shown
from tracker.exchange.lines import (
    confirmed_by,
    lesson,
    measure,
    members,
    named,
    routine,
    sponsors,
    steps,
    unknown_parts,
    updates,
)
from tracker.models.initiatives import KINDS, OUTCOMES, STATUSES
from tracker.models.moments import KINDS as MOMENT_KINDS

MOST_OBJECTS = 1_000_000
DEEPEST = 20

SETTINGS: dict[str, Read] = {
    "quiet_days": fields.whole(1, 3650),
    "routine_days": fields.whole(1, 3650),
    "half_life_days": fields.whole(1, 3650),
    "window_days": fields.whole(1, 3650),
    "together": fields.fraction,
    "attention": fields.whole(1, 20),
    "max_reuse": fields.whole(0, 100),
}
OF_INITIATIVES: dict[str, Read] = {
    "title": fields.text(fields.TITLE_LIMIT),
    "kind": fields.text(),
    "status": fields.text(),
    "start": fields.day,
    "end": fields.day,
    "decide_by": fields.day,
    "declared_until": fields.day,
    "outcome": fields.word(*OUTCOMES),
    "outcome_note": fields.text(),
    "scaled_into": fields.reference,
    "routine": routine,
    "sponsor": fields.reference,
    "sponsors": sponsors,
    "theme": fields.reference,
    "builds_on": fields.once(fields.identifier),
    "contact": fields.text(),
    "link": fields.text(fields.LINK_LIMIT),
    "description": fields.text(),
    "members": members,
    "activity": updates,
}
OF_MOMENTS: dict[str, Read] = {
    "initiative": fields.identifier,
    "kind": fields.word(*MOMENT_KINDS, "reuse"),
    "date": fields.needed_day,
    "title": fields.text(fields.TITLE_LIMIT),
    "note": fields.text(),
    "of": fields.reference,
    "confirmed": fields.flag(True),
    "confirmed_by": confirmed_by,
    "ok_to_show": fields.flag(False),
    "measure": measure,
    "lesson": lesson,
}
OF_REUSES = {key: OF_MOMENTS[key] for key in ("initiative", "kind", "date", "note", "of", "confirmed")}


class Section(NamedTuple):
    """A list of the file: what one of its objects is called, what it must state, and how its values are read."""

    kind: str
    needed: tuple[str, ...]
    reads: Mapping[str, Read]


SECTIONS = {
    "divisions": Section("division", (), {"name": named}),
    "departments": Section(
        "department",
        (),
        {
            "name": named,
            "division": fields.reference,
            "aliases": fields.once(named),
            "opened": fields.day,
            "closed": fields.day,
            "merged_into": fields.reference,
            "headcount": fields.whole(0),
        },
    ),
    "people": Section(
        "person",
        (),
        {"name": named, "title": fields.text(fields.NAME_LIMIT), "department": fields.reference},
    ),
    "themes": Section("theme", (), {"name": named}),
    "journeys": Section(
        "journey",
        (),
        {
            "name": named,
            "importance": fields.whole(1, 3, missing=1),
            "valid_from": fields.day,
            "valid_to": fields.day,
            "steps": steps,
        },
    ),
    "initiatives": Section("initiative", (), OF_INITIATIVES),
    "events": Section("moment", ("initiative", "kind", "date"), OF_MOMENTS),
}
#: What an object says it is called, for a list that people read.
TITLES = ("title", "name")


def read_portfolio(data: bytes) -> Content:
    """Return what a portfolio JSON file says; an object that cannot be kept becomes a refusal.

    Raises
    ------
    Unreadable
        When the file is no JSON, no object, or larger or deeper than a register.
    """
    return content_of(parse(decode(data)))


def parse(text: str) -> dict[str, Any]:
    """Return the JSON object of a text, or say where it breaks off."""
    try:
        found = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"This is no JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except RecursionError as error:
        raise Unreadable("The file nests lists and objects too deeply.") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise Unreadable(f"This is no JSON that can be kept: {error}") from error
    if not isinstance(found, dict):
        raise Unreadable(f"A portfolio is a JSON object with lists inside; this is {fields.kind_of(found)}.")
    _refuse_depth(found)
    return found


def content_of(document: Mapping[str, Any]) -> Content:
    """Return what a parsed portfolio says."""
    content = Content()
    for key in document:
        if key not in SECTIONS and key not in ("id", "title", "config"):
            content.note(f"The key {_quoted(key)} is not known and was left out.")
    _read_settings(document.get("config"), content)
    if sum(len(found) for found in document.values() if isinstance(found, list)) > MOST_OBJECTS:
        raise Unreadable(f"The file lists more than {MOST_OBJECTS:,} objects. Split it.")
    for key, section in SECTIONS.items():
        objects = document.get(key)
        if objects is None:
            continue
        if not isinstance(objects, list):
            raise Unreadable(f"“{key}” is a list of objects; this is {fields.kind_of(objects)}.")
        content.sections.add(section.kind)
        seen: dict[str, str] = {}
        for number, one in enumerate(objects):
            _read_object(key, section, number, one, seen, content)
    return content


def _read_object(
    key: str, section: Section, number: int, one: Any, seen: dict[str, str], content: Content
) -> None:
    place, kind, id_, title = f"{key}[{number}]", section.kind, "", ""
    reads = section.reads
    try:
        found = _as_object(one)
        if found.get("kind") == "reuse" and kind == "moment":
            kind, reads = "reuse", OF_REUSES
        title = shown(next((found[each] for each in TITLES if isinstance(found.get(each), str)), ""), 100)
        id_ = _new_id(found, seen, place)
        values = _values(found, section.needed, reads)
        FINISH.get(kind, _finish_named)(id_, values, content)
    except Wrong as wrong:
        content.items.append(Refusal(kind, id_, title or id_, place + wrong.inside, wrong.reason))
        return
    for part, value in found.items():
        unknown = unknown_parts(part, value) if part in reads else [part] if part != "id" else []
        for each in unknown:
            content.note(f"“{key}”: the key {_quoted(each)} is not known and was left out.")
    title = values.get("title") or values.get("name") or id_
    content.items.append(Stated(kind, id_, title, values, place))


def _as_object(one: Any) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise Wrong(f"This is an object, not {fields.kind_of(one)}.")
    return one


def _new_id(found: Mapping[str, Any], seen: dict[str, str], place: str) -> str:
    """Read the id of an object; the second of its section is refused, naming the first."""
    id_: str = at(".id", fields.identifier, found.get("id"))
    if id_ in seen:
        raise Wrong(f"{seen[id_]} has this id already; the first one goes in.", ".id")
    seen[id_] = place
    return id_


def _values(found: Mapping[str, Any], needed: tuple[str, ...], reads: Mapping[str, Read]) -> dict[str, Any]:
    for key in needed:
        if key not in found:
            raise Wrong("This is needed.", f".{key}")
    return {key: at(f".{key}", reads[key], value) for key, value in found.items() if key in reads}


def _read_settings(config: Any, content: Content) -> None:
    if config is None:
        return
    try:
        stated = _as_object(config)
        for key, value in stated.items():
            if key not in SETTINGS:
                content.note(f"“config”: the key {_quoted(key)} is not known and was left out.")
            elif value is not None:
                content.settings[key] = at(f".{key}", SETTINGS[key], value)
    except Wrong as wrong:
        content.settings.clear()
        content.items.append(
            Refusal("settings", "config", "How the numbers are made", f"config{wrong.inside}", wrong.reason)
        )


def _finish_named(id_: str, values: dict[str, Any], _content: Content) -> None:
    if "name" in values:
        values["name"] = values["name"] or id_[: fields.NAME_LIMIT]
    _refuse_order(values, "opened", "closed", "A department cannot close before it opened.")
    _refuse_order(values, "valid_from", "valid_to", "A journey cannot end before it began.")


def _finish_initiative(id_: str, values: dict[str, Any], content: Content) -> None:
    if "title" in values and not fields.visible(values["title"]):
        values["title"] = id_
    if "kind" in values and values["kind"] not in KINDS:
        if values["kind"]:
            content.note(f"The kind {_quoted(values['kind'])} is not known here: recorded as pilot.")
        values["kind"] = "pilot"
    if "status" in values:
        status = values.pop("status")
        values["paused"] = status == "paused"
        if status and status not in STATUSES:
            content.note(f"The status {_quoted(status)} is not known here: it follows from the dates.")
    _refuse_order(values, "start", "end", "The end lies before the start.")
    lead = values.pop("sponsor", None)
    if lead is not None and "sponsors" not in values:
        values["lead"] = lead
    if values.get("scaled_into") == id_:
        raise Wrong("An initiative is not scaled into itself.", ".scaled_into")
    if id_ in values.get("builds_on", ()):
        raise Wrong("An initiative does not build on itself.", ".builds_on")


def _finish_moment(_id: str, values: dict[str, Any], _content: Content) -> None:
    if values["kind"] is None:
        raise Wrong(f"This is one of {', '.join((*MOMENT_KINDS, 'reuse'))}.", ".kind")
    origin = values.setdefault("of", None)
    if values["kind"] in ("moved", "reuse") and origin is None:
        raise Wrong("Name what this is “of”: the win that moved, or the near miss that is reused.", ".of")
    if values["kind"] not in ("moved", "reuse") and origin is not None:
        raise Wrong("Only “moved” and “reuse” are of another event.", ".of")


FINISH = {"initiative": _finish_initiative, "moment": _finish_moment, "reuse": _finish_moment}


def _refuse_order(values: Mapping[str, Any], first: str, then: str, reason: str) -> None:
    earlier: date | None = values.get(first)
    later: date | None = values.get(then)
    if earlier is not None and later is not None and later < earlier:
        raise Wrong(reason, f".{then}")


def _refuse_depth(found: Any) -> None:
    """Refuse what is nested deeper than any part of the form; without recursion, which is the hazard."""
    level, depth = [found], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise Unreadable("The file nests lists and objects too deeply.")
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"An object states {_quoted(twice)} twice; which one holds?")
    return found


def _no_constant(name: str) -> None:
    raise Unreadable(f"The file holds {name}, which is no number. Write null where a value is missing.")


def _quoted(word: str) -> str:
    return f"“{shown(word)}”"
