"""What would be without some initiatives equals what is once they have ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, event, pilot, register
from tests.graph.portfolios import INITIATIVES, looks, portfolios
from tracker.graph.coverage import coverage
from tracker.graph.facts import Initiative
from tracker.graph.momentum import momentum
from tracker.graph.what_if import what_if

some = st.sets(st.sampled_from(INITIATIVES))
NOISE = 1e-9


def ended(initiative: Initiative, on: date) -> Initiative:
    """Return the initiative as if it had ended on a day."""
    routine = initiative.routine
    if routine:
        routine = replace(routine, until=min(routine.until or on, on)) if routine.since < on else None
    return replace(initiative, end=min(initiative.end or on, on), routine=routine)


@given(portfolios, looks, some)
@settings(max_examples=150, deadline=None)
def test_it_is_what_coverage_says_once_they_have_ended(
    case: dict[str, Any], on: date, stopped: set[str]
) -> None:
    portfolio = portfolio_of(case)
    found, now = what_if(portfolio, on, stopped), coverage(portfolio, on)
    less = tuple(ended(each, on) if each.id in stopped else each for each in portfolio.initiatives)
    then = coverage(replace(portfolio, initiatives=less), on)
    assert (found.before.pairs, found.before.required) == (now.pairs, now.required)
    assert (found.after.pairs, found.after.possible) == (then.pairs, then.possible)
    assert abs(found.after.points - then.points) < NOISE
    changed = {pair for pair, band in now.band_of.items() if then.band_of[pair] != band}
    assert found.moved == {pair: (now.band_of[pair], then.band_of[pair]) for pair in changed}


@given(portfolios, looks, some)
@settings(max_examples=80, deadline=None)
def test_momentum_without_some_is_never_more_and_without_none_the_same(
    case: dict[str, Any], on: date, stopped: set[str]
) -> None:
    portfolio = portfolio_of(case)
    found = what_if(portfolio, on, stopped)
    assert found.pace == momentum(portfolio, on).momentum
    assert found.pace_without <= found.pace_with + NOISE
    assert what_if(portfolio, on, ()).pace_without == found.pace_with


def test_a_quarter_like_the_last_is_expected() -> None:
    events = [event("e1", "i1", "win", day(100)), event("e2", "i2", "win", day(100))]
    portfolio = register("AB", [pilot("i1", "AB"), pilot("i2", "AB")], events)
    now = momentum(portfolio, day(100)).momentum
    found = what_if(portfolio, day(100), {"i1"})
    assert abs(found.pace_with - 1.5 * now) < NOISE
    assert abs(found.pace_without - now) < NOISE


def test_nothing_is_changed() -> None:
    portfolio = register("AB", [pilot("i1", "AB")])
    before = coverage(portfolio, START)
    what_if(portfolio, START, {"i1"})
    assert coverage(portfolio, START) == before
