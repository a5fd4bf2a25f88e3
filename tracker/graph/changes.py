"""What happened between two dates, as plain differences of sets: the matter of captions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal

from tracker.graph.coverage import Coverage, coverage
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Span, remember, timeline
from tracker.graph.momentum import WINS
from tracker.graph.ties import Pair, ties_on
from tracker.graph.verdicts import verdicts

ChangeKind = Literal["first_wins", "together", "routine", "ended", "quiet", "regrouped", "required"]

#: What is told first: what came to be before what stopped, outcomes before silence.
WEIGHTS: dict[ChangeKind, int] = {
    "first_wins": 7,
    "together": 6,
    "routine": 5,
    "ended": 4,
    "regrouped": 3,
    "required": 2,
    "quiet": 1,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change with everything it happened to: groups of departments, or initiatives."""

    kind: ChangeKind
    groups: tuple[tuple[str, ...], ...] = ()
    initiatives: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """Return how early it is told."""
        return WEIGHTS[self.kind]

    @property
    def count(self) -> int:
        """Return how often it happened."""
        return len(self.groups) or len(self.initiatives)


def changes(portfolio: Portfolio, before: date, after: date, most: int = 3) -> tuple[Change, ...]:
    """Return at most so many kinds of change after one day up to another, the weightiest first.

    First joint wins (of departments of which two had none together so far), pairs that work together and did
    not, initiatives that became routine, ended, or are no longer heard from.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "AB")), initiatives=(first,))
    >>> [(each.kind, each.groups) for each in changes(portfolio, date(2024, 12, 31), date(2025, 1, 31))]
    [('together', (('A', 'B'),))]
    """
    line, first, last = timeline(portfolio), before.toordinal(), after.toordinal()
    routine = _became_routine(portfolio, before, after)
    stopped = [each for each in line.declared if _in(line.declared[each], first)]
    ended = [each for each in stopped if not _in(line.declared[each], last)]
    silent = [each for each in line.live if _in(line.live[each], first) and not _in(line.live[each], last)]
    found = [
        Change("first_wins", groups=_first_wins(portfolio, before, after)),
        Change("together", groups=_newly_together(portfolio, before, after)),
        Change("routine", initiatives=routine),
        Change("ended", initiatives=tuple(sorted(ended))),
        Change("quiet", initiatives=tuple(sorted(set(silent) - set(ended)))),
    ]
    return _told(found)[:most]


def dip_causes(portfolio: Portfolio, before: date, after: date) -> tuple[Change, ...]:
    """Return why pairs that worked together no longer do: what became of the initiatives that held them.

    Each initiative is named once: it became routine, it ended, it is not heard from, or its departments
    changed. "required" stands for pairs that count no more because journeys or departments changed; it names
    them as groups. Empty when no pair was lost.
    """
    was, now = coverage(portfolio, before), coverage(portfolio, after)
    lost = [pair for pair in was.band_of if _is_together(was, pair) and not _is_together(now, pair)]
    gone = [pair for pair in lost if pair not in now.importance]
    line, last = timeline(portfolio), after.toordinal()
    routine = set(_became_routine(portfolio, before, after))
    kinds: dict[ChangeKind, set[str]] = {"routine": set(), "ended": set(), "quiet": set(), "regrouped": set()}
    then, held = ties_on(portfolio, before).bridges, ties_on(portfolio, after).bridges
    for pair in set(lost) - set(gone):
        still = {(bridge.initiative, bridge.weight) for bridge in held.get(pair, ())}
        for bridge in then.get(pair, ()):
            id_ = bridge.initiative
            if (id_, bridge.weight) in still:
                continue
            if _in(line.live[id_], last):
                kinds["regrouped"].add(id_)
            elif id_ in routine:
                kinds["routine"].add(id_)
            else:
                kinds["quiet" if _in(line.declared[id_], last) else "ended"].add(id_)
    found = [Change(kind, initiatives=tuple(sorted(ids))) for kind, ids in kinds.items()]
    return _told([*found, Change("required", groups=tuple(sorted(gone)))])


def _told(found: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted((each for each in found if each.count), key=lambda each: -each.weight))


def _in(spans: Sequence[Span], day: int) -> bool:
    return any(first <= day < end for first, end in spans)


def _is_together(covered: Coverage, pair: Pair) -> bool:
    return covered.band_of.get(pair) in ("backed", "single")


def _became_routine(portfolio: Portfolio, before: date, after: date) -> tuple[str, ...]:
    return tuple(
        sorted(
            each.id for each in portfolio.initiatives if each.routine and before < each.routine.since <= after
        )
    )


def _newly_together(portfolio: Portfolio, before: date, after: date) -> tuple[Pair, ...]:
    """Return the pairs that work together and did not, the most important and strongest first."""
    was, now = coverage(portfolio, before), coverage(portfolio, after)
    found = [pair for pair in now.band_of if _is_together(now, pair) and not _is_together(was, pair)]
    return tuple(sorted(found, key=lambda pair: (-now.importance[pair], -now.strength[pair], pair)))


def _first_wins(portfolio: Portfolio, before: date, after: date) -> tuple[tuple[str, ...], ...]:
    """Return the departments of each counted win that was the first for two of them, the smallest groups first."""
    firsts = remember(portfolio, "first wins", None, lambda: _all_first_wins(portfolio))
    found = [departments for on, departments in firsts if before < on <= after]
    return tuple(sorted(found, key=lambda group: (len(group), group)))


def _all_first_wins(portfolio: Portfolio) -> tuple[tuple[date, tuple[str, ...]], ...]:
    known: set[Pair] = set()
    found = []
    for each in verdicts(portfolio).values():
        if each.counts and each.kind in WINS:
            departments = each.sides[0].departments
            pairs = set(combinations(departments, 2))
            if not pairs <= known:
                found.append((each.on, departments))
                known |= pairs
    return tuple(found)
