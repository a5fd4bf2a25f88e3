"""The life of an initiative as its page draws it: a relay line, and the departments over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.queries.initiative_pages import InitiativePage
from tracker.queries.named import Named

ROUTINE_DAYS = 180
DONE, HOLDER, TODO = "done", "holder", "todo"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of the relay: its place from 0 to 100, how it stands, its words and its day."""

    at: float
    state: str
    words: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """A department's time in the initiative, in percent of the line, and since when until when."""

    department: Named
    role: str
    at: float
    width: float
    joined_on: date | None
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Spans:
    """The departments over time; the line runs from the first day to the last."""

    rows: tuple[Span, ...]
    first: date
    last: date
    today_at: float | None


def life_of(page: InitiativePage, today: date) -> tuple[Leg, ...]:
    """Return the legs of an initiative's life: done, due now (the baton waits here), or still to come."""
    legs: list[tuple[str, str, date | None]] = []
    begun = page.started_on is not None and page.started_on <= today
    legs.append((DONE if begun else TODO, "Start", page.started_on))
    first = min((each.on for each in page.moments if each.kind != "moved"), default=None)
    if first is not None or page.ended_on is None:
        legs.append((DONE if first else TODO, "First result", first))
    if page.ended_on is None:
        legs.append((_due(page.decide_by, today), "Decide", page.decide_by))
        legs.append((TODO, "Outcome", None))
    else:
        legs.append((DONE, "End", page.ended_on))
    if page.routine_from is not None:
        if page.routine_until is not None:
            legs.append((DONE, "Given up", page.routine_until))
        else:
            check = max((page.routine_from, *page.checks)) + timedelta(days=ROUTINE_DAYS)
            legs.append((_due(check, today), "Next check", check))
    last = max(len(legs) - 1, 1)
    return tuple(Leg(100 * at / last, *leg) for at, leg in enumerate(legs))


def spans_of(page: InitiativePage, today: date) -> Spans | None:
    """Return the departments over time, None before the initiative has a start; a single day fills the line."""
    first = page.started_on
    if first is None or not page.involvements:
        return None
    standing = page.ended_on is None or page.is_standing
    end = today if standing else (page.routine_until or page.ended_on or today)
    days = [each.left_on for each in page.involvements if each.left_on] + [
        each.joined_on for each in page.involvements if each.joined_on
    ]
    last = max([end, first, *(day for day in days if day <= today or standing)])
    whole = (last - first).days

    def place(day: date) -> float:
        return 100 * min(max((day - first).days, 0), whole) / whole if whole else 0.0

    rows = []
    for each in page.involvements:
        at = place(each.joined_on or first)
        until = place(each.left_on or end) if whole else 100.0
        rows.append(Span(each.department, each.role, at, max(until - at, 0.8), each.joined_on, each.left_on))
    return Spans(tuple(rows), first, last, place(today) if first <= today < last else None)


def _due(day: date | None, today: date) -> str:
    """Return whether a day is still to come, or the baton waits there."""
    return HOLDER if day is not None and day < today else TODO
