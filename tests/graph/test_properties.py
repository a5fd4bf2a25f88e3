"""What coverage promises, whatever the register says (the table of MEASURES.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import DEPARTMENTS, looks, portfolios
from tracker.graph.coverage import coverage
from tracker.graph.facts import Initiative, Journey, Portfolio, Settings
from tracker.graph.momentum import momentum
from tracker.graph.ties import SCALE, ties_on, weight

groups = st.sets(st.sampled_from(DEPARTMENTS), min_size=1).map(lambda found: "".join(sorted(found)))
pilots = st.lists(groups, max_size=8).map(
    lambda found: [pilot(f"i{at}", members) for at, members in enumerate(found)]
)
NOISE = 1e-12


def points(initiatives: Sequence[Initiative]) -> float:
    """Return the points of coverage over all pairs of six departments."""
    return coverage(register(DEPARTMENTS, initiatives), START).points


@given(portfolios, looks)
@settings(max_examples=150, deadline=None)
def test_coverage_is_a_share_and_its_parts_add_up(case: dict[str, Any], on: date) -> None:
    found = coverage(portfolio_of(case), on)
    assert sum(found.pairs.values()) == found.required
    if found.coverage is None:
        assert (found.required, found.reach, set(found.bands.values())) == (0, None, {None})
        return
    assert 0 <= found.coverage <= 1
    assert abs(sum(found.attribution.values()) - found.coverage) < NOISE
    assert abs(sum(value or 0 for value in found.bands.values()) - 1) < NOISE
    assert abs(found.points - found.coverage * found.possible) < NOISE * found.possible
    assert all(-NOISE < found.loss_if_ended[id_] < share + NOISE for id_, share in found.attribution.items())


@given(pilots, groups)
@settings(deadline=None)
def test_starting_never_lowers_coverage_and_adds_half_a_point_for_each_department_at_most(
    running: list[Initiative], members: str
) -> None:
    added = points([*running, pilot("new", members)]) - points(running)
    assert -NOISE < added <= len(members) / 2 + NOISE
    if len(members) == 1:
        assert added == 0


@given(pilots, pilots, groups)
@settings(deadline=None)
def test_the_same_pilot_adds_less_where_more_is_running(
    few: list[Initiative], others: list[Initiative], members: str
) -> None:
    many = [*few, *(replace(each, id=f"o{each.id}") for each in others)]
    new = pilot("new", members)
    assert points([*few, new]) - points(few) >= points([*many, new]) - points(many) - NOISE


@given(st.integers(2, 12))
def test_naming_every_department_once_is_worth_one_bridge(count: int) -> None:
    names = "ABCDEFGHIJKL"[:count]
    everybody = pilot("all", names)
    assert coverage(register(names, [everybody]), START).coverage == 1 / (count - 1)
    journey = (Journey("j1", tuple(names)),)
    assert abs(coverage(register(names, [everybody], journeys=journey), START).points - 1) < NOISE


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_the_strengths_of_a_department_add_up_to_its_live_joint_initiatives(
    case: dict[str, Any], on: date
) -> None:
    portfolio = replace(portfolio_of(case), settings=Settings())
    ties = ties_on(portfolio, on)
    for department in ties.departments:
        mine = [pair for pair in ties.bridges if department in pair]
        joint = {bridge.initiative for pair in mine for bridge in ties.bridges[pair]}
        assert sum(map(ties.strength, mine)) == len(joint) * SCALE


def test_weights_are_exact_up_to_41_departments() -> None:
    assert all(Fraction(weight(size), SCALE) == Fraction(1, size - 1) for size in range(2, 42))


def test_weights_of_larger_groups_are_a_hair_too_small() -> None:
    for size in range(42, 500):
        assert 0 <= Fraction(1, size - 1) - Fraction(weight(size), SCALE) < Fraction(1, 10**15)


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_momentum_is_what_is_left_and_what_was_added(case: dict[str, Any], on: date) -> None:
    found = momentum(portfolio_of(case), on)
    assert abs(found.previous - found.fade + found.fresh - found.momentum) < NOISE
    assert 0 <= found.low <= found.momentum <= found.high


def test_no_number_is_nan_where_nothing_is() -> None:
    found, pace = coverage(Portfolio(), START), momentum(Portfolio(), START)
    assert (found.coverage, found.reach, found.points, found.departments) == (None, None, 0, {})
    assert (pace.momentum, pace.growth, pace.z, pace.silence_days, pace.label) == (
        0,
        None,
        None,
        None,
        "none",
    )
    assert (pace.low, pace.high, pace.effective_events, pace.last_counted_on) == (0, 0, 0, None)


def test_two_leads_after_one_another_back_nothing_up_and_two_at_once_do() -> None:
    def band(*leads: str) -> str:
        both = [pilot(f"i{at}", "AB", lead=lead) for at, lead in enumerate(leads)]
        return coverage(register("AB", both), day(1)).band_of["A", "B"]

    assert [band("priya"), band("priya", "priya"), band("priya", "tom")] == ["single", "single", "backed"]
