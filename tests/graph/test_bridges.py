"""What would bring two departments together, against networkx and by hand."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.making import START, day, pilot, register
from tracker.graph.bridges import Step, linking, next_best, smallest_steps
from tracker.graph.facts import Department, Initiative, Journey, Member, Portfolio
from tracker.graph.structure import reach_graph


def scattered(seed: int) -> Portfolio:
    """Return a portfolio of pilots of two: sparse ones make long ways, dense ones short ways."""
    draw = Random(seed)
    names = [f"D{at:02}" for at in range(draw.randint(2, 24))]
    count = draw.choice((0, len(names) // 2, len(names), 3 * len(names)))
    pairs = [draw.sample(names, 2) for _ in range(count)]
    if draw.random() < 0.3:
        pairs = [list(pair) for pair in pairwise(names)]
    return Portfolio(
        tuple(map(Department, names)),
        initiatives=tuple(
            Initiative(f"i{at}", START, members=tuple(map(Member, pair))) for at, pair in enumerate(pairs)
        ),
    )


@given(st.integers(0, 2**32).map(scattered))
@settings(max_examples=60, deadline=None)
def test_efficiency_and_warmth_are_what_networkx_says(portfolio: Portfolio) -> None:
    graph = reach_graph(portfolio, START)
    before = nx.global_efficiency(graph)
    found = next_best(portfolio, START)
    warm = {(a, b): index for a, b, index in nx.adamic_adar_index(graph, [each.pair for each in found])}
    for each in found:
        tied = graph.copy()
        tied.add_edge(*each.pair)
        assert each.efficiency_gain == pytest.approx(nx.global_efficiency(tied) - before, abs=1e-12)
        assert each.warm == pytest.approx(warm[each.pair], abs=1e-12)


def test_a_pair_with_a_full_share_is_not_proposed() -> None:
    found = next_best(register("ABC", [pilot("i1", "AB")]), START)
    assert [each.pair for each in found] == [("A", "C"), ("B", "C")]


def test_a_pair_that_is_tied_already_shortens_nothing() -> None:
    (found,) = (
        each for each in next_best(register("ABC", [pilot("i1", "ABC")]), START) if each.pair == ("A", "B")
    )
    assert (found.gain, found.efficiency_gain) == (1 / 6, 0.0)


def test_the_more_important_crossing_comes_first() -> None:
    journeys = (Journey("j1", ("A", "B"), importance=1), Journey("j2", ("B", "C"), importance=3))
    found = next_best(register("ABC", journeys=journeys), START)
    assert [(each.pair, each.gain) for each in found] == [(("B", "C"), 0.75), (("A", "B"), 0.25)]


def test_nothing_is_proposed_where_nothing_is_required() -> None:
    assert next_best(Portfolio(), START) == next_best(register("A"), START) == ()


def test_departments_that_work_with_both_link_them_the_strongest_first() -> None:
    running = [pilot("i1", "AC"), pilot("i2", "BC"), pilot("i3", "ABD"), pilot("i4", "AE")]
    portfolio = register("ABCDE", running)
    assert linking(portfolio, START, ("A", "B")) == ("C", "D")
    assert linking(portfolio, day(90), ("A", "B")) == ()


def test_the_smallest_step_is_the_smallest_initiative_with_one_of_the_two() -> None:
    running = [pilot("i1", "ACD"), pilot("i2", "BC"), pilot("i3", "AB"), pilot("i4", "CD"), pilot("i5", "A")]
    steps = smallest_steps(register("ABCD", running), START, ("A", "B"))
    assert steps == (Step("i5", "B", 1), Step("i2", "A", 2), Step("i1", "B", 3))


def test_no_step_leads_to_a_department_that_closed() -> None:
    portfolio = Portfolio((Department("A"), Department("B", closed=START)), initiatives=(pilot("i1", "A"),))
    assert smallest_steps(portfolio, START, ("A", "B")) == ()


def test_an_initiative_nobody_was_heard_from_is_no_step() -> None:
    assert smallest_steps(register("AB", [pilot("i1", "A")]), day(90), ("A", "B")) == ()
