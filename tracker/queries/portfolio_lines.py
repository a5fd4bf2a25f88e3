"""The shapes in which a register is compared, imported and exported: the lists inside its records, dates as dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session


class StepLine(NamedTuple):
    """A step of a journey."""

    department: str
    name: str = ""
    channel: str = ""
    customer_group: str = ""
    product: str = ""
    volume: int | None = None
    volume_source: str = ""
    volume_on: date | None = None


class MemberLine(NamedTuple):
    """A department's stay in an initiative."""

    department: str
    role: str = "contributing"
    joined: date | None = None
    left: date | None = None


class SponsorLine(NamedTuple):
    """A person who stands behind an initiative for a time."""

    person: str
    role: str = "lead"
    since: date | None = None
    until: date | None = None


class UpdateLine(NamedTuple):
    """What was said about an initiative on a day, and the person of whom it asks something."""

    on: date
    text: str = ""
    asked_of: str | None = None


class RoutineLine(NamedTuple):
    """Since when an initiative stands as routine, its checks in order, its owners as sorted (department, person)."""

    since: date
    until: date | None = None
    checks: tuple[date, ...] = ()
    owners: tuple[tuple[str, str], ...] = ()


class MeasureLine(NamedTuple):
    """A customer measure before and after a win."""

    name: str = ""
    before: float | None = None
    after: float | None = None
    n_before: int | None = None
    n_after: int | None = None


class LessonLine(NamedTuple):
    """The four texts of a lesson."""

    tried: str = ""
    nearly: str = ""
    stopped: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record of the register: its row id, its values under the key names of the portfolio form, and where it is.

    ``into`` is the id of the record that a merged one is now, "" for all others.
    """

    row: int
    values: dict[str, Any]
    in_bin: bool = False
    into: str = ""


Records = dict[str, Kept]
Register = dict[str, Records]


def in_order(lines: Iterable[Any]) -> list[Any]:
    """Return lines sorted by what they say, a missing value first."""
    return sorted(
        lines, key=lambda line: tuple((each is not None, "" if each is None else str(each)) for each in line)
    )


def gathered(session: Session, query: Any) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows of a query gathered by their first column, which they lose. 1 query."""
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in session.execute(query):
        groups[row[0]].append(tuple(row[1:]))
    return groups
