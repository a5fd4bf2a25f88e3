"""What a file says, read but not yet compared with the register: objects, refusals and warnings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


class Unreadable(Exception):
    """A file that cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One object of a file: the values it states, under the key names of the portfolio form.

    ``place`` is where it stands, such as ``initiatives[3]``; ``line`` the line of a CSV row.
    """

    kind: str
    id: str
    title: str
    values: dict[str, Any]
    place: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An object of a file that cannot go in: where the reason stands, and what it is."""

    kind: str
    id: str
    title: str
    column: str
    reason: str
    line: int | None = None


@dataclass(slots=True)
class Content:
    """What a file says: its objects and refusals in the order of the file, and each warning with its count.

    ``is_table`` tells the rows of a CSV from the objects of a portfolio; ``sections`` are the kinds it lists.
    """

    is_table: bool = False
    items: list[Stated | Refusal] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    sections: set[str] = field(default_factory=set)
    noted: Counter[str] = field(default_factory=Counter)

    def note(self, warning: str) -> None:
        """Count a warning, which is given once."""
        self.noted[warning] += 1
