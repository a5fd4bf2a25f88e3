"""The pairs of a day: which are required, what ties them, and how strongly, in exact integers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from typing import Literal, NamedTuple, TypeVar

from tracker.graph.facts import Journey, Portfolio
from tracker.graph.intervals import Piece, lines_before, open_span, timeline
from tracker.graph.keeping import Past, remember

Pair = tuple[str, str]
Band = Literal["backed", "single", "begun", "quiet", "open"]

#: The bands from the most to the least shared work (MEASURES.md section 2).
BANDS: tuple[Band, ...] = ("backed", "single", "begun", "quiet", "open")
#: One share of attention in whole units: divisible by 1 to 40, so that weights of up to 41 departments are exact.
SCALE = math.lcm(*range(1, 41))


class Bridge(NamedTuple):
    """A live initiative that ties a pair, with its weight in units of 1/SCALE and its lead sponsors."""

    initiative: str
    weight: int
    leads: tuple[str, ...]


#: What holds a pair: a bridge, or the id of an initiative that nobody heard from.
Held = TypeVar("Held", Bridge, str)


@dataclass(frozen=True, slots=True)
class Ties:
    """What holds departments together on a day.

    `bridges` names the live initiatives of every tied pair, required or not; `silent` the declared ones that
    nobody heard from; `sizes` the number of departments of every live initiative.
    """

    departments: tuple[str, ...]
    importance: dict[Pair, int]
    bridges: dict[Pair, tuple[Bridge, ...]]
    silent: dict[Pair, tuple[str, ...]]
    sizes: dict[str, int]

    def strength(self, pair: Pair) -> int:
        """Return the strength of a pair in units of 1/SCALE: the sum of its bridges' weights."""
        return sum(bridge.weight for bridge in self.bridges.get(pair, ()))

    def backers(self, pair: Pair) -> int:
        """Return how many different people lead the live initiatives of a pair."""
        return len({lead for bridge in self.bridges.get(pair, ()) for lead in bridge.leads})


