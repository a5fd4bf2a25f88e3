"""Whether what a portfolio carried over from its predecessors equals what its facts alone give."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import get_args

from tracker.graph.bridges import next_best, smallest_steps
from tracker.graph.changes import changes, changes_at, dip_causes_at
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.ledger import ledger
from tracker.graph.momentum import beats, momentum
from tracker.graph.parts import By, cells, momentum_series, split_series
from tracker.graph.planning import load_on
from tracker.graph.series import coverage_series
from tracker.graph.succession import Now, index, succeed
from tracker.graph.ties import Pair, ties_on
from tracker.graph.verdicts import verdicts


def differences(kept: Portfolio, days: Sequence[date]) -> list[str]:
    """Return the names of the measures that come out otherwise when they are worked out anew; none is right.

    Compared exactly, on each of these days and over them.

    Examples
    --------
    >>> differences(Portfolio(), [date(2026, 6, 30)])
    []
    """
    anew = replace(kept)
    return [name for name, measure in _measures(days).items() if measure(kept) != measure(anew)]


def _some_pairs(portfolio: Portfolio) -> list[Pair]:
    return list(pairwise(sorted(each.id for each in portfolio.departments)))


def _measures(days: Sequence[date]) -> dict[str, Callable[[Portfolio], object]]:
    """Return everything that is carried over, by a name that a log can tell."""
    in_order = sorted(set(days))
    return {
        "lines": lambda portfolio: timeline(portfolio).of,
        "verdicts": verdicts,
        "beats": beats,
        "cells": lambda portfolio: [cells(portfolio, by) for by in get_args(By)],
        "ties": lambda portfolio: [ties_on(portfolio, day) for day in days],
        "coverage": lambda portfolio: [coverage(portfolio, day) for day in days],
        "momentum": lambda portfolio: [momentum(portfolio, day) for day in days],
        "ledger": lambda portfolio: ledger(portfolio, days),
        "coverage over time": lambda portfolio: coverage_series(portfolio, days),
        "momentum over time": lambda portfolio: momentum_series(portfolio, days),
        "momentum by department": lambda portfolio: split_series(portfolio, days, "department"),
        "next pairs": lambda portfolio: [next_best(portfolio, day) for day in days],
        "load": lambda portfolio: [load_on(portfolio, day) for day in days],
        "steps": lambda portfolio: [
            smallest_steps(portfolio, day, pair) for day in days for pair in _some_pairs(portfolio)
        ],
        "changes": lambda portfolio: [changes(portfolio, *span, most=99) for span in pairwise(days)],
        "changes over time": lambda portfolio: [
            (changes_at(portfolio, in_order, at, most=99), dip_causes_at(portfolio, in_order, at))
            for at in range(1, len(in_order))
        ],
    }


def rehearse(portfolio: Portfolio, initiatives: Collection[str], days: Sequence[date]) -> list[str]:
    """Take initiatives out of a portfolio and put them back; return the measures that then differ, none is right.

    Nothing is written. Each way is compared with working everything out anew.

    Examples
    --------
    >>> from tracker.graph.facts import Initiative
    >>> rehearse(Portfolio(initiatives=(Initiative("i1"),)), ["i1"], [date(2026, 6, 30)])
    []
    """
    known = index(portfolio)
    found = differences(portfolio, days)
    without = succeed(portfolio, {id_: Now(None, ()) for id_ in initiatives})
    found += differences(without, days)
    back = succeed(without, {id_: known.before(id_) for id_ in initiatives})
    found += differences(back, days)
    return sorted({*found, *(["facts"] if back != portfolio else [])})
