"""Say in words what an import changes in a record, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from tracker.exchange.fields import shown
from tracker.queries.portfolio_lines import (
    LessonLine,
    MeasureLine,
    MemberLine,
    RoutineLine,
    SponsorLine,
    StepLine,
    UpdateLine,
)

WORDS = {
    "decide_by": "decide by",
    "declared_until": "vouched for until",
    "outcome_note": "note on the outcome",
    "scaled_into": "scaled into",
    "builds_on": "builds on",
    "merged_into": "merged into",
    "valid_from": "valid from",
    "valid_to": "valid to",
    "confirmed_by": "confirmed by",
    "ok_to_show": "may be shown",
    "members": "departments",
    "activity": "updates",
    "of": "is of",
}
LIST_MOST = 6


def said(key: str, before: Any, after: Any) -> tuple[str, ...]:
    """Return what a change of a value says, one sentence each."""
    name = WORDS.get(key, key)
    if isinstance(before, tuple) and not hasattr(before, "_fields"):
        return _list_said(name, before, after)
    return (f"{name}: {_value(before)} → {_value(after)}",)


def _list_said(name: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[str, ...]:
    gone = list((Counter(before) - Counter(after)).elements())
    new = list((Counter(after) - Counter(before)).elements())
    found = [f"{name}: {_value(each)} goes" for each in gone] + [
        f"{name}: {_value(each)} comes" for each in new
    ]
    if not found:
        return (f"{name}: another order",)
    if len(found) > LIST_MOST:
        return (*found[: LIST_MOST - 1], f"{name}: {len(found) - LIST_MOST + 1} more changes")
    return tuple(found)


def _value(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    written = LINES.get(type(value))
    return written(value) if written else shown(str(value))


def _leading(role: str) -> str:
    return ", leading" if role == "lead" else ""


def _spanned(name: str, since: date | None, until: date | None) -> str:
    span = (f" from {since}" if since else "") + (f" until {until}" if until else "")
    return shown(name) + span


LINES: dict[type[Any], Callable[[Any], str]] = {
    MemberLine: lambda line: _spanned(line.department, line.joined, line.left) + _leading(line.role),
    SponsorLine: lambda line: _spanned(line.person, line.since, line.until) + _leading(line.role),
    StepLine: lambda line: shown(f"{line.name or 'step'} ({line.department})"),
    UpdateLine: lambda line: (
        f"{line.on} {shown(line.text, 40)}".rstrip()
        + (f", asked of {shown(line.asked_of, 40)}" if line.asked_of else "")
    ),
    RoutineLine: lambda line: f"{_spanned('routine', line.since, line.until)}, {len(line.checks)} checks",
    MeasureLine: lambda line: shown(f"{line.name} {line.before} to {line.after}"),
    LessonLine: lambda line: shown(" ".join(filter(None, line)) or "written elsewhere"),
}
