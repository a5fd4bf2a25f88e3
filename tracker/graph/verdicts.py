"""Which events count, for how much, and why: the points of wins, near misses, moved measures and reused lessons.

Rules and points: MEASURES.md section 3. A verdict does not depend on the day one looks from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.graph.facts import Event, EventKind, Initiative, Portfolio
from tracker.graph.intervals import Line, present, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.shelves import Shelves
from tracker.graph.succession import index

#: Points of a counted event; a measured win is a win (3) whose measure had already moved (2) on its day.
POINTS: dict[EventKind, int] = {"win": 3, "measured_win": 5, "moved": 2, "near_miss": 1, "reuse": 2}


class Reason(StrEnum):
    """Why an event counts, or does not."""

    COUNTED = "counted"
    UNCONFIRMED = "unconfirmed"
    NO_LESSON = "no_lesson"
    NO_DEPARTMENT = "no_department"
    ONE_DEPARTMENT = "one_department"
    NO_ORIGIN = "no_origin"
    ORIGIN_UNCONFIRMED = "origin_unconfirmed"
    ORIGIN_WITHOUT_LESSON = "origin_without_lesson"
    ORIGIN_WITHOUT_DEPARTMENT = "origin_without_department"
    BEFORE_ORIGIN = "before_origin"
    OWN_LESSON = "own_lesson"
    OTHER_INITIATIVE = "other_initiative"
    NO_NEW_DEPARTMENT = "no_new_department"
    ALREADY_REUSED = "already_reused"
    ENOUGH_REUSES = "enough_reuses"
    ALREADY_MOVED = "already_moved"


class Side(NamedTuple):
    """The initiative, and its departments on the day, that earn `part` of an event's points."""

    initiative: str
    part: float
    departments: tuple[str, ...]
    leads: tuple[str, ...]
    theme: str | None


class Verdict(NamedTuple):
    """What an event counts: ``points = POINTS[kind] * fraction``, with ``fraction = 1/2**(nth - 1)``.

    `nth` is its place among the counted events of its kind, initiative and calendar month; an event that does
    not count has no sides, `nth` 0 and no points. Points are exact: whole numbers halved.
    """

    event: str
    initiative: str
    kind: EventKind
    on: date
    reason: Reason
    nth: int = 0
    sides: tuple[Side, ...] = ()

    @property
    def fraction(self) -> float:
        """How much of its points counts."""
        return 0.5 ** (self.nth - 1) if self.nth else 0.0

    @property
    def points(self) -> float:
        """What it counts."""
        return POINTS[self.kind] * self.fraction

    @property
    def counts(self) -> bool:
        """Say whether the event counts."""
        return self.reason is Reason.COUNTED


#: The counted events of each day.
Counted = Mapping[int, tuple[Verdict, ...]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of a portfolio by initiative, and those that count by their day, by id.

    A day on which nothing changed keeps its very tuple when this is carried over, and the days that changed are
    noted: several measures ask for them after every edit.
    """

    of_initiative: Shelves[tuple[Verdict, ...]]
    counted: dict[int, tuple[Verdict, ...]]
    _before: Counted | None = field(default=None, compare=False, repr=False)
    _moved: frozenset[int] = field(default=frozenset(), compare=False, repr=False)

    def moved_since(self, before: Counted) -> Iterable[int]:
        """Return the days on which other events count than before."""
        return self._moved if before is self._before else other_days(self.counted, before)


class ByEvent(Mapping[str, Verdict]):
    """The verdicts of a portfolio by the id of their event."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._events, self._of_initiative = index(portfolio).events, judged(portfolio).of_initiative

    def __getitem__(self, event: str) -> Verdict:
        here = self._of_initiative[self._events[event].initiative]
        return next(each for each in here if each.event == event)

    def __iter__(self) -> Iterator[str]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)


def verdicts(portfolio: Portfolio) -> Mapping[str, Verdict]:
    """Return the verdict on every event by its id, in no particular order.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Member
    >>> named = (Member("A"), Member("B"))
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=named)
    >>> day = date(2025, 1, 9)
    >>> events = (Event("e1", "i1", "win", day), Event("e2", "i1", "win", day), Event("e3", "i1", "win", day, False))
    >>> portfolio = Portfolio(tuple(map(Department, "AB")), initiatives=(first,), events=events)
    >>> [(each.event, each.points, each.reason.value) for each in sorted(verdicts(portfolio).values())]
    [('e1', 3.0, 'counted'), ('e2', 1.5, 'counted'), ('e3', 0.0, 'unconfirmed')]
    """
    return ByEvent(portfolio)


