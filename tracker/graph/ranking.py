"""Pairs in the order of what a pilot of the two would add, worked out only as far as somebody reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from itertools import islice
from threading import Lock
from typing import NamedTuple

from tracker.graph.reach import Reach
from tracker.graph.ties import SCALE, Pair, Ties


@dataclass(frozen=True, slots=True)
class NextPair:
    """A required pair short of full credit, and what one pilot of the two alone would change.

    `gain` is in coverage, `efficiency_gain` in the global efficiency of the reach graph; `warm` is the
    Adamic-Adar index of their shared partners (Liben-Nowell and Kleinberg 2003): how easy the start would be.
    """

    pair: Pair
    gain: float
    efficiency_gain: float
    warm: float


class Row(NamedTuple):
    """What a pair is ordered by, smallest first, and whether its warmth is measured or only what it is at most."""

    shorter: int
    warm: float
    pair: Pair
    is_measured: bool


class Shelf:
    """The pairs of one gain. Whose turn may have come is measured; of all others it is enough that it has not.

    Warmth costs most, and no pair is warmer than its number of shared partners lets it be (`warm_at_most`):
    a pair is measured when by that it would be the next, and then takes the place that it has.
    """

    def __init__(self, pairs: list[Pair], reach: Reach) -> None:
        self.pairs, self.reach = pairs, reach
        self._heap: list[Row] | None = None
        self._found: list[Row] = []
        self._lock = Lock()  # several readers of one version share what is worked out

    def at(self, place: int) -> Row:
        """Return the pair at a place in the order."""
        if place >= len(self._found):
            with self._lock:
                while place >= len(self._found):
                    self._found.append(self._next())
        return self._found[place]

    def _next(self) -> Row:
        reach = self.reach
        if self._heap is None:
            each = zip(self.pairs, reach.shorter_each(self.pairs), strict=True)
            self._heap = [Row(-shorter, -reach.warm_at_most(*pair), pair, False) for pair, shorter in each]
            heapify(self._heap)
        while not self._heap[0].is_measured:
            shorter, _, pair, _ = self._heap[0]
            heapreplace(self._heap, Row(shorter, -reach.warm(*pair), pair, True))
        return heappop(self._heap)


class Ranking:
    """The required pairs short of full credit: largest gain, then efficiency gain, then warmth first."""

    def __init__(self, ties: Ties, reach: Reach, shelves: dict[int, Shelf]) -> None:
        self.ties, self.reach = ties, reach
        self.shelves = {gain: shelves[gain] for gain in sorted(shelves, reverse=True)}
        self._possible = sum(ties.importance.values())
        self._pairs = max(len(ties.departments) * (len(ties.departments) - 1), 1)

    def __len__(self) -> int:
        return sum(len(shelf.pairs) for shelf in self.shelves.values())

    def __iter__(self) -> Iterator[NextPair]:
        for gain, shelf in self.shelves.items():
            for place in range(len(shelf.pairs)):
                yield self._told(gain, shelf.at(place))

    def part(self, first: int, count: int) -> tuple[NextPair, ...]:
        """Return so many pairs from a place on; those before it are worked out and no others."""
        return tuple(islice(self, first, first + count))

    def among(self, fits: Callable[[Pair], bool]) -> Ranking:
        """Return the same order of only those pairs that fit."""
        kept = {gain: list(filter(fits, shelf.pairs)) for gain, shelf in self.shelves.items()}
        return Ranking(
            self.ties, self.reach, {gain: Shelf(pairs, self.reach) for gain, pairs in kept.items() if pairs}
        )

    def _told(self, gain: int, row: Row) -> NextPair:
        return NextPair(
            row.pair,
            gain / (self._possible * SCALE),
            -2 * row.shorter / (self._pairs * SCALE),
            -row.warm,
        )


def rank(ties: Ties, among: Iterable[Pair] | None = None) -> Ranking:
    """Return the order of the pairs short of full credit, for ties as they are or might be.

    `among`: only these required pairs are looked at.
    """
    reach = Reach(ties)
    by_gain = _by_gain(ties, ties.importance if among is None else among)
    return Ranking(ties, reach, {gain: Shelf(pairs, reach) for gain, pairs in by_gain.items()})


def rank_again(old: Ranking, ties: Ties) -> Ranking:
    """Return the order for ties that follow on others, from theirs: only pairs whose own ties changed move.

    How a new tie shortens ways, and who shares partners, depends on which pairs are tied and on nothing else;
    where other pairs are tied than before, all is worked out anew.
    """
    if ties is old.ties:
        return old
    was, now = old.ties.bridges, ties.bridges
    if was.keys() != now.keys():
        return rank(ties)
    changed = [pair for pair, bridges in now.items() if bridges is not was[pair] and pair in ties.importance]
    gone, come = _by_gain(old.ties, changed), _by_gain(ties, changed)
    shelves = old.shelves.copy()
    for gain in gone.keys() | come.keys():
        left = set(gone.get(gain, ()))
        kept = [pair for pair in shelves[gain].pairs if pair not in left] if gain in shelves else []
        pairs = kept + come.get(gain, [])
        if pairs:
            shelves[gain] = Shelf(pairs, old.reach)
        else:
            shelves.pop(gain, None)
    return Ranking(ties, old.reach, shelves)


def _by_gain(ties: Ties, among: Iterable[Pair]) -> dict[int, list[Pair]]:
    """Gather pairs by ``r * (1 - c)`` in units of 1/SCALE; those with full credit are left out."""
    found = defaultdict[int, list[Pair]](list)
    for pair in among:
        if gain := ties.importance[pair] * (SCALE - min(SCALE, ties.strength(pair))):
            found[gain].append(pair)
    return dict(found)
