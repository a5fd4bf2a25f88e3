"""Whole rows of what ties would bring closer, against one pair after the other and against networkx."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.making import START
from tracker.graph.bridges import next_best
from tracker.graph.facts import Department, Initiative, Member, Portfolio
from tracker.graph.reach import MANY, Reach
from tracker.graph.shortcuts import Shortcuts
from tracker.graph.structure import reach_graph
from tracker.graph.ties import ties_on


def sparse(seed: int) -> Portfolio:
    """Return many departments with few pilots of two, so that ways are long and some lead nowhere."""
    draw = Random(seed)
    names = [f"D{at:02}" for at in range(draw.randint(18, 34))]
    pairs = [draw.sample(names, 2) for _ in range(int(len(names) * draw.choice((0.5, 0.8, 1, 1.3, 2))))]
    return of_pairs(names, pairs)


def of_pairs(names: list[str], pairs: list[list[str]]) -> Portfolio:
    """Return departments and a pilot for each pair."""
    return Portfolio(
        tuple(map(Department, names)),
        initiatives=tuple(
            Initiative(f"i{at}", START, members=tuple(map(Member, pair))) for at, pair in enumerate(pairs)
        ),
    )


@given(st.integers(0, 2**32).map(sparse))
@settings(max_examples=60, deadline=None)
def test_a_row_is_what_its_pairs_are_one_by_one(portfolio: Portfolio) -> None:
    ties = ties_on(portfolio, START)
    reach, pairs = Reach(ties), list(ties.importance)
    assert len(pairs) >= MANY * len(ties.departments)
    assert list(reach.shorter_each(pairs)) == [reach.shorter(*pair) for pair in pairs]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_many_pairs_rests_on_what_networkx_says(seed: int) -> None:
    portfolio = sparse(seed)
    graph = reach_graph(portfolio, START)
    before = nx.global_efficiency(graph)
    for each in next_best(portfolio, START)[::7]:
        tied = graph.copy()
        tied.add_edge(*each.pair)
        assert each.efficiency_gain == pytest.approx(nx.global_efficiency(tied) - before, abs=1e-12)


@pytest.mark.parametrize(("length", "fits"), [(30, True), (45, False)])
def test_a_way_too_long_for_whole_rows_is_measured_pair_by_pair(length: int, fits: bool) -> None:
    names = [f"D{at:02}" for at in range(length)]
    ties = ties_on(of_pairs(names, [list(pair) for pair in pairwise(names)]), START)
    reach, pairs = Reach(ties), list(ties.importance)
    assert Shortcuts.fit(reach.levels) == fits
    assert list(reach.shorter_each(pairs)) == [reach.shorter(*pair) for pair in pairs]


def test_few_pairs_are_measured_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    ties = ties_on(sparse(1), START)
    reach, pairs = Reach(ties), list(ties.importance)[:20]
    monkeypatch.setattr(Shortcuts, "row", None)
    assert list(reach.shorter_each(pairs)) == [reach.shorter(*pair) for pair in pairs]