def judged(portfolio: Portfolio) -> Judged:
    """Return the verdicts of a portfolio, once per portfolio."""

    def carry(old: Judged, past: Past) -> Judged:
        return _carried(portfolio, old, past)

    return remember(portfolio, "verdicts", None, lambda: _judged(portfolio), carry)


def other_days(found: Mapping[int, object], before: Mapping[int, object]) -> list[int]:
    """Return the days of which something else is kept than before; what did not change is one and the same."""
    moved = [day for day, here in found.items() if here is not before.get(day)]
    return moved + [day for day in before if day not in found]


def _judged(portfolio: Portfolio) -> Judged:
    known = index(portfolio)
    reuses = [each for each in portfolio.events if each.kind == "reuse"]
    found = _Bench(portfolio).judge(known.of_initiative, reuses)
    counted: dict[date, list[Verdict]] = {}
    for here in found.values():
        for each in here:
            if each.reason is Reason.COUNTED:
                if each.on in counted:
                    counted[each.on].append(each)
                else:
                    counted[each.on] = [each]
    by_day = {on.toordinal(): tuple(sorted(here)) for on, here in counted.items()}
    return Judged(Shelves(found), by_day)


def _carried(portfolio: Portfolio, old: Judged, past: Past) -> Judged:
    """Judge anew the events of changed initiatives, and of those tied to them by a reuse.

    Whether an event counts depends on its own initiative, on the event it is ``of`` and, for a reuse, on the
    other reuses of that; its place in the month on the events of its initiative alone.
    """
    known = index(portfolio)
    were = [event for each in past.values() for event in each.events]
    are = [event for id_ in past for event in known.of_initiative.get(id_, ())]
    origins = {each.id for each in (*were, *are)} | {each.of for each in (*were, *are) if each.of}
    tied = {event.initiative for name in origins for event in known.citing.get(name, ())}
    anew = {id_: events for id_ in {*past, *tied} if (events := known.of_initiative.get(id_))}
    reused = {each.of for events in anew.values() for each in events if each.kind == "reuse" and each.of}
    rivals = {each.id: each for name in reused for each in known.citing.get(name, ()) if each.kind == "reuse"}
    rivals |= {each.id: each for events in anew.values() for each in events if each.kind == "reuse"}
    found = {
        id_: here
        for id_, here in _Bench(portfolio).judge(anew, rivals.values()).items()
        if id_ in anew and here != old.of_initiative.get(id_)
    }
    gone = past.keys() - anew.keys()
    before = [each for id_ in (*gone, *found) for each in old.of_initiative.get(id_, ()) if each.counts]
    after = [each for here in found.values() for each in here if each.counts]
    counted, moved = old.counted.copy(), frozenset(each.on.toordinal() for each in {*before} ^ {*after})
    for day in moved:
        rest = [
            each
            for each in counted.get(day, ())
            if each.initiative not in gone and each.initiative not in found
        ]
        if here := sorted([*rest, *(each for each in after if each.on.toordinal() == day)]):
            counted[day] = tuple(here)
        else:
            counted.pop(day, None)
    return Judged(old.of_initiative.changed(found, without=gone), counted, old.counted, moved)


Finding = tuple[Reason, tuple[Side, ...]]

#: What an event has that does not count.
NOBODY: tuple[Side, ...] = ()


class _Sides:
    """The sides of one initiative: one and the same on all days between which nobody comes or goes."""

    def __init__(self, initiative: Initiative, line: Line) -> None:
        self.initiative, self.line = initiative, line
        self.since = self.until = 0
        self.last: tuple[Side]

    def on(self, day: int) -> tuple[Side]:
        """Return the side of a day, which is mostly that of the day asked for before."""
        if not self.since <= day < self.until:
            self.last = (self.part_on(day, 1.0),)
        return self.last

    def part_on(self, day: int, part: float) -> Side:
        """Return a side that earns a part of the points of a day, and note how long nobody comes or goes."""
        if piece := self.line.piece_on(day):
            self.since, self.until, _, departments, leads, _ = piece
        else:  # outside the days on which it is declared
            self.since, self.until = day, day + 1
            departments, leads = present(self.line.members, day), present(self.line.leads, day)
        return Side(self.initiative.id, part, departments, leads, self.initiative.theme)


