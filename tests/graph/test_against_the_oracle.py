"""Random portfolios: what the measures say is what the slow reference says, to 1e-9."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from hypothesis import given

from tests.examples import examples
from tests.graph.cases import portfolio_of
from tests.graph.oracle import Model
from tests.graph.portfolios import looks, portfolios
from tracker.graph.bridges import next_best
from tracker.graph.coverage import coverage
from tracker.graph.momentum import Momentum, momentum

TOLERANCE = 1e-9
#: So near to a threshold two exact answers may fall on different sides of it.
EDGE = 1e-9


def assert_same(found: Any, expected: Any, where: str = "") -> None:
    """Assert that two answers agree, numbers to 1e-9 (relative above 1)."""
    if isinstance(expected, dict):
        assert set(found) == set(expected), where
        for key, each in expected.items():
            assert_same(found[key], each, f"{where}.{key}")
    elif expected is None or isinstance(expected, str):
        assert found == expected, where
    else:
        assert isinstance(found, int | float), where
        assert abs(found - float(expected)) <= TOLERANCE * max(1.0, abs(float(expected))), where


def near_a_threshold(found: Momentum) -> bool:
    """Say whether the label hangs on the last digits."""
    return (
        abs(abs(found.growth or 0) - 0.1) < EDGE
        or abs(abs(found.z or 0) - 1.28) < EDGE
        or abs((found.silence_days or 0) - (found.patience_days or -1)) < EDGE
    )


@given(portfolios, looks)
@examples(75)
def test_coverage_is_what_the_reference_says(case: dict[str, Any], on: date) -> None:
    found = asdict(coverage(portfolio_of(case), on))
    for key, expected in Model(case).coverage(on).items():
        assert_same(found[key], expected, key)


@given(portfolios, looks)
@examples(75)
def test_momentum_is_what_the_reference_says(case: dict[str, Any], on: date) -> None:
    found = momentum(portfolio_of(case), on)
    plain = asdict(found)
    for key, expected in Model(case).momentum_report(on).items():
        if key != "label" or not near_a_threshold(found):
            assert_same(plain[key], expected, key)


@given(portfolios, looks)
@examples(75)
def test_next_best_pairs_are_what_the_reference_says(case: dict[str, Any], on: date) -> None:
    found = next_best(portfolio_of(case), on)
    expected = Model(case).next_best(on)
    # The reference adds up warmth in the order of a set, so its last digits are left out of the order.
    expected.sort(
        key=lambda row: (-row["gain"], -row["efficiency_gain"], -round(row["warm"], 9), row["pair"])
    )
    assert [each.pair for each in found] == [row["pair"] for row in expected]
    for each, row in zip(found, expected, strict=True):
        for key in ("gain", "efficiency_gain", "warm"):
            assert_same(getattr(each, key), row[key], key)
