"""The worked cases of MEASURES.md section 6: values by hand or by the exact reference, to 1e-9."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from tests.graph.cases import cases, portfolio_of
from tracker.graph.bridges import next_best
from tracker.graph.coverage import coverage
from tracker.graph.momentum import momentum

CASES = cases()
TOLERANCE = 1e-9


def points_of(measure: str) -> list[Any]:
    """Return every (case, day) that expects a value of the measure."""
    return [
        pytest.param(case, on, id=f"{id_}-{on}")
        for id_, case in CASES.items()
        for on in case["expected"].get(measure, {})
    ]


def plain(expected: Any) -> Any:
    """Return an expected value without its exact form."""
    if isinstance(expected, dict):
        return (
            expected["value"] if "value" in expected else {key: plain(each) for key, each in expected.items()}
        )
    return expected


def assert_same(found: Any, expected: Any, where: str) -> None:
    """Assert that numbers agree to 1e-9 and everything else exactly."""
    if isinstance(expected, dict):
        assert set(found) == set(expected), where
        for key, each in expected.items():
            assert_same(found[key], each, f"{where}.{key}")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=TOLERANCE), where
    else:
        assert found == expected, where


def test_there_are_31_cases() -> None:
    assert len(CASES) == 31


@pytest.mark.parametrize(("case", "on"), points_of("coverage"))
def test_coverage_is_as_worked(case: dict[str, Any], on: str) -> None:
    found = asdict(coverage(portfolio_of(case), date.fromisoformat(on)))
    for key in ("strength", "band_of"):
        found[key] = {"-".join(pair): value for pair, value in found[key].items()}
    for key, expected in plain(case["expected"]["coverage"][on]).items():
        if key in ("strength", "band_of"):
            assert_same({pair: found[key][pair] for pair in expected}, expected, key)
        else:
            assert_same(found[key], expected, key)


@pytest.mark.parametrize(("case", "on"), points_of("momentum"))
def test_momentum_is_as_worked(case: dict[str, Any], on: str) -> None:
    found = asdict(momentum(portfolio_of(case), date.fromisoformat(on)))
    for key, expected in plain(case["expected"]["momentum"][on]).items():
        assert_same(found[key], expected, key)


@pytest.mark.parametrize(("case", "on"), points_of("next_best"))
def test_next_best_pairs_are_as_worked(case: dict[str, Any], on: str) -> None:
    found = next_best(portfolio_of(case), date.fromisoformat(on))
    expected = case["expected"]["next_best"][on]
    assert ["-".join(each.pair) for each in found] == [each["pair"] for each in expected]
    for one, other in zip(found, expected, strict=True):
        for key in ("gain", "efficiency_gain", "warm"):
            assert_same(getattr(one, key), float(other[key]["value"]), key)
