"""One figure of a day at a time, exact: whole numbers, fractions and decimals of fixed length, never a float.

What a snapshot freezes and what today's knowledge says of the same day come from the same few functions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from tracker.graph.counting import count
from tracker.graph.facts import EventKind, Portfolio
from tracker.graph.keeping import remember
from tracker.graph.momentum import momentum
from tracker.graph.ties import BANDS, SCALE, Band, Pair, ties_on
from tracker.graph.verdicts import Verdict, judged

Name = Literal[
    "together", "required", "backed", "single", "begun", "quiet", "open", "score", "strength",
    "wins", "lessons", "moments", "momentum",
]  # fmt: skip
#: A whole number, or an exact text ("8/15", "12.375"); None where there is nothing to take a share of.
Value = int | str | None

#: Figures that count or weigh pairs, and those that count moments; momentum is a kind of its own.
OF_PAIRS: tuple[Name, ...] = ("together", "required", *BANDS, "score")
#: Which kinds of moments a figure counts.
KINDS: dict[Name, tuple[EventKind, ...]] = {
    "wins": ("win", "measured_win"),
    "lessons": ("near_miss",),
    "moments": ("win", "measured_win", "near_miss", "moved"),
    "momentum": ("win", "measured_win", "near_miss", "moved", "reuse"),
}
#: Momentum is written to so many decimals: far from where machines differ, far finer than anybody reads.
DECIMALS = 6
#: Counted from the first day on.
EVER = date.min


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted: as it stood on a day, in the days from ``since`` to it, or of a pair."""

    name: Name
    on: date
    since: date | None = None
    pair: Pair | None = None


def value_of(portfolio: Portfolio, figure: Figure) -> Value:
    """Return the value of a figure.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=tuple(map(Member, "ABC")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABCD")), initiatives=(first,))
    >>> day = date(2025, 1, 31)
    >>> [value_of(portfolio, Figure(name, day)) for name in ("together", "required", "score", "momentum")]
    [3, 6, '1/4', '0.000000']
    """
    if figure.pair:
        return share(ties_on(portfolio, figure.on).strength(figure.pair))
    if figure.name == "momentum":
        return fixed(momentum(portfolio, figure.on).momentum)
    if figure.name in KINDS:
        return len(counted(portfolio, figure))
    found = count(portfolio, figure.on)
    if figure.name == "score":
        return str(Fraction(found.points, found.possible * SCALE)) if found.possible else None
    if figure.name == "required":
        return len(found.importance)
    return sum(found.pairs[band] for band in bands_in(figure.name))


def fixed(value: float) -> str:
    """Write a number with all its decimals, and no minus before nothing."""
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"


def share(units: int) -> str:
    """Write units of 1/SCALE as an exact share of attention ("3/2")."""
    return str(Fraction(units, SCALE))


def bands_in(name: Name) -> tuple[Band, ...]:
    """Return the bands whose pairs a figure holds."""
    if name == "together":
        return ("backed", "single")
    return tuple(band for band in BANDS if band == name or name in ("required", "score"))


def pairs_in(portfolio: Portfolio, figure: Figure) -> dict[Pair, Band]:
    """Return the required pairs that a figure holds, each with its band."""
    wanted = bands_in(figure.name)
    return {pair: band for pair, band in count(portfolio, figure.on).band_of.items() if band in wanted}


def counted(portfolio: Portfolio, figure: Figure) -> dict[str, Verdict]:
    """Return the counted moments behind a figure by id, oldest first."""
    kinds = KINDS[figure.name]
    return {each.event: each for each in _between(portfolio, figure) if each.kind in kinds}


def _between(portfolio: Portfolio, figure: Figure) -> Iterable[Verdict]:
    found = judged(portfolio).counted
    days = remember(portfolio, "counted days", None, lambda: sorted(found))
    first = bisect_left(days, (figure.since or EVER).toordinal())
    last = bisect_right(days, figure.on.toordinal())
    return (each for day in days[first:last] for each in found[day])
