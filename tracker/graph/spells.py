"""When departments were tied, and how strongly: the whole history of every pair as spells in which nothing changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import NamedTuple

from tracker.graph.facts import Journey, Portfolio
from tracker.graph.intervals import EARLIEST, Piece, open_span, timeline
from tracker.graph.ties import SCALE, Band, Pair, band, is_valid, pair_of, threshold_of, weight


class Spell(NamedTuple):
    """Days on which a pair is tied in one way: the first, and the last or None when it holds on the day told.

    `strength` in shares of attention, 0 where only silent work holds the pair; `importance` 0 where no journey
    requires it.
    """

    first: date
    last: date | None
    strength: float
    band: Band
    importance: int


class Opening(NamedTuple):
    """When a department is open: its first day, None where it always was, and its last, None where none is known."""

    first: date | None
    last: date | None


def openings(portfolio: Portfolio, until: date) -> dict[str, Opening]:
    """Return when each department that opened by a day was open as far as that day; sorted by id."""
    told = until.toordinal() + 1
    found = {}
    for each in sorted(portfolio.departments, key=lambda each: each.id):
        first, end = open_span(each)
        if first < min(told, end):
            found[each.id] = Opening(
                date.fromordinal(first) if first > EARLIEST else None,
                date.fromordinal(end - 1) if end < told else None,
            )
    return found


def tie_spells(portfolio: Portfolio, until: date) -> dict[Pair, tuple[Spell, ...]]:
    """Return the spells of every pair that was ever tied by a day; sorted by pair, the earliest spell first.

    On every day of a spell the strength, the band and the importance are those of the department graph of that
    day. O(P log P) in the pairs P of all pieces.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "AB")), initiatives=(first,))
    >>> [(str(each.first), str(each.last), each.band) for each in tie_spells(portfolio, date(2025, 6, 30))["A", "B"]]
    [('2025-01-01', '2025-03-31', 'single'), ('2025-04-01', 'None', 'quiet')]
    """
    told = until.toordinal() + 1
    held: dict[Pair, list[Piece]] = defaultdict(list)
    for piece in timeline(portfolio).pieces:
        if piece.since < told:
            for pair in combinations(piece.members, 2):
                held[pair].append(piece)
    crossing = _crossing(portfolio.journeys)
    return {
        pair: tuple(_merged(_spells(portfolio, held[pair], crossing.get(pair, ()), told), told))
        for pair in sorted(held)
    }


def _crossing(journeys: Iterable[Journey]) -> dict[Pair, list[Journey]]:
    """Return the journeys that cross between two departments, whenever they are valid."""
    found: dict[Pair, list[Journey]] = defaultdict(list)
    for journey in journeys:
        for pair in {pair_of(a, b) for a, b in pairwise(journey.steps) if a != b}:
            found[pair].append(journey)
    return found


class _Held:
    """What holds a pair while the days pass: live pieces by weight and lead sponsors, and silent ones."""

    def __init__(self, attention: int) -> None:
        self.attention = attention
        self.pieces = self.silent = self.strength = 0
        self.leads = Counter[str]()

    def change(self, piece: Piece, sign: int) -> None:
        """Put a piece in (1) or take it out (-1)."""
        self.pieces += sign
        if not piece.live:
            self.silent += sign
            return
        self.strength += sign * weight(len(piece.members), self.attention)
        for lead in piece.leads:
            self.leads[lead] += sign
            if not self.leads[lead]:
                del self.leads[lead]


def _spells(
    portfolio: Portfolio, pieces: Sequence[Piece], journeys: Sequence[Journey], told: int
) -> Iterator[tuple[int, int, float, Band, int]]:
    """Yield the stretches ``[first, end)`` between any two days on which something about a pair may change."""
    changes: dict[int, list[tuple[Piece, int]]] = defaultdict(list)
    for piece in pieces:
        changes[piece.since].append((piece, 1))
        changes[piece.until].append((piece, -1))
    moved = {day.toordinal() for each in journeys for day in (each.valid_from, each.valid_to) if day}
    cuts = sorted(cut for cut in {*changes, *moved, told} if cut <= told)
    threshold, held = threshold_of(portfolio), _Held(portfolio.settings.attention)
    for first, end in pairwise(cuts):
        for piece, sign in changes.get(first, ()):
            held.change(piece, sign)
        if held.pieces:
            looks = band(held.strength, len(held.leads), silent=held.silent > 0, threshold=threshold)
            importance = _importance(portfolio, journeys, date.fromordinal(first))
            yield first, end, held.strength / SCALE, looks, importance


def _importance(portfolio: Portfolio, journeys: Sequence[Journey], on: date) -> int:
    """Return how important a pair of open departments is on a day, as the required pairs have it."""
    if not portfolio.journeys:
        return 1
    return max((each.importance for each in journeys if is_valid(each, on)), default=0)


def _merged(found: Iterable[tuple[int, int, float, Band, int]], told: int) -> Iterator[Spell]:
    """Join stretches that follow each other and look the same; one that reaches the day told has no last day."""
    joined: list[tuple[int, int, float, Band, int]] = []
    for each in found:
        if joined and joined[-1][1] == each[0] and joined[-1][2:] == each[2:]:
            joined[-1] = (joined[-1][0], *each[1:])
        else:
            joined.append(each)
    for first, end, strength, looks, importance in joined:
        last = date.fromordinal(end - 1) if end < told else None
        yield Spell(date.fromordinal(first), last, strength, looks, importance)
