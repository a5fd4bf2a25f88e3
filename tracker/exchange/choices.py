"""What somebody chose about a file: how it is read, what its words mean, which rows and names are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tracker.exchange.column_names import TARGETS

#: What is remembered of a mapping: how files with this header are read. The rest is about one file alone.
REMEMBERED = (
    "delimiter",
    "order",
    "separator",
    "together",
    "columns",
    "kinds",
    "statuses",
    "flags",
    "departments",
    "people",
)


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything chosen about a file; what is left empty is found.

    ``together``: rows with the same id are one, each adds its departments and sponsors.
    ``columns`` says what each column is ("" for nothing). ``kinds``, ``statuses`` and ``flags`` give the meaning of
    house words, ``departments`` and ``people`` the name that a name stands for, "" to leave it out. ``left_out`` are
    lines, or kinds and ids of a portfolio. ``vouching`` are the people who vouch for the wins that were reported.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 0
    order: str = ""
    separator: str = ""
    together: bool = False
    columns: tuple[str, ...] | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    vouching: tuple[str, ...] = ()
    end_missing: bool = False
    mapping: str = ""

    def document(self) -> dict[str, Any]:
        """Return the choices as JSON keeps them, those left empty left out."""
        found: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value:
                found[each.name] = sorted(value) if isinstance(value, frozenset) else value
        return found | {name: dict(found[name]) for name in WORDS if name in found}

    def remembered(self) -> dict[str, Any]:
        """Return what holds for other files with the same header too."""
        return {name: value for name, value in self.document().items() if name in REMEMBERED}

    def following(self, document: Mapping[str, Any], name: str) -> Choices:
        """Return these choices with what a remembered mapping says put in."""
        kept = choices_of({key: value for key, value in document.items() if key in REMEMBERED})
        return replace(self, mapping=name, **{key: getattr(kept, key) for key in REMEMBERED})


#: The choices that give words a meaning.
WORDS = ("kinds", "statuses", "flags", "departments", "people")


def choices_of(document: Mapping[str, Any] | None) -> Choices:
    """Return the choices that JSON kept; what is not known any more is left out."""
    kept = dict(document or {})
    columns = kept.get("columns")
    if columns is not None:
        kept["columns"] = tuple(each if each in TARGETS else "" for each in columns)
    kept["left_out"] = frozenset(kept.get("left_out", ()))
    kept["vouching"] = tuple(kept.get("vouching", ()))
    names = {each.name for each in fields(Choices)}
    return Choices(**{name: value for name, value in kept.items() if name in names})
