"""How much nearer a tie of one department with each of the others would bring everybody, all of them at once.

A tie (a, b) brings x and y to ``d_xa + 1 + d_by``. What that gains is summed over y first, which depends on x, b and
``d_xa`` alone, and then over x: so a row of all a costs little more than a pair does. Rows of numbers are one long
integer each, with a lane of 64 bits a department: a sum of rows is one addition.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from tracker.graph.bits import bits
from tracker.graph.ties import SCALE

#: Bytes of a lane, and what its sums must stay below.
LANE, MOST = 8, 1 << 63
#: The most memory that the lanes of all departments may take, in bytes.
ROOM = 300_000_000


class Shortcuts:
    """The rows of a connected or scattered reach graph; `levels` as `Reach` has them."""

    def __init__(self, levels: Sequence[Sequence[int]]) -> None:
        self._levels, self._size = levels, len(levels)
        unit = _unit(levels)
        self._scale = SCALE // unit
        worth = [0, *(unit // far for far in range(1, max(map(len, levels)) + 1))]
        #: near[x][d]: a one in the lane of every department at distance d from x.
        self._near = [[self._spread(level) for level in each] for each in levels]
        #: far[y][s]: in the lane of x what x and y gain when they come from their distance to s.
        self._far = [
            [
                sum((worth[s] - worth[p]) * lanes for p, lanes in enumerate(each) if p > s) if s else 0
                for s in range(max(len(each) - 1, 0))
            ]
            for each in self._near
        ]

    @staticmethod
    def fit(levels: Sequence[Sequence[int]]) -> bool:
        """Say whether the sums of such a graph fit their lanes, and the lanes the memory."""
        lanes = 2 * sum(map(len, levels)) * len(levels) * LANE
        return (
            max(map(len, levels), default=0) <= 40
            and len(levels) ** 2 * _unit(levels) < MOST
            and lanes < ROOM
        )

    def row(self, b: int) -> tuple[int, ...]:
        """Return what a tie of b with each department adds to the sum of 1/distance over pairs, in 1/SCALE.

        It holds for departments at a distance from b of two steps or more.
        """
        added = 0
        for t in range(1, len(self._levels[b]) - 1):
            gained = self._gained(b, t)
            if not gained:
                break
            if t == 1:
                added += gained
                continue
            for x, value in enumerate(self._read(gained)):
                if value:
                    added += value * self._near[x][t - 1]
        return tuple(value * self._scale for value in self._read(added))

    def _gained(self, b: int, t: int) -> int:
        """Return, by x, what x gains when it comes to ``t + d_by`` from each y that is farther now."""
        total = 0
        for q, level in enumerate(self._levels[b]):
            for y in bits(level):
                far = self._far[y]
                if t + q < len(far):
                    total += far[t + q]
        return total

    def _spread(self, mask: int) -> int:
        room = bytearray(self._size * LANE)
        for place in bits(mask):
            room[place * LANE] = 1
        return int.from_bytes(room, "little")

    def _read(self, lanes: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self._size}Q", lanes.to_bytes(self._size * LANE, "little"))


def _unit(levels: Sequence[Sequence[int]]) -> int:
    """Return the smallest unit in which 1/distance is whole for every distance that there is."""
    return math.lcm(*range(1, max(map(len, levels), default=0) + 1))
