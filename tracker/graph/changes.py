"""What happened between two dates, as plain differences of sets: the matter of captions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal, NamedTuple

from tracker.graph.chronicle import Turn, chronicle
from tracker.graph.facts import EventKind, Portfolio
from tracker.graph.intervals import FOREVER, Line, Piece, Span, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.momentum import WINS
from tracker.graph.picking import taking_part
from tracker.graph.ties import Pair, weight
from tracker.graph.verdicts import Counted, Verdict, judged

ChangeKind = Literal[
    "first_wins", "together", "routine", "moved", "reused", "ended", "regrouped", "required", "quiet"
]

#: What is told first: what came to be before what stopped, outcomes before silence.
WEIGHTS: dict[ChangeKind, int] = {
    "first_wins": 9,
    "together": 8,
    "routine": 7,
    "moved": 6,
    "reused": 5,
    "ended": 4,
    "regrouped": 3,
    "required": 2,
    "quiet": 1,
}
#: A story of more sentences is a report.
MOST_SENTENCES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change with everything it happened to: groups of departments, initiatives, or counted events."""

    kind: ChangeKind
    groups: tuple[tuple[str, ...], ...] = ()
    initiatives: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """Return how early it is told."""
        return WEIGHTS[self.kind]

    @property
    def count(self) -> int:
        """Return how often it happened."""
        return len(self.groups) or len(self.initiatives) or len(self.events)


def changes(
    portfolio: Portfolio, before: date, after: date, most: int = MOST_SENTENCES
) -> tuple[Change, ...]:
    """Return at most so many kinds of change after one day up to a later one, the weightiest first.

    First joint wins (of departments of which two had none together so far), pairs that work together and did
    not, initiatives that became routine, customer measures that moved and lessons used again as far as they
    count, initiatives that ended, or are no longer heard from.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "AB")), initiatives=(first,))
    >>> [(each.kind, each.groups) for each in changes(portfolio, date(2024, 12, 31), date(2025, 1, 31))]
    [('together', (('A', 'B'),))]
    """
    return changes_at(portfolio, (before, after), 1, most) if before < after else ()


def changes_at(
    portfolio: Portfolio, days: Sequence[date], at: int, most: int = MOST_SENTENCES
) -> tuple[Change, ...]:
    """Return the same from one to the next of a row of days; all of them are looked at in one pass."""
    turn, first, last = _turn(portfolio, days, at)
    counted = judged(portfolio).counted
    here = [each for day in range(first + 1, last + 1) for each in counted.get(day, ())]
    found = [
        Change("first_wins", groups=_first_wins(portfolio, here)),
        Change("together", groups=_in_order(turn.together)),
        Change("routine", initiatives=tuple(sorted(turn.routine))),
        Change("moved", events=_of_kind(here, "moved")),
        Change("reused", events=_of_kind(here, "reuse")),
        Change("ended", initiatives=tuple(sorted(turn.ended))),
        Change("quiet", initiatives=tuple(sorted(turn.quiet))),
    ]
    return _told(found)[:most]


def dip_causes(portfolio: Portfolio, before: date, after: date) -> tuple[Change, ...]:
    """Return why pairs that worked together no longer do: what became of the initiatives that held them.

    Each initiative is named once: it became routine, it ended, it is not heard from, or its departments
    changed. "required" stands for pairs that count no more because journeys or departments changed; it names
    them as groups. Empty when no pair was lost.
    """
    return dip_causes_at(portfolio, (before, after), 1) if before < after else ()


def dip_causes_at(portfolio: Portfolio, days: Sequence[date], at: int) -> tuple[Change, ...]:
    """Return the same from one to the next of a row of days; all of them are looked at in one pass."""
    (turn, first, last), required = _turn(portfolio, days, at), chronicle(portfolio, days).required
    counted = {pair for pair in turn.apart if any(run.first <= at < run.last for run in required.runs(pair))}
    kinds: dict[ChangeKind, set[str]] = {"routine": set(), "ended": set(), "quiet": set(), "regrouped": set()}
    lines = timeline(portfolio).of
    for id_ in turn.over:
        line = lines[id_]
        then, now = line.piece_on(first), line.piece_on(last)
        if then and not counted.isdisjoint(_let_go(then, now, portfolio.settings.attention)):
            kinds[_became(turn, line, id_, last)].add(id_)
    found = [Change(kind, initiatives=tuple(sorted(ids))) for kind, ids in kinds.items()]
    return _told([*found, Change("required", groups=tuple(sorted(turn.apart - counted)))])


def _turn(portfolio: Portfolio, days: Sequence[date], at: int) -> tuple[Turn, int, int]:
    """Return what a place of the days brought, and the days from and to which."""
    return chronicle(portfolio, days).turns[at], days[at - 1].toordinal(), days[at].toordinal()


