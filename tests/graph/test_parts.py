"""The parts of momentum between any two days add up to the whole."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.portfolios import looks, portfolios
from tracker.graph.fading import decay
from tracker.graph.momentum import momentum
from tracker.graph.parts import By, split

NOISE = 1e-9


@pytest.mark.parametrize("by", get_args(By))
@given(case=portfolios, one=looks, other=looks)
@settings(max_examples=40, deadline=None)
def test_what_was_and_what_was_added_less_what_faded_is_what_is(
    by: By, case: dict[str, Any], one: date, other: date
) -> None:
    since, on = sorted((one, other))
    portfolio = portfolio_of(case)
    parts = split(portfolio, on, by, since).values()
    before, after = momentum(portfolio, since).momentum, momentum(portfolio, on).momentum
    kept = decay((on - since).days, portfolio.settings)
    assert abs(sum(part.previous for part in parts) - before) < NOISE
    assert abs(sum(part.momentum for part in parts) - after) < NOISE
    assert abs(sum(part.fade for part in parts) - (1 - kept) * before) < NOISE
    assert abs(sum(part.fresh - part.fade for part in parts) - (after - before)) < NOISE
