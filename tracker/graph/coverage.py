"""Coverage: how many of the pairs that should work together do, and what each initiative adds to it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import remember
from tracker.graph.ties import BANDS, SCALE, Band, Pair, Ties, band, threshold_of, ties_on


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage on a day. Shares run from 0 to 1; a share of nothing is None, never 0 and never NaN.

    `coverage` is ``points / possible``, ``sum(r * min(1, s)) / sum(r)`` over the required pairs; `together`,
    `required` and `pairs` count pairs; `bands`, `reach` and `departments` are shares of importance.
    `attribution` adds up to `coverage`; `loss_if_ended` is what would be lost without that initiative alone.
    `strength`, `band_of` and `importance` name every required pair.
    """

    on: date
    coverage: float | None
    required: int
    together: int
    pairs: dict[Band, int]
    reach: float | None
    bands: dict[Band, float | None]
    departments: dict[str, float | None]
    attribution: dict[str, float]
    loss_if_ended: dict[str, float]
    strength: dict[Pair, float]
    band_of: dict[Pair, Band]
    importance: dict[Pair, int]
    points: float
    possible: int


def coverage(portfolio: Portfolio, on: date) -> Coverage:
    """Return the coverage of a day (MEASURES.md section 2).

    Fewer than two departments or no required pair: every share is None. No initiatives: 0, everything open.
    Sums are whole units of 1/SCALE, so the order of the records never shows.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> named = tuple(Member(name) for name in "ABC")
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=named)
    >>> found = coverage(Portfolio(tuple(map(Department, "ABCD")), initiatives=(first,)), date(2025, 1, 31))
    >>> found.together, found.required, found.coverage, found.attribution
    (3, 6, 0.25, {'i1': 0.25})
    """
    return remember(portfolio, "coverage", on, lambda: _coverage(portfolio, on))


def _coverage(portfolio: Portfolio, on: date) -> Coverage:
    ties = ties_on(portfolio, on)
    importance = ties.importance
    possible = sum(importance.values())
    strength = {pair: ties.strength(pair) for pair in importance}
    credit = {pair: min(SCALE, units) for pair, units in strength.items()}
    band_of = bands_of(ties, strength, threshold_of(portfolio))
    weights = dict.fromkeys(BANDS, 0)
    pairs = dict.fromkeys(BANDS, 0)
    for pair, key in band_of.items():
        weights[key] += importance[pair]
        pairs[key] += 1
    points = sum(r * credit[pair] for pair, r in importance.items())
    attribution, loss = _by_initiative(ties, strength, possible) if possible else ({}, {})
    return Coverage(
        on=on,
        coverage=points / (possible * SCALE) if possible else None,
        required=len(importance),
        together=pairs["backed"] + pairs["single"],
        pairs=pairs,
        reach=(possible - weights["open"] - weights["quiet"]) / possible if possible else None,
        bands={key: weights[key] / possible if possible else None for key in BANDS},
        departments=_by_department(ties, credit),
        attribution=attribution,
        loss_if_ended=loss,
        strength={pair: units / SCALE for pair, units in strength.items()},
        band_of=band_of,
        importance=importance,
        points=points / SCALE,
        possible=possible,
    )


def bands_of(ties: Ties, strength: dict[Pair, int], threshold: int) -> dict[Pair, Band]:
    """Return the band of each pair in `strength` (units of 1/SCALE)."""
    return {
        pair: band(units, ties.backers(pair), silent=pair in ties.silent, threshold=threshold)
        for pair, units in strength.items()
    }


def _by_department(ties: Ties, credit: dict[Pair, int]) -> dict[str, float | None]:
    """Return the coverage of each open department over the required pairs that touch it."""
    points: dict[str, int] = defaultdict(int)
    possible: dict[str, int] = defaultdict(int)
    for pair, r in ties.importance.items():
        for department in pair:
            points[department] += r * credit[pair]
            possible[department] += r
    return {
        each: points[each] / (possible[each] * SCALE) if each in possible else None
        for each in ties.departments
    }


def _by_initiative(
    ties: Ties, strength: dict[Pair, int], possible: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the attribution and the loss if ended of every live initiative of two or more departments.

    Below a full share a pair's credit is its strength, and the parts are whole units; above it the credit of
    one is divided in proportion, which leaves the integers, so those parts are summed by `fsum`.
    """
    whole: dict[str, int] = {}
    parts: dict[str, list[float]] = {}
    lost: dict[str, int] = {}
    for initiative, size in sorted(ties.sizes.items()):
        if size > 1:
            whole[initiative], parts[initiative], lost[initiative] = 0, [], 0
    for pair, r in ties.importance.items():
        units = strength[pair]
        for bridge in ties.bridges.get(pair, ()):
            if units <= SCALE:
                whole[bridge.initiative] += r * bridge.weight
            else:
                parts[bridge.initiative].append(r * bridge.weight / units)
            lost[bridge.initiative] += r * (min(SCALE, units) - min(SCALE, units - bridge.weight))
    return (
        {id_: (whole[id_] / SCALE + math.fsum(parts[id_])) / possible for id_ in whole},
        {id_: lost[id_] / (possible * SCALE) for id_ in lost},
    )
