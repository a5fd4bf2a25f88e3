"""Coverage on a row of days in whole numbers, from which one initiative is taken out and put back as it is now."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import NamedTuple

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Line, Piece, lines_before, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.picking import parts_of
from tracker.graph.shelves import Shelves
from tracker.graph.sweep import (
    BACKED,
    BEGUN,
    OPEN,
    QUIET,
    SINGLE,
    Standing,
    Sweep,
    Tally,
    ever_required,
    structure_changes,
)
from tracker.graph.ties import SCALE, Pair, required_pairs, threshold_of, weight

#: More changed initiatives than this: one sweep over all of them is quicker.
MOST_REPLACED = 1_000


class OutOfStep(ValueError):
    """The ledger knows the initiative otherwise than its caller, so its sums cannot be trusted."""


class Span(NamedTuple):
    """A piece of an initiative, and the places among the days ``[first, last)`` at which it stands."""

    first: int
    last: int
    piece: Piece

    def holds(self, pair: Pair) -> bool:
        """Say whether both departments are in it."""
        return pair[0] in self.piece.members and pair[1] in self.piece.members


@dataclass(slots=True)
class Ledger:
    """What stood on each of the days, which are ordinals in order.

    `lines` is what was counted, `parts` names the initiatives that each department is ever in, once something
    is replaced. `importance` has the required pairs of each day, one and the same mapping while the structure
    stays what it is.
    """

    days: tuple[int, ...]
    attention: int
    threshold: int
    standings: list[Standing]
    importance: list[dict[Pair, int]]
    lines: Shelves[Line]
    parts: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def copy(self) -> Ledger:
        """Return a ledger that can be changed while others read this one."""
        standings = [replace(each, pairs=each.pairs.copy()) for each in self.standings]
        return replace(self, standings=standings, parts=self.parts.copy())

    def replace(self, initiative: str, known: Line | None, current: Line | None) -> None:
        """Take an initiative out as it was known and put it in as it is now; None stands for none.

        The only way in which a ledger changes. Done once more it changes nothing.

        Raises
        ------
        OutOfStep
            When the ledger holds neither.
        """
        held = self.lines.get(initiative)
        if held == current:
            return
        if held != known:
            raise OutOfStep(initiative)
        if not self.parts:
            self.parts = parts_of(self.lines)
        before, after = self._spans(held), self._spans(current)
        for pair, places in _touched({*before} ^ {*after}).items():
            self._recount(initiative, pair, places, before, after)
        names = [{name for name, _ in line.members} if line else set() for line in (held, current)]
        for name in names[0] - names[1]:
            if rest := self.parts.pop(name) - {initiative}:
                self.parts[name] = rest
        for name in names[1] - names[0]:
            self.parts[name] = self.parts.get(name, frozenset()) | {initiative}
        self.lines = self.lines.changed(
            {initiative: current} if current else {}, without=() if current else (initiative,)
        )

    def _recount(
        self, initiative: str, pair: Pair, places: range, before: Sequence[Span], after: Sequence[Span]
    ) -> None:
        """Move a pair, at the places where it may differ, from where it stood to where it stands."""
        if not any(pair in self.importance[place] for place in places):
            return  # no journey asks for it
        others = self._others(initiative, pair, places)
        before = [each for each in before if each.holds(pair)]
        after = [each for each in after if each.holds(pair)]
        for place in places:
            r = self.importance[place].get(pair)
            if not r:
                continue
            there = [each.piece for each in others if each.first <= place < each.last]
            (was, old), (now, new) = (
                self._state([*there, *(each.piece for each in mine if each.first <= place < each.last)])
                for mine in (before, after)
            )
            standing = self.standings[place]
            standing.points += r * (now - was)
            standing.pairs[old] -= 1
            standing.pairs[new] += 1

    def _others(self, initiative: str, pair: Pair, places: range) -> list[Span]:
        """Return what else holds a pair at these places."""
        a, b = (self.parts.get(each, frozenset()) for each in pair)
        return [
            span
            for id_ in a & b
            if id_ != initiative
            for span in self._spans(self.lines[id_])
            if span.first < places.stop and span.last > places.start and span.holds(pair)
        ]

    def _state(self, here: Sequence[Piece]) -> tuple[int, int]:
        """Return the credit and the place of the band of a pair, by the pieces that hold it."""
        live = [each for each in here if each.live]
        units = sum(weight(len(each.members), self.attention) for each in live)
        if units >= self.threshold:
            band = BACKED if len({lead for each in live for lead in each.leads}) > 1 else SINGLE
        elif units:
            band = BEGUN
        else:
            band = QUIET if len(live) < len(here) else OPEN
        return min(SCALE, units), band

    def _spans(self, line: Line | None) -> list[Span]:
        """Return where the pieces of a line stand; those that tie nothing or meet none of the days are left out."""
        found = []
        for piece in line.pieces if line else ():
            first, last = bisect_left(self.days, piece.since), bisect_left(self.days, piece.until)
            if first < last and len(piece.members) > 1:
                found.append(Span(first, last, piece))
        return found


def ledger(portfolio: Portfolio, dates: Iterable[date]) -> Ledger:
    """Return the ledger of these dates, once per portfolio; it is shared, so copy it before you change it."""
    days = tuple(sorted({each.toordinal() for each in dates}))

    def carry(old: Ledger, past: Past) -> Ledger:
        if len(past) > MOST_REPLACED:
            return _ledger(portfolio, days)
        found, were, are = old.copy(), lines_before(portfolio, past), timeline(portfolio).of
        for id_ in past:
            found.replace(id_, were.get(id_), are.get(id_))
        return found

    return remember(portfolio, "ledger", days, lambda: _ledger(portfolio, days), carry)


def _ledger(portfolio: Portfolio, days: tuple[int, ...]) -> Ledger:
    """Count everything, in one sweep over what begins and ends between the days."""
    sweep = Sweep(portfolio, days, ever_required(portfolio))
    tally, changes, structure = Tally(sweep), structure_changes(portfolio), -1
    standings, importance = list[Standing](), list[dict[Pair, int]]()
    for day, touched in zip(days, sweep.steps(), strict=True):
        if structure != (structure := bisect_right(changes, day)):
            importance.append(required_pairs(portfolio, date.fromordinal(day)))
            tally.begin(sweep.keyed(importance[-1]))
        else:
            importance.append(importance[-1])
            tally.follow(touched)
        standings.append(tally.standing())
    return Ledger(
        days,
        portfolio.settings.attention,
        threshold_of(portfolio),
        standings,
        importance,
        timeline(portfolio).of,
    )


def _touched(spans: Iterable[Span]) -> dict[Pair, range]:
    """Return the pairs that spans hold, with the places from the first to the last of them."""
    found: dict[Pair, range] = {}
    for each in spans:
        for pair in combinations(each.piece.members, 2):
            known = found.get(pair)
            first, last = (min(known.start, each.first), max(known.stop, each.last)) if known else each[:2]
            found[pair] = range(first, last)
    return found
