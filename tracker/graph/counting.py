"""The pairs of a day in whole units, so that one changed initiative is taken out and put back without a trace."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.ties import BANDS, SCALE, Band, Pair, Ties, band, moved_pieces, threshold_of, ties_on


@dataclass(frozen=True, slots=True)
class Count:
    """The required pairs of a day: `units`, `points` and the first number of each department are 1/SCALE each.

    `weights` and `pairs` sum importance and count pairs by band; `departments` has the points of each open
    department and the importance of its pairs. What initiatives add and what would be lost without them is a
    share of `possible`, the sum of all importance.
    """

    possible: int
    points: int
    importance: dict[Pair, int]
    units: dict[Pair, int]
    strength: dict[Pair, float]
    band_of: dict[Pair, Band]
    weights: dict[Band, int]
    pairs: dict[Band, int]
    departments: dict[str, tuple[int, int]]
    attribution: dict[str, float]
    loss_if_ended: dict[str, float]


def count(portfolio: Portfolio, on: date) -> Count:
    """Return the count of a day, once per portfolio and day."""

    def carry(old: Count, past: Past) -> Count:
        return _carried(portfolio, on, old, past)

    return remember(portfolio, "count", on, lambda: _count(portfolio, on), carry)


def together_on(portfolio: Portfolio, on: date) -> frozenset[Pair]:
    """Return the required pairs that work together on a day, once per portfolio and day."""
    threshold = threshold_of(portfolio)

    def carry(old: frozenset[Pair], past: Past) -> frozenset[Pair]:
        moved = [piece for both in moved_pieces(portfolio, past, on) for piece in both if piece]
        touched = {pair for piece in moved for pair in combinations(piece.members, 2)}
        return (
            (old - touched) | together_among(ties_on(portfolio, on), touched, threshold) if touched else old
        )

    def make() -> frozenset[Pair]:
        ties = ties_on(portfolio, on)
        return together_among(ties, ties.bridges, threshold)

    return remember(portfolio, "together", on, make, carry)


def together_among(ties: Ties, pairs: Iterable[Pair], threshold: int) -> frozenset[Pair]:
    """Return the required ones of some pairs that work together."""
    required = ties.importance
    return frozenset(pair for pair in pairs if pair in required and ties.strength(pair) >= threshold)


def bands_of(ties: Ties, strength: dict[Pair, int], threshold: int) -> dict[Pair, Band]:
    """Return the band of each pair in `strength` (units of 1/SCALE)."""
    return {
        pair: band(units, ties.backers(pair), silent=pair in ties.silent, threshold=threshold)
        for pair, units in strength.items()
    }


def _count(portfolio: Portfolio, on: date) -> Count:
    ties = ties_on(portfolio, on)
    importance = ties.importance
    possible = sum(importance.values())
    units = {pair: ties.strength(pair) for pair in importance}
    band_of = bands_of(ties, units, threshold_of(portfolio))
    weights, pairs = dict.fromkeys(BANDS, 0), dict.fromkeys(BANDS, 0)
    departments = dict.fromkeys(ties.departments, (0, 0))
    for pair, r in importance.items():
        weights[band_of[pair]] += r
        pairs[band_of[pair]] += 1
        added = r * min(SCALE, units[pair])
        for each in pair:
            points, most = departments[each]
            departments[each] = points + added, most + r
    attribution, loss = _by_initiative(ties, units, possible, ties.sizes, importance)
    return Count(
        possible=possible,
        points=sum(r * min(SCALE, units[pair]) for pair, r in importance.items()),
        importance=importance,
        units=units,
        strength={pair: each / SCALE for pair, each in units.items()},
        band_of=band_of,
        weights=weights,
        pairs=pairs,
        departments=departments,
        attribution=attribution,
        loss_if_ended=loss,
    )


def _carried(portfolio: Portfolio, on: date, old: Count, past: Past) -> Count:
    """Count the pairs anew that changed initiatives held or hold, and what the initiatives on these pairs add."""
    moved = [piece for both in moved_pieces(portfolio, past, on) for piece in both if piece]
    if not moved:
        return old
    ties, threshold = ties_on(portfolio, on), threshold_of(portfolio)
    units, strength, band_of = old.units.copy(), old.strength.copy(), old.band_of.copy()
    weights, pairs, departments = old.weights.copy(), old.pairs.copy(), old.departments.copy()
    touched = {pair for piece in moved for pair in combinations(piece.members, 2) if pair in old.importance}
    gained = 0
    for pair in touched:
        r, was, now = old.importance[pair], old.units[pair], ties.strength(pair)
        held = band(now, ties.backers(pair), silent=pair in ties.silent, threshold=threshold)
        for key, sign in ((band_of[pair], -1), (held, 1)):
            weights[key] += sign * r
            pairs[key] += sign
        added = r * (min(SCALE, now) - min(SCALE, was))
        for each in pair:
            departments[each] = departments[each][0] + added, departments[each][1]
        units[pair], strength[pair], band_of[pair] = now, now / SCALE, held
        gained += added
    changed = {piece.initiative for piece in moved}
    changed.update(bridge.initiative for pair in touched for bridge in ties.bridges.get(pair, ()))
    attribution, loss = _parts_of(portfolio, on, ties, units, old.possible, changed)
    return replace(
        old,
        points=old.points + gained,
        units=units,
        strength=strength,
        band_of=band_of,
        weights=weights,
        pairs=pairs,
        departments=departments,
        attribution=_exchanged(old.attribution, changed, attribution),
        loss_if_ended=_exchanged(old.loss_if_ended, changed, loss),
    )


def _exchanged(old: dict[str, float], gone: Iterable[str], come: dict[str, float]) -> dict[str, float]:
    found = old.copy()
    for each in gone:
        found.pop(each, None)
    return found | come


def _parts_of(
    portfolio: Portfolio, on: date, ties: Ties, units: dict[Pair, int], possible: int, changed: Iterable[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return what some initiatives add, and what would be lost without them."""
    line, day = timeline(portfolio), on.toordinal()
    live = {id_: line.members_on(id_, day) for id_ in changed if id_ in ties.sizes}
    pairs = {pair for members in live.values() for pair in combinations(members, 2)}
    return _by_initiative(ties, units, possible, live, pairs & ties.importance.keys())


def _by_initiative(
    ties: Ties, units: dict[Pair, int], possible: int, initiatives: Collection[str], pairs: Iterable[Pair]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the attribution and the loss if ended of live initiatives, those of two or more departments.

    `pairs` holds every required pair of theirs. Below a full share a pair's credit is its strength, and the
    parts are whole units; above it the credit of one is divided in proportion, which leaves the integers, so
    those parts are summed by `fsum`.
    """
    if not possible:
        return {}, {}
    whole = dict.fromkeys(sorted(each for each in initiatives if ties.sizes[each] > 1), 0)
    parts: dict[str, list[float]] = {id_: [] for id_ in whole}
    lost = whole.copy()
    for pair in pairs:
        r, strength = ties.importance[pair], units[pair]
        for bridge in ties.bridges.get(pair, ()):
            if bridge.initiative not in whole:
                continue
            if strength <= SCALE:
                whole[bridge.initiative] += r * bridge.weight
            else:
                parts[bridge.initiative].append(r * bridge.weight / strength)
            lost[bridge.initiative] += r * (min(SCALE, strength) - min(SCALE, strength - bridge.weight))
    return (
        {id_: (whole[id_] / SCALE + math.fsum(parts[id_])) / possible for id_ in whole},
        {id_: lost[id_] / (possible * SCALE) for id_ in lost},
    )
