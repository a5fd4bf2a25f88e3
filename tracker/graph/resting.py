"""Which pairs work together only through what one lead sponsor leads alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.graph.ties import Pair, threshold_of, ties_on

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
