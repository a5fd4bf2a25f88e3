"""What goes quiet soon unless somebody is heard from: initiatives, and the pairs that rest on them."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import goes_quiet_on, timeline
from tracker.graph.ties import Pair, ties_on

#: How far ahead "going quiet" looks, in days.
SOON = 30


def initiatives_going_quiet(portfolio: Portfolio, on: date, within: int = SOON) -> dict[str, date]:
    """Return the live initiatives that go quiet within so many days, and when, the next one first.

    Examples
    --------
    >>> from tracker.graph.facts import Initiative
    >>> first = Initiative("i1", start=date(2025, 1, 1))
    >>> initiatives_going_quiet(Portfolio(initiatives=(first,)), date(2025, 3, 10))
    {'i1': datetime.date(2025, 4, 1)}
    """
    last = on + timedelta(within)
    dates = ((goes_quiet_on(portfolio, each.id, on), each.id) for each in portfolio.initiatives)
    return {id_: day for day, id_ in sorted((day, id_) for day, id_ in dates if day and day <= last)}


def pairs_going_quiet(portfolio: Portfolio, on: date, within: int = SOON) -> dict[Pair, date]:
    """Return the tied pairs whose last live initiative goes quiet within so many days, and when.

    A pair whose last live initiative ends is not going quiet: it ends. New work that begins until then is not
    foreseen. Sorted by pair.
    """
    line, day = timeline(portfolio), on.toordinal()
    soon = initiatives_going_quiet(portfolio, on, within)
    found = {}
    for pair, bridges in sorted(ties_on(portfolio, on).bridges.items()):
        ends = [
            (end, bridge.initiative)
            for bridge in bridges
            for first, end in line.live[bridge.initiative]
            if first <= day < end
        ]
        last = max(ends)[0]
        if any(end == last and id_ in soon for end, id_ in ends):
            found[pair] = date.fromordinal(last)
    return found
