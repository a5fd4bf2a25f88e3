"""Burt's constraint: worked values exactly, published values, and networkx where it can do without scipy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph import oracle
from tests.graph.cases import cases, portfolio_of
from tracker.graph.constraint import constraint, effective_size, links
from tracker.graph.structure import reach_graph

MIXED = cases()["F07-mixed"]
DAY = "2025-01-31"
EXPECTED = MIXED["expected"]["graph"][DAY]
#: The network of Borgatti's "Structural holes: unpacking Burt's redundancy measures" with the strengths of
#: networkx's own tests. The values there come from UCINET and igraph and were checked by hand.
BORGATTI = {
    "AB": 2, "AF": 3, "AG": 5, "AE": 2, "EG": 8, "FG": 3, "BG": 4, "BD": 1, "DG": 3, "GC": 10,
}  # fmt: skip


def ties_of(graph: nx.Graph[str], strength: str = "") -> dict[str, dict[str, Fraction]]:
    """Return a graph's ties from both ends, of the strength in an attribute or of 1."""
    return {
        a: {
            b: Fraction(tie[strength]).limit_denominator(1000) if strength else Fraction(1)
            for b, tie in of.items()
        }
        for a, of in graph.adjacency()
    }


def borgatti() -> nx.Graph[str]:
    """Return Borgatti's network."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in BORGATTI.items())
    return graph


def fractions_of(expected: dict[str, dict[str, str]]) -> dict[str, Fraction]:
    """Return the exact form of expected values."""
    return {key: Fraction(each["exact"]) for key, each in expected.items()}


def test_the_worked_case_is_exact() -> None:
    graph = reach_graph(portfolio_of(MIXED), date.fromisoformat(DAY))
    assert constraint(ties_of(graph)) == fractions_of(EXPECTED["constraint_unweighted"])


def test_strengths_weigh_the_worked_case_exactly() -> None:
    graph = reach_graph(portfolio_of(MIXED), date.fromisoformat(DAY))
    found = constraint(ties_of(graph, "strength"), ["A"])
    assert found == {"A": Fraction(EXPECTED["constraint_weighted_A"]["exact"])}


def test_the_effective_size_of_the_worked_case_is_exact() -> None:
    ties = ties_of(reach_graph(portfolio_of(MIXED), date.fromisoformat(DAY)))
    linked = links(ties)
    assert linked == {"A": 0, "B": 1, "C": 1, "D": 0}
    found = {id_: effective_size(len(partners), linked[id_]) for id_, partners in ties.items()}
    assert found == fractions_of(EXPECTED["effective_size"])


@pytest.mark.parametrize(
    ("strength", "published"),
    [("", {"G": 0.400, "A": 0.595, "C": 1.0}), ("weight", {"G": 0.299, "A": 0.795, "C": 1.0})],
)
def test_borgattis_network_has_its_published_constraint(strength: str, published: dict[str, float]) -> None:
    found = constraint(ties_of(borgatti(), strength), published)
    assert {id_: round(float(each or 0), 3) for id_, each in found.items()} == published


def test_borgattis_network_has_its_published_effective_size() -> None:
    ties = ties_of(borgatti())
    linked = links(ties)
    found = {id_: effective_size(len(ties[id_]), linked[id_]) for id_ in "GAC"}
    assert found == {"G": Fraction(14, 3), "A": Fraction(5, 2), "C": Fraction(1)}


@pytest.mark.parametrize(
    "make", [nx.florentine_families_graph, nx.davis_southern_women_graph, nx.krackhardt_kite_graph]
)
def test_well_known_networks_have_the_constraint_networkx_finds(make: Callable[[], nx.Graph[str]]) -> None:
    graph = make()
    found = constraint({a: dict.fromkeys(of, 1.0) for a, of in graph.adjacency()})
    assert found == pytest.approx(nx.constraint(graph), abs=1e-12)


@given(st.integers(0, 2**32), st.integers(2, 12), st.floats(0.1, 1))
@settings(max_examples=60, deadline=None)
def test_strengths_weigh_as_in_networkx(seed: int, size: int, density: float) -> None:
    graph = nx.gnp_random_graph(size, density, seed=seed)
    for at, (a, b) in enumerate(graph.edges):
        graph.edges[a, b]["weight"] = at % 5 + 1
    ties = {str(a): {str(b): float(tie["weight"]) for b, tie in of.items()} for a, of in graph.adjacency()}
    found = constraint(ties)
    for id_, expected in nx.constraint(graph, weight="weight").items():
        assert found[str(id_)] == (None if not graph[id_] else pytest.approx(expected, abs=1e-12))


@given(st.integers(0, 2**32), st.integers(0, 9), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_any_network_is_exactly_as_in_the_reference(seed: int, size: int, density: float) -> None:
    graph = nx.gnp_random_graph(size, density, seed=seed)
    near = {str(a): {str(b) for b in of} for a, of in graph.adjacency()}
    ties = {a: dict.fromkeys(of, Fraction(1)) for a, of in near.items()}
    linked = links(ties)
    assert constraint(ties) == oracle.constraint(near)
    assert {a: effective_size(len(of), linked[a]) for a, of in near.items()} == oracle.effective_size(near)


def test_one_without_partners_has_no_constraint() -> None:
    assert constraint({"A": {}, "B": {}}) == {"A": None, "B": None}


def test_one_without_partners_leaves_the_others_exact() -> None:
    near = {"A": "BC", "B": "AC", "C": "ABD", "D": "C", "E": ""}
    found = constraint({a: dict.fromkeys(of, Fraction(1)) for a, of in near.items()})
    assert all(isinstance(found[id_], Fraction) for id_ in "ABCD")
    assert found["A"] == Fraction(2, 3) ** 2 + Fraction(3, 4) ** 2


def test_nobody_has_none() -> None:
    assert (constraint({}), links({})) == ({}, {})


def test_only_those_asked_for_are_weighed_and_as_among_all() -> None:
    ties = ties_of(borgatti())
    assert constraint(ties, ["C", "G"]) == {id_: constraint(ties)[id_] for id_ in "CG"}
