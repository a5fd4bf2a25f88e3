"""Momentum in parts that add up: by department, lead sponsor, theme, kind of event or initiative, on a day or over time."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from tracker.graph.facts import Portfolio
from tracker.graph.fading import decay, level, levels, unit
from tracker.graph.keeping import Past, remember
from tracker.graph.ties import open_departments
from tracker.graph.verdicts import Counted, Judged, Side, Verdict, judged, other_days

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


#: The points of parts by day, and their momentum on some dates.
Levels = dict[str | None, tuple[Mapping[int, float], tuple[float, ...]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of momentum, in points per 30 days: ``momentum = previous - fade + fresh``."""

    momentum: float
    previous: float
    fresh: float
    fade: float


def cells(portfolio: Portfolio, by: By) -> Cells:
    """Return the counted points of each part by day, the days in no particular order.

    An event's points are split equally over the departments (or the lead sponsors) of its day; those of a reuse
    half to the origin's side, half to the reuser's. Without a lead sponsor or a theme the part is None.
    """
    return _cells(portfolio, by).by_part


def _cells(portfolio: Portfolio, by: By) -> _Cells:
    def make(old: _Cells, _past: Past) -> _Cells:
        return _summed(judged(portfolio), by, old)

    return remember(portfolio, "cells", by, lambda: make(_Cells({}, {}, {}), {}), make)


class _Cells(NamedTuple):
    """Points by part and by day, the same by day and by part, and the counted events that they sum up."""

    by_part: dict[str | None, dict[int, float]]
    by_day: dict[int, dict[str | None, float]]
    counted: Counted


def _summed(found: Judged, by: By, old: _Cells) -> _Cells:
    """Sum the days on which other events count than before; the cells of a part without such a day stay its own."""
    counted, by_part, by_day = found.counted, old.by_part.copy(), old.by_day.copy()
    own: set[str | None] = set()
    for day in found.moved_since(old.counted):
        was, now = by_day.pop(day, {}), _parts_on(counted.get(day, ()), by)
        if now:
            by_day[day] = now
        for key in {*was, *now}:
            if was.get(key) == now.get(key):
                continue
            if key not in own:
                own.add(key)
                by_part[key] = dict(by_part.get(key, ()))
            if key in now:
                by_part[key][day] = now[key]
            else:
                del by_part[key][day]
    for key in own:
        if not by_part[key]:
            del by_part[key]
    return _Cells(by_part, by_day, counted)


def _parts_on(here: Iterable[Verdict], by: By) -> dict[str | None, float]:
    """Return the points of a day by part."""
    keys_of = KEYS[by]
    shares: dict[str | None, list[float]] = defaultdict(list)
    for each in here:
        for side in each.sides:
            keys = keys_of(each, side)
            for key in keys:
                shares[key].append(each.points * side.part / len(keys))
    return {key: math.fsum(found) for key, found in shares.items()}


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
    asked = tuple(dates)

    def make(old: Levels, _past: Past) -> Levels:
        found: Levels = {}
        for key, points in cells(portfolio, by).items():
            known = old.get(key)
            same = known is not None and known[0] is points
            found[key] = known if same and known else (points, levels(points, asked, portfolio.settings))
        return found

    found = remember(portfolio, "split series", (by, asked), lambda: make({}, {}), make)
    return {key: found[key][1] for key in _ordered(found)}


class _Daily(NamedTuple):
    """The counted points of each day, and the counted events that they sum up."""

    points: dict[int, float]
    counted: Counted


def _daily(portfolio: Portfolio) -> dict[int, float]:
    """Return the counted points of each day, once per portfolio; a day that stayed what it was keeps its number."""

    def make(old: _Daily, _past: Past) -> _Daily:
        found, points = judged(portfolio), old.points.copy()
        for day in found.moved_since(old.counted):
            if day in found.counted:
                points[day] = math.fsum(each.points for each in found.counted[day])
            else:
                del points[day]
        return _Daily(points, found.counted)

    return remember(portfolio, "daily points", None, lambda: make(_Daily({}, {}), {}), make).points


class _Paced(NamedTuple):
    """What was added between dates, as it stands on the later one, and the points by day that it sums up."""

    added: tuple[float, ...]
    daily: dict[int, float]


def momentum_series(portfolio: Portfolio, dates: Sequence[date]) -> tuple[float, ...]:
    """Return the momentum on each of the dates, in points per 30 days.

    From date to date what was there fades, ``m(t + n) = m(t) * decay(n)``, and what was added meanwhile comes to
    it; once worked out, only the stretches are summed anew in which something else counts.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Event, Initiative, Member
    >>> day = date(2025, 1, 1)
    >>> first = Initiative("i1", start=day, members=(Member("A"), Member("B")))
    >>> won = Portfolio(tuple(map(Department, "AB")), (), (first,), (Event("e1", "i1", "win", day),))
    >>> [round(each, 3) for each in momentum_series(won, [day, date(2025, 4, 1)])]
    [0.69, 0.345]
    """
    settings, days = portfolio.settings, sorted({each.toordinal() for each in dates})

    def make(old: _Paced, _past: Past) -> _Paced:
        daily, added = _daily(portfolio), list(old.added)
        for place in {bisect_left(days, day) for day in other_days(daily, old.daily)} - {len(days)}:
            day = days[place]
            here = range(days[place - 1] + 1, day + 1) if place else [each for each in daily if each <= day]
            added[place] = math.fsum(
                daily[each] * decay(day - each, settings) for each in here if each in daily
            )
        return _Paced(tuple(added), daily)

    found = remember(portfolio, "paced", tuple(days), lambda: make(_Paced((0.0,) * len(days), {}), {}), make)
    left, since, levels_ = 0.0, 0, dict[int, float]()
    for day, added in zip(days, found.added, strict=True):
        left, since = left * decay(day - since, settings) + added, day
        levels_[day] = unit(settings) * left
    return tuple(levels_[each.toordinal()] for each in dates)


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
