"""What two departments have behind them: since when they work together, and when joint work of theirs was last heard from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import NamedTuple

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Line, Piece, lines_before, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.picking import taking_part
from tracker.graph.succession import index
from tracker.graph.ties import Pair, threshold_of, ties_on, weight
from tracker.graph.untouched import last_heard


class Joint(NamedTuple):
    """`since` is the first day of the days without a break on which a pair works together, None when it does not.

    `heard` is the last day on which an initiative that held both was heard from.
    """

    since: date | None
    heard: date


def joint_of(portfolio: Portfolio, pair: Pair, on: date) -> Joint | None:
    """Return what a pair has behind it on a day, None where no initiative ever held both.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> both = Member("A"), Member("B")
    >>> pilots = (
    ...     Initiative("i1", start=date(2025, 1, 1), members=both),
    ...     Initiative("i2", start=date(2025, 3, 1), members=both, activity=(date(2025, 3, 20),)),
    ... )
    >>> portfolio = Portfolio(tuple(map(Department, "AB")), initiatives=pilots)
    >>> tuple(map(str, joint_of(portfolio, ("A", "B"), date(2025, 6, 1))))
    ('2025-01-01', '2025-03-20')
    """
    pieces = _pieces_of(portfolio, pair, on)
    heard = max((_heard(portfolio, each, on) for each in pieces), default=0)
    return Joint(_since(portfolio, pieces, on), date.fromordinal(heard)) if heard else None


def joint_work(portfolio: Portfolio, on: date) -> dict[Pair, Joint]:
    """Return the same of every pair that an initiative ever held by a day, once per portfolio and day."""

    def make() -> dict[Pair, Joint]:
        day, heard = on.toordinal(), dict[Pair, int]()
        for piece in timeline(portfolio).pieces:
            if piece.since <= day and len(piece.members) > 1:
                last = _heard(portfolio, piece, on)
                for pair in combinations(piece.members, 2):
                    if heard.get(pair, 0) < last:
                        heard[pair] = last
        ties, threshold = ties_on(portfolio, on), threshold_of(portfolio)
        together = (pair for pair in ties.bridges if ties.strength(pair) >= threshold)
        since = {pair: _since(portfolio, _pieces_of(portfolio, pair, on), on) for pair in together}
        return {pair: Joint(since.get(pair), date.fromordinal(last)) for pair, last in heard.items()}

    def carry(old: dict[Pair, Joint], past: Past) -> dict[Pair, Joint]:
        found, lines, were = old.copy(), timeline(portfolio).of, lines_before(portfolio, past)
        for pair in {pair for id_ in past for each in (were, lines) for pair in _pairs(each.get(id_))}:
            now = joint_of(portfolio, pair, on)
            if now:
                found[pair] = now
            else:
                found.pop(pair, None)
        return found

    return remember(portfolio, "joint work of pairs", on, make, carry)


def _pairs(line: Line | None) -> Iterable[Pair]:
    names = sorted({name for name, _ in line.members}) if line else []
    return combinations(names, 2)


def _pieces_of(portfolio: Portfolio, pair: Pair, on: date) -> list[Piece]:
    """Return the stretches of initiatives that held both departments and began by a day."""
    parts, lines, day = taking_part(portfolio), timeline(portfolio).of, on.toordinal()
    both = parts.get(pair[0], frozenset()) & parts.get(pair[1], frozenset())
    return [
        piece
        for id_ in both
        for piece in lines[id_].pieces
        if piece.since <= day and pair[0] in piece.members and pair[1] in piece.members
    ]


def _heard(portfolio: Portfolio, piece: Piece, on: date) -> int:
    """Return the last day, by a day and before the stretch ended, on which its initiative was heard from."""
    known, last = index(portfolio), date.fromordinal(min(on.toordinal(), piece.until - 1))
    events = known.of_initiative.get(piece.initiative, ())
    found = last_heard(known.initiatives[piece.initiative], events, last)
    return found.toordinal() if found else piece.since


def _since(portfolio: Portfolio, pieces: Iterable[Piece], on: date) -> date | None:
    """Return the first of the days without a break, up to a day, on which such stretches tie strongly enough."""
    moved, attention = Counter[int](), portfolio.settings.attention
    for piece in pieces:
        if piece.live:
            units = weight(len(piece.members), attention)
            moved[piece.since] += units
            moved[piece.until] -= units
    strength, begun, threshold = 0, 0, threshold_of(portfolio)
    for day in sorted(day for day in moved if day <= on.toordinal()):
        strength += moved[day]
        begun = 0 if strength < threshold else begun or day
    return date.fromordinal(begun) if begun else None
