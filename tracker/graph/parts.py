"""Momentum in parts that add up: by department, lead sponsor, theme, kind of event or initiative, on a day or over time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.graph.facts import Portfolio
from tracker.graph.fading import decay, level, levels
from tracker.graph.intervals import remember
from tracker.graph.ties import open_departments
from tracker.graph.verdicts import Side, Verdict, verdicts

By = Literal["department", "lead", "theme", "kind", "initiative"]
#: Points by day, for each part; the key None gathers what has no part of its own.
Cells = Mapping[str | None, Mapping[int, float]]


#: Who shares the points of one side of an event.
KEYS: dict[By, Callable[[Verdict, Side], Sequence[str | None]]] = {
    "department": lambda _, side: side.departments,
    "lead": lambda _, side: side.leads or (None,),
    "theme": lambda _, side: (side.theme,),
    "kind": lambda verdict, _: (verdict.kind,),
    "initiative": lambda _, side: (side.initiative,),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of momentum, in points per 30 days: ``momentum = previous - fade + fresh``."""

    momentum: float
    previous: float
    fresh: float
    fade: float


def cells(portfolio: Portfolio, by: By) -> Cells:
    """Return the counted points of each part by day, the days in order.

    An event's points are split equally over the departments (or the lead sponsors) of its day; those of a reuse
    half to the origin's side, half to the reuser's. Without a lead sponsor or a theme the part is None.
    """
    return remember(portfolio, "cells", by, lambda: _cells(verdicts(portfolio).values(), by))


def _cells(found: Iterable[Verdict], by: By) -> Cells:
    shares: dict[str | None, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    keys_of = KEYS[by]
    for each in found:
        day = each.on.toordinal()
        for side in each.sides:
            keys = keys_of(each, side)
            for key in keys:
                shares[key][day].append(each.points * side.part / len(keys))
    return {key: {day: math.fsum(here) for day, here in sorted(days.items())} for key, days in shares.items()}


def split(portfolio: Portfolio, on: date, by: By, since: date | None = None) -> dict[str | None, Part]:
    """Return the parts of the momentum of a day; they add up to it, and so do their fresh and fade.

    Fresh is what was added after `since`, by default a window ago, and fade what was lost since then.

    By department, what departments earned that are not open on the day stands under None; by lead sponsor
    and by theme, what had none. Parts without any point so far are left out, but every open department is in.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Event, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")), theme="storm")
    >>> departments = tuple(map(Department, "AB"))
    >>> won = (Event("e1", "i1", "win", date(2025, 1, 1)),)
    >>> portfolio = Portfolio(departments, initiatives=(first,), events=won)
    >>> {key: round(part.momentum, 3) for key, part in split(portfolio, date(2025, 1, 1), "department").items()}
    {'A': 0.345, 'B': 0.345}
    >>> {key: round(part.momentum, 3) for key, part in split(portfolio, date(2025, 1, 1), "theme").items()}
    {'storm': 0.69}
    """
    settings, today = portfolio.settings, on.toordinal()
    before = since.toordinal() if since else today - settings.window_days
    kept = decay(today - before, settings)
    found = {}
    for key, here in _gathered(portfolio, on, by).items():
        previous = level(here, before, settings)
        fresh = level({day: points for day, points in here.items() if day > before}, today, settings)
        found[key] = Part(fresh + kept * previous, previous, fresh, (1 - kept) * previous)
    return found


def split_series(portfolio: Portfolio, dates: Sequence[date], by: By) -> dict[str | None, tuple[float, ...]]:
    """Return the momentum of each part on each of the dates; on every date the parts add up to the total.

    By department each keeps its own series, whether open or closed on a date.
    """
    found = cells(portfolio, by)
    return {key: levels(found[key], dates, portfolio.settings) for key in _ordered(found)}


def momentum_series(portfolio: Portfolio, dates: Sequence[date]) -> tuple[float, ...]:
    """Return the momentum on each of the dates, in points per 30 days."""
    total: dict[int, list[float]] = defaultdict(list)
    for here in cells(portfolio, "kind").values():
        for day, points in here.items():
            total[day].append(points)
    summed = {day: math.fsum(here) for day, here in total.items()}
    return levels(summed, dates, portfolio.settings)


def _gathered(portfolio: Portfolio, on: date, by: By) -> Cells:
    """Return the cells up to a day, sorted; departments that are not open then gathered under None."""
    today = on.toordinal()
    there = open_departments(portfolio, on) if by == "department" else ()
    found: dict[str | None, dict[int, list[float]]] = {each: {} for each in there}
    for key, here in cells(portfolio, by).items():
        name = key if by != "department" or key in found else None
        for day, points in here.items():
            if day <= today:
                found.setdefault(name, {}).setdefault(day, []).append(points)
    return {key: {day: math.fsum(all_) for day, all_ in found[key].items()} for key in _ordered(found)}


def _ordered(keys: Iterable[str | None]) -> list[str | None]:
    """Return part keys sorted, None last."""
    return sorted(keys, key=lambda key: (key is None, key or ""))
