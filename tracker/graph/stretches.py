"""What holds the pairs of a register on a row of days: from when to when, how strongly, in which band.

A place is the number of a day among the days; spans of places are half-open ``[first, last)``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from tracker.graph.intervals import Line
from tracker.graph.ties import BANDS, Pair, weight

#: The bands as places in BANDS.
BACKED, SINGLE, BEGUN, QUIET, OPEN = range(len(BANDS))


class Held(NamedTuple):
    """Where a piece stands, and what it adds to each pair of its members: nothing while nobody hears from it.

    `units` are of 1/SCALE.
    """

    first: int
    last: int
    units: int
    leads: tuple[str, ...]
    members: tuple[str, ...]


class Stretch(NamedTuple):
    """Places at which nothing about a pair changes: its strength in units of 1/SCALE, and its band, never open."""

    first: int
    last: int
    units: int
    band: int


def held_by(line: Line, days: Sequence[int], attention: int) -> list[Held]:
    """Return where the pieces of a line stand; those that tie nothing or meet none of the days are left out."""
    found = []
    for since, until, live, members, leads, _ in line.pieces:
        first, last = bisect_left(days, since), bisect_left(days, until)
        if first < last and len(members) > 1:
            units = weight(len(members), attention) if live else 0
            found.append(Held(first, last, units, leads, members))
    return found


def held_by_pair(
    lines: Iterable[Line],
    days: Sequence[int],
    attention: int,
    pairs_of: Callable[[tuple[str, ...]], Iterable[Pair]] = lambda members: combinations(members, 2),
) -> dict[Pair, list[Held]]:
    """Return what holds each pair that is ever held, in no order; `pairs_of` says which pairs of members matter."""
    found: dict[Pair, list[Held]] = {}
    for line in lines:
        for held in held_by(line, days, attention):
            for pair in pairs_of(held.members):
                if pair in found:
                    found[pair].append(held)
                else:
                    found[pair] = [held]
    return found


def stretches(held: Sequence[Held], threshold: int) -> Iterator[Stretch]:
    """Return the stretches of a pair, in order, from what holds it; it is open at all other places.

    Examples
    --------
    >>> one, two = Held(0, 4, 5, ("tom",), ()), Held(2, 6, 5, ("priya",), ())
    >>> [(each.first, each.last, each.units, BANDS[each.band]) for each in stretches([two, one], threshold=5)]
    [(0, 2, 5, 'single'), (2, 4, 10, 'backed'), (4, 6, 5, 'single')]
    """
    ordered = sorted(held) if len(held) > 1 else held
    at, count = 0, len(ordered)
    while at < count:
        first, last, units, leads, _ = ordered[at]
        at += 1
        if at == count or ordered[at][0] >= last:  # it stands alone, which is nearly always
            yield Stretch(first, last, units, _band(units, len(leads), threshold))
            continue
        begin = at - 1
        while at < count and ordered[at][0] < last:
            last = max(last, ordered[at][1])
            at += 1
        yield from _overlapping(ordered[begin:at], threshold)


def _overlapping(held: Sequence[Held], threshold: int) -> Iterator[Stretch]:
    """Cut what holds a pair without a gap wherever a part of it begins or ends."""
    cuts = sorted({cut for each in held for cut in each[:2]})
    for since, until in pairwise(cuts):
        here = [each for each in held if each.first <= since < each.last]
        units = sum(each.units for each in here)
        backers = {lead for each in here if each.units for lead in each.leads}
        yield Stretch(since, until, units, _band(units, len(backers), threshold))


def _band(units: int, backers: int, threshold: int) -> int:
    """Return the band of a pair that something holds (the rules of `ties.band`, as places in BANDS)."""
    if units >= threshold:
        return BACKED if backers > 1 else SINGLE
    return BEGUN if units else QUIET
