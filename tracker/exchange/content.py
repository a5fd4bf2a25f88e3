"""What a file says, read but not yet compared with the register: objects, refusals and warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Unreadable(Exception):
    """A file that cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One object of a file: the values it states, under the key names of the portfolio form.

    ``place`` is where it stands, such as ``initiatives[3]``; ``line`` the line of a row, ``notes`` what was read
    otherwise than it is written.
    """

    kind: str
    id: str
    title: str
    values: dict[str, Any]
    place: str = ""
    line: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An object of a file that cannot go in: where the reason stands, and what it is."""

    kind: str
    id: str
    title: str
    column: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: what its header says, what it is taken for ("" for nothing), why, and what stands in it."""

    header: str
    target: str
    reason: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class How:
    """How a spreadsheet was read: what was found or said of it, and the house words that stand in its cells.

    ``above`` are the lines before the header as texts; ``words`` the words of kinds, statuses and yes or no that
    are not ours, by column, each with its number of rows. ``order`` is that of day and month. ``spelled`` gives the
    spelling of names that stand for others, by their casefolded form.
    """

    header: tuple[str, ...]
    header_line: int
    columns: tuple[Column, ...]
    above: tuple[tuple[int, str], ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    order: str = "ymd"
    is_order_sure: bool = True
    has_numbers: bool = False
    separator: str = ";"
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    spelled: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_title(self) -> bool:
        """Say whether a column is taken for the title; without one no new row goes in."""
        return any(each.target == "title" for each in self.columns)

    @property
    def has_rows(self) -> bool:
        """Say whether rows can be told apart: by a title, or by the ids of initiatives that are here."""
        return any(each.target in ("title", "external_id") for each in self.columns)


@dataclass(slots=True)
class Content:
    """What a file says: its objects and refusals in the order of the file, and each warning with its count.

    ``is_table`` tells the rows of a spreadsheet from the objects of a portfolio, and ``how`` how they were read;
    ``sections`` are the kinds it lists.
    """

    is_table: bool = False
    items: list[Stated | Refusal] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    sections: set[str] = field(default_factory=set)
    noted: Counter[str] = field(default_factory=Counter)
    how: How | None = None

    def note(self, warning: str) -> None:
        """Count a warning, which is given once."""
        self.noted[warning] += 1
