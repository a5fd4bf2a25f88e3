"""One pass over the days of a register: what begins and ends between them, and the pairs that this touches."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import FOREVER, Piece, open_span, timeline
from tracker.graph.ties import BANDS, SCALE, Band, Pair, band, pair_of, threshold_of, weight

#: The bands as places in BANDS.
BACKED, SINGLE, BEGUN, QUIET, OPEN = range(len(BANDS))


@dataclass(slots=True)
class Standing:
    """What stood on a day: how many pairs were required, their importance, points in 1/SCALE, pairs by band."""

    required: int
    possible: int
    points: int
    pairs: list[int]


class Sweep:
    """The state of every pair, carried from date to date; a pair is the number ``a * size + b`` of its places.

    Lists by that number, because this is the innermost loop of all.
    """

    def __init__(self, portfolio: Portfolio, days: Sequence[int], wanted: set[Pair] | None) -> None:
        self.names = sorted(each.id for each in portfolio.departments)
        self.index = {name: place for place, name in enumerate(self.names)}
        self.size = len(self.names)
        self.attention = portfolio.settings.attention
        self.threshold = threshold_of(portfolio)
        self.strength = [0] * self.size**2
        self.backers = [0] * self.size**2
        self.silent = [0] * self.size**2
        self.led: dict[str, dict[int, int]] = {}
        self.wanted = None if wanted is None else set(self.keyed(dict.fromkeys(wanted, 1)))
        self.begins: list[list[Piece]] = [[] for _ in days]
        self.ends: list[list[Piece]] = [[] for _ in days]
        self._keys: dict[tuple[str, ...], list[int]] = {}
        self._place(timeline(portfolio).pieces, days)

    def _place(self, pieces: Iterable[Piece], days: Sequence[int]) -> None:
        """Note on which dates each piece begins and ends; a break that no date falls into is none."""
        before, until = None, 0
        for piece in pieces:
            if len(piece.members) < 2:
                continue
            first, last = bisect_left(days, piece.since), bisect_left(days, piece.until)
            if first >= last:
                continue
            if before is not None and until == first and _alike(before, piece):
                if until < len(days):
                    self.ends[until].pop()
            else:
                self.begins[first].append(piece)
            if last < len(days):
                self.ends[last].append(piece)
            before, until = piece, last

    def steps(self) -> Iterator[set[int]]:
        """Move from date to date, yielding the pairs that were touched."""
        for begins, ends in zip(self.begins, self.ends, strict=True):
            touched: set[int] = set()
            for piece in ends:
                touched.update(self._apply(piece, -1))
            for piece in begins:
                touched.update(self._apply(piece, 1))
            yield touched

    def _apply(self, piece: Piece, sign: int) -> list[int]:
        keys = self._keys_of(piece.members)
        if not piece.live:
            silent = self.silent
            for key in keys:
                silent[key] += sign
            return keys
        added, strength = sign * weight(len(piece.members), self.attention), self.strength
        for key in keys:
            strength[key] += added
        backers, edge = self.backers, int(sign > 0)
        for lead in piece.leads:
            led = self.led.setdefault(lead, {})
            for key in keys:
                count = led[key] = led.get(key, 0) + sign
                if count == edge:  # the first of this lead arrived, or the last one left
                    backers[key] += sign
        return keys

    def _keys_of(self, members: tuple[str, ...]) -> list[int]:
        keys = self._keys.get(members)
        if keys is None:
            places = [self.index[name] for name in members]
            keys = [a * self.size + b for a, b in combinations(places, 2)]
            if self.wanted is not None:
                keys = [key for key in keys if key in self.wanted]
            self._keys[members] = keys
        return keys

    def band(self, key: int) -> Band:
        """Return the band of a pair now."""
        return band(
            self.strength[key], self.backers[key], silent=self.silent[key] > 0, threshold=self.threshold
        )

    def keyed(self, pairs: dict[Pair, int]) -> dict[int, int]:
        """Return pairs under their numbers."""
        return {self.index[a] * self.size + self.index[b]: value for (a, b), value in pairs.items()}

    def pair(self, key: int) -> Pair:
        """Return the pair of a number."""
        a, b = divmod(key, self.size)
        return self.names[a], self.names[b]


def _alike(one: Piece, other: Piece) -> bool:
    return one[2:] == other[2:]


class Tally:
    """Coverage of the required pairs, kept up to date from the pairs that were touched.

    Lists by the number of a pair again; ``band`` holds places in BANDS, ``importance`` 0 where nothing is required.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.required = self.possible = self.points = 0
        self.importance: list[int] = []
        self.credit: list[int] = []
        self.band: list[int] = []
        self.pairs: list[int] = []

    def begin(self, importance: dict[int, int]) -> None:
        """Count anew, for another set of required pairs."""
        size = self.sweep.size**2
        self.importance, self.credit, self.band = [0] * size, [0] * size, [OPEN] * size
        for key, r in importance.items():
            self.importance[key] = r
        self.required, self.possible, self.points = len(importance), sum(importance.values()), 0
        self.pairs = [0] * len(BANDS)
        self.pairs[OPEN] = self.required
        self.follow(importance)

    def follow(self, touched: Iterable[int]) -> None:
        """Take the pairs that were touched out of the count and put them back as they are now."""
        importance, credit, bands, pairs = self.importance, self.credit, self.band, self.pairs
        strength, backers, silent = self.sweep.strength, self.sweep.backers, self.sweep.silent
        threshold = self.sweep.threshold
        for key in touched:
            r = importance[key]
            if not r:
                continue
            units, before = strength[key], bands[key]
            # The rules of `band`, written out: a call for every pair and month would double the time.
            if units >= threshold:
                now = BACKED if backers[key] > 1 else SINGLE
            elif units:
                now = BEGUN
            else:
                now = QUIET if silent[key] else OPEN
            if now != before:
                pairs[before] -= 1
                pairs[now] += 1
                bands[key] = now
            units = min(units, SCALE)
            if units != credit[key]:
                self.points += r * (units - credit[key])
                credit[key] = units

    def standing(self) -> Standing:
        """Return the count as it stands."""
        return Standing(self.required, self.possible, self.points, self.pairs.copy())


def structure_changes(portfolio: Portfolio) -> list[int]:
    """Return the days on which the required pairs may change, sorted."""
    days = {day for each in portfolio.departments for day in open_span(each)}
    for journey in portfolio.journeys:
        days |= {each.toordinal() for each in (journey.valid_from, journey.valid_to) if each}
    return sorted(days - {FOREVER})


def ever_required(portfolio: Portfolio) -> set[Pair] | None:
    """Return every pair that journeys could require on some day; None stands for all."""
    if not portfolio.journeys:
        return None
    known = {each.id for each in portfolio.departments}
    steps = (pair for journey in portfolio.journeys for pair in pairwise(journey.steps))
    return {pair_of(a, b) for a, b in steps if a != b and a in known and b in known}
