"""The best three departments for one pilot, against every trio there is and against what coverage says then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import looks, portfolios
from tests.graph.test_bridges import scattered
from tracker.graph.coverage import coverage
from tracker.graph.facts import Journey, Portfolio
from tracker.graph.planning import Limits
from tracker.graph.structure import reach_graph
from tracker.graph.ties import open_departments
from tracker.graph.trios import Three, best_trio

WIDE = Limits(99, 99)
NOISE = 1e-9


def with_trio(portfolio: Portfolio, three: Three, on: date) -> Portfolio:
    """Return the portfolio with one more pilot of three that begins on the day."""
    more = replace(pilot("a new one", "", start=on), members=pilot("x", three).members)
    return replace(portfolio, initiatives=(*portfolio.initiatives, more))


def judged(portfolio: Portfolio, three: Three, on: date) -> tuple[float, float, int]:
    """Return what a pilot of the three adds to coverage, to efficiency, and how many pairs it helps."""
    before, after = coverage(portfolio, on), coverage(with_trio(portfolio, three, on), on)
    helped = sum(
        pair in before.importance and before.strength[pair] < 1 for pair in combinations(sorted(three), 2)
    )
    closer = nx.global_efficiency(reach_graph(with_trio(portfolio, three, on), on)) - nx.global_efficiency(
        reach_graph(portfolio, on)
    )
    return (after.coverage or 0) - (before.coverage or 0), closer, helped


@given(portfolios, looks)
@settings(max_examples=120, deadline=None)
def test_it_is_the_best_of_all_trios_and_adds_what_it_says(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    trios = list(combinations(open_departments(portfolio, on), 3))
    rows = [(*judged(portfolio, three, on), three) for three in trios]
    able = [row for row in rows if row[2] > 1]
    found = best_trio(portfolio, on, WIDE)
    if not able:
        assert found is None
        return
    assert found is not None
    most = max(row[0] for row in able)
    closest = max(row[1] for row in able if row[0] > most - NOISE)
    gain, closer, helped = next(row[:3] for row in rows if row[3] == found.departments)
    assert (gain, closer) == pytest.approx((most, closest), abs=NOISE)
    assert (found.gain, found.efficiency_gain) == pytest.approx((gain, closer), abs=NOISE)
    assert len(found.helps) == helped
    if portfolio.settings.together <= 1:
        then = coverage(with_trio(portfolio, found.departments, on), on)
        assert then.together - coverage(portfolio, on).together == found.brings


def test_three_departments_without_shared_work_come_together_by_one_pilot() -> None:
    found = best_trio(register("ABC"), START, WIDE)
    assert found is not None
    assert (found.gain, found.brings, found.helps) == (0.5, 3, (("A", "B"), ("A", "C"), ("B", "C")))


def test_on_a_journey_the_trio_is_two_crossings_in_a_row_and_the_more_important_ones() -> None:
    journeys = (
        Journey("j1", ("A", "B", "C", "D"), importance=1),
        Journey("j2", ("B", "C", "D"), importance=2),
    )
    found = best_trio(register("ABCD", journeys=journeys), START, WIDE)
    assert found is not None
    assert (found.departments, found.gain, found.brings) == (("B", "C", "D"), 0.4, 2)


def test_where_a_third_department_helps_nobody_no_trio_is_offered() -> None:
    journeys = (Journey("j1", ("A", "B")), Journey("j2", ("C", "D")))
    assert best_trio(register("ABCD", journeys=journeys), START, WIDE) is None
    assert best_trio(register("AB"), START, WIDE) is None


def test_who_is_at_the_limit_takes_no_part() -> None:
    running = [pilot("i1", "A"), pilot("i2", "A")]
    found = best_trio(register("ABCD", running), START, Limits(2, 9))
    assert found is not None
    assert found.departments == ("B", "C", "D")
    assert best_trio(register("ABC", running), START, Limits(2, 9)) is None


def test_a_trio_that_only_a_busy_sponsor_knows_waits() -> None:
    running = [pilot("i1", "ABC", lead="priya", end=day(10)), pilot("i2", "E", lead="priya")]
    portfolio = register("ABCD", running)
    assert best_trio(register("ABC", running), day(20), Limits(9, 1)) is None
    found = best_trio(portfolio, day(20), Limits(9, 1))
    assert found is not None
    assert found.departments == ("A", "B", "D")


def test_many_departments_have_a_trio_of_the_largest_gain_too() -> None:
    for seed in range(12):
        portfolio = scattered(seed)
        found = best_trio(portfolio, START, WIDE)
        names = open_departments(portfolio, START)
        gains = [judged(portfolio, three, START)[0] for three in combinations(names[:12], 3)]
        if found:
            assert found.gain > max(gains, default=0) - NOISE
