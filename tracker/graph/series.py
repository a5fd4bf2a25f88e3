"""Coverage and ties over time, pair by pair from what holds it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, combinations
from typing import NamedTuple

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.ledger import Standing, ledger
from tracker.graph.requiring import required_on
from tracker.graph.stretches import BACKED, BEGUN, QUIET, SINGLE, held_by_pair, stretches
from tracker.graph.sweep import Sweep, shifts
from tracker.graph.ties import BANDS, SCALE, Band, Pair, pair_of, threshold_of


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


class Between(NamedTuple):
    """How many required pairs of two groups work together, have begun, and are not heard from."""

    together: int
    begun: int
    quiet: int


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


def pair_series(
    portfolio: Portfolio, dates: Sequence[date], among: Collection[str] | None = None
) -> dict[Pair, PairSeries]:
    """Return strength and band on each of the dates for every pair that a declared initiative ever held.

    Required or not: the stage draws what there is. Sorted by pair. `among`: only pairs of these departments.
    """

    def pairs_of(members: tuple[str, ...]) -> Iterable[Pair]:
        return combinations(members if among is None else [each for each in members if each in among], 2)

    days = sorted({each.toordinal() for each in dates})
    order = [bisect_left(days, each.toordinal()) for each in dates]
    held, threshold = timeline(portfolio).of.values(), threshold_of(portfolio)
    found = {}
    for pair, here in sorted(held_by_pair(held, days, portfolio.settings.attention, pairs_of).items()):
        rows: list[tuple[float, Band]] = [(0.0, "open")] * len(days)
        for first, last, units, band in stretches(here, threshold):
            rows[first:last] = [(units / SCALE, BANDS[band])] * (last - first)
        found[pair] = PairSeries(
            tuple(rows[place][0] for place in order), tuple(rows[place][1] for place in order)
        )
    return found


def group_series(
    portfolio: Portfolio, dates: Sequence[date], group_of: Mapping[str, str]
) -> dict[Pair, tuple[Between, ...]]:
    """Return how the required pairs between every two groups of departments stand on the dates, in order.

    Every two groups that something ever held together; pairs within a group, and those of departments without
    one, are left out.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> found = group_series(portfolio, [date(2024, 12, 31), date(2025, 1, 31)], {"A": "x", "B": "y", "C": "y"})
    >>> [each.together for each in found["x", "y"]]
    [0, 1]
    """
    days = [each.toordinal() for each in dates]
    required = required_on(portfolio, days)
    sweep = Sweep(timeline(portfolio).of.values(), days, required, portfolio.settings.attention)
    groups, size = [group_of.get(name) for name in sweep.names], sweep.size
    steps: dict[Pair, list[list[int]]] = {}
    for place, here in enumerate(shifts(sweep, threshold_of(portfolio))):
        for key, was, now, _, _ in here:
            a, b = groups[key // size], groups[key % size]
            if a is None or b is None or a == b:
                continue
            rows = steps.setdefault(pair_of(a, b), [])
            if not rows:
                rows += [[0] * len(days) for _ in BANDS]
            rows[was][place] -= 1
            rows[now][place] += 1
    return {
        pair: tuple(map(Between, *(accumulate(rows[band]) for band in (SINGLE, BEGUN, QUIET))))
        for pair, rows in steps.items()
    }
