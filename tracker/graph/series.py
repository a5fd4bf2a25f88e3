"""Coverage and ties over time, in one sweep over what begins and ends between the dates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.graph.facts import Portfolio
from tracker.graph.ledger import ledger
from tracker.graph.sweep import BACKED, SINGLE, Standing, Sweep
from tracker.graph.ties import BANDS, SCALE, Band, Pair


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """Coverage on one of the dates: the shares and counts of `Coverage` without its lists."""

    on: date
    coverage: float | None
    required: int
    together: int
    pairs: dict[Band, int]


@dataclass(frozen=True, slots=True)
class PairSeries:
    """A pair over the dates: its strength in shares of attention and its band on each."""

    strength: tuple[float, ...]
    band: tuple[Band, ...]


def coverage_series(portfolio: Portfolio, dates: Sequence[date]) -> tuple[CoveragePoint, ...]:
    """Return coverage on each of the dates, equal to `coverage` on every one, in the order given.

    Cost: one step per pair of every piece that begins or ends between two dates, not one per date; worked out
    once per dates, and carried over to the next portfolio.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> [point.together for point in coverage_series(portfolio, [date(2024, 12, 31), date(2025, 1, 31)])]
    [0, 1]
    """
    found = ledger(portfolio, dates)
    places = {day: place for place, day in enumerate(found.days)}
    return tuple(_point(each, found.standings[places[each.toordinal()]]) for each in dates)


def _point(on: date, found: Standing) -> CoveragePoint:
    return CoveragePoint(
        on,
        found.points / (found.possible * SCALE) if found.possible else None,
        found.required,
        found.pairs[BACKED] + found.pairs[SINGLE],
        dict(zip(BANDS, found.pairs, strict=True)),
    )


def pair_series(portfolio: Portfolio, dates: Sequence[date]) -> dict[Pair, PairSeries]:
    """Return strength and band on each of the dates for every pair that a declared initiative ever held.

    Required or not: the stage draws what there is. Sorted by pair.
    """
    days = sorted({each.toordinal() for each in dates})
    sweep = Sweep(portfolio, days, None)
    states: dict[int, list[tuple[int, Band]]] = {}
    for place, touched in enumerate(sweep.steps()):
        for key in touched:
            rows = states.setdefault(key, [])
            rows.extend([rows[-1] if rows else (0, "open")] * (place - len(rows)))
            rows.append((sweep.strength[key], sweep.band(key)))
    order = [bisect_left(days, each.toordinal()) for each in dates]
    found = {}
    for key, rows in sorted(states.items()):
        rows.extend([rows[-1]] * (len(days) - len(rows)))
        found[sweep.pair(key)] = PairSeries(
            tuple(rows[place][0] / SCALE for place in order), tuple(rows[place][1] for place in order)
        )
    return found