@cache
def weight(size: int, attention: int = 1) -> int:
    """Return what an initiative of `size` departments adds to each of its pairs: ``min(1, attention/(size - 1))``.

    Newman's collaboration weight (Phys. Rev. E 64, 016132, 2001) in units of 1/SCALE, exact up to 41
    departments and floored beyond; an initiative of one department ties nothing.

    Examples
    --------
    >>> [weight(size) / SCALE for size in (1, 2, 3, 5)]
    [0.0, 1.0, 0.5, 0.25]
    """
    return 0 if size < 2 else min(SCALE, SCALE * attention // (size - 1))


def pair_of(a: str, b: str) -> Pair:
    """Return two department ids as a sorted pair."""
    return (a, b) if a < b else (b, a)


def open_departments(portfolio: Portfolio, on: date) -> tuple[str, ...]:
    """Return the ids of the departments open on a day, sorted."""
    day = on.toordinal()
    spans = ((each.id, open_span(each)) for each in portfolio.departments)
    return tuple(sorted(id_ for id_, (first, end) in spans if first <= day < end))


def required_pairs(portfolio: Portfolio, on: date) -> dict[Pair, int]:
    """Return the pairs the day requires, with their importance.

    Different, open departments that own adjacent steps of a journey valid on the day; a pair found twice takes
    the larger importance. Without any journey every pair of open departments, each of importance 1.
    """
    departments = open_departments(portfolio, on)
    valid = [each for each in portfolio.journeys if is_valid(each, on)]
    return required_among(departments, valid if portfolio.journeys else None)


def is_valid(journey: Journey, on: date) -> bool:
    """Say whether a journey is valid on a day."""
    begun = journey.valid_from is None or journey.valid_from <= on
    return begun and not (journey.valid_to is not None and journey.valid_to <= on)


def required_among(departments: Iterable[str], journeys: Iterable[Journey] | None) -> dict[Pair, int]:
    """Return the pairs that journeys require among departments, sorted; every pair where None are recorded."""
    if journeys is None:
        return dict.fromkeys(combinations(sorted(departments), 2), 1)
    there, found = set(departments), dict[Pair, int]()
    for journey in journeys:
        for a, b in pairwise(journey.steps):
            if a != b and a in there and b in there:
                pair = pair_of(a, b)
                found[pair] = max(found.get(pair, 0), journey.importance)
    return dict(sorted(found.items()))


def ties_on(portfolio: Portfolio, on: date) -> Ties:
    """Return what ties the departments on a day."""

    def carry(old: Ties, past: Past) -> Ties:
        return _carried(portfolio, on, old, past)

    return remember(portfolio, "ties", on, lambda: _ties_on(portfolio, on), carry)


def _ties_on(portfolio: Portfolio, on: date) -> Ties:
    day, attention = on.toordinal(), portfolio.settings.attention
    bridges: dict[Pair, list[Bridge]] = {}
    silent: dict[Pair, list[str]] = {}
    sizes = {}
    for piece in timeline(portfolio).pieces:
        if not piece.since <= day < piece.until:
            continue
        size = len(piece.members)
        if piece.live:
            sizes[piece.initiative] = size
            bridge = Bridge(piece.initiative, weight(size, attention), piece.leads)
            for pair in combinations(piece.members, 2):
                bridges.setdefault(pair, []).append(bridge)
        else:
            for pair in combinations(piece.members, 2):
                silent.setdefault(pair, []).append(piece.initiative)
    return Ties(
        open_departments(portfolio, on),
        required_pairs(portfolio, on),
        {pair: tuple(sorted(found)) for pair, found in bridges.items()},
        {pair: tuple(sorted(found)) for pair, found in silent.items()},
        sizes,
    )


def _carried(portfolio: Portfolio, on: date, old: Ties, past: Past) -> Ties:
    """Take what the changed initiatives held out of the ties of a day, and put in what they hold now."""
    moved = moved_pieces(portfolio, past, on)
    if not moved:
        return old
    attention = portfolio.settings.attention
    bridges, silent, sizes = old.bridges.copy(), old.silent.copy(), old.sizes.copy()
    for before, after in moved:
        if before:
            id_ = before.initiative
            sizes.pop(id_, None)
            for pair in combinations(before.members, 2):
                _put(bridges, pair, [each for each in bridges.get(pair, ()) if each.initiative != id_])
                _put(silent, pair, [each for each in silent.get(pair, ()) if each != id_])
        if after and after.live:
            size = sizes[after.initiative] = len(after.members)
            bridge = Bridge(after.initiative, weight(size, attention), after.leads)
            for pair in combinations(after.members, 2):
                _put(bridges, pair, (*bridges.get(pair, ()), bridge))
        elif after:
            for pair in combinations(after.members, 2):
                _put(silent, pair, (*silent.get(pair, ()), after.initiative))
    return replace(old, bridges=bridges, silent=silent, sizes=sizes)


def _put(held: dict[Pair, tuple[Held, ...]], pair: Pair, rows: Iterable[Held]) -> None:
    """Put what holds a pair into its place, sorted; a pair that nothing holds has none."""
    found = tuple(sorted(rows))
    if found:
        held[pair] = found
    else:
        held.pop(pair, None)


def moved_pieces(portfolio: Portfolio, past: Past, on: date) -> list[tuple[Piece | None, Piece | None]]:
    """Return the pieces that hold a day, before and after, of the initiatives whose pieces differ there."""
    day, were, are = on.toordinal(), lines_before(portfolio, past), timeline(portfolio).of
    found = []
    for id_ in past:
        before, after = (line.piece_on(day) if line else None for line in (were.get(id_), are.get(id_)))
        if (before and before[2:]) != (after and after[2:]):
            found.append((before, after))
    return found


def band(strength: int, backers: int, *, silent: bool, threshold: int) -> Band:
    """Return the band of a pair from its strength, its number of lead sponsors and whether silent work holds it.

    `threshold` is the setting `together` in units of 1/SCALE (see `threshold_of`).
    """
    if strength >= threshold:
        return "backed" if backers > 1 else "single"
    if strength:
        return "begun"
    return "quiet" if silent else "open"


def threshold_of(portfolio: Portfolio) -> int:
    """Return the smallest strength, in whole units, that is at least the setting `together`."""
    together = portfolio.settings.together * SCALE
    return -(-together.numerator // together.denominator)
