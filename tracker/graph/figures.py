"""One figure of a day at a time, exact: whole numbers, fractions and decimals of fixed length, never a float.

What a snapshot freezes and what today's knowledge says of the same day come from the same few functions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from tracker.graph.bridges import linking
from tracker.graph.changes import WEIGHTS, changes, dip_causes
from tracker.graph.counting import count, together_on
from tracker.graph.facts import EventKind, Portfolio
from tracker.graph.filtering import Filter, filtered
from tracker.graph.intervals import timeline
from tracker.graph.keeping import remember
from tracker.graph.momentum import momentum
from tracker.graph.succession import index
from tracker.graph.ties import BANDS, SCALE, Band, Pair, is_valid, pair_of, ties_on
from tracker.graph.verdicts import Verdict, judged

Name = Literal[
    "together", "required", "backed", "single", "begun", "quiet", "open", "score", "strength",
    "wins", "lessons", "moments", "momentum",
    "moved", "reused", "moment", "change", "changed", "lost",
    "crossed", "crossings", "linking", "taking_part", "members", "supporting",
]  # fmt: skip
#: A whole number, or an exact text ("8/15", "12.375"); None where there is nothing to take a share of.
Value = int | str | None

#: Figures that count or weigh pairs, and those that count moments; momentum is a kind of its own.
OF_PAIRS: tuple[Name, ...] = ("together", "required", *BANDS, "score")
#: Figures that count departments.
OF_DEPARTMENTS: tuple[Name, ...] = ("linking", "taking_part", "members")
#: Bands of pairs that work together.
TOGETHER: tuple[Band, ...] = ("backed", "single")
#: Which kinds of moments a figure counts.
KINDS: dict[Name, tuple[EventKind, ...]] = {
    "wins": ("win", "measured_win"),
    "lessons": ("near_miss",),
    "moments": ("win", "measured_win", "near_miss", "moved"),
    "momentum": ("win", "measured_win", "near_miss", "moved", "reuse"),
    "moment": ("win", "measured_win", "near_miss", "moved"),
    "moved": ("moved",),
    "reused": ("reuse",),
}
#: Momentum is written to so many decimals: far from where machines differ, far finer than anybody reads.
DECIMALS = 6
#: No part, but the whole.
EVERYTHING = Filter()
#: Counted from the first day on.
EVER = date.min


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted: as it stood on a day, in the days from ``since`` to it, of a pair, or of one record.

    ``of`` is the id of that record: the journey whose crossings are counted (``crossings``, and ``crossed``: those
    that work together), the initiative whose departments are (``members``), or the ``moment`` itself, whose value
    is its points. ``change`` compares with the end of the day ``since``; ``changed`` counts what happened since in one
    kind of change (``of``), ``lost`` what of that kind took pairs away. ``supporting`` counts sponsors by name, of whom
    the facts know nothing.

    ``within`` is the part that is told, by the ids of the facts: of a theme or a kind the pairs that its initiatives
    hold and the moments that they bring; of a division its own pairs, and the moments of its initiatives.
    """

    name: Name
    on: date
    since: date | None = None
    pair: Pair | None = None
    of: str = ""
    within: Filter = EVERYTHING


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
    if figure.name in _OWN:
        return _OWN[figure.name](portfolio, figure)
    if figure.name in KINDS:
        return len(counted(portfolio, figure))
    if figure.name in OF_DEPARTMENTS:
        return len(departments_in(portfolio, figure))
    return len(pairs_in(portfolio, figure))


def work_in(portfolio: Portfolio, figure: Figure) -> Portfolio:
    """Return the initiatives whose pairs a figure counts: those of the theme and the kind."""
    return filtered(portfolio, replace(figure.within, division=""))


def own_in(portfolio: Portfolio, figure: Figure) -> Portfolio:
    """Return the initiatives whose moments a figure counts: of the division too."""
    return filtered(portfolio, figure.within)


def inside_of(portfolio: Portfolio, figure: Figure) -> frozenset[str] | None:
    """Return the departments of the division that a figure is about, None where it is about all."""
    division = figure.within.division
    return (
        frozenset(each.id for each in portfolio.departments if each.division == division)
        if division
        else None
    )


def _strength(portfolio: Portfolio, figure: Figure) -> Value:
    return share(ties_on(work_in(portfolio, figure), figure.on).strength(figure.pair or ("", "")))


def _momentum(portfolio: Portfolio, figure: Figure) -> Value:
    return fixed(momentum(own_in(portfolio, figure), figure.on).momentum)


def _points(portfolio: Portfolio, figure: Figure) -> Value:
    return str(sum(Fraction(each.points) for each in counted(portfolio, figure).values()))


def _score(portfolio: Portfolio, figure: Figure) -> Value:
    found, held = count(work_in(portfolio, figure), figure.on), pairs_in(portfolio, figure)
    possible = sum(found.importance[pair] for pair in held)
    points = sum(found.importance[pair] * min(SCALE, found.units[pair]) for pair in held)
    return str(Fraction(points, possible * SCALE)) if possible else None


def _change(portfolio: Portfolio, figure: Figure) -> Value:
    return sum(1 if band in TOGETHER else -1 for band in pairs_in(portfolio, figure).values())


def _happened(portfolio: Portfolio, figure: Figure) -> Value:
    return len(happened_in(portfolio, figure))


