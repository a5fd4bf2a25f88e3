"""How values read on a page: dates, numbers, lists and the words of the product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import Flask

from tracker.graph.wording import MONTHS
from tracker.web.paging import url_with
from tracker.web.shell import initials

MINUS = "\N{MINUS SIGN}"

#: Words on screen for the codes of the records.
KIND_WORDS = {
    "pilot": "pilot",
    "quick_win": "quick win",
    "win": "quick win",
    "near_miss": "near miss",
    "measured_win": "measured win",
    "moved": "measure moved",
    "proposed": "proposed",
    "live": "live",
    "paused": "paused",
    "finished": "finished",
    "routine": "became routine",
    "scaled": "scaled into another",
    "stopped": "stopped, lesson written",
    "extended": "extended",
    "lead": "leads",
    "contributing": "takes part",
    "admin": "administrator",
    "office": "transformation office",
    "sponsor": "sponsor",
    "member": "member",
    "viewer": "viewer",
}

SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def day(value: date | None) -> str:
    """Write a date in full ("3 October 2026"), "" for None."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if value else ""


def short_day(value: date | None) -> str:
    """Write a date without its year ("3 Oct"), "" for None."""
    return f"{value.day} {MONTHS[value.month - 1][:3]}" if value else ""


def month(value: date | None) -> str:
    """Write a month ("October 2026"), "" for None."""
    return f"{MONTHS[value.month - 1]} {value.year}" if value else ""


def iso(value: date | datetime | None) -> str:
    """Write a day for a ``datetime`` attribute or a date field ("2026-10-03"), "" for None."""
    if value is None:
        return ""
    return (value.date() if isinstance(value, datetime) else value).isoformat()


def days(count: int) -> str:
    """Write a number of days ("41 days", "1 day")."""
    return plural(count, "day")


def ago(value: date | datetime | None, today: date) -> str:
    """Write how long ago a day was, or how far away it is ("today", "41 days ago", "in 3 days")."""
    if value is None:
        return ""
    then = value.date() if isinstance(value, datetime) else value
    distance = (today - then).days
    if distance == 0:
        return "today"
    if distance in (1, -1):
        return "yesterday" if distance == 1 else "tomorrow"
    return f"{days(distance)} ago" if distance > 0 else f"in {days(-distance)}"


def number(value: float | Fraction | None, places: int = 0) -> str:
    """Write a number with thousands commas and a true minus ("1,320", "−4"), "–" where it is undefined."""
    if value is None:
        return "–"
    text = f"{float(value):,.{places}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun ("1 initiative", "1,320 cases")."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def small_number(count: int) -> str:
    """Write a count below ten in words for running text ("six"), others in figures."""
    return SMALL_NUMBERS[count] if 0 <= count < len(SMALL_NUMBERS) else number(count)


def halves(value: float | Fraction | None) -> str:
    """Write a number of halves as a person does ("1½", "½", "3"), "–" where it is undefined."""
    if value is None:
        return "–"
    exact = Fraction(value)
    if exact.denominator not in (1, 2):
        return number(exact, 1)
    whole, half = divmod(abs(exact), 1)
    text = ("½" if half else "0") if whole == 0 else number(whole) + ("½" if half else "")
    return MINUS + text if exact < 0 else text


def sentence_list(values: Iterable[Any], limit: int = 0) -> str:
    """Join names as a sentence does ("Claims, Legal and Sales"), above ``limit`` with "and 3 more"."""
    names = [str(value) for value in values]
    if limit and len(names) > limit + 1:
        names = [*names[:limit], f"{len(names) - limit} more"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def kind(value: str | None) -> str:
    """Write a code in the words of the product ("near_miss" → "near miss")."""
    return KIND_WORDS.get(value, value.replace("_", " ")) if value else ""


def sentence(value: str) -> str:
    """Begin with a capital and leave the rest alone ("near miss" → "Near miss")."""
    return value[:1].upper() + value[1:]


FILTERS = {
    "day": day, "short_day": short_day, "month": month, "iso": iso, "days": days, "ago": ago,
    "number": number, "plural": plural, "small_number": small_number, "halves": halves,
    "sentence_list": sentence_list, "kind": kind, "sentence": sentence, "initials": initials,
}  # fmt: skip


def init_app(app: Flask) -> None:
    """Offer the filters, and ``url_with`` for the state of a list, to the templates of an application."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["url_with"] = url_with
