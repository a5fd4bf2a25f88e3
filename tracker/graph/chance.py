"""Is it more than chance? The live work of a day dealt anew, again and again, by curveball trades.

A shuffle keeps how many initiatives each department is in and how many departments each initiative has; who meets
whom is left to chance. What the pairs of a department collect in all is then the same in every shuffle, so that the
comparison tells where the work goes, not how much of it there is (MEASURES.md section 5).

Initiatives of one department tie no pair. They stay out: dealt along, they would move that sum.

Curveball: Strona et al., Nat. Commun. 5:4114, 2014. Ten trades for each department: Neal, arXiv 2305.04937.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Literal, NamedTuple

from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.graph.ties import SCALE, Pair, threshold_of, ties_on

Verdict = Literal["beyond", "unclear", "below"]

#: How often the work of a day is dealt anew, and the trades of one shuffle for each department.
SHUFFLES, TRADES_PER_DEPARTMENT = 200, 10
#: The same register gives the same shuffles, in every process and on every day that one asks.
SEED = 4114
#: What at most so large a part of the shuffles reaches is no accident; the others lie between two numbers.
SELDOM = Fraction(1, 20)
#: Trades, and initiatives added up, between two rests: well under a millisecond.
TRADES_AT_ONCE, INITIATIVES_AT_ONCE = 16, 64


@dataclass(frozen=True, slots=True)
class Table:
    """Who is in what on a day: for each department with work the numbers of its live initiatives of two or more.

    `weights` says what each initiative gives each of its pairs, in units of 1/SCALE; `importance` names the
    required pairs. `key` is the same for tables that are the same, and only for those.
    """

    departments: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    weights: tuple[int, ...]
    importance: dict[Pair, int]
    threshold: int
    key: str

    @property
    def trades(self) -> int:
        """How many trades make one shuffle."""
        return TRADES_PER_DEPARTMENT * len(self.rows)


class Tally(NamedTuple):
    """What a placement gives: required pairs that work together, those that share live work, points (1/SCALE)."""

    together: int
    sharing: int
    points: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One measure as it is, and in every shuffle, from the least to the most."""

    observed: int
    shuffled: tuple[int, ...]

    @property
    def mean(self) -> Fraction:
        """What chance alone gives on average."""
        return Fraction(sum(self.shuffled), len(self.shuffled))

    @property
    def below(self) -> int:
        """How many shuffles give less than there is."""
        return sum(each < self.observed for each in self.shuffled)

    @property
    def above(self) -> int:
        """How many shuffles give more than there is."""
        return sum(each > self.observed for each in self.shuffled)

    @property
    def at_least(self) -> Fraction:
        """The share of the shuffles that give as much as there is, or more."""
        return 1 - Fraction(self.below, len(self.shuffled))

    @property
    def between(self) -> tuple[int, int]:
        """The least and the most of the shuffles, without the outermost at both ends (`SELDOM` of them in all)."""
        outside = int(len(self.shuffled) * SELDOM / 2)
        return self.shuffled[outside], self.shuffled[-1 - outside]

    @property
    def verdict(self) -> Verdict:
        """Say whether chance gives as much so seldom that it explains little, or as little so seldom."""
        if self.at_least <= SELDOM:
            return "beyond"
        return "below" if 1 - Fraction(self.above, len(self.shuffled)) <= SELDOM else "unclear"


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance alone would give with the same departments as busy and the same initiatives as large."""

    together: Placed
    sharing: Placed
    points: Placed

    @property
    def shuffles(self) -> int:
        """How many shuffles there were."""
        return len(self.together.shuffled)


def table_of(portfolio: Portfolio, on: date) -> Table:
    """Return who is in what on a day, once per portfolio and day.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> table = table_of(Portfolio(tuple(map(Department, "ABC")), initiatives=(first,)), date(2025, 1, 31))
    >>> table.departments, table.rows, can_be_shuffled(table)
    (('A', 'B'), ((0,), (0,)), False)
    """
    return remember(portfolio, "chance", on, lambda: _table_of(portfolio, on))


def _table_of(portfolio: Portfolio, on: date) -> Table:
    ties = ties_on(portfolio, on)
    weights: dict[str, int] = {}
    working: dict[str, set[str]] = {}
    for pair, bridges in ties.bridges.items():
        for bridge in bridges:
            weights[bridge.initiative] = bridge.weight
            for each in pair:
                working.setdefault(each, set()).add(bridge.initiative)
    number = {id_: at for at, id_ in enumerate(sorted(weights))}
    departments = tuple(sorted(working))
    rows = tuple(tuple(sorted(number[id_] for id_ in working[each])) for each in departments)
    given, threshold = tuple(weights[id_] for id_ in number), threshold_of(portfolio)
    # Without a journey the open departments say which pairs count, in far fewer words than the pairs themselves.
    counted = tuple(ties.importance.items()) if portfolio.journeys else ties.departments
    key = hashlib.sha256(repr((departments, rows, given, counted, threshold)).encode()).hexdigest()
    return Table(departments, rows, given, ties.importance, threshold, key)


def can_be_shuffled(table: Table) -> bool:
    """Say whether the work could be placed in another way: two departments must each have what the other has not."""
    rows = [frozenset(row) for row in table.rows]
    return any(a - b and b - a for a, b in combinations(rows, 2))


def go_on() -> None:
    """Rest not at all."""


def shuffles(
    table: Table, count: int = SHUFFLES, seed: int = SEED, rest: Callable[[], object] = go_on
) -> Iterator[Tally]:
    """Yield what so many shuffles give, each made of the one before; the first is made of the table.

    `rest` is called many times on the way, so that a thread which works on this can let others go first. About
    0.04 s for each at 200 departments and 2,400 initiatives.
    """
    rng = Random(seed)  # noqa: S311 (shuffles are to be repeatable, not secret)
    rows, required = [set(row) for row in table.rows], _required(table)
    for _ in range(count):
        for begun in range(0, table.trades, TRADES_AT_ONCE):
            trade(rows, min(TRADES_AT_ONCE, table.trades - begun), rng)
            rest()
        yield _tally(table, rows, required, rest)


def trade(rows: list[set[int]], times: int, rng: Random) -> None:
    """Let two departments, drawn at random, share out anew what only one of them has, so many times.

    Both keep how many they have. A trade that cannot change anything counts as one: without it tables with few
    neighbours would come up too seldom.
    """
    many, random = len(rows), rng.random
    for _ in range(times if many > 1 else 0):
        one, other = int(random() * many), int(random() * (many - 1))
        other += other >= one
        a, b = rows[one], rows[other]
        apart, mine = list(a ^ b), len(a - b)
        total = len(apart)
        if not 0 < mine < total:
            continue
        if 2 * mine > total:  # the smaller part is drawn: fewer draws, and the rest is the other's
            one, other, mine = other, one, total - mine
        for at in range(mine):
            drawn = at + int(random() * (total - at))
            apart[at], apart[drawn] = apart[drawn], apart[at]
        both = a & b
        rows[one], rows[other] = both.union(apart[:mine]), both.union(apart[mine:])


def tally(table: Table, rows: Sequence[Collection[int]]) -> Tally:
    """Return what a placement gives: the initiatives of each department, in the order of the table."""
    return _tally(table, rows, _required(table), go_on)


def _required(table: Table) -> list[tuple[int, int]]:
    """Return where the strength of each required pair stands, and its importance; pairs without work are left out."""
    many, place = len(table.rows), {id_: at for at, id_ in enumerate(table.departments)}
    return [
        (place[a] * many + place[b], importance)
        for (a, b), importance in table.importance.items()
        if a in place and b in place
    ]


def _tally(
    table: Table,
    rows: Sequence[Collection[int]],
    required: Sequence[tuple[int, int]],
    rest: Callable[[], object],
) -> Tally:
    many = len(rows)
    members: list[list[int]] = [[] for _ in table.weights]
    for department, row in enumerate(rows):
        for initiative in row:
            members[initiative].append(department)
    strength = [0] * (many * many)
    for at, (there, weight) in enumerate(zip(members, table.weights, strict=True)):
        for one, other in combinations(there, 2):
            strength[one * many + other] += weight
        if not at % INITIATIVES_AT_ONCE:
            rest()
    threshold = table.threshold
    together = sharing = points = 0
    for place, importance in required:
        if held := strength[place]:
            sharing += 1
            together += held >= threshold
            points += importance * min(SCALE, held)
    return Tally(together, sharing, points)


def gather(table: Table, found: Sequence[Tally]) -> Chance:
    """Compare the table with its shuffles; at least one is needed."""
    now = tally(table, table.rows)
    together, sharing, points = (
        Placed(observed, tuple(sorted(shuffled)))
        for observed, shuffled in zip(now, zip(*found, strict=True), strict=True)
    )
    return Chance(together, sharing, points)
