"""Pages that hold while a list changes: each goes on after a row, by what the list is sorted by and the row's id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

T = TypeVar("T")

Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class Key:
    """A column that a list is sorted by, the type of its values, and whether it runs down.

    What is missing comes last either way. ``is_worked_out``: no column of the table, but a query for each row.
    """

    column: Any
    type: type[str | int | date]
    down: bool = False
    is_worked_out: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A row at which a page ends or begins: its values of the keys, and its id."""

    values: tuple[Value, ...]
    id: int


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """The rows of a page, and the edges to go on from."""

    items: tuple[T, ...] = ()
    first: Edge | None = None
    last: Edge | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as the database reads it: `asked` selects the ids and then the keys."""

    session: Session
    asked: Any
    keys: tuple[Key, ...]
    id_column: Any

    def part(
        self, *, edge: Edge | None = None, backwards: bool = False, limit: int | None = 50, offset: int = 0
    ) -> Part[Edge]:
        """Return the edges after one, or before it, in the order of the list. 1 query."""
        query = self.asked
        if edge is not None:
            query = query.where(beyond(self.keys, self.id_column, edge, backwards=backwards))
        query = query.order_by(*in_order(self.keys, self.id_column, backwards=backwards))
        rows = self.session.execute(query.limit(limit).offset(offset))
        found = [Edge(tuple(values), id_) for id_, *values in rows]
        if not found:
            return Part()
        found = found[::-1] if backwards else found
        return Part(tuple(found), found[0], found[-1])

    def edges(self) -> tuple[Edge, ...]:
        """Return the edges of all rows in their order, for what takes them all. 1 query."""
        return self.part(limit=None).items

    def before(self, edge: Edge) -> int:
        """Return how many rows come before an edge. 1 query."""
        query = self.asked.where(beyond(self.keys, self.id_column, edge, backwards=True))
        return self.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def fits(edge: Edge, keys: Sequence[Key]) -> bool:
    """Say whether an edge has a value of the right type for each key: one from an address may have anything."""
    return len(edge.values) == len(keys) and all(
        value is None or (type(value) is key.type) for value, key in zip(edge.values, keys, strict=True)
    )


def in_order(keys: Sequence[Key], id_column: Any, *, backwards: bool = False) -> tuple[Any, ...]:
    """Return the columns to order by; the id makes the order whole."""
    found = []
    for key in keys:
        column = key.column.desc() if key.down is not backwards else key.column.asc()
        found.append(column.nulls_first() if backwards else column.nulls_last())
    return (*found, id_column.desc() if backwards else id_column)


def beyond(
    keys: Sequence[Key], id_column: Any, edge: Edge, *, backwards: bool = False
) -> ColumnElement[bool]:
    """Return the condition that a row comes after the edge, or before it."""
    found: ColumnElement[bool] = id_column < edge.id if backwards else id_column > edge.id
    for key, value in zip(reversed(keys), reversed(edge.values), strict=True):
        past = _past(key, value, backwards=backwards)
        found = and_(_bound(key, value, backwards=backwards), or_(past, and_(_level(key, value), found)))
    return found


def _level(key: Key, value: Value) -> ColumnElement[bool]:
    found: ColumnElement[bool] = key.column.is_(None) if value is None else key.column == value
    return found


def _bound(key: Key, value: Value, *, backwards: bool) -> ColumnElement[bool]:
    """Return what follows from the rest and says it once more: by this an index of the key can be entered."""
    if value is None:
        return true() if backwards else key.column.is_(None)
    reached: ColumnElement[bool] = key.column <= value if key.down is not backwards else key.column >= value
    return reached if backwards else or_(reached, key.column.is_(None))


def _past(key: Key, value: Value, *, backwards: bool) -> ColumnElement[bool]:
    """Return the condition that a row's key alone puts it past the edge."""
    if value is None:
        missing: ColumnElement[bool] = key.column.is_not(None) if backwards else false()
        return missing
    further: ColumnElement[bool] = key.column < value if key.down is not backwards else key.column > value
    return further if backwards else or_(further, key.column.is_(None))
