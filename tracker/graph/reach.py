"""How near departments are to each other by live work, and how much nearer a new tie would bring them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from tracker.graph.bits import bits
from tracker.graph.shortcuts import Shortcuts
from tracker.graph.ties import SCALE, Pair, Ties

#: From so many pairs a department on, whole rows are measured at once.
MANY = 8
#: Up to so many nodes are looked up one by one; more are counted a level at a time.
FEW = 6


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
        self.inverse = [1 / math.log(near.bit_count()) if near.bit_count() > 1 else 0.0 for near in self.near]
        self.warmest = max(self.inverse, default=0.0)
        #: What a pair at a distance is worth, in units of 1/SCALE; exact up to distance 40.
        self.worth = [0, *(SCALE // far for far in range(1, 2 * size + 2))]
        self._rows: dict[int, list[int]] = {}
        self._joined: dict[tuple[int, ...], int] = {}
        self._counts = [tuple(level.bit_count() for level in levels) for levels in self.levels]

    def _levels(self, start: int) -> list[int]:
        everybody = (1 << len(self.near)) - 1
        levels, seen, edge = [], 0, 1 << start
        while edge:
            levels.append(edge)
            seen |= edge
            around = seen
            for node in bits(edge):
                around |= self.near[node]
                if around == everybody:
                    break
            edge = around & ~seen
        return levels

    def _row(self, node: int) -> list[int]:
        """Return the distances of a node to every other; 0 stands for none, which is worth nothing."""
        row = self._rows.get(node)
        if row is None:
            row = [0] * len(self.near)
            for far, level in enumerate(self.levels[node]):
                for other in bits(level):
                    row[other] = far
            self._rows[node] = row
        return row

    def warm(self, a: str, b: str) -> float:
        """Return the Adamic-Adar index of two departments: ``sum(1/ln(degree))`` over shared partners."""
        shared = self.near[self.index[a]] & self.near[self.index[b]]
        return math.fsum(self.inverse[node] for node in bits(shared))

    def warm_at_most(self, a: str, b: str) -> float:
        """Return what the warmth of two departments cannot exceed: a count of shared partners, so it is cheap."""
        return (self.near[self.index[a]] & self.near[self.index[b]]).bit_count() * self.warmest

    def nearness(self) -> int:
        """Return the sum of 1/distance over all ordered pairs of departments, in units of 1/SCALE."""
        return sum(
            count * self.worth[far] for counts in self._counts for far, count in enumerate(counts) if far
        )

    def shorter(self, a: str, b: str) -> int:
        """Return how much the sum of 1/distance over pairs would grow with a tie of a and b, in 1/SCALE.

        Only x with ``d_xb > d_xa + 1`` and y with ``d_ya > d_yb + 1`` can come closer to each other: any other
        x reaches y through b without the new tie at least as fast.
        """
        one, two = self.index[a], self.index[b]
        if self.near[one] >> two & 1:
            return 0
        if not self.balls[one][-1] >> two & 1:
            return self._joining(self._counts[one], self._counts[two])
        if len(self.levels[one]) < 4 and len(self.levels[two]) < 4:
            return SCALE - self.worth[2]  # everybody is two steps away at most, so nobody else comes closer
        mine, theirs = self._closer(one, two), self._closer(two, one)
        total = 0
        for i, left in enumerate(mine):
            for x in bits(left):
                for j, right in enumerate(theirs):
                    total += self._gained(x, right, i + 1 + j)
        return total

    def shorter_each(self, pairs: Sequence[Pair]) -> Iterator[int]:
        """Yield `shorter` for pairs sorted by their first; of very many, all pairs of a department at once."""
        deep = max(map(len, self.levels), default=0) > 3
        if not deep or len(pairs) < MANY * len(self.index) or not Shortcuts.fit(self.levels):
            yield from (self.shorter(*pair) for pair in pairs)
            return
        shortcuts = Shortcuts(self.levels)
        for a, found in groupby(pairs, key=lambda pair: pair[0]):
            place, row = self.index[a], None
            for pair in found:
                other = self.index[pair[1]]
                if self.near[place] >> other & 1 or not self.balls[place][-1] >> other & 1:
                    yield self.shorter(*pair)
                    continue
                row = row or shortcuts.row(place)
                yield row[other]

    def _joining(self, mine: tuple[int, ...], theirs: tuple[int, ...]) -> int:
        """Return what a tie between two islands adds: every pair across comes to a distance it did not have."""
        key = (*mine, 0, *theirs)
        if key not in self._joined:
            self._joined[key] = sum(
                left * right * self.worth[i + 1 + j]
                for i, left in enumerate(mine)
                for j, right in enumerate(theirs)
            )
        return self._joined[key]

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
            row = self._row(x)
            return count * self.worth[far] - sum(self.worth[row[y]] for y in bits(rest))
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
