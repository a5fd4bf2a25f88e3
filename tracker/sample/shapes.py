"""What the authored stories are written in. Days are offsets from today: -30 is thirty days ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Department:
    """A silo of the sample; ``opened`` None means always."""

    id: str
    name: str
    division: str
    headcount: int
    aliases: tuple[str, ...] = ()
    opened: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A sponsor, with a title and a home department."""

    id: str
    name: str
    title: str
    department: str


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who gets a sign-in in the demo; ``person`` links a sponsor's account to the register."""

    email: str
    name: str
    role: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a journey; ``volume`` counts hand-offs a month to the next step."""

    department: str
    name: str
    channel: str = ""
    volume: int | None = None
    source: str = ""
    product: str = ""
    customers: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """The customer's path, of importance 1 to 3."""

    id: str
    name: str
    importance: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A customer measure before and after, each with the number of answers behind it."""

    name: str
    before: float
    after: float
    n_before: int
    n_after: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The day a win's customer measure was shown to have moved."""

    on: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Win:
    """A quick win; with ``measure`` its customer measure had already moved on its day.

    ``by`` names who vouched for it; ``waits`` says that nobody has yet.
    """

    on: int
    title: str
    by: tuple[str, ...] = ()
    measure: Measure | None = None
    moved: Moved | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Something that nearly worked, titled by what happened, with the four sentences of its lesson."""

    on: int
    title: str
    tried: str
    nearly: str
    stopped: str
    next: str
    by: tuple[str, ...] = ()
    show: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Reuse:
    """The day this work reuses the lesson of another work's near miss."""

    on: int
    of: str


@dataclass(frozen=True, slots=True)
class Routine:
    """How a pilot stands since it became routine: the days it was checked, an owner in each department."""

    checks: tuple[int, ...]
    owners: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """One initiative. The first department leads; ``leads`` are earlier lead sponsors with their last day.

    Without ``decide_by`` an ended work was decided on its end, a running one is due 90 days after its start.
    """

    id: str
    title: str
    sponsor: str
    departments: tuple[str, ...]
    start: int
    about: str
    end: int | None = None
    kind: str = "pilot"
    decide_by: int | None = None
    outcome: str | None = None
    because: str = ""
    into: str | None = None
    routine: Routine | None = None
    builds_on: tuple[str, ...] = ()
    co: tuple[str, ...] = ()
    leads: tuple[tuple[str, int], ...] = ()
    joined: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    contact: str = ""
    said: tuple[tuple[int, str], ...] = ()
    moments: tuple[Win | NearMiss, ...] = ()
    reuses: tuple[Reuse, ...] = ()
