"""The next best pairs to bring together: what a pilot of the two would add, and who could help."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Piece, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.ties import SCALE, Pair, Ties, pair_of, ties_on

#: Up to so many nodes are looked up one by one; more are counted a level at a time.
FEW = 6


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


def next_best(portfolio: Portfolio, on: date) -> tuple[NextPair, ...]:
    """Return every required pair short of full credit: largest gain, then efficiency gain, then warmth first.

    Gain ``r * (1 - c) / sum(r)``; efficiency is the mean of 1/distance, of which a new tie (a, b) changes
    ``d' = min(d, d_xa + 1 + d_by, d_xb + 1 + d_ay)`` (MEASURES.md section 5). Gains are compared as integers.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> [(each.pair, round(each.gain, 3)) for each in next_best(portfolio, date(2025, 1, 31))]
    [(('A', 'C'), 0.333), (('B', 'C'), 0.333)]
    """

    def carry(old: _Ranked, _past: Past) -> _Ranked:
        return _ranked_again(old, ties_on(portfolio, on))

    return remember(portfolio, "next_best", on, lambda: _ranked(ties_on(portfolio, on)), carry).in_order


#: What a pair is ordered by, and the pair as it is told.
Row = tuple[int, int, float, Pair, NextPair]


class _Ranked(NamedTuple):
    """The next best pairs in order, the row of each, and the ties that they follow from."""

    in_order: tuple[NextPair, ...]
    rows: dict[Pair, Row]
    ties: Ties


def _ranked(ties: Ties) -> _Ranked:
    rows = _rows(ties, ties.importance)
    return _Ranked(_in_order(rows), rows, ties)


def _ranked_again(old: _Ranked, ties: Ties) -> _Ranked:
    """Measure only the pairs whose own ties have changed, where as many pairs as before are tied at all.

    How a new tie shortens ways depends on which pairs are tied, and on nothing else.
    """
    if ties is old.ties:
        return old
    was, now = old.ties.bridges, ties.bridges
    if was.keys() != now.keys():
        return _ranked(ties)
    changed = [pair for pair, bridges in now.items() if bridges is not was[pair] and pair in ties.importance]
    rows = old.rows.copy()
    for pair in changed:
        rows.pop(pair, None)
    rows |= _rows(ties, changed) if changed else {}
    return _Ranked(_in_order(rows), rows, ties)


def next_best_of(ties: Ties, among: Collection[Pair] | None = None) -> tuple[NextPair, ...]:
    """Return the pairs short of full credit as `next_best` orders them, for ties as they are or might be.

    `among`: only these required pairs are looked at, and the others not measured.
    """
    return _in_order(_rows(ties, ties.importance if among is None else among))


def _rows(ties: Ties, among: Iterable[Pair]) -> dict[Pair, Row]:
    possible = sum(ties.importance.values())
    reach = Reach(ties)
    pairs = max(len(ties.departments) * (len(ties.departments) - 1), 1)
    found = {}
    for pair in among:
        r = ties.importance[pair]
        gain = r * (SCALE - min(SCALE, ties.strength(pair)))
        if gain:
            shorter, warm = reach.shorter(*pair), reach.warm(*pair)
            made = NextPair(pair, gain / (possible * SCALE), 2 * shorter / (pairs * SCALE), warm)
            found[pair] = -gain, -shorter, -warm, pair, made
    return found


def _in_order(rows: dict[Pair, Row]) -> tuple[NextPair, ...]:
    return tuple(row[-1] for row in sorted(rows.values(), key=lambda row: row[:4]))


@dataclass(frozen=True, slots=True)
class Step:
    """A small step towards a pair: bring `department` into a live initiative that has the other one."""

    initiative: str
    department: str
    size: int


def linking(portfolio: Portfolio, on: date, pair: Pair) -> tuple[str, ...]:
    """Return the departments that share live work with both of a pair, the strongest link first.

    A link is as strong as the weaker of its two ties. A department that is not open links nobody.
    """
    ties = ties_on(portfolio, on)
    links = {
        each: min(ties.strength(pair_of(each, pair[0])), ties.strength(pair_of(each, pair[1])))
        for each in ties.departments
        if each not in pair
    }
    return tuple(sorted((each for each in links if links[each]), key=lambda each: (-links[each], each)))


def smallest_steps(portfolio: Portfolio, on: date, pair: Pair) -> tuple[Step, ...]:
    """Return the live initiatives with exactly one of a pair, the smallest first, and the department to add.

    The fewer departments an initiative has, the more a pair gains from it: ``1/(k - 1)``. A department that
    is not open on the day can join nothing.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> smallest_steps(portfolio, date(2025, 1, 31), ("B", "C"))
    (Step(initiative='i1', department='C', size=2),)
    """
    if not set(pair) <= set(ties_on(portfolio, on).departments):
        return ()
    steps = []
    for piece in _live_pieces(portfolio, on).values():
        missing = [each for each in pair if each not in piece.members]
        if len(missing) == 1:
            steps.append(Step(piece.initiative, missing[0], len(piece.members)))
    return tuple(sorted(steps, key=lambda step: (step.size, step.initiative)))


def _live_pieces(portfolio: Portfolio, on: date) -> dict[str, Piece]:
    """Return the piece of each initiative that is live on a day, once per portfolio and day."""
    day = on.toordinal()

    def make() -> dict[str, Piece]:
        pieces = timeline(portfolio).pieces
        return {each.initiative: each for each in pieces if each.live and each.since <= day < each.until}

    def carry(old: dict[str, Piece], past: Past) -> dict[str, Piece]:
        lines = timeline(portfolio).of
        now = ((id_, lines[id_].piece_on(day)) for id_ in past if id_ in lines)
        found = {id_: piece for id_, piece in old.items() if id_ not in past}
        return found | {id_: piece for id_, piece in now if piece and piece.live}

    return remember(portfolio, "live pieces", on, make, carry)


class Reach:
    """The reach graph of a day (a tie of any strength joins two departments) as bit sets, with all distances."""

    def __init__(self, ties: Ties) -> None:
        self.index = {each: place for place, each in enumerate(ties.departments)}
        size = len(self.index)
        self.near = [0] * size
        for a, b in ties.bridges:
            self.near[self.index[a]] |= 1 << self.index[b]
            self.near[self.index[b]] |= 1 << self.index[a]
        #: levels[a][k]: the departments at distance k from a. balls[a][k]: those at distance k or less.
        self.levels = [self._levels(start) for start in range(size)]
        self.balls = [_running(levels) for levels in self.levels]
        self.distance = [self._distances(levels, size) for levels in self.levels]
        self.inverse = [1 / math.log(near.bit_count()) if near.bit_count() > 1 else 0.0 for near in self.near]
        #: What a pair at a distance is worth, in units of 1/SCALE; exact up to distance 40.
        self.worth = [0, *(SCALE // far for far in range(1, 2 * size + 2))]

    def _levels(self, start: int) -> list[int]:
        levels, seen, edge = [], 0, 1 << start
        while edge:
            levels.append(edge)
            seen |= edge
            around = 0
            for node in _bits(edge):
                around |= self.near[node]
            edge = around & ~seen
        return levels

    @staticmethod
    def _distances(levels: Sequence[int], size: int) -> list[int]:
        """Return distances to every node; 0 stands for none, which is worth nothing."""
        row = [0] * size
        for far, level in enumerate(levels):
            for node in _bits(level):
                row[node] = far
        return row

    def warm(self, a: str, b: str) -> float:
        """Return the Adamic-Adar index of two departments: ``sum(1/ln(degree))`` over shared partners."""
        shared = self.near[self.index[a]] & self.near[self.index[b]]
        return math.fsum(self.inverse[node] for node in _bits(shared))

    def shorter(self, a: str, b: str) -> int:
        """Return how much the sum of 1/distance over pairs would grow with a tie of a and b, in 1/SCALE.

        Only x with ``d_xb > d_xa + 1`` and y with ``d_ya > d_yb + 1`` can come closer to each other: any other
        x reaches y through b without the new tie at least as fast.
        """
        one, two = self.index[a], self.index[b]
        if self.near[one] >> two & 1:
            return 0
        mine, theirs = self._closer(one, two), self._closer(two, one)
        if not self.distance[one][two]:
            return sum(
                left.bit_count() * right.bit_count() * self.worth[i + 1 + j]
                for i, left in enumerate(mine)
                for j, right in enumerate(theirs)
            )
        total = 0
        for i, left in enumerate(mine):
            for x in _bits(left):
                for j, right in enumerate(theirs):
                    total += self._gained(x, right, i + 1 + j)
        return total

    def _closer(self, a: int, b: int) -> list[int]:
        """Return, by distance from a, the nodes that are at least two steps farther from b."""
        balls = self.balls[b]
        found = [level & ~balls[min(far + 1, len(balls) - 1)] for far, level in enumerate(self.levels[a])]
        while found and not found[-1]:
            found.pop()
        return found

    def _gained(self, x: int, others: int, far: int) -> int:
        """Return what x gains when each of `others` comes to the distance `far`, were it farther before."""
        balls = self.balls[x]
        rest = others & ~balls[far] if far < len(balls) else 0
        count = rest.bit_count()
        if not count:
            return 0
        if count <= FEW:
            row = self.distance[x]
            return count * self.worth[far] - sum(self.worth[row[y]] for y in _bits(rest))
        before = sum(
            (rest & level).bit_count() * self.worth[old]
            for old, level in enumerate(self.levels[x][far + 1 :], far + 1)
        )
        return count * self.worth[far] - before


def _running(levels: Sequence[int]) -> list[int]:
    seen, balls = 0, []
    for level in levels:
        seen |= level
        balls.append(seen)
    return balls


def _bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
