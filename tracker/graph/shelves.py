"""A mapping that never changes, and whose changed copy costs next to nothing however large it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")

#: How many times as many keys as shelves there are where these are made, and where they are made anew: to copy
#: the row of shelves then costs about as much as to copy one of them.
FEW, MANY = 1, 8


class Shelves(Mapping[str, V]):
    """A mapping of text to values in no particular order; ``changed`` copies only the shelves that differ.

    Examples
    --------
    >>> one = Shelves({"a": 1, "b": 2})
    >>> two = one.changed({"b": 3, "c": 4}, without={"a"})
    >>> sorted(one.items()), sorted(two.items())
    ([('a', 1), ('b', 2)], [('b', 3), ('c', 4)])
    """

    __slots__ = ("_count", "_mask", "_shelves")

    def __init__(self, items: Mapping[str, V]) -> None:
        size = 1 << (len(items) // FEW).bit_length() // 2
        mask, shelves = size - 1, list[dict[str, V]]({} for _ in range(size))
        for key, value in items.items():
            shelves[hash(key) & mask][key] = value
        self._mask, self._shelves, self._count = mask, shelves, len(items)

    def __getitem__(self, key: str) -> V:
        return self._shelves[hash(key) & self._mask][key]

    def __iter__(self) -> Iterator[str]:
        for shelf in self._shelves:
            yield from shelf

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Shelves({dict(self)!r})"

    def changed(self, items: Mapping[str, V], *, without: Collection[str] = ()) -> Shelves[V]:
        """Return a copy with these items, and without those keys, which need not be there."""
        made: Shelves[V] = Shelves.__new__(Shelves)
        made._mask, made._shelves, made._count = self._mask, self._shelves.copy(), self._count
        own: set[int] = set()
        for key in (*items, *without):
            place = hash(key) & self._mask
            if place not in own:
                own.add(place)
                made._shelves[place] = self._shelves[place].copy()
            shelf = made._shelves[place]
            made._count -= len(shelf)
            if key in items:
                shelf[key] = items[key]
            else:
                shelf.pop(key, None)
            made._count += len(shelf)
        return made if made._count <= MANY * (self._mask + 1) ** 2 else Shelves(dict(made))
