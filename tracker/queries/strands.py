"""What lies between every two places of the track, month by month: the ties of a whole film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from tracker.graph.facts import Portfolio
from tracker.graph.requiring import Required, required_on
from tracker.graph.series import (
    Between,
    CoveragePoint,
    PairSeries,
    coverage_series,
    group_series,
    pair_series,
)
from tracker.graph.ties import BANDS, Band, Pair, pair_of
from tracker.queries.groups import Grouping
from tracker.queries.narrowing import Narrowing
from tracker.queries.stage import STRONGEST, WEAKEST

TOGETHER: frozenset[Band] = frozenset({"backed", "single"})


@dataclass(frozen=True, slots=True)
class Strand:
    """A tie over the months: its strength in shares and its band; a band of None is not drawn."""

    a: str
    b: str
    strength: tuple[float, ...]
    band: tuple[Band | None, ...]


def opened_at(portfolio: Portfolio, days: Sequence[date], grouping: Grouping) -> dict[str, tuple[bool, ...]]:
    """Return on which of the days each group has an open department."""
    spans = required_on(portfolio, _ordinals(days)).opened
    found = {each.public_id: [False] * len(days) for each in grouping.groups}
    for id_, group in grouping.group_of.items():
        first, last = spans.get(id_, (0, 0))
        for at in range(first, last):
            found[group][at] = True
    return {group: tuple(each) for group, each in found.items()}


def strands_between(portfolio: Portfolio, days: Sequence[date], grouping: Grouping) -> tuple[Strand, ...]:
    """Return every tie of the track over the days, which are in order; on each it equals what the stage shows."""
    required = required_on(portfolio, _ordinals(days))
    if grouping.kind == "departments":
        held = pair_series(portfolio, days, among=grouping.group_of.keys())
        return tuple(_single(required, held, len(days), grouping))
    between = group_series(portfolio, days, grouping.group_of)
    return tuple(_grouped(_totals(required, grouping.group_of, len(days)), between, len(days)))


def covered_by(
    portfolio: Portfolio, days: Sequence[date], narrowing: Narrowing, inside: Iterable[str]
) -> tuple[CoveragePoint, ...]:
    """Return how the pairs of a part of the story stand on the days, which are in order; ``inside`` are its departments."""
    work = narrowing.work(portfolio)
    return (
        covered_inside(work, days, frozenset(inside)) if narrowing.division else coverage_series(work, days)
    )


def covered_inside(
    portfolio: Portfolio, days: Sequence[date], inside: frozenset[str]
) -> tuple[CoveragePoint, ...]:
    """Return how the required pairs of some departments stand on the days; their score is left out."""
    required = required_on(portfolio, _ordinals(days))
    held = pair_series(portfolio, days, among=inside)
    counts = [Counter[Band]() for _ in days]
    totals = _totals(required, dict.fromkeys(inside, ""), len(days))[("", "")]
    for pair, series in held.items():
        for at in _places(required, pair):
            counts[at][series.band[at]] += 1
    found = []
    for on, count, total in zip(days, counts, totals, strict=True):
        count["open"] = total - sum(count[band] for band in BANDS if band != "open")
        together = sum(count[band] for band in TOGETHER)
        found.append(CoveragePoint(on, None, total, together, {band: count[band] for band in BANDS}))
    return tuple(found)


def _ordinals(days: Sequence[date]) -> list[int]:
    return [day.toordinal() for day in days]


def _places(required: Required, pair: Pair) -> Iterable[int]:
    """Return the places of the days at which a pair is required."""
    if pair[0] in required.opened and pair[1] in required.opened:
        for run in required.runs(pair):
            yield from range(run.first, run.last)


def _single(
    required: Required, held: Mapping[Pair, PairSeries], count: int, grouping: Grouping
) -> Iterable[Strand]:
    """Tie departments one by one; what is neither required nor held on a day is not drawn there."""
    for pair in sorted(held.keys() | set(required.among(sorted(grouping.group_of)))):
        band: list[Band | None] = [None] * count
        strength = [0.0] * count
        for at in _places(required, pair):
            band[at] = "open"
        if series := held.get(pair):
            spans = [required.opened.get(id_, (0, 0)) for id_ in pair]
            for at in range(max(first for first, _ in spans), min(last for _, last in spans)):
                if series.band[at] != "open":
                    band[at], strength[at] = series.band[at], series.strength[at]
        if any(band):
            a, b = (grouping.group_of[id_] for id_ in pair)
            yield Strand(a, b, tuple(strength), tuple(band))


def _grouped(
    totals: Mapping[Pair, Sequence[int]], between: Mapping[Pair, Sequence[Between]], count: int
) -> Iterable[Strand]:
    """Tie groups by the share of their required pairs that work together; else by the best band of any."""
    nothing = [Between(0, 0, 0)] * count
    for groups, total in sorted(totals.items()):
        if groups[0] == groups[1] or not any(total):
            continue
        drawn = [_drawn(*each) for each in zip(total, between.get(groups, nothing), strict=True)]
        yield Strand(*groups, tuple(strength for strength, _ in drawn), tuple(band for _, band in drawn))


def _drawn(total: int, here: Between) -> tuple[float, Band | None]:
    if not total:
        return 0.0, None
    if here.together:
        return max(WEAKEST, STRONGEST * here.together / total), "single"
    if here.begun:
        return WEAKEST, "begun"
    return 0.0, "quiet" if here.quiet else "open"


def _totals(required: Required, group_of: Mapping[str, str], count: int) -> dict[Pair, list[int]]:
    """Return how many pairs each day requires between every two groups, and within each."""
    found: dict[Pair, list[int]] = {}
    if required.crossings is None:
        sizes = {group: [0] * count for group in group_of.values()}
        for id_, group in group_of.items():
            for at in range(*required.opened.get(id_, (0, 0))):
                sizes[group][at] += 1
        for a, b in combinations(sizes, 2):
            found[pair_of(a, b)] = [x * y for x, y in zip(sizes[a], sizes[b], strict=True)]
        return found | {(a, a): [size * (size - 1) // 2 for size in sizes[a]] for a in sizes}
    for group in group_of.values():
        found[group, group] = [0] * count
    for (a, b), runs in required.crossings.items():
        if a in group_of and b in group_of:
            here = found.setdefault(pair_of(group_of[a], group_of[b]), [0] * count)
            for run in runs:
                for at in range(run.first, run.last):
                    here[at] += 1
    return found
