"""Momentum: the pace of counted wins and lessons, fading by half in every half-life.

``m(t) = 30 * (1 - d) * sum(p * d**(t - t_e))`` with ``d = 2**(-1/half_life)``: points per 30 days, an
exponentially weighted moving average (MEASURES.md section 3). Floats are summed with `math.fsum`, so the order
of the records never shows.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Literal, NamedTuple

from tracker.graph.facts import Portfolio, Settings
from tracker.graph.fading import decay, fades, unit
from tracker.graph.fading import level as level_of
from tracker.graph.keeping import Past, remember
from tracker.graph.parts import cells
from tracker.graph.ties import open_departments
from tracker.graph.verdicts import Verdict, judged

Label = Literal["none", "stalled", "started", "holding", "unclear", "building", "slowing"]

#: Days over which the dashed "if nothing is added" line is told.
COAST_DAYS = 90
#: A silence is too long between these bounds, in days; at a steady pace n a month it is 90/n (5 % chance).
PATIENCE_DAYS = (30.0, 90.0)
#: Below this growth the pace is the same; below this z a change is too close to call.
SAME_PACE, TOO_CLOSE = 0.1, 1.28
#: The normal quantile of a 95 % band.
BAND_Z = 1.96
#: Digits at which a number is compared with a threshold, so that float noise never decides a label.
DIGITS = 12

#: The points of a department that never earned any.
NO_POINTS: Mapping[int, float] = {}

WINS = ("win", "measured_win")
LESSONS = ("near_miss",)


@dataclass(frozen=True, slots=True)
class Momentum:
    """Momentum on a day, in points per 30 days; None where undefined, never NaN.

    `previous` is a window ago; ``momentum = previous - fade + fresh``, velocity ``fresh - fade``. `low` and
    `high` are the 95 % band, `effective_events` how many events carry it. `departments` are the shares of the
    departments open on the day.
    """

    on: date
    wins: int
    lessons: int
    wins_before: int
    lessons_before: int
    wins_to_hold: float
    momentum: float
    previous: float
    velocity: float
    acceleration: float
    fresh: float
    fade: float
    growth: float | None
    z: float | None
    silence_days: int | None
    patience_days: float | None
    label: Label
    low: float
    high: float
    effective_events: float
    coast_90: float
    departments: dict[str, float]
    last_counted_on: date | None


@dataclass(frozen=True, slots=True)
class Beat:
    """What the counted events of one day add: points, their squares, and how many events, wins, lessons and moments.

    Moments are all events but reuses.
    """

    day: int
    points: float
    squares: float
    events: int
    wins: int
    lessons: int
    moments: int


def beats(portfolio: Portfolio) -> tuple[Beat, ...]:
    """Return the counted events summed by day, oldest first, once per portfolio."""
    return _beats(portfolio).in_order


class _Beats(NamedTuple):
    """Beats in order and by day, and the counted events that they sum up."""

    in_order: tuple[Beat, ...]
    by_day: dict[int, Beat]
    counted: dict[int, tuple[Verdict, ...]]


def _beats(portfolio: Portfolio) -> _Beats:
    def make(old: _Beats, _past: Past) -> _Beats:
        found, by_day = judged(portfolio), old.by_day.copy()
        counted = found.counted
        for day in found.moved_since(old.counted):
            if day in counted:
                by_day[day] = _beat(day, counted[day])
            else:
                del by_day[day]
        return _Beats(tuple(by_day[day] for day in sorted(by_day)), by_day, counted)

    return remember(portfolio, "beats", None, lambda: make(_Beats((), {}, {}), {}), make)


def _beat(day: int, here: Sequence[Verdict]) -> Beat:
    return Beat(
        day,
        math.fsum(each.points for each in here),
        math.fsum(each.points * each.points for each in here),
        len(here),
        sum(each.kind in WINS for each in here),
        sum(each.kind in LESSONS for each in here),
        sum(each.kind != "reuse" for each in here),
    )


def momentum(portfolio: Portfolio, on: date) -> Momentum:
    """Return the momentum of a day.

    No counted event yet: 0 and the label none. Events after the day are ignored until theirs.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Event, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> departments = tuple(map(Department, "AB"))
    >>> won = (Event("e1", "i1", "win", date(2025, 1, 1)),)
    >>> found = momentum(Portfolio(departments, initiatives=(first,), events=won), date(2025, 4, 1))
    >>> round(found.momentum, 6), found.growth, found.label, found.wins_before
    (0.345242, -0.5, 'unclear', 1)
    """
    return remember(portfolio, "momentum", on, lambda: _momentum(portfolio, on))


def _momentum(portfolio: Portfolio, on: date) -> Momentum:
    settings, today = portfolio.settings, on.toordinal()
    window, kept = settings.window_days, decay(settings.window_days, settings)
    past = _until(beats(portfolio), today)
    before = _until(past, today - window)
    added = past[len(before) :]
    fresh = _level(added, today, settings)
    previous = _level(before, today - window, settings)
    now = math.fsum((fresh, kept * previous))
    fade = (1 - kept) * previous
    earlier = _until(before, today - 2 * window)
    velocity_before = previous - _level(earlier, today - 2 * window, settings)
    noise_added = _noise(added, today, settings)
    noise_before = _noise(before, today - window, settings)
    variance = noise_added + (1 - kept) ** 2 * noise_before
    noise = noise_added + kept**2 * noise_before
    z = (fresh - fade) / math.sqrt(variance) if variance else None
    growth = (now - previous) / previous if previous else None
    silence = today - past[-1].day if past else None
    patience = _patience(past, settings) if past else None
    low, high = _band(now, noise)
    velocity = fresh - fade
    return Momentum(
        on=on,
        wins=sum(beat.wins for beat in added),
        lessons=sum(beat.lessons for beat in added),
        wins_before=sum(beat.wins for beat in before[len(earlier) :]),
        lessons_before=sum(beat.lessons for beat in before[len(earlier) :]),
        wins_to_hold=now / 3,
        momentum=now,
        previous=previous,
        velocity=velocity,
        acceleration=velocity - velocity_before,
        fresh=fresh,
        fade=fade,
        growth=growth,
        z=z,
        silence_days=silence,
        patience_days=patience,
        label=_label(silence, patience, growth, z),
        low=low,
        high=high,
        effective_events=now * now / noise if noise else 0.0,
        coast_90=now * decay(COAST_DAYS, settings),
        departments=_departments(portfolio, on),
        last_counted_on=date.fromordinal(past[-1].day) if past else None,
    )


#: The points of departments by day, and their share of a day's momentum.
Shares = dict[str, tuple[Mapping[int, float], float]]


def _departments(portfolio: Portfolio, on: date) -> dict[str, float]:
    """Return the share of each open department, worked out anew where its points have changed."""

    def make(old: Shares, _past: Past) -> Shares:
        shares, today, found = cells(portfolio, "department"), on.toordinal(), Shares()
        for each in open_departments(portfolio, on):
            points = shares.get(each, NO_POINTS)
            known = old.get(each)
            share = known[1] if known and known[0] is points else level_of(points, today, portfolio.settings)
            found[each] = points, share
        return found

    found = remember(portfolio, "department shares", on, lambda: make({}, {}), make)
    return {each: share for each, (_, share) in found.items()}


def _until(past: Sequence[Beat], day: int) -> Sequence[Beat]:
    return past[: bisect_right(past, day, key=attrgetter("day"))]


def _level(past: Sequence[Beat], day: int, settings: Settings) -> float:
    left = fades(settings.half_life_days)
    return unit(settings) * math.fsum([beat.points * left[day - beat.day] for beat in past])


def _noise(past: Sequence[Beat], day: int, settings: Settings) -> float:
    """Return the variance of the level: ``sum((u * p * d**age)**2)``, unbiased for Poisson shot noise."""
    left = fades(settings.half_life_days)
    return unit(settings) ** 2 * math.fsum([beat.squares * left[day - beat.day] ** 2 for beat in past])


def _patience(past: Sequence[Beat], settings: Settings) -> float:
    """Return the silence that the pace of events, when the last one arrived, exceeds with 5 % chance."""
    last, left = past[-1].day, fades(settings.half_life_days)
    pace = unit(settings) * math.fsum([beat.events * left[last - beat.day] for beat in past])
    least, most = PATIENCE_DAYS
    return min(most, max(least, 90 / pace))


def _band(level: float, noise: float) -> tuple[float, float]:
    """Return the 95 % band of the level: ``(sqrt(m) ± 1.96 sqrt(V) / (2 sqrt(m)))**2``, clipped at 0."""
    if not level:
        return 0.0, 0.0
    root = math.sqrt(level)
    half = BAND_Z * math.sqrt(noise) / (2 * root)
    return max(root - half, 0.0) ** 2, (root + half) ** 2


def _label(silence: int | None, patience: float | None, growth: float | None, z: float | None) -> Label:
    if silence is None or patience is None:
        return "none"
    if silence > round(patience, DIGITS):
        return "stalled"
    if growth is None:
        return "started"
    if round(abs(growth), DIGITS) < SAME_PACE:
        return "holding"
    if z is None or round(abs(z), DIGITS) < TOO_CLOSE:
        return "unclear"
    return "building" if growth > 0 else "slowing"
