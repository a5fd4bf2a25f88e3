"""The expert panel: the worked cases exactly, networkx and the reference on random portfolios, the caps."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings

from tests.graph import oracle
from tests.graph.cases import cases, portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import looks, portfolios
from tracker.graph import experts
from tracker.graph.experts import Linking, Shape, efficiency_of, linking, shape
from tracker.graph.facts import Department, Portfolio
from tracker.graph.structure import reach_graph

DAY = date(2025, 1, 31)
MIXED, DIVIDED = cases()["F07-mixed"], cases()["S01-e-i-index"]


def expected(case: dict[str, Any], measure: str, *, graph: bool = False) -> Any:
    """Return what a worked case expects on its day: fractions where it is exact."""
    found = case["expected"]["graph"][str(DAY)] if graph else case["expected"]
    each = found[measure] if graph or measure == "e_i_if_every_pair_tied" else found[measure][str(DAY)]
    if isinstance(each, dict) and "exact" in each:
        return Fraction(each["exact"])
    return {key: Fraction(one["exact"]) for key, one in each.items()} if measure == "betweenness" else each


def worked(case: dict[str, Any]) -> tuple[Shape, Linking]:
    """Return both halves of the panel for a worked case."""
    portfolio = portfolio_of(case)
    return shape(portfolio, DAY), linking(portfolio, DAY)


def test_efficiency_and_centralisation_of_the_mixed_case_are_exact() -> None:
    found, linked = worked(MIXED)
    assert linked.efficiency == expected(MIXED, "efficiency", graph=True) == Fraction(11, 12)
    assert found.centralisation == expected(MIXED, "centralisation", graph=True) == Fraction(1, 3)


def test_betweenness_of_the_mixed_case_is_as_worked() -> None:
    _, linked = worked(MIXED)
    found = {each.department: each.between for each in linked.links}
    wanted = {id_: float(each) for id_, each in expected(MIXED, "betweenness", graph=True).items()}
    assert found == pytest.approx(wanted, abs=1e-12)


def test_constraint_and_effective_size_of_the_mixed_case_are_as_worked() -> None:
    _, linked = worked(MIXED)
    plain = MIXED["expected"]["graph"][str(DAY)]["constraint_unweighted"]
    for each in linked.links:
        assert each.constraint == pytest.approx(float(Fraction(plain[each.department]["exact"])), abs=1e-12)
    found = {each.department: each for each in linked.links}
    assert found["A"].weighted == pytest.approx(65 / 64, abs=1e-12)
    assert (found["B"].effective_size, found["B"].linked, found["A"].linked) == (Fraction(5, 3), 1, 0)


def test_cores_of_the_mixed_case_are_exact() -> None:
    found, _ = worked(MIXED)
    assert found.cores == expected(MIXED, "core", graph=True)
    assert (found.core, found.inner) == (2, ("A", "B", "C", "D"))


def test_least_constrained_come_first() -> None:
    _, linked = worked(MIXED)
    assert [each.department for each in linked.links] == ["B", "C", "A", "D"]


def test_the_e_i_index_of_the_divided_case_is_exact() -> None:
    found = worked(DIVIDED)[0].divided
    assert found.e_i == expected(DIVIDED, "e_i") == Fraction(-1, 2)
    assert found.e_i_if_all == expected(DIVIDED, "e_i_if_every_pair_tied") == Fraction(1, 5)
    assert (found.inside, found.across, found.possible_inside, found.possible_across) == (3, 1, 6, 9)


def test_the_modularity_of_the_divided_case_is_exact() -> None:
    found = worked(DIVIDED)[0].divided
    assert found.modularity == expected(DIVIDED, "modularity_of_divisions") == Fraction(7, 32)
    assert found.by_chance == Fraction(34, 64)


def test_islands_efficiency_and_centre_of_the_divided_case_are_exact() -> None:
    found, linked = worked(DIVIDED)
    assert [list(each) for each in found.islands] == expected(DIVIDED, "components")
    assert (
        [id_ for id_, count in found.partners.items() if not count] == expected(DIVIDED, "isolates") == ["F"]
    )
    assert linked.efficiency == expected(DIVIDED, "efficiency") == Fraction(77, 180)
    assert found.centralisation == expected(DIVIDED, "centralisation") == Fraction(1, 5)
    assert linked.steps == {0: 5, 1: 4, 2: 3, 3: 2, 4: 1}


def test_each_division_counts_its_pairs_inside_and_across() -> None:
    rows = worked(DIVIDED)[0].divided.rows
    assert [(each.division, each.departments, each.inside, each.across) for each in rows] == [
        ("X", 3, 2, 1),
        ("Y", 3, 1, 1),
    ]


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_every_measure_is_that_of_the_reference(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of({**case, "config": {}})
    near = oracle.Model({**case, "config": {}}).reach_graph(on)
    found, linked = shape(portfolio, on), linking(portfolio, on)
    assert [list(each) for each in found.islands] == oracle.components(near)
    assert found.centralisation == oracle.centralisation(near)
    assert found.cores == oracle.core_numbers(near)
    assert linked.efficiency == oracle.efficiency(near)
    between, held = oracle.betweenness(near), oracle.constraint(near)
    assert {each.department for each in linked.links} == {id_ for id_, of in near.items() if of}
    for each in linked.links:
        assert each.between == pytest.approx(float(between[each.department]), abs=1e-12)
        assert each.constraint == pytest.approx(float(held[each.department]), abs=1e-12)
        assert (each.linked > 0) == (between[each.department] > 0), "who links a pair is on a shortest way"


@given(portfolios, looks)
@settings(max_examples=50, deadline=None)
def test_it_looks_at_the_reach_graph(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    graph, found = reach_graph(portfolio, on), shape(portfolio, on)
    assert found.partners == dict(graph.degree())
    assert found.pairs == graph.number_of_edges()
    assert float(efficiency_of(linking(portfolio, on).steps or {})) == pytest.approx(
        nx.global_efficiency(graph)
    )


def test_modularity_is_the_share_inside_less_what_chance_would_put_there() -> None:
    found = worked(DIVIDED)[0].divided
    share = Fraction(found.inside, found.inside + found.across)
    assert found.by_chance is not None
    assert found.modularity == share - found.by_chance


def test_departments_without_a_division_take_no_part_in_the_divisions() -> None:
    departments = (Department("A", division="X"), Department("B", division="X"), Department("C"))
    found = shape(Portfolio(departments, initiatives=(pilot("i1", "AB"), pilot("i2", "BC"))), START).divided
    assert (found.outside, found.inside, found.across, found.e_i) == (1, 1, 0, Fraction(-1))


def test_no_departments_have_no_shape() -> None:
    found, linked = shape(Portfolio(), START), linking(Portfolio(), START)
    assert (found.islands, found.centralisation, found.core, found.inner) == ((), None, 0, ())
    assert (linked.links, linked.steps, linked.efficiency) == ((), {}, 0)


def test_no_shared_work_leaves_every_department_an_island_and_nothing_undefined() -> None:
    portfolio = Portfolio(
        tuple(Department(id_, division="X") for id_ in "ABC"), initiatives=(pilot("i1", "A"),)
    )
    found, linked = shape(portfolio, START), linking(portfolio, START)
    assert found.islands == (("A",), ("B",), ("C",))
    assert (found.centralisation, found.core, found.inner) == (0, 0, ())
    assert (found.divided.e_i, found.divided.modularity, found.divided.by_chance) == (None, None, None)
    assert (linked.links, linked.steps, linked.efficiency) == ((), {0: 3}, 0)


def test_a_day_sees_only_what_is_live_on_it() -> None:
    portfolio = register("AB", [pilot("i1", "AB")])
    assert shape(portfolio, day(89)).pairs == 1
    assert shape(portfolio, day(90)).pairs == 0


def test_a_day_is_worked_out_once() -> None:
    portfolio = portfolio_of(MIXED)
    assert shape(portfolio, DAY) is shape(portfolio, DAY)
    assert linking(portfolio, DAY) is linking(portfolio, DAY)


def star(size: int) -> Portfolio:
    """Return one department that works with each of the others alone."""
    names = ascii_uppercase[:size]
    made = [pilot(f"i{name}", f"A{name}") for name in names[1:]]
    return register(names, made)


def test_ways_are_exact_up_to_the_cap() -> None:
    found = linking(star(8), START)
    assert found.pivots is None
    assert len(found.links) == 8
    assert found.links[0].between == 1.0


def test_above_the_cap_ways_are_a_seeded_estimate_and_the_foremost_are_weighed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(experts, "MOST_EXACT", 7)
    monkeypatch.setattr(experts, "PIVOTS", 4)
    monkeypatch.setattr(experts, "MOST_WEIGHED", 3)
    found = linking(star(8), START)
    assert (found.pivots, len(found.links), found.links[0].department) == (4, 3, "A")
    graph = reach_graph(star(8), START)
    wanted = nx.betweenness_centrality(graph, k=4, seed=experts.SEED)
    assert found.links[0].between == wanted["A"]
    assert linking(star(8), START) == found, "the same every time"


def test_far_above_the_cap_the_lengths_of_ways_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experts, "MOST_MEASURED", 7)
    found = linking(star(8), START)
    assert (found.steps, found.efficiency) == (None, None)
