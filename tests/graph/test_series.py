"""What is swept over dates is what each date says by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.portfolios import FIRST, looks, portfolios
from tracker.graph.coverage import coverage
from tracker.graph.facts import Department, Initiative, Member, Portfolio
from tracker.graph.momentum import momentum
from tracker.graph.parts import momentum_series, split, split_series
from tracker.graph.series import coverage_series, pair_series
from tracker.graph.ties import SCALE, ties_on

many_looks = st.lists(looks, max_size=12)
WAYS = ("department", "lead", "theme", "kind", "initiative")


@given(portfolios, many_looks)
@settings(max_examples=150, deadline=None)
def test_coverage_over_dates_is_coverage_on_each(case: dict[str, Any], dates: list[date]) -> None:
    portfolio = portfolio_of(case)
    for on, point in zip(dates, coverage_series(portfolio, dates), strict=True):
        found = coverage(portfolio, on)
        assert (point.on, point.coverage, point.required) == (on, found.coverage, found.required)
        assert (point.together, point.pairs) == (found.together, found.pairs)


@given(portfolios, many_looks)
@settings(max_examples=150, deadline=None)
def test_ties_over_dates_are_the_ties_of_each(case: dict[str, Any], dates: list[date]) -> None:
    portfolio = portfolio_of(case)
    found = pair_series(portfolio, dates)
    for place, on in enumerate(dates):
        ties, covered = ties_on(portfolio, on), coverage(portfolio, on)
        assert {pair for pair, each in found.items() if each.strength[place]} == set(ties.bridges)
        for pair, each in found.items():
            assert each.strength[place] == ties.strength(pair) / SCALE
            assert each.band[place] == covered.band_of.get(pair, each.band[place])


def test_a_pair_that_was_never_held_is_not_in_the_series() -> None:
    first = Initiative("i1", start=FIRST, members=(Member("A"), Member("B")))
    portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    quiet = FIRST + timedelta(90)
    found = pair_series(portfolio, [quiet, FIRST, FIRST - timedelta(1)])
    assert list(found) == [("A", "B")]
    assert found["A", "B"].strength == (0.0, 1.0, 0.0)
    assert found["A", "B"].band == ("quiet", "single", "open")


@given(portfolios, many_looks)
@settings(max_examples=100, deadline=None)
def test_momentum_over_dates_is_momentum_on_each(case: dict[str, Any], dates: list[date]) -> None:
    portfolio = portfolio_of(case)
    for on, level in zip(dates, momentum_series(portfolio, dates), strict=True):
        assert abs(level - momentum(portfolio, on).momentum) < 1e-12


@given(portfolios, looks, st.sampled_from(WAYS))
@settings(max_examples=150, deadline=None)
def test_the_parts_of_momentum_add_up(case: dict[str, Any], on: date, by: Any) -> None:
    portfolio = portfolio_of(case)
    parts, whole = split(portfolio, on, by), momentum(portfolio, on)
    for key in ("momentum", "previous", "fresh", "fade"):
        assert abs(sum(getattr(part, key) for part in parts.values()) - getattr(whole, key)) < 1e-12
    assert abs(sum(each[0] for each in split_series(portfolio, [on], by).values()) - whole.momentum) < 1e-12


@given(portfolios, looks)
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_records_never_shows(case: dict[str, Any], on: date) -> None:
    turned = {key: value[::-1] if isinstance(value, list) else value for key, value in case.items()}
    one, other = portfolio_of(case), portfolio_of(turned)
    assert momentum(one, on) == momentum(other, on)
    assert coverage(one, on) == coverage(other, on)
    assert momentum_series(one, [on]) == momentum_series(other, [on])
