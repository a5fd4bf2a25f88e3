"""Lists that are worked out instead of read: put in order once, and cut into pages by the same edges as the others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any, Generic, TypeVar

from tracker.queries.keyset import Edge, Key, Part, Value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ordered(Generic[T]):
    """The rows of a list in its order. `edge_of` says where a row stands, by its values of the keys and its id."""

    rows: Sequence[T]
    keys: tuple[Key, ...]
    edge_of: Callable[[T], Edge]

    def part(
        self, *, edge: Edge | None = None, backwards: bool = False, limit: int = 50, offset: int = 0
    ) -> Part[T]:
        """Return the rows after an edge, or before it; the row of that edge may be gone."""
        if backwards:
            end = self.before(edge) if edge else len(self.rows)
            found = self.rows[max(0, end - limit) : end]
        else:
            start = offset
            if edge:
                start = self.before(edge)
                start += start < len(self.rows) and self.edge_of(self.rows[start]) == edge
            found = self.rows[start : start + limit]
        if not found:
            return Part()
        return Part(tuple(found), self.edge_of(found[0]), self.edge_of(found[-1]))

    def before(self, edge: Edge) -> int:
        """Return how many rows come before an edge."""

        def compared(a: Edge, b: Edge) -> int:
            return _compared(a, b, self.keys)

        comparable = cmp_to_key(compared)
        return bisect_left(self.rows, comparable(edge), key=lambda row: comparable(self.edge_of(row)))


def sort_by(rows: Iterable[T], values_of: Callable[[T], tuple[Value, ...]], keys: Sequence[Key]) -> list[T]:
    """Return rows sorted by the first of their values; what is missing comes last either way.

    Rows that are level stay in the order in which they came.
    """
    found = [(values_of(row), row) for row in rows]
    for at, key in reversed(list(enumerate(keys))):
        known = [each for each in found if each[0][at] is not None]
        rest = [each for each in found if each[0][at] is None] if len(known) < len(found) else []
        known.sort(key=_value_at(at), reverse=key.down)
        found = known + rest
    return [row for _, row in found]


def _value_at(at: int) -> Callable[[tuple[tuple[Value, ...], Any]], Any]:
    return lambda each: each[0][at]


def _compared(a: Edge, b: Edge, keys: Sequence[Key]) -> int:
    """Return whether a row comes before another (-1), after it (1), or is the same (0)."""
    for mine, other, key in zip(a.values, b.values, keys, strict=True):
        if mine == other:
            continue
        if mine is None or other is None:
            return 1 if mine is None else -1
        is_less = mine < other  # type: ignore[operator]  # both are of the key's type
        return -1 if is_less is not key.down else 1
    return (a.id > b.id) - (a.id < b.id)
