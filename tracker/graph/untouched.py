"""What runs and was not heard from for a while: the queue of the Round, the next to go quiet first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from tracker.graph.facts import Event, Initiative, Portfolio
from tracker.graph.intervals import Line, goes_quiet_on, timeline
from tracker.graph.picking import chosen
from tracker.graph.succession import index

#: After so many days without a word the Round asks after an initiative (PRODUCT.md, D).
UNTOUCHED_DAYS = 21


def last_heard(initiative: Initiative, events: Iterable[Event], on: date) -> date | None:
    """Return the last day up to ``on`` on which an initiative was heard from, None where there is none.

    Its start, an update, a confirmed event, a check of a routine, or the last day that a register vouches for.
    """
    days = [*initiative.activity, *(each.on for each in events if each.confirmed)]
    if initiative.start:
        days.append(initiative.start)
    if initiative.declared_until:
        days.append(min(on, initiative.declared_until - timedelta(1)))
    if initiative.routine:
        days += [initiative.routine.since, *initiative.routine.checks]
    return max((day for day in days if day <= on), default=None)


def without_news(portfolio: Portfolio, on: date, days: int = UNTOUCHED_DAYS) -> frozenset[str]:
    """Return the running initiatives not heard from for so many days; its checks keep what became routine.

    Examples
    --------
    >>> first = Initiative("i1", start=date(2025, 1, 1))
    >>> [sorted(without_news(Portfolio(initiatives=(first,)), date(2025, 1, day))) for day in (21, 22)]
    [[], ['i1']]
    """
    events, day = index(portfolio).of_initiative, on.toordinal()

    def is_untouched(each: Initiative, line: Line) -> bool:
        if not any(first <= day < end for first, end in line.declared):
            return False
        if each.routine and each.routine.since <= on:
            return False
        heard = last_heard(each, events.get(each.id, ()), on)
        return heard is not None and (on - heard).days >= days

    return chosen(portfolio, "without news", (on, days), is_untouched)


def untouched(portfolio: Portfolio, on: date, days: int = UNTOUCHED_DAYS) -> list[str]:
    """Return the running initiatives not heard from for so many days, in the order in which they are asked after.

    Those that still count come first, the next to go quiet before the others; then those that have gone quiet,
    the latest first.

    Examples
    --------
    >>> pilots = Initiative("i1", start=date(2025, 1, 20)), Initiative("i2", start=date(2025, 1, 1))
    >>> untouched(Portfolio(initiatives=pilots), date(2025, 2, 10))
    ['i2', 'i1']
    """
    found = without_news(portfolio, on, days)
    return sorted(found, key=lambda id_: (*_order(portfolio, id_, on), id_))


def heard_on(portfolio: Portfolio, initiative: str, on: date) -> date | None:
    """Return the last day up to ``on`` on which an initiative of the portfolio was heard from."""
    known = index(portfolio)
    return last_heard(known.initiatives[initiative], known.of_initiative.get(initiative, ()), on)


def went_quiet_on(portfolio: Portfolio, initiative: str, on: date) -> date | None:
    """Return the day on which an initiative went quiet that is not live on ``on``, None while it is."""
    live, day = timeline(portfolio).live[initiative], on.toordinal()
    if any(first <= day < end for first, end in live):
        return None
    return max((date.fromordinal(end) for _, end in live if end <= day), default=None)


def _order(portfolio: Portfolio, initiative: str, on: date) -> tuple[int, int]:
    """Return where an initiative stands: those that still count by their day, then those that went quiet."""
    if went := went_quiet_on(portfolio, initiative, on):
        return 2, -went.toordinal()
    quiet = goes_quiet_on(portfolio, initiative, on)
    return (0, quiet.toordinal()) if quiet else (1, 0)
