"""The frozen facts that every measure is computed from.

Ids are external ids (text, unique in their kind), so that what comes out can be printed as it is.
Dates are whole days; an interval ``[from, to)`` contains its first day and not its last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

EventKind = Literal["win", "measured_win", "moved", "near_miss", "reuse"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The constants of the measures (MEASURES.md, sections 2 and 3); every change of them is a new version."""

    quiet_days: int = 90
    routine_days: int = 180
    half_life_days: int = 90
    window_days: int = 90
    together: Fraction = Fraction(1, 2)
    attention: int = 1
    max_reuse: int = 3


@dataclass(frozen=True, slots=True)
class Department:
    """A silo, open on t when ``opened <= t < closed``; None on either side means always.

    ``merged_into`` is the department it goes on as from the day it closed; no number depends on it, but it is
    one cause of their change.
    """

    id: str
    name: str = ""
    opened: date | None = None
    closed: date | None = None
    headcount: int | None = None
    division: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """The customer's path: departments in the order of its steps, importance 1 to 3, validity ``[from, to)``."""

    id: str
    steps: tuple[str, ...]
    importance: int = 1
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A department in an initiative; without dates from the initiative's start, for good."""

    department: str
    joined: date | None = None
    left: date | None = None


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A lead sponsor of an initiative; without dates always."""

    person: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """An initiative that became routine: stands from ``since`` until given up, kept alive by its checks."""

    since: date
    until: date | None = None
    checks: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Initiative:
    """Dated joint work of departments; ``leads`` are lead sponsors over time, ``activity`` the days of its updates."""

    id: str
    start: date | None = None
    end: date | None = None
    members: tuple[Member, ...] = ()
    leads: tuple[Sponsor, ...] = ()
    activity: tuple[date, ...] = ()
    declared_until: date | None = None
    routine: Routine | None = None
    kind: str = "pilot"
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A dated win, near miss, moved measure or reuse of a lesson.

    ``of`` is the win that moved, or the near miss whose lesson is reused; ``lesson`` says whether a near miss
    has its lesson written.
    """

    id: str
    initiative: str
    kind: EventKind
    on: date
    confirmed: bool = True
    of: str | None = None
    lesson: bool = True


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything the measures know: one register, at one version; nothing in it ever changes.

    ``derived`` keeps what the measures worked out once (see ``tracker.graph.keeping.remember``); it takes no
    part in comparison and is empty in a copy.
    """

    departments: tuple[Department, ...] = ()
    journeys: tuple[Journey, ...] = ()
    initiatives: Sequence[Initiative] = ()
    events: Sequence[Event] = ()
    settings: Settings = field(default_factory=Settings)
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
