"""A plan of pilots: greedy, recomputed after each pick, within the limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import looks, portfolios
from tracker.graph.bridges import next_best
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.planning import Limits, load_on, plan
from tracker.graph.ties import Pair

WIDE = Limits(99, 99)


def with_pilot(portfolio: Portfolio, pair: Pair, on: date) -> Portfolio:
    """Return the portfolio with one more pilot of two that begins on the day."""
    more = replace(pilot(f"new {pair}", "", start=on), members=pilot("x", pair).members)
    return replace(portfolio, initiatives=(*portfolio.initiatives, more))


@given(portfolios, looks)
@settings(max_examples=80, deadline=None)
def test_a_plan_is_the_next_best_pair_again_and_again(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    found = plan(portfolio, on, 4, WIDE)
    assert found.before == coverage(portfolio, on).together
    for pick in found.picks:
        best = next_best(portfolio, on)[0]
        assert (best.pair, best.gain) == (pick.found.pair, pick.found.gain)
        before = coverage(portfolio, on).together
        portfolio = with_pilot(portfolio, best.pair, on)
        if portfolio.settings.together <= 1:
            assert coverage(portfolio, on).together - before == pick.brings
    assert found.after == coverage(portfolio, on).together
    assert len(found.picks) == 4 or not next_best(portfolio, on)


@given(portfolios, looks)
@settings(max_examples=80, deadline=None)
def test_nobody_is_planned_beyond_the_limits(case: dict[str, Any], on: date) -> None:
    portfolio, limits = portfolio_of(case), Limits(2, 2)
    load, found = load_on(portfolio, on), plan(portfolio, on, 12, limits)
    for department in {each for pick in found.picks for each in pick.found.pair}:
        planned = sum(department in pick.found.pair for pick in found.picks)
        assert load.departments.get(department, 0) + planned <= limits.department
    for sponsor in {pick.sponsor for pick in found.picks if pick.sponsor}:
        planned = sum(pick.sponsor == sponsor for pick in found.picks)
        assert load.sponsors.get(sponsor, 0) + planned <= limits.sponsor


def test_a_sponsor_with_history_in_both_is_given_the_pilot_and_the_least_busy_first() -> None:
    running = [
        pilot("i1", "ABC", lead="priya", end=day(10)),
        pilot("i2", "AB", lead="tom", end=day(10)),
        pilot("i3", "CD", lead="tom"),
    ]
    (pick,) = plan(register("ABCD", running), day(20), 1, WIDE).picks
    assert (pick.found.pair, pick.sponsor) == (("A", "C"), "priya")


def test_a_pair_whose_only_sponsor_is_at_the_limit_waits() -> None:
    running = [pilot("i1", "ABC", lead="priya", end=day(10)), pilot("i2", "A", lead="priya")]
    pairs = [pick.found.pair for pick in plan(register("ABCD", running), day(20), 9, Limits(9, 1)).picks]
    assert pairs == [("A", "D"), ("B", "D"), ("C", "D")], "nobody has history in D, so nobody is in the way"


def test_a_start_that_lies_ahead_makes_nobody_busy() -> None:
    assert load_on(register("AB", [pilot("i1", "AB", start=day(9))]), START).departments == {}
