"""The best three departments to bring together in one pilot: three half shares, up to one and a half pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nsmallest
from itertools import combinations

from tracker.graph.bridges import ranking
from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.graph.planning import Limits, Room, load_on
from tracker.graph.ranking import Ranking
from tracker.graph.reach import Reach
from tracker.graph.ties import SCALE, Bridge, Pair, Ties, pair_of, threshold_of, ties_on, weight

Three = tuple[str, str, str]

#: How many trios of the largest gain are measured for efficiency, and how many are looked at to choose these by
#: what their three ties would add one at a time: measuring one means all distances anew.
SHORTLIST, LOOKED_AT = 20, 400
#: How many pairs a third department is looked for: all of them up to 25 departments.
SEEDS = 300


@dataclass(frozen=True, slots=True)
class Trio:
    """Three departments, and what one pilot of the three alone would change.

    `gain`, `efficiency_gain` and `warm` as a pair has them, over the three pairs; `helps` names the required
    pairs that come forward, of which `brings` begin to work together.
    """

    departments: Three
    gain: float
    efficiency_gain: float
    warm: float
    helps: tuple[Pair, ...]
    brings: int


def best_trio(portfolio: Portfolio, on: date, limits: Limits) -> Trio | None:
    """Return the trio with the largest gain within the limits; then efficiency gain, then warmth decides.

    None where no three departments help two pairs at once: then a pilot of two does as much.

    Examples
    --------
    >>> from tracker.graph.facts import Department
    >>> found = best_trio(Portfolio(tuple(map(Department, "ABCD"))), date(2025, 1, 31), Limits(9, 9))
    >>> found.departments, found.gain, found.brings
    (('A', 'B', 'C'), 0.25, 3)
    """
    key = (on, limits)
    return remember(portfolio, "best trio", key, lambda: _best_trio(portfolio, on, limits))


def _best_trio(portfolio: Portfolio, on: date, limits: Limits) -> Trio | None:
    ties, ranked = ties_on(portfolio, on), ranking(portfolio, on)
    share, room = weight(3, portfolio.settings.attention), Room(load_on(portfolio, on), limits)
    halves = {
        pair: _gain(ties, pair, share)
        for shelf in ranked.shelves.values()
        for pair in shelf.pairs
        if not room.has_full(pair)
    }
    found = _widest(halves, _first(ranked, halves)[:SEEDS], room.fits)
    if not found:
        return None
    return _measured(ties, ranked.reach, found, halves, share, threshold_of(portfolio))


def _gain(ties: Ties, pair: Pair, share: int) -> int:
    """Return what a share more adds to the credit of a pair, in units of 1/SCALE, times its importance."""
    strength = ties.strength(pair)
    return ties.importance[pair] * (min(SCALE, strength + share) - min(SCALE, strength))


def _first(ranked: Ranking, halves: dict[Pair, int]) -> list[Pair]:
    """Return the pairs with the largest gain first; where it is equal, the next best pairs before the others."""
    ahead = [each.pair for each in ranked.part(0, SHORTLIST) if each.pair in halves]
    known = set(ahead)
    return sorted([*ahead, *(pair for pair in halves if pair not in known)], key=lambda pair: -halves[pair])


def _widest(halves: dict[Pair, int], order: Sequence[Pair], has_room: Callable[[Three], bool]) -> list[Three]:
    """Return the trios of the largest gain that help two pairs or more, not more than are looked at.

    A trio gains at most three times what its best pair does, so that the search ends with the first pair that
    could not lead to a better one.
    """
    beside = defaultdict[str, set[str]](set)
    for a, b in halves:
        beside[a].add(b)
        beside[b].add(a)
    most, found = 1, dict[Three, None]()
    for a, b in order:
        if 3 * halves[a, b] < most or (3 * halves[a, b] == most and len(found) >= LOOKED_AT):
            break
        for three, gain in _thirds(halves, beside, a, b):
            if gain < most or three in found or not has_room(three):
                continue
            if gain > most:
                most, found = gain, {}
            if len(found) < LOOKED_AT:
                found[three] = None
    return list(found)


def _thirds(
    halves: dict[Pair, int], beside: dict[str, set[str]], a: str, b: str
) -> Iterator[tuple[Three, int]]:
    for c in sorted((beside[a] | beside[b]) - {a, b}):
        first, second, third = sorted((a, b, c))
        gain = halves[a, b] + halves.get(pair_of(a, c), 0) + halves.get(pair_of(b, c), 0)
        yield (first, second, third), gain


def _measured(
    ties: Ties, reach: Reach, trios: Sequence[Three], halves: dict[Pair, int], share: int, needed: int
) -> Trio:
    """Return the one of these trios, of equal gain, that brings everybody closest; then the warmest."""

    def one_by_one(three: Three) -> tuple[int, float, Three]:
        pairs = list(combinations(three, 2))
        return (
            -sum(reach.shorter(*pair) for pair in pairs),
            -sum(reach.warm(*pair) for pair in pairs),
            three,
        )

    before, departments = reach.nearness(), len(ties.departments)
    rows = []
    for three in nsmallest(SHORTLIST, trios, key=one_by_one):
        closer = Reach(_with(ties, three)).nearness() - before
        rows.append((-closer, *one_by_one(three)[1:]))
    closer, warm, three = min(rows)
    pairs = list(combinations(three, 2))
    helps = tuple(pair for pair in pairs if pair in halves)
    return Trio(
        departments=three,
        gain=sum(halves[pair] for pair in helps) / (sum(ties.importance.values()) * SCALE),
        efficiency_gain=-closer / (departments * (departments - 1) * SCALE),
        warm=-warm,
        helps=helps,
        brings=sum(ties.strength(pair) < needed <= ties.strength(pair) + share for pair in helps),
    )


def _with(ties: Ties, three: Three) -> Ties:
    """Return ties with all of three departments tied, for their distances alone."""
    tied = {pair: ties.bridges.get(pair, (Bridge("", 0, ()),)) for pair in combinations(three, 2)}
    return replace(ties, bridges={**ties.bridges, **tied})
