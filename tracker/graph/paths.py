"""Where momentum goes from a day on: with nothing added, with a steady pace, and on the way to a target.

With `r` points added per 30 days, day by day, ``m(t + n) = q * m(t) + (1 - q) * r`` where ``q = 2**(-n/half_life)``
(MEASURES.md section 3): the weighted mean of what stands and of what is added.
"""

from __future__ import annotations

from datetime import date, timedelta

from tracker.graph.facts import Settings
from tracker.graph.fading import decay


def ahead(now: float, added: float, days: float, settings: Settings) -> float:
    """Return the momentum after so many days in which `added` points per 30 days are added steadily.

    Examples
    --------
    >>> ahead(12, 0, 90, Settings()), ahead(12, 12, 90, Settings()), ahead(12, 20, 90, Settings())
    (6.0, 12.0, 16.0)
    """
    kept = decay(days, settings)
    return kept * now + (1 - kept) * added


def needed(now: float, target: float, days: int, settings: Settings) -> float:
    """Return the points per 30 days that lead to a target after so many days: ``(M - q * m) / (1 - q)``.

    Below 0 where the target is passed even with nothing added.

    Examples
    --------
    >>> needed(12, 16, 90, Settings()), round(needed(12, 12, 30, Settings()), 9)
    (20.0, 12.0)
    """
    kept = decay(days, settings)
    return (target - kept * now) / (1 - kept)


def halves_on(on: date, settings: Settings) -> date:
    """Return the day on which half of the momentum of a day is left, with nothing added.

    >>> halves_on(date(2026, 11, 22), Settings())
    datetime.date(2027, 2, 20)
    """
    return on + timedelta(settings.half_life_days)
