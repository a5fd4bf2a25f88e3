"""Which pairs a row of days requires, and how much each of them matters, as journeys and departments come and go."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, combinations, pairwise
from typing import NamedTuple

from tracker.graph.facts import Journey, Portfolio
from tracker.graph.intervals import EARLIEST, FOREVER, Span, open_spans
from tracker.graph.ties import Pair, pair_of


class Run(NamedTuple):
    """The places ``[first, last)`` among the days at which a pair is required, with one importance."""

    first: int
    last: int
    importance: int


@dataclass(frozen=True, slots=True)
class Required:
    """The required pairs of some days: how many there are on each, and the sum of their importance.

    `opened` has the places at which each department is open. `crossings` has the runs of each pair that journeys
    ask for, `partners` the same pairs by either side; both are None without journeys, when every pair counts.
    """

    opened: Mapping[str, Span]
    crossings: Mapping[Pair, tuple[Run, ...]] | None
    pairs: tuple[int, ...]
    possible: tuple[int, ...]
    partners: Mapping[str, frozenset[str]] | None = field(default=None, compare=False)

    def runs(self, pair: Pair) -> tuple[Run, ...]:
        """Return where a pair is required."""
        if self.crossings is not None:
            return self.crossings.get(pair, ())
        first, last = _common(self.opened[pair[0]], self.opened[pair[1]])
        return (Run(first, last, 1),) if first < last else ()

    def among(self, members: Iterable[str]) -> Iterable[Pair]:
        """Return the pairs of sorted departments that are required on some day; without journeys simply all."""
        if self.partners is None:
            return combinations(members, 2)
        here = [each for each in members if each in self.partners]
        return [(a, b) for a, b in combinations(here, 2) if b in self.partners[a]]


def required_on(portfolio: Portfolio, days: Sequence[int]) -> Required:
    """Return what some days, ordinals in order, require (MEASURES.md section 2, *required pairs*)."""
    opened = {id_: _places(span, days) for id_, span in open_spans(portfolio).items()}
    if not portfolio.journeys:
        there = _sums(((*span, 1) for span in opened.values()), len(days))
        pairs = tuple(each * (each - 1) // 2 for each in there)
        return Required(opened, None, pairs, pairs)
    crossings = _crossings(portfolio.journeys, opened, days)
    runs = [run for each in crossings.values() for run in each]
    partners: dict[str, set[str]] = {}
    for a, b in crossings:
        partners.setdefault(a, set()).add(b)
        partners.setdefault(b, set()).add(a)
    return Required(
        opened,
        crossings,
        _sums(((first, last, 1) for first, last, _ in runs), len(days)),
        _sums(runs, len(days)),
        {id_: frozenset(each) for id_, each in partners.items()},
    )


def _crossings(
    journeys: Iterable[Journey], opened: Mapping[str, Span], days: Sequence[int]
) -> dict[Pair, tuple[Run, ...]]:
    """Return where each pair of adjacent steps is required."""
    found: dict[Pair, list[Run]] = {}
    for journey in journeys:
        valid = _places(
            (
                journey.valid_from.toordinal() if journey.valid_from else EARLIEST,
                journey.valid_to.toordinal() if journey.valid_to else FOREVER,
            ),
            days,
        )
        for a, b in pairwise(journey.steps):
            if a != b and a in opened and b in opened:
                first, last = _common(valid, _common(opened[a], opened[b]))
                if first < last:
                    found.setdefault(pair_of(a, b), []).append(Run(first, last, journey.importance))
    return {pair: _weightiest(runs) for pair, runs in found.items()}


def _weightiest(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return runs that do not overlap: where several journeys ask for a pair the largest importance holds."""
    if len(runs) == 1:
        return tuple(runs)
    found = []
    for first, last in pairwise(sorted({cut for run in runs for cut in run[:2]})):
        here = [run.importance for run in runs if run.first <= first < run.last]
        if here:
            found.append(Run(first, last, max(here)))
    return tuple(found)


def _places(span: Span, days: Sequence[int]) -> Span:
    """Return the places of the days that a span of days holds."""
    return bisect_left(days, span[0]), bisect_left(days, span[1])


def _common(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _sums(runs: Iterable[tuple[int, int, int]], count: int) -> tuple[int, ...]:
    """Return at each place the sum of what the runs over it add."""
    steps = [0] * (count + 1)
    for first, last, added in runs:
        if first < last:
            steps[first] += added
            steps[last] -= added
    return tuple(accumulate(steps[:-1]))