class _Bench:
    """Judges the events of initiatives in the order of the repeat rule, (date, id)."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.known, self.lines = index(portfolio), timeline(portfolio).of
        self.max_reuse = portfolio.settings.max_reuse

    def judge(
        self, of_initiative: Mapping[str, tuple[Event, ...]], reuses: Iterable[Event]
    ) -> dict[str, tuple[Verdict, ...]]:
        """Judge the events of initiatives, by initiative; `reuses` are all that compete with a reuse among them."""
        judged_ = dict(self._reuses(reuses))
        found = {}
        for id_, events in of_initiative.items():
            here: list[Verdict] = []
            repeats: dict[tuple[str, int, int], int] = {}
            moved: set[str] = set()
            initiative = self.known.initiatives.get(id_)
            sides = _Sides(initiative, self.lines[id_]) if initiative else None
            for event in events:
                is_reuse = event.kind == "reuse"
                reason, earning = judged_[event.id] if is_reuse else self._own(event, sides, moved)
                if reason is not Reason.COUNTED:
                    here.append(Verdict(event.id, id_, event.kind, event.on, reason))
                    continue
                month = (event.kind, event.on.year, event.on.month)
                nth = repeats[month] = repeats.get(month, 0) + 1
                here.append(Verdict(event.id, id_, event.kind, event.on, reason, nth, earning))
            found[id_] = tuple(here)
        return found

    def _own(self, event: Event, sides: _Sides | None, moved: set[str]) -> Finding:
        """Judge an event but a reuse; `moved` are the wins of its initiative that have moved before."""
        if not event.confirmed:
            return Reason.UNCONFIRMED, NOBODY
        if sides is None:
            return Reason.NO_DEPARTMENT, NOBODY
        if event.kind == "moved" and (reason := self._moved(event, moved)) is not Reason.COUNTED:
            return reason, NOBODY
        if event.kind == "near_miss" and not event.lesson:
            return Reason.NO_LESSON, NOBODY
        earning = sides.on(event.on.toordinal())
        if len(earning[0].departments) < 2:
            return Reason.ONE_DEPARTMENT if earning[0].departments else Reason.NO_DEPARTMENT, NOBODY
        if event.kind == "moved" and event.of:
            moved.add(event.of)
        return Reason.COUNTED, earning

    def _moved(self, event: Event, moved: set[str]) -> Reason:
        origin = self.known.events.get(event.of or "")
        if origin is None or origin.kind != "win":
            return Reason.NO_ORIGIN
        if origin.initiative != event.initiative:
            return Reason.OTHER_INITIATIVE
        if not origin.confirmed:
            return Reason.ORIGIN_UNCONFIRMED
        if origin.on > event.on:
            return Reason.BEFORE_ORIGIN
        return Reason.ALREADY_MOVED if origin.id in moved else Reason.COUNTED

    def _reuses(self, events: Iterable[Event]) -> Iterator[tuple[str, Finding]]:
        """Judge reuses, which compete with each other whatever initiative they belong to."""
        reused, times = set[tuple[str, str]](), Counter[str]()
        for event in sorted(events, key=lambda each: (each.on, each.id)):
            reason, earning = self._reuse(event)
            origin = event.of or ""
            if reason is Reason.COUNTED and (origin, event.initiative) in reused:
                reason, earning = Reason.ALREADY_REUSED, NOBODY
            if reason is Reason.COUNTED and times[origin] >= self.max_reuse:
                reason, earning = Reason.ENOUGH_REUSES, NOBODY
            if reason is Reason.COUNTED:
                reused.add((origin, event.initiative))
                times[origin] += 1
            yield event.id, (reason, earning)

    def _reuse(self, event: Event) -> Finding:  # noqa: C901, PLR0911 (one rule a line, in the order of MEASURES.md)
        """Judge a reuse by itself."""
        if not event.confirmed:
            return Reason.UNCONFIRMED, NOBODY
        if event.initiative not in self.known.initiatives:
            return Reason.NO_DEPARTMENT, NOBODY
        origin = self.known.events.get(event.of or "")
        if origin is None or origin.kind != "near_miss" or origin.initiative not in self.known.initiatives:
            return Reason.NO_ORIGIN, NOBODY
        if origin.initiative == event.initiative:
            return Reason.OWN_LESSON, NOBODY
        if not origin.lesson:
            return Reason.ORIGIN_WITHOUT_LESSON, NOBODY
        if not origin.confirmed:
            return Reason.ORIGIN_UNCONFIRMED, NOBODY
        if origin.on > event.on:
            return Reason.BEFORE_ORIGIN, NOBODY
        here, there = self._side(event), self._side(origin)
        if not here.departments:
            return Reason.NO_DEPARTMENT, NOBODY
        if not there.departments:
            return Reason.ORIGIN_WITHOUT_DEPARTMENT, NOBODY
        if set(here.departments) <= set(there.departments):
            return Reason.NO_NEW_DEPARTMENT, NOBODY
        return Reason.COUNTED, (here, there)

    def _side(self, event: Event) -> Side:
        """Return one of the two sides of a reuse."""
        id_ = event.initiative
        return _Sides(self.known.initiatives[id_], self.lines[id_]).part_on(event.on.toordinal(), 0.5)
