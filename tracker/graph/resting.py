"""What rests on few: pairs on what one lead sponsor leads alone, and coverage on what one person leads."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from fractions import Fraction

from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.keeping import remember
from tracker.graph.ties import Pair, threshold_of, ties_on

#: What carries more than this part of the coverage score deserves a word (PRODUCT.md, A).
HEAVY = Fraction(1, 3)
#: Digits at which a part is compared with that, so that float noise never decides.
DIGITS = 9

#: By sponsor, each pair that rests on them with the initiatives that carry it.
Resting = dict[str, dict[Pair, tuple[str, ...]]]


def resting_on(portfolio: Portfolio, on: date) -> Resting:
    """Return the required pairs that would no longer work together without what one sponsor leads alone.

    Initiatives under two lead sponsors rest on neither, and those without one on nobody.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member, Sponsor
    >>> first = Initiative("i1", date(2025, 1, 1), members=(Member("A"), Member("B")), leads=(Sponsor("p"),))
    >>> resting_on(Portfolio(tuple(map(Department, "AB")), initiatives=(first,)), date(2025, 1, 31))
    {'p': {('A', 'B'): ('i1',)}}
    """
    return remember(portfolio, "resting", on, lambda: _resting_on(portfolio, on))


def parts_of_leads(portfolio: Portfolio, on: date) -> dict[str, float]:
    """Return the part of the coverage score that what each person leads carries, between 0 and 1.

    The attribution of an initiative is divided equally among its lead sponsors, as its points are; so the parts
    of all, and of what nobody leads, add up to 1.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member, Sponsor
    >>> leads = (Sponsor("p"), Sponsor("q"))
    >>> first = Initiative("i1", date(2025, 1, 1), members=(Member("A"), Member("B")), leads=leads)
    >>> parts_of_leads(Portfolio(tuple(map(Department, "AB")), initiatives=(first,)), date(2025, 1, 31))
    {'p': 0.5, 'q': 0.5}
    """
    return remember(portfolio, "parts of leads", on, lambda: _parts_of_leads(portfolio, on))


def is_heavy(part: float) -> bool:
    """Say whether a part of the coverage score is more than a third of it.

    >>> is_heavy(1 / 3), is_heavy(0.34)
    (False, True)
    """
    return round(part - HEAVY, DIGITS) > 0


def _parts_of_leads(portfolio: Portfolio, on: date) -> dict[str, float]:
    covered, line, day = coverage(portfolio, on), timeline(portfolio), on.toordinal()
    if not covered.coverage:
        return {}
    found = defaultdict[str, list[float]](list)
    for id_, attribution in covered.attribution.items():
        leads = line.leads_on(id_, day)
        for person in leads:
            found[person].append(attribution / covered.coverage / len(leads))
    return {person: math.fsum(parts) for person, parts in sorted(found.items())}


def _resting_on(portfolio: Portfolio, on: date) -> Resting:
    ties, needed = ties_on(portfolio, on), threshold_of(portfolio)
    found: Resting = {}
    for pair in ties.importance:
        bridges, strength = ties.bridges.get(pair, ()), ties.strength(pair)
        if strength < needed:
            continue
        alone, carrying = defaultdict[str, int](int), defaultdict[str, list[str]](list)
        for bridge in bridges:
            if len(bridge.leads) == 1:
                alone[bridge.leads[0]] += bridge.weight
                carrying[bridge.leads[0]].append(bridge.initiative)
        for person, units in alone.items():
            if units > strength - needed:
                found.setdefault(person, {})[pair] = tuple(carrying[person])
    return found
