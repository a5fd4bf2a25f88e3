"""The department graph, against networkx's own projection of who is in what."""

from __future__ import annotations

from datetime import date
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings

from tests.graph.cases import cases, portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import looks, portfolios
from tracker.graph.facts import Department, Journey, Portfolio, Settings
from tracker.graph.structure import department_graph, islands, reach_graph, two_mode_graph

FIVE = cases()["S01-e-i-index"]


@given(portfolios, looks)
@settings(max_examples=150, deadline=None)
def test_strengths_are_those_of_networkx_newman_projection(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of({**case, "config": {}})
    two_mode = two_mode_graph(portfolio, on)
    departments = [node for node, side in two_mode.nodes(data="bipartite") if side == 0]
    expected = nx.bipartite.collaboration_weighted_projected_graph(two_mode, departments)
    graph = reach_graph(portfolio, on)
    assert set(graph) == {id_ for _, id_ in expected}
    assert graph.number_of_edges() == expected.number_of_edges()
    for a, b, weight in expected.edges(data="weight"):
        assert graph.edges[a[1], b[1]]["strength"] == pytest.approx(weight, abs=1e-12)


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_an_edge_names_the_initiatives_it_is_made_of(case: dict[str, Any], on: date) -> None:
    for *_, tie in department_graph(portfolio_of(case), on).edges(data=True):
        assert sum(tie["initiatives"].values()) == pytest.approx(tie["strength"], abs=1e-12)
        assert (tie["band"] == "quiet") == (not tie["initiatives"])
        assert tie["initiatives"] or tie["silent"]


def test_no_departments_make_the_null_graph() -> None:
    graph = department_graph(Portfolio(), START)
    assert (len(graph), graph.size(), islands(graph), len(two_mode_graph(Portfolio(), START))) == (
        0,
        0,
        [],
        0,
    )


def test_departments_without_shared_work_stand_alone() -> None:
    graph = department_graph(register("AB", [pilot("i1", "A")], journeys=(Journey("j1", ("A", "B")),)), START)
    assert (sorted(graph), graph.size(), islands(graph)) == (["A", "B"], 0, [["A"], ["B"]])


def test_nodes_carry_their_name_and_division() -> None:
    graph = department_graph(Portfolio((Department("A", "Claims", division="ops"), Department("B"))), START)
    assert dict(graph.nodes(data=True)) == {
        "A": {"name": "Claims", "division": "ops"},
        "B": {"name": "B", "division": None},
    }


def test_a_department_that_closed_is_not_in_the_graph() -> None:
    portfolio = Portfolio((Department("A"), Department("B", closed=START)), initiatives=(pilot("i1", "AB"),))
    assert list(department_graph(portfolio, START)) == ["A"]


def test_a_pair_that_nobody_was_heard_from_has_an_edge_without_strength() -> None:
    portfolio = register("AB", [pilot("i1", "AB")], journeys=(Journey("j1", ("A", "B"), importance=2),))
    graph = department_graph(portfolio, day(90))
    assert graph.edges["A", "B"] == {
        "strength": 0.0,
        "band": "quiet",
        "importance": 2,
        "initiatives": {},
        "silent": ("i1",),
    }
    assert reach_graph(portfolio, day(90)).size() == 0


def test_a_tie_no_journey_requires_is_drawn_all_the_same() -> None:
    portfolio = register("ABC", [pilot("i1", "AC")], journeys=(Journey("j1", ("A", "B")),))
    assert department_graph(portfolio, START).edges["A", "C"]["importance"] == 0


def test_attention_widens_the_ties() -> None:
    portfolio = register("ABC", [pilot("i1", "ABC")], settings=Settings(attention=2))
    assert department_graph(portfolio, START).edges["A", "B"]["strength"] == 1.0


def test_islands_are_those_of_the_worked_case() -> None:
    graph = reach_graph(portfolio_of(FIVE), date(2025, 1, 31))
    assert islands(graph) == FIVE["expected"]["components"]["2025-01-31"]
    assert nx.global_efficiency(graph) == pytest.approx(77 / 180)