#: Figures with a way of their own.
_OWN: dict[Name, Callable[[Portfolio, Figure], Value]] = {
    "strength": _strength,
    "momentum": _momentum,
    "moment": _points,
    "score": _score,
    "change": _change,
    "changed": _happened,
    "lost": _happened,
}


def fixed(value: float) -> str:
    """Write a number with all its decimals, and no minus before nothing."""
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"


def share(units: int) -> str:
    """Write units of 1/SCALE as an exact share of attention ("3/2")."""
    return str(Fraction(units, SCALE))


def bands_in(name: Name) -> tuple[Band, ...]:
    """Return the bands whose pairs a figure holds."""
    if name in ("together", "crossed"):
        return TOGETHER
    return tuple(band for band in BANDS if band == name or name in ("required", "score", "crossings"))


def pairs_in(portfolio: Portfolio, figure: Figure) -> dict[Pair, Band]:
    """Return the required pairs that a figure holds, each with its band; of a change also those required before."""
    work = work_in(portfolio, figure)
    band_of = count(work, figure.on).band_of
    if figure.name == "change":
        moved = together_on(work, figure.since or EVER) ^ together_on(work, figure.on)
        found = {pair: band_of.get(pair, "open") for pair in moved}
    else:
        wanted = bands_in(figure.name)
        found = {pair: band for pair, band in band_of.items() if band in wanted}
    if figure.of:
        crossed = _crossings(portfolio, figure)
        found = {pair: band for pair, band in found.items() if pair in crossed}
    inside = inside_of(portfolio, figure)
    if inside is None:
        return found
    return {pair: band for pair, band in found.items() if inside.issuperset(pair)}


def departments_in(portfolio: Portfolio, figure: Figure) -> frozenset[str]:
    """Return the departments that a figure counts.

    Those that work with both of a pair, those with joint live work on a day after ``since`` up to ``on``, or those
    in one initiative on the day.
    """
    if figure.name == "linking":
        return frozenset(linking(portfolio, figure.on, figure.pair or ("", "")))
    last, lines = figure.on.toordinal(), timeline(portfolio)
    if figure.name == "members":
        return frozenset(lines.members_on(figure.of, last) if figure.of in lines.of else ())
    first, inside = (figure.since or EVER).toordinal() + 1, inside_of(portfolio, figure)
    taking = frozenset(
        id_
        for piece in timeline(own_in(portfolio, figure)).pieces
        if piece.live and len(piece.members) > 1 and piece.since <= last and first < piece.until
        for id_ in piece.members
    )
    return taking if inside is None else taking & inside


def happened_in(portfolio: Portfolio, figure: Figure) -> tuple[tuple[str, ...], ...]:
    """Return what a kind of change happened to: groups of departments, or initiatives, each of them alone.

    Of a part, what came to be is told only where it is so in the whole; of a division, what happened among its
    departments and to their joint initiatives.
    """
    work, inside = work_in(portfolio, figure), inside_of(portfolio, figure)
    groups, initiatives = _changed(work, figure)
    if work is not portfolio and figure.name == "changed":
        whole = set(_changed(portfolio, figure)[0])
        groups = tuple(group for group in groups if group in whole)
    if inside is not None:
        known = index(work).initiatives
        members = {id_: {each.department for each in known[id_].members} for id_ in initiatives}
        groups = tuple(group for group in groups if inside.issuperset(group))
        initiatives = tuple(id_ for id_ in initiatives if len(members[id_] & inside) > 1)
    return (*groups, *((id_,) for id_ in initiatives))


def _changed(portfolio: Portfolio, figure: Figure) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the groups and the initiatives of one kind of change."""
    days = (figure.since or EVER, figure.on)
    is_dip = figure.name == "lost"
    found = dip_causes(portfolio, *days) if is_dip else changes(portfolio, *days, most=len(WEIGHTS))
    each = next((each for each in found if each.kind == figure.of), None)
    return (each.groups, each.initiatives) if each else ((), ())


def _crossings(portfolio: Portfolio, figure: Figure) -> frozenset[Pair]:
    """Return the pairs between the neighbouring steps of a journey; none on a day on which it is not valid."""
    journey = next((each for each in portfolio.journeys if each.id == figure.of), None)
    if journey is None or not is_valid(journey, figure.on):
        return frozenset()
    return frozenset(pair_of(a, b) for a, b in pairwise(journey.steps) if a != b)


def counted(portfolio: Portfolio, figure: Figure) -> dict[str, Verdict]:
    """Return the counted moments behind a figure by id, oldest first."""
    portfolio = own_in(portfolio, figure)
    if figure.name == "moment":
        known = index(portfolio).events.get(figure.of)
        here = judged(portfolio).of_initiative.get(known.initiative, ()) if known else ()
        return {each.event: each for each in here if each.event == figure.of and each.counts}
    kinds = KINDS[figure.name]
    return {each.event: each for each in _between(portfolio, figure) if each.kind in kinds}


def _between(portfolio: Portfolio, figure: Figure) -> Iterable[Verdict]:
    found = judged(portfolio).counted
    days = remember(portfolio, "counted days", None, lambda: sorted(found))
    first = bisect_left(days, (figure.since or EVER).toordinal())
    last = bisect_right(days, figure.on.toordinal())
    return (each for day in days[first:last] for each in found[day])
