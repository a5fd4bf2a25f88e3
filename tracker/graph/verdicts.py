"""Which events count, for how much, and why: the points of wins, near misses, moved measures and reused lessons.

Rules and points: MEASURES.md section 3. A verdict does not depend on the day one looks from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.graph.facts import Event, EventKind, Initiative, Portfolio
from tracker.graph.intervals import Timeline, timeline
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
    fraction: float = 0.0
    points: float = 0.0
    sides: tuple[Side, ...] = ()

    @property
    def counts(self) -> bool:
        """Say whether the event counts."""
        return self.reason is Reason.COUNTED


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of a portfolio by event, and those that count by their day, by id.

    A day on which nothing changed keeps its very tuple when this is carried over.
    """

    by_event: Shelves[Verdict]
    counted: dict[int, tuple[Verdict, ...]]


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
    return judged(portfolio).by_event


def judged(portfolio: Portfolio) -> Judged:
    """Return the verdicts of a portfolio, once per portfolio."""

    def carry(old: Judged, past: Past) -> Judged:
        return _carried(portfolio, old, past)

    return remember(portfolio, "verdicts", None, lambda: _judged(portfolio), carry)


def _judged(portfolio: Portfolio) -> Judged:
    found = list(_judge(portfolio, portfolio.events))
    counted: dict[int, list[Verdict]] = {}
    for each in found:
        if each.counts:
            counted.setdefault(each.on.toordinal(), []).append(each)
    return Judged(
        Shelves({each.event: each for each in found}), {day: tuple(here) for day, here in counted.items()}
    )


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
    anew = {event.id: event for id_ in {*past, *tied} for event in known.of_initiative.get(id_, ())}
    gone = {each.id for each in were} - anew.keys()
    rivals = {
        event.id: event
        for name in {each.of for each in anew.values() if each.of}
        for event in known.citing.get(name, ())
    }
    found = {
        each.event: each
        for each in _judge(portfolio, (rivals | anew).values())
        if each.event in anew and old.by_event.get(each.event) != each
    }
    counted = old.counted.copy()
    before = [each for id_ in (*gone, *found) if (each := old.by_event.get(id_)) and each.counts]
    after = [each for each in found.values() if each.counts]
    for day in {each.on.toordinal() for each in (*before, *after)}:
        rest = [each for each in counted.get(day, ()) if each.event not in gone and each.event not in found]
        here = sorted([*rest, *(each for each in after if each.on.toordinal() == day)])
        if here:
            counted[day] = tuple(here)
        else:
            counted.pop(day, None)
    return Judged(old.by_event.changed(found, without=gone), counted)


def _judge(portfolio: Portfolio, events: Iterable[Event]) -> Iterable[Verdict]:
    """Judge events in the order of the repeat rule, (date, id)."""
    bench = _Bench(portfolio)
    repeats: dict[tuple[str, str, int, int], int] = {}
    for event in sorted(events, key=lambda each: (each.on, each.id)):
        reason, sides = bench.try_(event)
        if reason is not Reason.COUNTED:
            yield Verdict(event.id, event.initiative, event.kind, event.on, reason)
            continue
        month = (event.initiative, event.kind, event.on.year, event.on.month)
        nth = repeats[month] = repeats.get(month, 0) + 1
        fraction = 0.5 ** (nth - 1)
        points = POINTS[event.kind] * fraction
        yield Verdict(event.id, event.initiative, event.kind, event.on, reason, nth, fraction, points, sides)


Finding = tuple[Reason, tuple[Side, ...]]


class _Bench:
    """What has been judged so far: which lessons were reused by whom, which wins have moved."""

    def __init__(self, portfolio: Portfolio) -> None:
        known = index(portfolio)
        self.events: Mapping[str, Event] = known.events
        self.initiatives: Mapping[str, Initiative] = known.initiatives
        self.timeline: Timeline = timeline(portfolio)
        self.max_reuse = portfolio.settings.max_reuse
        self.reused: set[tuple[str, str]] = set()
        self.reuses: Counter[str] = Counter()
        self.moved: set[str] = set()

    def try_(self, event: Event) -> Finding:
        """Judge one event; call in the order of the repeat rule."""
        if not event.confirmed:
            return Reason.UNCONFIRMED, ()
        if event.initiative not in self.initiatives:
            return Reason.NO_DEPARTMENT, ()
        if event.kind == "reuse":
            return self._reuse(event)
        if event.kind == "moved" and (reason := self._moved(event)) is not Reason.COUNTED:
            return reason, ()
        if event.kind == "near_miss" and not event.lesson:
            return Reason.NO_LESSON, ()
        side = self._side(event)
        if len(side.departments) < 2:
            return Reason.ONE_DEPARTMENT if side.departments else Reason.NO_DEPARTMENT, ()
        if event.kind == "moved" and event.of:
            self.moved.add(event.of)
        return Reason.COUNTED, (side,)

    def _moved(self, event: Event) -> Reason:
        origin = self.events.get(event.of or "")
        if origin is None or origin.kind != "win":
            return Reason.NO_ORIGIN
        if origin.initiative != event.initiative:
            return Reason.OTHER_INITIATIVE
        if not origin.confirmed:
            return Reason.ORIGIN_UNCONFIRMED
        if origin.on > event.on:
            return Reason.BEFORE_ORIGIN
        return Reason.ALREADY_MOVED if origin.id in self.moved else Reason.COUNTED

    def _reuse(self, event: Event) -> Finding:  # noqa: C901, PLR0911 (one rule a line, in the order of MEASURES.md)
        origin = self.events.get(event.of or "")
        if origin is None or origin.kind != "near_miss" or origin.initiative not in self.initiatives:
            return Reason.NO_ORIGIN, ()
        if origin.initiative == event.initiative:
            return Reason.OWN_LESSON, ()
        if not origin.lesson:
            return Reason.ORIGIN_WITHOUT_LESSON, ()
        if not origin.confirmed:
            return Reason.ORIGIN_UNCONFIRMED, ()
        if origin.on > event.on:
            return Reason.BEFORE_ORIGIN, ()
        here, there = self._side(event, part=0.5), self._side(origin, part=0.5)
        if not here.departments:
            return Reason.NO_DEPARTMENT, ()
        if not there.departments:
            return Reason.ORIGIN_WITHOUT_DEPARTMENT, ()
        if set(here.departments) <= set(there.departments):
            return Reason.NO_NEW_DEPARTMENT, ()
        if (origin.id, event.initiative) in self.reused:
            return Reason.ALREADY_REUSED, ()
        if self.reuses[origin.id] >= self.max_reuse:
            return Reason.ENOUGH_REUSES, ()
        self.reused.add((origin.id, event.initiative))
        self.reuses[origin.id] += 1
        return Reason.COUNTED, (here, there)

    def _side(self, event: Event, part: float = 1.0) -> Side:
        day, id_ = event.on.toordinal(), event.initiative
        return Side(
            id_,
            part,
            self.timeline.members_on(id_, day),
            self.timeline.leads_on(id_, day),
            self.initiatives[id_].theme,
        )
