"""What begins and what stops from day to day over a row of days, found in one pass: the matter of captions.

A place is the number of a day among the days, which are ordinals in order, each there once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from tracker.graph.facts import Initiative, Portfolio
from tracker.graph.intervals import Line, Span, lines_before, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.picking import taking_part
from tracker.graph.requiring import Required, required_on
from tracker.graph.stretches import SINGLE, held_by, stretches
from tracker.graph.succession import index
from tracker.graph.sweep import Sweep, shifts
from tracker.graph.ties import Pair, threshold_of

#: More changed initiatives than this: to look at everything is quicker.
MOST_REPLACED = 1_000

#: What may happen to an initiative from one day to the next.
Mark = Literal["routine", "ended", "quiet", "over"]


class Turn(NamedTuple):
    """What is otherwise on a day than on the day before it in the row; nothing on the first.

    `together`: required pairs that work together and did not, with their importance and their strength in units
    of 1/SCALE. `apart`: pairs that did and do not, or are no longer required. The others are initiatives: those
    that became routine meanwhile, those that ended, those no longer heard from that have not ended, and those
    whose live piece of the day before is over, whatever came after it.
    """

    together: dict[Pair, tuple[int, int]]
    apart: set[Pair]
    routine: set[str]
    ended: set[str]
    quiet: set[str]
    over: set[str]

    def copy(self) -> Turn:
        """Return a turn that can be changed while others read this one."""
        initiatives = (each.copy() for each in (self.routine, self.ended, self.quiet, self.over))
        return Turn(self.together.copy(), self.apart.copy(), *initiatives)


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What each of some days brought, and what they require; it is shared and never changed."""

    days: tuple[int, ...]
    required: Required
    turns: tuple[Turn, ...]


def chronicle(portfolio: Portfolio, dates: Sequence[date]) -> Chronicle:
    """Return what began and stopped from each of the dates to the next, which are in order, once per portfolio.

    Cost: one step per pair of every piece that meets a date, not one per date.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "AB")), initiatives=(first,))
    >>> found = chronicle(portfolio, [date(2024, 12, 31), date(2025, 1, 31), date(2025, 4, 30)])
    >>> [(list(turn.together), list(turn.apart), list(turn.quiet)) for turn in found.turns]
    [([], [], []), ([('A', 'B')], [], []), ([], [('A', 'B')], ['i1'])]
    """
    days = tuple(each.toordinal() for each in dates)

    def carry(old: Chronicle, past: Past) -> Chronicle:
        return _chronicle(portfolio, days) if len(past) > MOST_REPLACED else _carried(portfolio, old, past)

    return remember(portfolio, "chronicle", days, lambda: _chronicle(portfolio, days), carry)


def _chronicle(portfolio: Portfolio, days: tuple[int, ...]) -> Chronicle:
    lines, required = timeline(portfolio).of, required_on(portfolio, days)
    turns = tuple(Turn({}, set(), set(), set(), set(), set()) for _ in days)
    sweep = Sweep(lines.values(), days, required, portfolio.settings.attention)
    for turn, here in zip(turns[1:], _after_first(sweep, threshold_of(portfolio)), strict=True):
        for key, was, now, importance, units in here:
            if now == SINGLE:
                turn.together[sweep.pair(key)] = importance, units
            elif was == SINGLE:
                turn.apart.add(sweep.pair(key))
    known = index(portfolio).initiatives
    for id_, line in lines.items():
        for mark, place in _marks(known[id_], line, days):
            _marked(turns[place], mark).add(id_)
    return Chronicle(days, required, turns)


def _after_first(sweep: Sweep, threshold: int) -> Iterator[list[tuple[int, int, int, int, int]]]:
    found = shifts(sweep, threshold)
    next(found, None)
    return found


def _carried(portfolio: Portfolio, old: Chronicle, past: Past) -> Chronicle:
    """Take changed initiatives out and put them in as they are now, and look anew at the pairs they hold or held."""
    days, attention = old.days, portfolio.settings.attention
    were, are, known = lines_before(portfolio, past), timeline(portfolio).of, index(portfolio).initiatives
    turns, touched = tuple(turn.copy() for turn in old.turns), set[Pair]()
    for id_, before in past.items():
        was, now = were.get(id_), are.get(id_)
        if was and before.initiative:
            for mark, place in _marks(before.initiative, was, days):
                _marked(turns[place], mark).discard(id_)
        if now:
            for mark, place in _marks(known[id_], now, days):
                _marked(turns[place], mark).add(id_)
        held = [set(held_by(line, days, attention)) if line else set() for line in (was, now)]
        touched.update(pair for each in held[0] ^ held[1] for pair in old.required.among(each.members))
    for pair in touched:
        for turn in turns:
            turn.together.pop(pair, None)
            turn.apart.discard(pair)
        _follow(portfolio, old, pair, turns)
    return Chronicle(days, old.required, turns)


def _follow(portfolio: Portfolio, old: Chronicle, pair: Pair, turns: Sequence[Turn]) -> None:
    """Note where a pair begins to work together and where it no longer does."""
    lines, parts, attention = timeline(portfolio).of, taking_part(portfolio), portfolio.settings.attention
    a, b = (parts.get(each, frozenset()) for each in pair)
    here = (held for id_ in a & b for held in held_by(lines[id_], old.days, attention))
    held = [each for each in here if pair[0] in each.members and pair[1] in each.members]
    importance, units = [0] * len(old.days), [0] * len(old.days)
    for first, last, weight in old.required.runs(pair):
        importance[first:last] = [weight] * (last - first)
    for first, last, strength, _ in stretches(held, threshold_of(portfolio)):
        units[first:last] = [strength] * (last - first)
    together = [
        counts > 0 and strength >= threshold_of(portfolio)
        for counts, strength in zip(importance, units, strict=True)
    ]
    for place in range(1, len(old.days)):
        if together[place] and not together[place - 1]:
            turns[place].together[pair] = importance[place], units[place]
        elif together[place - 1] and not together[place]:
            turns[place].apart.add(pair)


def _marked(turn: Turn, mark: Mark) -> set[str]:
    if mark == "routine":
        return turn.routine
    if mark == "ended":
        return turn.ended
    return turn.quiet if mark == "quiet" else turn.over


def _marks(initiative: Initiative, line: Line, days: Sequence[int]) -> Iterator[tuple[Mark, int]]:
    """Yield what happens to an initiative, and the place at which it is first seen."""
    if initiative.routine:
        place = bisect_left(days, initiative.routine.since.toordinal())
        if 0 < place < len(days):
            yield "routine", place
    ended = set(_stops(line.declared, days))
    for place in ended:
        yield "ended", place
    if line.live is not line.declared:
        for place in _stops(line.live, days):
            if place not in ended:
                yield "quiet", place
    for piece in line.pieces:
        if piece.live and len(piece.members) > 1:
            place = bisect_left(days, piece.until)
            if place < len(days) and bisect_left(days, piece.since) < place:
                yield "over", place


def _stops(spans: Sequence[Span], days: Sequence[int]) -> Iterator[int]:
    """Yield the places that no span holds while one holds the place before."""
    for since, until in spans:
        place = bisect_left(days, until)
        if place < len(days) and bisect_left(days, since) < place:
            day = days[place]
            if not any(first <= day < last for first, last in spans):
                yield place
