"""How points fade: half of them in every half-life (MEASURES.md section 3)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from tracker.graph.facts import Settings

#: Momentum is told in points per this many days.
PER_DAYS = 30
#: Ages that stand in a table, in days: from the first day that a record may have to the last.
OLDEST = 110_000


def decay(days: float, settings: Settings) -> float:
    """Return what is left of a point after `days`: ``2**(-days/half_life)``.

    Examples
    --------
    >>> decay(90, Settings()), decay(180, Settings())
    (0.5, 0.25)
    """
    return math.exp2(-days / settings.half_life_days)


@cache
def fades(half_life: int) -> Sequence[float]:
    """Return what is left of a point by its age in days, as `decay` does.

    >>> fades(90)[0], fades(90)[90], fades(90)[180]
    (1.0, 0.5, 0.25)
    """
    return tuple(math.exp2(-age / half_life) for age in range(OLDEST))


def unit(settings: Settings) -> float:
    """Return what one point is worth on its day, in points per 30 days: ``30 * (1 - 2**(-1/half_life))``.

    Examples
    --------
    >>> round(unit(Settings()), 12)
    0.230161612112
    """
    return PER_DAYS * (1 - decay(1, settings))


def level(cells: Mapping[int, float], day: int, settings: Settings) -> float:
    """Return the momentum of points by day: ``unit * sum(p * decay(age))`` over the days up to `day`."""
    return unit(settings) * math.fsum(
        points * decay(day - added, settings) for added, points in cells.items() if added <= day
    )


def levels(cells: Mapping[int, float], dates: Sequence[date], settings: Settings) -> tuple[float, ...]:
    """Return the momentum of points by day on each of the dates, in one pass: ``m(t + n) = m(t) * decay(n)``.

    Examples
    --------
    >>> day = date(2025, 1, 1)
    >>> [round(each, 3) for each in levels({day.toordinal(): 3.0}, [day, date(2025, 4, 1)], Settings())]
    [0.69, 0.345]
    """
    added = sorted(cells.items())
    found: dict[int, float] = {}
    place, since, left = 0, 0, 0.0
    for day in sorted({each.toordinal() for each in dates}):
        while place < len(added) and added[place][0] <= day:
            now, points = added[place]
            left = left * decay(now - since, settings) + points
            since, place = now, place + 1
        found[day] = unit(settings) * left * decay(day - since, settings)
    return tuple(found[each.toordinal()] for each in dates)
