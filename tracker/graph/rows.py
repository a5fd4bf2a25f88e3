"""Records in order that never change, and whose changed copy costs next to nothing however many they are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar, overload

T = TypeVar("T")

#: How many records stand in a block where it is made, and how many at most.
FEW, MANY = 512, 1_024


class Rows(Sequence[T]):
    """Records sorted by their place; ``changed`` copies only the blocks that differ.

    To walk through them is as quick as for a tuple, to ask for one by its number takes such a walk.

    Examples
    --------
    >>> one = Rows(["b", "a"], place=str.lower)
    >>> two = one.changed(gone=["a"], come=["c", "B2"])
    >>> list(one), list(two)
    (['a', 'b'], ['b', 'B2', 'c'])
    """

    __slots__ = ("_blocks", "_count", "_place")

    def __init__(self, records: Iterable[T], place: Callable[[T], Any]) -> None:
        ordered = sorted(records, key=place)
        self._place, self._count = place, len(ordered)
        self._blocks = [ordered[at : at + FEW] for at in range(0, len(ordered), FEW)]

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._blocks)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...

    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Rows({tuple(self)!r})"

    def changed(self, gone: Iterable[T], come: Iterable[T]) -> Rows[T]:
        """Return a copy without the records that are gone, each of which is there, and with those that came."""
        place, blocks = self._place, self._blocks
        leaving: dict[int, list[T]] = {}
        coming: dict[int, list[T]] = {}
        for records, by_block in ((gone, leaving), (come, coming)):
            for each in records:
                by_block.setdefault(self._block_of(each), []).append(each)
        made: Rows[T] = Rows.__new__(Rows)
        made._place, made._count, made._blocks = place, self._count, blocks.copy()
        for at in sorted({*leaving, *coming}, reverse=True):
            block = blocks[at].copy() if blocks else []
            for each in leaving.get(at, ()):
                del block[bisect_left(block, place(each), key=place)]
            for each in coming.get(at, ()):
                insort(block, each, key=place)
            made._count += len(block) - (len(blocks[at]) if blocks else 0)
            size = FEW if len(block) > MANY else MANY
            made._blocks[at : at + 1] = [block[first : first + size] for first in range(0, len(block), size)]
        return made

    def _block_of(self, record: T) -> int:
        """Return the number of the block that holds the place of a record."""
        place = self._place
        return max(0, bisect_right(self._blocks, place(record), key=lambda block: place(block[0])) - 1)
