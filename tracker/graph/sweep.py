"""Every pair of a register counted in one pass over a row of days, by what begins and ends from place to place.

This is the innermost loop of all, so pairs are numbers here, ``a * size + b`` by the places of their departments,
and what is known of them stands in lists by that number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tracker.graph.intervals import Line
from tracker.graph.requiring import Required
from tracker.graph.stretches import BACKED, BEGUN, OPEN, QUIET, SINGLE, Held, held_by
from tracker.graph.ties import SCALE, Pair, pair_of

#: Bits for a number of lead sponsors, and for the sum of their numbers, in what is added up about them.
COUNT_BITS, SUM_BITS = 24, 48


#: What nothing adds to a pair.
NOTHING = (0, 0, 0)


class Move(NamedTuple):
    """What happens to some pairs at a place: strength in units of 1/SCALE, leads added up, silent initiatives."""

    keys: Sequence[int]
    units: int
    leads: int
    silent: int


class Sweep:
    """The moves of all initiatives by place, and how to tell by one number whether several people lead a pair.

    Of the lead sponsors of a pair, each a number, their count n, sum s and sum of squares q are added up. All are
    the same person exactly when ``n * q == s * s`` (Cauchy and Schwarz), however they come and go.
    """

    def __init__(
        self, lines: Iterable[Line], days: Sequence[int], required: Required, attention: int
    ) -> None:
        self.names = sorted(required.opened)
        self.required, self.size = required, len(self.names)
        self.place = {name: at for at, name in enumerate(self.names)}
        self.moves: list[list[Move]] = [[] for _ in range(len(days) + 1)]
        self._leads: dict[tuple[str, ...], int] = {(): 0}
        self._people: dict[str, int] = {}
        for line in lines:
            self._follow(held_by(line, days, attention))

    def _follow(self, held: Iterable[Held]) -> None:
        """Note what one initiative moves; where its members stay together only what changes about them."""
        before: Held | None = None
        keys: Sequence[int] = ()
        for each in held:
            if before and before.last == each.first and before.members == each.members:
                self._move(each.first, keys, before, each)
            else:
                if before:
                    self._move(before.last, keys, before, None)
                keys = self._keys_of(each.members)
                self._move(each.first, keys, None, each)
            before = each
        if before:
            self._move(before.last, keys, before, None)

    def _move(self, place: int, keys: Sequence[int], before: Held | None, after: Held | None) -> None:
        units, leads, silent = self._weigh(after) if after else NOTHING
        if before:
            less = self._weigh(before)
            units, leads, silent = units - less[0], leads - less[1], silent - less[2]
        if units or leads or silent:
            self.moves[place].append(Move(keys, units, leads, silent))

    def _weigh(self, held: Held) -> tuple[int, int, int]:
        """Return what a piece adds to the strength, the leads and the silent initiatives of each of its pairs."""
        return (held.units, self._sum_of(held.leads), 0) if held.units else (0, 0, 1)

    def pair(self, key: int) -> Pair:
        """Return the pair that a number stands for."""
        return self.names[key // self.size], self.names[key % self.size]

    def alone(self) -> set[int]:
        """Return what single lead sponsors add up to, each on one initiative, and what none does."""
        return {sum_ for leads, sum_ in self._leads.items() if len(leads) < 2}

    def _keys_of(self, members: tuple[str, ...]) -> list[int]:
        place, size = self.place, self.size
        return [place[a] * size + place[b] for a, b in self.required.among(members)]

    def _sum_of(self, leads: tuple[str, ...]) -> int:
        found = self._leads.get(leads)
        if found is None:
            numbers = [self._people.setdefault(each, len(self._people) + 1) for each in leads]
            found = self._leads[leads] = sum(
                1 + (each << COUNT_BITS) + (each * each << COUNT_BITS + SUM_BITS) for each in numbers
            )
        return found


def same_person(leads: int) -> bool:
    """Say whether lead sponsors that were added up are one and the same, or none."""
    count, rest = leads & (1 << COUNT_BITS) - 1, leads >> COUNT_BITS
    sum_ = rest & (1 << SUM_BITS) - 1
    return count * (rest >> SUM_BITS) == sum_ * sum_


def swept(  # noqa: C901, PLR0912 (the innermost loop: a call for each pair and place would double its time)
    sweep: Sweep, threshold: int
) -> tuple[list[int], list[list[int]]]:
    """Return the points, and by band the required pairs, that there are more at each place than before it.

    Open pairs are left out: they are those that remain.
    """
    size, places = sweep.size**2, len(sweep.moves)
    strength, leads, silent, band = [0] * size, [0] * size, [0] * size, [OPEN] * size
    importance = [0 if sweep.required.crossings is not None else 1] * size
    points, pairs = [0] * places, [[0] * (OPEN + 1) for _ in range(places)]
    asked, alone, full = _asked(sweep), sweep.alone(), SCALE
    for at, moves in enumerate(sweep.moves):
        gained, counts = 0, pairs[at]
        for key, r in asked.get(at, ()):
            gained += (r - importance[key]) * min(SCALE, strength[key])
            counts[band[key]] += (r > 0) - (importance[key] > 0)
            importance[key] = r
        for keys, units, led, quiet in moves:
            for key in keys:
                was = strength[key]
                if was:
                    now = was + units
                    lead = leads[key] + led if now else 0
                else:  # the first one here: its own numbers stand for the pair, so that none need be made
                    now, lead = units, led
                strength[key], leads[key] = now, lead
                if quiet:
                    silent[key] += quiet
                if now >= threshold:
                    after = SINGLE if lead in alone or same_person(lead) else BACKED
                elif now:
                    after = BEGUN
                else:
                    after = QUIET if silent[key] else OPEN
                before = band[key]
                if after != before:
                    band[key] = after
                    if importance[key]:
                        counts[before] -= 1
                        counts[after] += 1
                if was < full or now < full:
                    credit = (now if now < full else full) - (was if was < full else full)  # noqa: FURB136 (the same)
                    gained += importance[key] * credit
        points[at] = gained
    return points, [list(each) for each in zip(*pairs, strict=True)][:OPEN]


def shifts(sweep: Sweep, threshold: int) -> Iterator[list[tuple[int, int, int, int, int]]]:
    """Yield at each place the pairs in another band than at the place before, in no order.

    Each is the number of the pair, its band before and after, its importance and its strength in units of
    1/SCALE; a band is SINGLE, however many people lead, BEGUN or QUIET, and OPEN too where it is not required.
    """
    size = sweep.size**2
    strength, silent, band = [0] * size, [0] * size, [OPEN] * size
    importance = [0 if sweep.required.crossings is not None else 1] * size
    asked = _asked(sweep)
    for at, moves in enumerate(sweep.moves[:-1]):
        touched, found = set[int](), list[tuple[int, int, int, int, int]]()
        for key, r in asked.get(at, ()):
            importance[key] = r
            touched.add(key)
        for keys, units, _, quiet in moves:
            touched.update(keys)
            for key in keys:
                strength[key] += units
                silent[key] += quiet
        for key in touched:
            was, units, r = band[key], strength[key], importance[key]
            now = band[key] = _shared(units, silent[key], threshold) if r else OPEN
            if now != was:
                found.append((key, was, now, r, units))
        yield found


def _shared(units: int, silent: int, threshold: int) -> int:
    """Return the band of a required pair, whoever leads what holds it."""
    if units >= threshold:
        return SINGLE
    if units:
        return BEGUN
    return QUIET if silent else OPEN


def _asked(sweep: Sweep) -> dict[int, list[tuple[int, int]]]:
    """Return by place the pairs, by number, that are of another importance from there on.

    Without journeys every pair is of importance 1, but for those of a department that is not always open.
    """
    required, place, size = sweep.required, sweep.place, sweep.size
    always, found = (0, len(sweep.moves) - 1), dict[int, list[tuple[int, int]]]()
    pairs: Iterable[Pair] = required.crossings or ()
    if required.crossings is None:
        passing = {name for name, span in required.opened.items() if span != always}
        pairs = {pair_of(one, other) for one in passing for other in required.opened if other != one}
    for pair in pairs:
        key = place[pair[0]] * size + place[pair[1]]
        found.setdefault(0, []).append((key, 0))
        for first, last, importance in required.runs(pair):
            found.setdefault(first, []).append((key, importance))
            found.setdefault(last, []).append((key, 0))
    return found
