"""Coverage: how many of the pairs that should work together do, and what each initiative adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.graph.counting import Count, bands_of, count
from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.graph.ties import BANDS, SCALE, Band, Pair

__all__ = ["Coverage", "bands_of", "coverage"]


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
    return remember(portfolio, "coverage", on, lambda: _told(count(portfolio, on), on))


def _told(found: Count, on: date) -> Coverage:
    """Turn whole units into shares."""
    possible, weights, pairs = found.possible, found.weights, found.pairs
    return Coverage(
        on=on,
        coverage=found.points / (possible * SCALE) if possible else None,
        required=len(found.importance),
        together=pairs["backed"] + pairs["single"],
        pairs=pairs,
        reach=(possible - weights["open"] - weights["quiet"]) / possible if possible else None,
        bands={key: weights[key] / possible if possible else None for key in BANDS},
        departments={
            id_: points / (most * SCALE) if most else None
            for id_, (points, most) in found.departments.items()
        },
        attribution=found.attribution,
        loss_if_ended=found.loss_if_ended,
        strength=found.strength,
        band_of=found.band_of,
        importance=found.importance,
        points=found.points / SCALE,
        possible=possible,
    )
