"""Where momentum goes: the closed forms of MEASURES.md section 3, and the same by adding points day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day
from tests.graph.oracle import Model
from tests.graph.test_worked_cases import points_of
from tracker.graph.facts import Settings
from tracker.graph.fading import level
from tracker.graph.momentum import momentum
from tracker.graph.paths import ahead, halves_on, needed

SETTINGS = Settings()
NOISE = 1e-9
paces = st.floats(0, 500)
spans = st.integers(1, 1500)
halves = st.integers(20, 200).map(lambda days: Settings(half_life_days=days))


@given(paces, paces, spans, halves)
def test_what_is_needed_leads_to_the_target(now: float, target: float, days: int, settings: Settings) -> None:
    added = needed(now, target, days, settings)
    assert ahead(now, added, days, settings) == pytest.approx(target, abs=1e-6)


@given(paces, st.floats(0, 50), st.integers(1, 400))
def test_a_path_is_what_points_added_every_day_come_to(now: float, added: float, days: int) -> None:
    every_day = dict.fromkeys(range(START.toordinal() + 1, day(days).toordinal() + 1), added / 30)
    summed = level(every_day, day(days).toordinal(), SETTINGS) + now * 2 ** (-days / 90)
    assert ahead(now, added, days, SETTINGS) == pytest.approx(summed, abs=NOISE, rel=NOISE)


@given(paces, paces)
def test_in_a_half_life_twice_the_target_less_what_stands_is_needed(now: float, target: float) -> None:
    assert needed(now, target, 90, SETTINGS) == pytest.approx(2 * target - now, abs=NOISE)


@given(paces, spans)
def test_to_hold_one_adds_what_stands(now: float, days: int) -> None:
    assert needed(now, now, days, SETTINGS) == pytest.approx(now, rel=1e-6, abs=NOISE)
    assert ahead(now, now, days, SETTINGS) == pytest.approx(now)


def test_doing_nothing_a_fifth_is_gone_in_30_days_and_half_in_90() -> None:
    assert ahead(1, 0, 30, SETTINGS) == pytest.approx(1 - 0.2063, abs=5e-5)
    assert ahead(1, 0, 90, SETTINGS) == 0.5


@pytest.mark.parametrize(("case", "on"), points_of("momentum"))
def test_the_coast_is_that_of_the_worked_cases(case: dict[str, Any], on: str) -> None:
    expected = Model(case).momentum_report(date.fromisoformat(on))
    now = momentum(portfolio_of(case), date.fromisoformat(on)).momentum
    assert ahead(now, 0, 90, SETTINGS) == pytest.approx(float(expected["coast_90"]), abs=NOISE)
    assert needed(now, now, 90, SETTINGS) / 3 == pytest.approx(float(expected["wins_to_hold"]), abs=NOISE)


def test_it_halves_after_its_half_life() -> None:
    assert halves_on(date(2026, 11, 22), SETTINGS) == date(2027, 2, 20)
    assert ahead(8, 0, (halves_on(START, SETTINGS) - START).days, SETTINGS) == 4
