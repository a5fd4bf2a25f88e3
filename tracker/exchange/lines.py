"""Read what a portfolio lists inside an object: members, sponsors, steps, updates, a routine, a measure, a lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tracker.exchange import fields
from tracker.exchange.fields import Read, Wrong, at
from tracker.queries.portfolio_lines import (
    LessonLine,
    MeasureLine,
    MemberLine,
    RoutineLine,
    SponsorLine,
    StepLine,
    UpdateLine,
)

L = TypeVar("L")

STEP: dict[str, Read] = {
    "department": fields.identifier,
    "name": fields.text(fields.NAME_LIMIT),
    "channel": fields.text(fields.NAME_LIMIT),
    "customer_group": fields.text(fields.NAME_LIMIT),
    "product": fields.text(fields.NAME_LIMIT),
    "volume": fields.whole(0),
    "volume_source": fields.text(200),
    "volume_on": fields.day,
}
MEMBER: dict[str, Read] = {
    "department": fields.identifier,
    "role": fields.word("lead", "contributing", missing="contributing"),
    "joined": fields.day,
    "left": fields.day,
}
SPONSOR: dict[str, Read] = {
    "person": fields.identifier,
    "role": fields.word("lead", "co", missing="lead"),
    "from": fields.day,
    "to": fields.day,
}
UPDATE: dict[str, Read] = {
    "date": fields.needed_day,
    "text": fields.text(),
    "asked_of": fields.reference,
}
ROUTINE: dict[str, Read] = {
    "from": fields.needed_day,
    "until": fields.day,
    "checks": fields.each(fields.needed_day),
}
MEASURE: dict[str, Read] = {
    "name": fields.text(fields.NAME_LIMIT),
    "before": fields.number,
    "after": fields.number,
    "n_before": fields.whole(0),
    "n_after": fields.whole(0),
}
LESSON: dict[str, Read] = {key: fields.text() for key in ("tried", "nearly", "stopped", "next")}
PARTS: dict[str, frozenset[str]] = {
    "steps": frozenset(STEP),
    "members": frozenset(MEMBER),
    "sponsors": frozenset(SPONSOR),
    "activity": frozenset(UPDATE),
    "routine": frozenset({*ROUTINE, "owners"}),
    "measure": frozenset(MEASURE),
    "lesson": frozenset(LESSON),
}

confirmed_by = fields.once(fields.identifier)


def named(value: Any) -> str:
    """Read a name; one that shows nothing is none."""
    found: str = fields.text(fields.NAME_LIMIT)(value)
    return found if fields.visible(found) else ""


def unknown_parts(key: str, value: Any) -> list[str]:
    """Return the keys inside a value that nothing reads."""
    known = PARTS.get(key)
    if known is None:
        return []
    objects = value if isinstance(value, list) else [value]
    return [part for one in objects if isinstance(one, dict) for part in one if part not in known]


def members(value: Any) -> tuple[MemberLine, ...]:
    """Read the departments of an initiative; a stay that stands twice is kept once."""
    found = tuple(dict.fromkeys(fields.each(_member)(value)))
    _refuse_twice(found, lambda line: (line.department, line.joined), "department")
    return found


def sponsors(value: Any) -> tuple[SponsorLine, ...]:
    """Read the people behind an initiative; one that stands twice is kept once."""
    found = tuple(dict.fromkeys(fields.each(_sponsor)(value)))
    _refuse_twice(found, lambda line: (line.person, line.role, line.since), "person")
    return found


def steps(value: Any) -> tuple[StepLine, ...]:
    """Read the steps of a journey in their order."""
    return fields.each(_step)(value)  # type: ignore[no-any-return]  # readers answer what they are made of


def updates(value: Any) -> tuple[UpdateLine, ...]:
    """Read what was said about an initiative; two updates on a day are two."""
    return fields.each(_update)(value)  # type: ignore[no-any-return]  # readers answer what they are made of


def routine(value: Any) -> RoutineLine | None:
    """Read since when an initiative stands as routine, or that it does not."""
    if value is None:
        return None
    stated = _object(value, ROUTINE)
    if "from" not in stated:
        raise Wrong("A day is needed here, written as 2026-06-30.", ".from")
    since, until = stated["from"], stated.get("until")
    if until is not None and until < since:
        raise Wrong("The routine cannot end before it began.", ".until")
    return RoutineLine(
        since,
        until,
        tuple(sorted(set(stated.get("checks", ())))),
        at(".owners", _owners, value.get("owners")),
    )


def measure(value: Any) -> MeasureLine | None:
    """Read a customer measure before and after, or that none was taken."""
    if value is None:
        return None
    found = MeasureLine(**_defaults(MEASURE, _object(value, MEASURE)))
    return None if found == MeasureLine() else found


def lesson(value: Any) -> LessonLine | None:
    """Read a lesson: its four texts, one text (what we tried), or null for one that is still to be written."""
    if value is None:
        return None
    if isinstance(value, str):
        return LessonLine(fields.text()(value))
    return LessonLine(**_defaults(LESSON, _object(value, LESSON)))


def _step(value: Any) -> StepLine:
    if isinstance(value, str):
        return StepLine(fields.identifier(value))
    return StepLine(**_with("department", _object(value, STEP), STEP))


def _member(value: Any) -> MemberLine:
    if isinstance(value, str):
        return MemberLine(fields.identifier(value))
    found = MemberLine(**_with("department", _object(value, MEMBER), MEMBER))
    if found.joined is not None and found.left is not None and found.left < found.joined:
        raise Wrong("A department cannot leave before it joined.", ".left")
    return found


def _sponsor(value: Any) -> SponsorLine:
    stated = _with("person", _object(value, SPONSOR), SPONSOR)
    found = SponsorLine(stated["person"], stated["role"], stated["from"], stated["to"])
    if found.since is not None and found.until is not None and found.until < found.since:
        raise Wrong("A sponsor cannot step back before the day they began.", ".to")
    return found


def _update(value: Any) -> UpdateLine:
    if not isinstance(value, dict):
        return UpdateLine(fields.needed_day(value))
    stated = _with("date", _object(value, UPDATE), UPDATE)
    return UpdateLine(stated["date"], stated["text"], stated["asked_of"])


def _owners(value: Any) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise Wrong(f"This is an object, not {fields.kind_of(value)}.")
    return tuple(
        sorted((fields.identifier(key), at(f".{key}", fields.identifier, one)) for key, one in value.items())
    )


def _object(value: Any, reads: Mapping[str, Read]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(f"This is an object, not {fields.kind_of(value)}.")
    return {key: at(f".{key}", reads[key], one) for key, one in value.items() if key in reads}


def _defaults(reads: Mapping[str, Read], stated: Mapping[str, Any]) -> dict[str, Any]:
    return {key: stated[key] if key in stated else read(None) for key, read in reads.items()}


def _with(needed: str, stated: Mapping[str, Any], reads: Mapping[str, Read]) -> dict[str, Any]:
    if needed not in stated:
        raise Wrong("This is needed.", f".{needed}")
    rest = {key: read for key, read in reads.items() if key != needed}
    return {needed: stated[needed], **_defaults(rest, stated)}


def _refuse_twice(lines: tuple[L, ...], key: Callable[[L], tuple[Any, ...]], part: str) -> None:
    """Refuse two different lines that begin on the same day for the same one; those without a day may differ."""
    seen: set[tuple[Any, ...]] = set()
    for place, line in enumerate(lines):
        found = key(line)
        if found[-1] is not None and found in seen:
            raise Wrong("This begins twice on the same day, and differently.", f"[{place}].{part}")
        seen.add(found)