def _let_go(then: Piece, now: Piece | None, attention: int) -> set[Pair]:
    """Return the pairs that a live piece held, and that it no longer holds by as much."""
    held = set(combinations(then.members, 2))
    if now and now.live and weight(len(now.members), attention) == weight(len(then.members), attention):
        held -= set(combinations(now.members, 2))
    return held


def _became(turn: Turn, line: Line, id_: str, day: int) -> ChangeKind:
    """Say what became of an initiative that held a pair and does not any more."""
    if _in(line.live, day):
        return "regrouped"
    if id_ in turn.routine:
        return "routine"
    return "quiet" if _in(line.declared, day) else "ended"


def _told(found: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted((each for each in found if each.count), key=lambda each: -each.weight))


def _in(spans: Sequence[Span], day: int) -> bool:
    return any(first <= day < end for first, end in spans)


def _of_kind(here: Iterable[Verdict], kind: EventKind) -> tuple[str, ...]:
    return tuple(sorted([each.event for each in here if each.kind == kind]))


def _in_order(together: Mapping[Pair, tuple[int, int]]) -> tuple[Pair, ...]:
    """Return pairs, the most important and strongest first."""
    return tuple(sorted(together, key=lambda pair: (*(-each for each in together[pair]), pair)))


def _first_wins(portfolio: Portfolio, here: Iterable[Verdict]) -> tuple[tuple[str, ...], ...]:
    """Return the departments of each counted win that was the first for two of them, the smallest groups first."""
    firsts = _first_by_pair(portfolio).wins
    found = [each.sides[0].departments for each in here if each.event in firsts]
    return tuple(sorted(found, key=lambda group: (len(group), group)))


#: After every win.
NEVER = (FOREVER, "")


class _Firsts(NamedTuple):
    """The day and the id of the first joint win of each pair, and the counted events they were found in.

    `wins` says of how many pairs a win is the first.
    """

    firsts: dict[Pair, tuple[int, str]]
    counted: Counted
    wins: Mapping[str, int]


def _first_by_pair(portfolio: Portfolio) -> _Firsts:
    """Return the first joint win of each pair, once per portfolio."""

    def make(old: _Firsts, _past: Past) -> _Firsts:
        counted, moved = judged(portfolio).counted, judged(portfolio).moved_since(old.counted)
        firsts, open_again, touched = old.firsts.copy(), set[Pair](), set[Pair]()
        for day in moved:
            for _, pair in _joint_wins(old.counted.get(day, ())):
                touched.add(pair)
                if firsts.get(pair, NEVER)[0] == day:
                    del firsts[pair]
                    open_again.add(pair)
        wins = ((day, *each) for day in moved for each in _joint_wins(counted.get(day, ())))
        for won_on, event, pair in wins:
            touched.add(pair)
            if (won_on, event) < firsts.get(pair, NEVER):
                firsts[pair] = won_on, event
        for pair in open_again:
            if firsts.get(pair, NEVER)[0] > old.firsts[pair][0]:
                firsts.pop(pair, None)  # a win on a day that stayed what it was may come before
                if others := _wins_of(portfolio, pair):
                    firsts[pair] = min(others)
        return _Firsts(firsts, counted, _times(old, firsts, touched))

    return remember(portfolio, "first wins", None, lambda: make(_Firsts({}, {}, {}), {}), make)


def _times(
    old: _Firsts, firsts: Mapping[Pair, tuple[int, str]], touched: Iterable[Pair]
) -> Mapping[str, int]:
    """Return of how many pairs each win is the first, where some pairs may have another one than before."""
    found = dict(old.wins)
    for pair in touched:
        for won, added in ((old.firsts.get(pair), -1), (firsts.get(pair), 1)):
            if won:
                found[won[1]] = found.get(won[1], 0) + added
                if not found[won[1]]:
                    del found[won[1]]
    return found


def _joint_wins(here: Iterable[Verdict]) -> Iterable[tuple[str, Pair]]:
    """Yield the counted wins of a day with each pair that took part."""
    for each in here:
        if each.kind in WINS:
            for pair in combinations(each.sides[0].departments, 2):
                yield each.event, pair


def _wins_of(portfolio: Portfolio, pair: Pair) -> list[tuple[int, str]]:
    """Return the day and the id of each counted win that both took part in."""
    found, parts = judged(portfolio).of_initiative, taking_part(portfolio)
    a, b = (parts.get(each, frozenset()) for each in pair)
    wins = (each for id_ in a & b for each in found.get(id_, ()))
    return [
        (each.on.toordinal(), each.event)
        for each in wins
        if each.counts and each.kind in WINS and set(pair) <= set(each.sides[0].departments)
    ]
