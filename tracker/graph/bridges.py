"""The next best pairs to bring together: what a pilot of the two would add, and who could help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Piece, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.picking import taking_part
from tracker.graph.ranking import NextPair, Ranking, rank, rank_again
from tracker.graph.succession import index
from tracker.graph.ties import Pair, pair_of, ties_on


def next_best(portfolio: Portfolio, on: date) -> tuple[NextPair, ...]:
    """Return every required pair short of full credit: largest gain, then efficiency gain, then warmth first.

    Gain ``r * (1 - c) / sum(r)``; efficiency is the mean of 1/distance, of which a new tie (a, b) changes
    ``d' = min(d, d_xa + 1 + d_by, d_xb + 1 + d_ay)`` (MEASURES.md section 5). Gains are compared as integers.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> [(each.pair, round(each.gain, 3)) for each in next_best(portfolio, date(2025, 1, 31))]
    [(('A', 'C'), 0.333), (('B', 'C'), 0.333)]
    """
    return tuple(ranking(portfolio, on))


def ranking(portfolio: Portfolio, on: date) -> Ranking:
    """Return the same order for readers of its first pairs: no more of it is worked out than they read.

    Examples
    --------
    >>> from tracker.graph.facts import Department
    >>> found = ranking(Portfolio(tuple(map(Department, "ABC"))), date(2025, 1, 31))
    >>> len(found), [each.pair for each in found.part(1, 2)]
    (3, [('A', 'C'), ('B', 'C')])
    """

    def carry(old: Ranking, _past: Past) -> Ranking:
        return rank_again(old, ties_on(portfolio, on))

    return remember(portfolio, "ranking", on, lambda: rank(ties_on(portfolio, on)), carry)


@dataclass(frozen=True, slots=True)
class Step:
    """A small step towards a pair: bring `department` into a live initiative that has the other one."""

    initiative: str
    department: str
    size: int


def linking(portfolio: Portfolio, on: date, pair: Pair) -> tuple[str, ...]:
    """Return the departments that share live work with both of a pair, the strongest link first.

    A link is as strong as the weaker of its two ties. A department that is not open links nobody.
    """
    ties = ties_on(portfolio, on)
    links = {
        each: min(ties.strength(pair_of(each, pair[0])), ties.strength(pair_of(each, pair[1])))
        for each in ties.departments
        if each not in pair
    }
    return tuple(sorted((each for each in links if links[each]), key=lambda each: (-links[each], each)))


def smallest_steps(portfolio: Portfolio, on: date, pair: Pair) -> tuple[Step, ...]:
    """Return the live initiatives with exactly one of a pair, the smallest first, and the department to add.

    The fewer departments an initiative has, the more a pair gains from it: ``1/(k - 1)``. A department that
    is not open on the day can join nothing.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> smallest_steps(portfolio, date(2025, 1, 31), ("B", "C"))
    (Step(initiative='i1', department='C', size=2),)
    """
    if not set(pair) <= set(ties_on(portfolio, on).departments):
        return ()
    steps = []
    for piece in _live_pieces(portfolio, on).values():
        missing = [each for each in pair if each not in piece.members]
        if len(missing) == 1:
            steps.append(Step(piece.initiative, missing[0], len(piece.members)))
    return tuple(sorted(steps, key=lambda step: (step.size, step.initiative)))


def common_theme(portfolio: Portfolio, on: date, departments: Collection[str]) -> str | None:
    """Return the theme under which all of the departments have live work, the one with most of it; or None.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> running = [Initiative(f"i{id_}", date(2025, 1, 1), members=(Member(id_),), theme="storm") for id_ in "AB"]
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=tuple(running))
    >>> day = date(2025, 1, 31)
    >>> common_theme(portfolio, day, "AB"), common_theme(portfolio, day, "AC")
    ('storm', None)
    """
    known, pieces, taking = index(portfolio).initiatives, _live_pieces(portfolio, on), taking_part(portfolio)
    counts = [
        Counter(
            theme
            for id_ in taking.get(each, ())
            if id_ in pieces and each in pieces[id_].members and (theme := known[id_].theme)
        )
        for each in departments
    ]
    common = set(counts[0]).intersection(*counts[1:])
    return min(common, key=lambda theme: (-sum(each[theme] for each in counts), theme), default=None)


def _live_pieces(portfolio: Portfolio, on: date) -> dict[str, Piece]:
    """Return the piece of each initiative that is live on a day, once per portfolio and day."""
    day = on.toordinal()

    def make() -> dict[str, Piece]:
        pieces = timeline(portfolio).pieces
        return {each.initiative: each for each in pieces if each.live and each.since <= day < each.until}

    def carry(old: dict[str, Piece], past: Past) -> dict[str, Piece]:
        lines = timeline(portfolio).of
        now = ((id_, lines[id_].piece_on(day)) for id_ in past if id_ in lines)
        found = {id_: piece for id_, piece in old.items() if id_ not in past}
        return found | {id_: piece for id_, piece in now if piece and piece.live}

    return remember(portfolio, "live pieces", on, make, carry)
