"""What would be without some initiatives and with some more: the pairs of the day, and momentum a window later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from tracker.graph.counting import bands_of, count
from tracker.graph.facts import Portfolio
from tracker.graph.fading import decay
from tracker.graph.intervals import timeline
from tracker.graph.momentum import momentum
from tracker.graph.parts import split
from tracker.graph.planning import load_on
from tracker.graph.succession import index
from tracker.graph.ties import SCALE, Band, Bridge, Pair, Ties, threshold_of, ties_on, weight


@dataclass(frozen=True, slots=True)
class Draft:
    """An initiative that might start: one that is recorded and has not begun, or one nobody wrote down."""

    departments: tuple[str, ...]
    leads: tuple[str, ...] = ()


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
    """The day as it is, and as it would be without some initiatives and with others.

    `moved` names each required pair whose band would be another, with both bands; `leading` how many live
    initiatives each lead sponsor concerned leads, and would. Momentum a window later, in points per 30 days,
    supposes that it adds what the last one did: `pace_with` everything, `pace_without` all but what the stopped
    ones earned; what they earned before fades as everything does. A start earns no points, so drafts add none.
    """

    before: Held
    after: Held
    moved: dict[Pair, tuple[Band, Band]]
    leading: dict[str, tuple[int, int]]
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


def with_drafts(ties: Ties, drafts: Iterable[Draft], attention: int) -> Ties:
    """Return the ties of a day as they would be with these drafts live; who is not open takes no part."""
    bridges, sizes, there = dict(ties.bridges), dict(ties.sizes), set(ties.departments)
    for place, draft in enumerate(drafts):
        members = sorted(there.intersection(draft.departments))
        name = f"draft {place}"
        sizes[name] = len(members)
        bridge = Bridge(name, weight(len(members), attention), draft.leads)
        for pair in combinations(members, 2):
            bridges[pair] = (*bridges.get(pair, ()), bridge)
    return replace(ties, bridges=bridges, sizes=sizes)


def draft_of(portfolio: Portfolio, initiative: str, on: date) -> Draft:
    """Return a recorded initiative that has not begun on a day as a draft: as it will be on its first day.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> later = Initiative("i1", start=date(2025, 3, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "AB")), initiatives=(later,))
    >>> draft_of(portfolio, "i1", date(2025, 1, 31))
    Draft(departments=('A', 'B'), leads=())
    """
    start, line = index(portfolio).initiatives[initiative].start, timeline(portfolio)
    day = max(start or on, on).toordinal()
    return Draft(line.members_on(initiative, day), line.leads_on(initiative, day))


def what_if(
    portfolio: Portfolio, on: date, stopped: Collection[str], drafts: Collection[Draft] = ()
) -> WhatIf:
    """Return what would change if these initiatives ended on the day and these drafts began.

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
    after = with_drafts(without(before, stopped), drafts, portfolio.settings.attention)
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
        leading=_leading(portfolio, on, stopped, drafts),
        ties=after,
        pace=pace.momentum,
        pace_with=expected,
        pace_without=expected - earned,
    )


def _leading(
    portfolio: Portfolio, on: date, stopped: Collection[str], drafts: Iterable[Draft]
) -> dict[str, tuple[int, int]]:
    """Return how many live initiatives each lead sponsor of these leads, and would."""
    day, lines = on.toordinal(), timeline(portfolio).of
    less, more = Counter[str](), Counter[str]()
    for id_ in stopped:
        piece = lines[id_].piece_on(day) if id_ in lines else None
        if piece and piece.live:
            less.update(piece.leads)
    for draft in drafts:
        more.update(draft.leads)
    now = load_on(portfolio, on).sponsors
    return {
        each: (now.get(each, 0), now.get(each, 0) - less[each] + more[each])
        for each in sorted({*less, *more})
    }
