"""Coverage on a row of days in whole numbers, from which one initiative is taken out and put back as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Line, lines_before, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.picking import taking_part
from tracker.graph.requiring import Required, required_on
from tracker.graph.shelves import Shelves
from tracker.graph.stretches import Held, Stretch, held_by, stretches
from tracker.graph.sweep import Sweep, swept
from tracker.graph.ties import SCALE, Pair, threshold_of

#: More changed initiatives than this: to count everything is quicker.
MOST_REPLACED = 1_000


class OutOfStep(ValueError):
    """The ledger knows the initiative otherwise than its caller, so its sums cannot be trusted."""


class Standing(NamedTuple):
    """What stood on a day: how many pairs were required, their importance, points in 1/SCALE, pairs by band."""

    required: int
    possible: int
    points: int
    pairs: tuple[int, ...]


@dataclass(slots=True)
class Ledger:
    """What stood on each of the days, which are ordinals in order.

    `points` and, by band, `pairs` have at each place what is more there than at the place before; the open pairs
    are those that remain. `lines` is what was counted, `parts` names the initiatives that each department is
    ever in.
    """

    days: tuple[int, ...]
    attention: int
    threshold: int
    required: Required
    points: list[int]
    pairs: list[list[int]]
    lines: Shelves[Line]
    parts: dict[str, frozenset[str]] = field(compare=False)

    def copy(self) -> Ledger:
        """Return a ledger that can be changed while others read this one."""
        pairs = [each.copy() for each in self.pairs]
        return replace(self, points=self.points.copy(), pairs=pairs, parts=self.parts.copy())

    def standings(self) -> Iterator[Standing]:
        """Return what stood on each of the days."""
        bands = zip(*(accumulate(each) for each in self.pairs), strict=True)
        rows = zip(self.required.pairs, self.required.possible, accumulate(self.points), bands, strict=False)
        for required, possible, points, held in rows:
            yield Standing(required, possible, points, (*held, required - sum(held)))

    def replace(self, initiative: str, known: Line | None, current: Line | None) -> None:
        """Take an initiative out as it was known and put it in as it is now; None stands for none.

        The only way in which a ledger changes. Done once more it changes nothing.

        Raises
        ------
        OutOfStep
            When the ledger holds neither.
        """
        counted = self.lines.get(initiative)
        if counted == current:
            return
        if counted != known:
            raise OutOfStep(initiative)
        before, after = self._held_by(counted), self._held_by(current)
        for pair in {pair for each in {*before} ^ {*after} for pair in self.required.among(each.members)}:
            others = self._others(initiative, pair)
            for mine, sign in ((before, -1), (after, 1)):
                self._count(pair, [*others, *_holding(pair, mine)], sign)
        self._note_parts(initiative, counted, current)
        self.lines = self.lines.changed(
            {initiative: current} if current else {}, without=() if current else (initiative,)
        )

    def _count(self, pair: Pair, held: list[Held], sign: int) -> None:
        """Count a pair by what holds it, or with the sign -1 take it out of the count."""
        there: list[Stretch] = list(stretches(held, self.threshold))
        points, pairs = self.points, self.pairs
        for since, until, importance in self.required.runs(pair):
            for first, last, units, band in there:
                first, last = max(first, since), min(last, until)  # noqa: PLW2901 (where both hold)
                if first < last:
                    credit = sign * importance * min(SCALE, units)
                    points[first] += credit
                    points[last] -= credit
                    pairs[band][first] += sign
                    pairs[band][last] -= sign

    def _held_by(self, line: Line | None) -> list[Held]:
        return held_by(line, self.days, self.attention) if line else []

    def _others(self, initiative: str, pair: Pair) -> list[Held]:
        """Return what else holds a pair."""
        a, b = (self.parts.get(each, frozenset()) for each in pair)
        others = (self.lines[id_] for id_ in a & b if id_ != initiative)
        return [held for line in others for held in _holding(pair, self._held_by(line))]

    def _note_parts(self, initiative: str, before: Line | None, after: Line | None) -> None:
        were, are = ({name for name, _ in line.members} if line else set() for line in (before, after))
        for name in were - are:
            if rest := self.parts.pop(name) - {initiative}:
                self.parts[name] = rest
        for name in are - were:
            self.parts[name] = self.parts.get(name, frozenset()) | {initiative}


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
    """Count every pair that something ever holds."""
    lines, required = timeline(portfolio).of, required_on(portfolio, days)
    attention, threshold = portfolio.settings.attention, threshold_of(portfolio)
    points, pairs = swept(Sweep(lines.values(), days, required, attention), threshold)
    parts = taking_part(portfolio).copy()
    return Ledger(days, attention, threshold, required, points, pairs, lines, parts)


def _holding(pair: Pair, held: Iterable[Held]) -> list[Held]:
    """Return what holds both departments of a pair."""
    return [each for each in held if pair[0] in each.members and pair[1] in each.members]
