"""Coverage and ties over time, pair by pair from what holds it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.ledger import Standing, ledger
from tracker.graph.stretches import BACKED, SINGLE, held_by_pair, stretches
from tracker.graph.ties import BANDS, SCALE, Band, Pair, threshold_of


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

    Cost: one step per pair of every piece, not one per date; worked out once per dates, and carried over to
    the next portfolio.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> [point.together for point in coverage_series(portfolio, [date(2024, 12, 31), date(2025, 1, 31)])]
    [0, 1]
    """
    found = ledger(portfolio, dates)
    standings = dict(zip(found.days, found.standings(), strict=True))
    return tuple(_point(each, standings[each.toordinal()]) for each in dates)


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
    order = [bisect_left(days, each.toordinal()) for each in dates]
    held, threshold = timeline(portfolio).of.values(), threshold_of(portfolio)
    found = {}
    for pair, here in sorted(held_by_pair(held, days, portfolio.settings.attention).items()):
        rows: list[tuple[float, Band]] = [(0.0, "open")] * len(days)
        for first, last, units, band in stretches(here, threshold):
            rows[first:last] = [(units / SCALE, BANDS[band])] * (last - first)
        found[pair] = PairSeries(
            tuple(rows[place][0] for place in order), tuple(rows[place][1] for place in order)
        )
    return found
