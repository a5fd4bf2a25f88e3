"""What would be without some initiatives: the pairs of the day, and momentum a window later. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from tracker.graph.counting import bands_of, count
from tracker.graph.facts import Portfolio
from tracker.graph.fading import decay
from tracker.graph.momentum import momentum
from tracker.graph.parts import split
from tracker.graph.ties import SCALE, Band, Pair, Ties, threshold_of, ties_on


@dataclass(frozen=True, slots=True)
class Held:
    """How many required pairs stand in each band, and the points of the coverage score of those possible."""

    pairs: dict[Band, int]
    points: float
    possible: int

    @property
    def together(self) -> int:
        """How many pairs work together."""
        return self.pairs["backed"] + self.pairs["single"]

    @property
    def required(self) -> int:
        """How many pairs are counted."""
        return sum(self.pairs.values())


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The day with and without some initiatives.

    `moved` names each required pair whose band would be another, with both bands. Momentum a window later, in
    points per 30 days, supposes that it adds what the last one did: `pace_with` everything, `pace_without` all
    but what the stopped ones earned; what they earned before fades as everything does.
    """

    before: Held
    after: Held
    moved: dict[Pair, tuple[Band, Band]]
    ties: Ties
    pace: float
    pace_with: float
    pace_without: float


def without(ties: Ties, stopped: Collection[str]) -> Ties:
    """Return the ties of a day as they would be had these initiatives ended."""
    live = {
        pair: tuple(each for each in bridges if each.initiative not in stopped)
        for pair, bridges in ties.bridges.items()
    }
    silent = {
        pair: tuple(each for each in found if each not in stopped) for pair, found in ties.silent.items()
    }
    return replace(
        ties,
        bridges={pair: bridges for pair, bridges in live.items() if bridges},
        silent={pair: found for pair, found in silent.items() if found},
        sizes={id_: size for id_, size in ties.sizes.items() if id_ not in stopped},
    )


def what_if(portfolio: Portfolio, on: date, stopped: Collection[str]) -> WhatIf:
    """Return what would change if these initiatives ended on the day.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> found = what_if(portfolio, date(2025, 1, 31), {"i1"})
    >>> found.before.together, found.after.together, found.moved
    (1, 0, {('A', 'B'): ('single', 'open')})
    """
    now, before = count(portfolio, on), ties_on(portfolio, on)
    after = without(before, stopped)
    touched = [
        pair
        for pair in now.importance
        if before.bridges.get(pair) != after.bridges.get(pair)
        or before.silent.get(pair) != after.silent.get(pair)
    ]
    units = {pair: after.strength(pair) for pair in touched}
    bands = bands_of(after, units, threshold_of(portfolio))
    pairs, points = now.pairs.copy(), now.points
    for pair in touched:
        pairs[now.band_of[pair]] -= 1
        pairs[bands[pair]] += 1
        points += now.importance[pair] * (min(SCALE, units[pair]) - min(SCALE, now.units[pair]))
    pace, settings = momentum(portfolio, on), portfolio.settings
    expected = decay(settings.window_days, settings) * pace.momentum + pace.fresh
    earned = sum(part.fresh for id_, part in split(portfolio, on, "initiative").items() if id_ in stopped)
    return WhatIf(
        before=Held(now.pairs, now.points / SCALE, now.possible),
        after=Held(pairs, points / SCALE, now.possible),
        moved={
            pair: (now.band_of[pair], bands[pair]) for pair in touched if bands[pair] != now.band_of[pair]
        },
        ties=after,
        pace=pace.momentum,
        pace_with=expected,
        pace_without=expected - earned,
    )
