"""Why coverage changed between two days: every dated cause, with its exact share of the difference.

The days between are replayed one change at a time. What a cause is worth is coverage after it less coverage
before it, so that all shares together are the whole difference, to the last unit (MEASURES.md section 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from tracker.graph.facts import Initiative, Journey, Portfolio
from tracker.graph.intervals import (
    EARLIEST,
    FOREVER,
    Line,
    Span,
    member_spans,
    open_span,
    timeline,
)
from tracker.graph.keeping import remember
from tracker.graph.picking import chosen
from tracker.graph.replay import Board, Effect, Standing
from tracker.graph.succession import index
from tracker.graph.ties import is_valid, threshold_of

CauseKind = Literal[
    "started", "routine", "woke", "joined", "opened", "required",
    "merged", "closed", "waived", "left", "ended", "lapsed", "quiet",
]  # fmt: skip

#: The order in which causes are told: what came to be before what stopped, silence last.
TOLD: tuple[CauseKind, ...] = (
    "started", "routine", "woke", "joined", "opened", "required",
    "merged", "closed", "waived", "left", "ended", "lapsed", "quiet",
)  # fmt: skip
#: Whose record a cause opens.
ABOUT: dict[CauseKind, Literal["initiative", "department", "journey"]] = {
    "opened": "department", "merged": "department", "closed": "department",
    "required": "journey", "waived": "journey",
    "started": "initiative", "routine": "initiative", "woke": "initiative", "joined": "initiative",
    "left": "initiative", "ended": "initiative", "lapsed": "initiative", "quiet": "initiative",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause(Effect):
    """One dated cause: where coverage stood before and after it.

    `subject` is the id of the initiative, department or journey (see `ABOUT`), `department` the one that
    joined or left an initiative, or that a merged one goes on as.
    """

    on: date
    kind: CauseKind
    subject: str
    department: str | None
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class Explanation:
    """The coverage at the end of two days, and the causes between them in the order of their days.

    ``before.share + sum(cause.share) == after.share``, and the same for the counts of pairs.
    """

    before: Standing
    after: Standing
    causes: tuple[Cause, ...]


class Happening(NamedTuple):
    """What is about to change on a board."""

    kind: CauseKind
    subject: str
    department: str | None = None


def explain(portfolio: Portfolio, before: date, after: date) -> Explanation:
    """Return why coverage changed from the end of one day to the end of another, not earlier one.

    What changed neither a count nor the coverage is left out. On one day journeys and departments come first,
    then initiatives in the order of `TOLD`, each by id.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> found = explain(portfolio, date(2024, 12, 31), date(2025, 4, 1))
    >>> [(each.on.isoformat(), each.kind, each.subject, each.together, str(each.share)) for each in found.causes]
    [('2025-01-01', 'started', 'i1', 1, '1/3'), ('2025-04-01', 'quiet', 'i1', -1, '-1/3')]
    """
    return remember(portfolio, "causes", (before, after), lambda: _explain(portfolio, before, after))


def _explain(portfolio: Portfolio, before: date, after: date) -> Explanation:
    replay = _Replay(portfolio, before, after)
    first, now, causes = replay.board.standing, replay.board.standing, []
    for day in replay.days:
        for happening in replay.happenings(day):
            then, now = now, replay.board.standing
            if then != now:
                causes.append(Cause(date.fromordinal(day), *happening, then, now))
    return Explanation(first, now, tuple(causes))


class _Replay:
    """The board of the first day, and the days after it on which something may change."""

    def __init__(self, portfolio: Portfolio, before: date, after: date) -> None:
        self.line = timeline(portfolio)
        self.departments = {each.id: each for each in portfolio.departments}
        self.opened = {each.id: open_span(each) for each in portfolio.departments}
        self.journeys = {each.id: each for each in portfolio.journeys}
        self.always = dict.fromkeys(self.departments, (EARLIEST, FOREVER))
        self.first, self.last = before.toordinal(), after.toordinal()
        self.initiatives: dict[str, Initiative] = {}
        self.members: dict[str, tuple[tuple[str, Span], ...]] = {}
        self.moving: dict[int, list[str]] = defaultdict(list)
        self.shaped = self._shaping()
        if self.shaped:
            self.board = Board(portfolio.settings, threshold_of(portfolio), every_pair=not portfolio.journeys)
            self._shape(before)
            for each in portfolio.initiatives:
                if self._is_ever_live(self.line.of[each.id]):
                    self._staff(each)
                    self.board.work(each.id, self._members(each.id, self.first))
        else:
            self.board = Board.of(portfolio, before)
            known = index(portfolio).initiatives
            for id_ in sorted(chosen(portfolio, "moving", (before, after), self._moves)):
                self._staff(known[id_])
                if members := self._members(id_, self.first):
                    self.board.live[id_] = members
        self.days = sorted({*self.shaped, *self.moving})

    def _shaping(self) -> set[int]:
        """Return the days on which departments or journeys change."""
        cuts = [cut for span in self.opened.values() for cut in span]
        for each in self.journeys.values():
            cuts += [cut.toordinal() for cut in (each.valid_from, each.valid_to) if cut]
        return {cut for cut in cuts if self.first < cut <= self.last}

    def _shape(self, before: date) -> None:
        """Set up departments and journeys as they were."""
        there = [id_ for id_, (since, until) in self.opened.items() if since <= self.first < until]
        valid = {id_: each for id_, each in self.journeys.items() if is_valid(each, before)}
        self.board.arrange(opens=there, journeys=valid)

    def _is_ever_live(self, line: Line) -> bool:
        return any(since <= self.last and until > self.first for since, until in line.live)

    def _cuts(self, live: Sequence[Span], stays: Sequence[tuple[str, Span]]) -> set[int]:
        """Return the days on which an initiative changes."""
        cuts = {cut for span in (*live, *(span for _, span in stays)) for cut in span}
        return {cut for cut in cuts if self.first < cut <= self.last}

    def _moves(self, each: Initiative, line: Line) -> bool:
        return self._is_ever_live(line) and bool(self._cuts(line.live, member_spans(each, self.always)))

    def _staff(self, each: Initiative) -> None:
        """Take up an initiative, and note the days on which it changes."""
        self.initiatives[each.id] = each
        stays = self.members[each.id] = member_spans(each, self.always)
        for cut in self._cuts(self.line.live[each.id], stays):
            self.moving[cut].append(each.id)

    def happenings(self, day: int) -> Iterator[Happening]:
        """Change the board as the day did, one thing at a time; each is told when it is done."""
        moving = self.moving.get(day, ())
        if day in self.shaped:
            yield from self._shaped(day, moving)
        changes = [change for id_ in sorted(moving) for change in self._changes(id_, day)]
        for happening in sorted(changes, key=lambda each: TOLD.index(each.kind)):
            if happening.department is None:
                self.board.work(happening.subject, self._members(happening.subject, day))
            else:
                members = self.board.live.get(happening.subject, frozenset())
                self.board.work(happening.subject, members ^ {happening.department})
            yield happening

    def _shaped(self, day: int, moving: Sequence[str]) -> Iterator[Happening]:
        """Merge, then let journeys begin and be over, departments open and close."""
        board, on = self.board, date.fromordinal(day)
        there = {id_ for id_, (since, until) in self.opened.items() if since <= day < until}
        valid = {id_: each for id_, each in self.journeys.items() if is_valid(each, on)}
        for id_ in sorted(board.there - there):
            into = self.departments[id_].merged_into
            if into is not None and into in there:
                self._merge(id_, into, day, valid, moving)
                yield Happening("merged", id_, into)
        for id_ in sorted(valid.keys() - board.journeys.keys()):
            board.arrange(journeys={**board.journeys, id_: valid[id_]})
            yield Happening("required", id_)
        for id_ in sorted(board.journeys.keys() - valid.keys()):
            board.arrange(journeys={each: board.journeys[each] for each in board.journeys if each != id_})
            yield Happening("waived", id_)
        for id_ in sorted(there - board.there):
            board.arrange(opens=[id_], journeys=None)
            yield Happening("opened", id_)
        for id_ in sorted(board.there - there):
            board.arrange(closes=[id_], journeys=None)
            yield Happening("closed", id_)

    def _merge(
        self, old: str, new: str, day: int, valid: Mapping[str, Journey], moving: Sequence[str]
    ) -> None:
        """Let a department go on as another: its stays and its journeys of that day go over in one."""
        board = self.board
        for id_ in moving:
            before, after = board.live.get(id_), self._members(id_, day)
            if before and after and old in before and old not in after:
                board.work(id_, before - {old} | ({new} & set(after)))
        journeys = dict(board.journeys)
        begun = {id_: each for id_, each in valid.items() if id_ not in journeys}
        for id_ in board.journeys.keys() - valid.keys():
            steps = tuple(new if step == old else step for step in journeys[id_].steps)
            follows = [each for each in begun.values() if each.steps == steps]
            if old in journeys[id_].steps and follows:
                del journeys[id_]
                journeys[follows[0].id] = follows[0]
        board.arrange(closes=[old], journeys=journeys)

    def _changes(self, id_: str, day: int) -> Iterator[Happening]:
        before, after = self.board.live.get(id_, frozenset()), self._members(id_, day)
        was, now = self._is(self.line.live[id_], day - 1), self._is(self.line.live[id_], day)
        if was and now:
            yield from (Happening("left", id_, each) for each in sorted(before - after))
            yield from (Happening("joined", id_, each) for each in sorted(after - before))
        elif before != after:
            yield Happening(self._turn(id_, day, begins=now), id_)

    def _turn(self, id_: str, day: int, *, begins: bool) -> CauseKind:
        """Say what became of an initiative that begins or stops to tie its departments."""
        routine, declared = self.initiatives[id_].routine, self.line.declared[id_]
        since = routine.since.toordinal() if routine else FOREVER
        if begins:
            if since == day:
                return "routine"
            return "woke" if self._is(declared, day - 1) else "started"
        if not self._is(declared, day):
            return "ended"
        return "lapsed" if since < day else "quiet"

    def _members(self, id_: str, day: int) -> frozenset[str]:
        """Return the departments that a live initiative has on a day, open or not; none while it is not live."""
        if not self._is(self.line.live[id_], day):
            return frozenset()
        return frozenset(each for each, (since, until) in self.members[id_] if since <= day < until)

    @staticmethod
    def _is(spans: Sequence[Span], day: int) -> bool:
        return any(since <= day < until for since, until in spans)
