"""Said then, known now: how two states of the facts see the same days differently, each difference by name.

Where coverage moved, the facts of then are made those of now one thing at a time, and each is told with what stood
before and after it, so that all together they are the whole difference (as in `tracker.graph.causes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from tracker.graph.facts import Department, Initiative, Portfolio
from tracker.graph.figures import Figure, counted
from tracker.graph.intervals import EARLIEST, FOREVER, timeline
from tracker.graph.replay import Board, Effect, Standing
from tracker.graph.succession import index
from tracker.graph.ties import is_valid, open_departments, threshold_of
from tracker.graph.verdicts import Reason, Verdict

Kind = Literal[
    "settings", "merged", "journeys", "every_pair", "required", "waived", "opened", "closed",
    "recorded", "gone", "dated", "staffed", "heard", "unheard", "led",
]  # fmt: skip
MomentKind = Literal[
    "logged", "confirmed", "lesson", "gone", "dated", "unconfirmed", "weighed", "counts", "not"
]

#: Whose record a difference opens.
ABOUT: dict[Kind, Literal["initiative", "department", "journey", ""]] = {
    "settings": "", "journeys": "", "every_pair": "", "merged": "department", "opened": "department", "closed": "department",
    "required": "journey", "waived": "journey",
    "recorded": "initiative", "gone": "initiative", "dated": "initiative", "staffed": "initiative",
    "heard": "initiative", "unheard": "initiative", "led": "initiative",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference(Effect):
    """One thing that is known otherwise of a day, and where coverage stood before and after it.

    `department` is the one that a merged department went on as.
    """

    kind: Kind
    subject: str
    department: str | None
    before: Standing
    after: Standing


class Work(NamedTuple):
    """An initiative on a day: whether it is heard from, and who is in it and leads it."""

    live: bool
    members: frozenset[str]
    leads: tuple[str, ...]


NOTHING = Work(live=False, members=frozenset(), leads=())


@dataclass(frozen=True, slots=True)
class MomentDifference:
    """A moment that counts otherwise than it did; None where it did or does not count."""

    event: str
    kind: MomentKind
    then: Verdict | None
    now: Verdict | None


def differences(
    then: Portfolio, now: Portfolio, on: date, known_as: Callable[[str], str] = str
) -> tuple[Difference, ...]:
    """Return what is known otherwise of a day: settings, departments and journeys, then initiatives by id.

    `known_as` says under which name a lead sponsor of now stands in the facts of then.

    Examples
    --------
    >>> from tracker.graph.facts import Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> then = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> now = Portfolio(then.departments)
    >>> [(each.kind, each.subject, each.together) for each in differences(then, now, date(2025, 1, 31))]
    [('gone', 'i1', -1)]
    """
    start = then if then.settings == now.settings else replace(then, settings=now.settings)
    change = _Change(start, now, on, known_as)
    found = list(change.steps())
    if start is not then:
        found.insert(0, Difference("settings", "", None, _board(then, on).standing, change.first))
    return tuple(found)


def moment_differences(then: Portfolio, now: Portfolio, figure: Figure) -> tuple[MomentDifference, ...]:
    """Return the moments of a figure that count otherwise than they did, by day; weights only where points matter."""
    was, is_ = counted(then, figure), counted(now, figure)
    found = []
    for event in {**was, **is_}:
        before, after = was.get(event), is_.get(event)
        weighs_same = figure.name not in ("momentum", "moment") or (
            before is not None
            and after is not None
            and (before.points, before.on) == (after.points, after.on)
        )
        if before is None or after is None or not weighs_same:
            found.append(MomentDifference(event, _why(then, now, event, before, after), before, after))
    return tuple(sorted(found, key=lambda each: ((each.now or each.then or _NEVER).on, each.event)))


_NEVER = Verdict("", "", "win", date.min, Reason.COUNTED)


def _why(
    then: Portfolio, now: Portfolio, event: str, before: Verdict | None, after: Verdict | None
) -> MomentKind:
    """Say why a moment counts otherwise: what somebody did to it, before what follows from other records."""
    was, is_ = index(then).events.get(event), index(now).events.get(event)
    if was is None or is_ is None:
        return "logged" if was is None else "gone"
    if was.confirmed != is_.confirmed:
        return "confirmed" if is_.confirmed else "unconfirmed"
    if was.on != is_.on:
        return "dated"
    if was.lesson != is_.lesson and is_.lesson:
        return "lesson"
    if before is not None and after is not None:
        return "weighed"
    return "counts" if after is not None else "not"


def work_on(portfolio: Portfolio, on: date, known_as: Callable[[str], str] = str) -> dict[str, Work]:
    """Return every declared initiative of a day, its lead sponsors as they are `known_as`."""
    day, lines = on.toordinal(), timeline(portfolio)
    found = {}
    for id_, line in lines.of.items():
        piece = line.piece_on(day)
        if piece is not None:
            found[id_] = Work(piece.live, frozenset(piece.members), tuple(sorted(map(known_as, piece.leads))))
    return found


def _board(portfolio: Portfolio, on: date) -> Board:
    """Set up a day from its facts alone, so that departments and journeys may change on it too."""
    board = Board(portfolio.settings, threshold_of(portfolio), every_pair=not portfolio.journeys)
    valid = {each.id: each for each in portfolio.journeys if is_valid(each, on)}
    board.arrange(opens=open_departments(portfolio, on), journeys=valid)
    for id_, work in work_on(portfolio, on).items():
        if work.live:
            board.work(id_, work.members)
    return board


class _Change:
    """The board of a day as it was known, on the way to what is known now."""

    def __init__(self, then: Portfolio, now: Portfolio, on: date, known_as: Callable[[str], str]) -> None:
        self.then, self.now, self.on = then, now, on
        self.board = _board(then, on)
        self.was, self.is_ = work_on(then, on), work_on(now, on, known_as)
        self.first = self.board.standing

    def steps(self) -> Iterator[Difference]:
        """Change one thing after the other; each is told when it is done, where it moved or could move a band."""
        before = self.first
        for kind, subject, department in self._all():
            after = self.board.standing
            if after != before or ABOUT[kind] == "initiative":
                yield Difference(kind, subject, department, before, after)
            before = after

    def _all(self) -> Iterator[tuple[Kind, str, str | None]]:
        yield from self._departments_and_journeys()
        for id_ in sorted(self.was.keys() | self.is_.keys()):
            then, now = self.was.get(id_, NOTHING), self.is_.get(id_, NOTHING)
            self.board.work(id_, now.members if now.live else None)
            if then != now:
                yield self._what(id_, then, now), id_, None

    def _departments_and_journeys(self) -> Iterator[tuple[Kind, str, str | None]]:
        board, there = self.board, set(open_departments(self.now, self.on))
        valid = {each.id: each for each in self.now.journeys if is_valid(each, self.on)}
        known: dict[str, Department] = {each.id: each for each in self.now.departments}
        for id_ in sorted(board.there - there):
            into = known[id_].merged_into if id_ in known else None
            if into in there:
                self._merge(id_, str(into))
                yield "merged", id_, into
        if board.every_pair != (not self.now.journeys):
            board.every_pair = not self.now.journeys
            board.arrange(journeys=valid)
            yield ("every_pair" if board.every_pair else "journeys"), "", None
        for id_ in sorted(valid.keys() | board.journeys.keys()):
            old = board.journeys.get(id_)
            if old == valid.get(id_):
                continue
            others = {name: each for name, each in board.journeys.items() if name != id_}
            board.arrange(journeys={**others, **({id_: valid[id_]} if id_ in valid else {})})
            yield ("required" if id_ in valid else "waived"), id_, None
        for id_ in sorted(there - board.there):
            board.arrange(opens=[id_], journeys=None)
            yield "opened", id_, None
        for id_ in sorted(board.there - there):
            board.arrange(closes=[id_], journeys=None)
            yield "closed", id_, None

    def _merge(self, old: str, new: str) -> None:
        """Let a department go on as another, in its work and in the steps of its journeys."""
        board = self.board
        for id_, work in self.was.items():
            if old in work.members and old not in self.is_.get(id_, NOTHING).members:
                merged = self.was[id_] = work._replace(members=work.members - {old} | {new})
                board.work(id_, merged.members if merged.live else None)
        journeys = {
            id_: replace(each, steps=tuple(new if step == old else step for step in each.steps))
            for id_, each in board.journeys.items()
        }
        board.arrange(closes=[old], journeys=journeys)

    def _what(self, id_: str, then: Work, now: Work) -> Kind:
        """Say what is known otherwise of an initiative: what was recorded, before what follows from it."""
        was = index(self.then).initiatives.get(id_)
        is_ = index(self.now).initiatives.get(id_)
        if was is None or is_ is None:
            return "recorded" if was is None else "gone"
        if _days_of(was) != _days_of(is_):
            return "dated"
        if then.live != now.live:
            return "heard" if now.live else "unheard"
        return "staffed" if then.members != now.members else "led"


def _days_of(each: Initiative) -> tuple[object, ...]:
    """Return when the record says that an initiative runs."""
    routine = each.routine and (each.routine.since, each.routine.until)
    return each.start or EARLIEST, each.end or FOREVER, each.declared_until, routine
