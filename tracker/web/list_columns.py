"""The columns of a list: which there are, which an address asks for, and what stands in each in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from flask import request

from tracker.exchange.sheets import Cell
from tracker.web.paging import url_with

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its heading, the sort of its head, what it needs beside the row, and its cells in a file."""

    key: str
    heading: str
    cells: tuple[tuple[str, Callable[[Row], Cell]], ...]
    sort: str = ""
    needs: str = ""
    down_first: bool = False
    numeric: bool = False

    def plain(self, row: Row) -> Cell:
        """Return what stands in the column, where it is one cell."""
        return self.cells[0][1](row)

    def is_day(self, row: Row) -> bool:
        """Say whether a day stands there."""
        return isinstance(self.plain(row), date)


def column(
    key: str,
    heading: str,
    cell: Callable[[Row], Cell],
    *,
    sort: str = "",
    needs: str = "",
    down_first: bool = False,
    numeric: bool = False,
) -> Column[Row]:
    """Return a column that is one column of a file too."""
    return Column(key, heading, ((heading, cell),), sort, needs, down_first, numeric)


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A chosen column, with the addresses that move it or take it away; "" where it cannot."""

    heading: str
    left: str
    right: str
    away: str


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Row]):
    """The columns that an address asks for, after the first one, which always stands."""

    offered: dict[str, Column[Row]]
    keys: tuple[str, ...]
    is_usual: bool

    @property
    def shown(self) -> list[Column[Row]]:
        """Return the chosen columns in their order."""
        return [self.offered[key] for key in self.keys]

    @property
    def arg(self) -> str:
        """Return the columns as an address has them, "" for the usual ones."""
        return "" if self.is_usual else ".".join(self.keys)

    @property
    def needs(self) -> frozenset[str]:
        """Return what these columns need beside the rows."""
        return frozenset(each.needs for each in self.shown if each.needs)

    @property
    def arranges(self) -> bool:
        """Say whether the address opens the panel in which they are arranged."""
        return request.args.get("arrange") == "columns"

    @property
    def links(self) -> list[ColumnLink]:
        """Return the chosen columns with what can be done with each."""
        last = len(self.keys) - 1
        return [
            ColumnLink(
                self.offered[key].heading,
                self._moved(key, -1) if at else "",
                self._moved(key, 1) if at < last else "",
                self._moved(key, 0) if last else "",
            )
            for at, key in enumerate(self.keys)
        ]

    @property
    def further(self) -> list[tuple[str, str]]:
        """Return the columns that are not shown, each with the address that adds it."""
        return [
            (each.heading, url_with(columns=".".join([*self.keys, key])))
            for key, each in self.offered.items()
            if key not in self.keys
        ]

    def heads(self) -> list[str]:
        """Return the heads of these columns in a file."""
        return [heading for each in self.shown for heading, _ in each.cells]

    def cells(self, row: Row) -> list[Cell]:
        """Return the cells of a row in a file."""
        return [read(row) for each in self.shown for _, read in each.cells]

    def _moved(self, key: str, by: int) -> str:
        found = [each for each in self.keys if each != key]
        if by:
            found.insert(max(0, self.keys.index(key) + by), key)
        return url_with(columns=".".join(found))


def chosen_columns(columns: Iterable[Column[Row]], usual: Sequence[str]) -> Chosen[Row]:
    """Read ``?columns=theme.status``: columns of a list in this order; the usual ones for none."""
    offered = {each.key: each for each in columns}
    asked = dict.fromkeys(each for each in request.args.get("columns", "").split(".") if each in offered)
    keys = tuple(asked) or tuple(each for each in usual if each in offered)
    return Chosen(offered, keys, keys == tuple(usual))
