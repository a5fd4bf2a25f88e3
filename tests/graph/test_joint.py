"""What pairs have behind them: since when they work together, and when they were last heard from."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import looks, portfolios
from tests.graph.test_succession import DAYS, successors
from tracker.graph.joint import joint_of, joint_work
from tracker.graph.spells import tie_spells
from tracker.graph.ties import pair_of


@given(portfolios, looks)
@settings(max_examples=80, deadline=None)
def test_a_pair_works_together_since_its_spells_say_so(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    found, spells = joint_work(portfolio, on), tie_spells(portfolio, on)
    assert set(found) == set(spells)
    for pair, each in found.items():
        since, next_day = None, on + timedelta(1)
        for spell in reversed(spells[pair]):  # the days without a break, walked back from the day told
            end = on if spell.last is None else spell.last
            if spell.band not in ("backed", "single") or end + timedelta(1) != next_day:
                break
            since = next_day = spell.first
        assert each.since == since
        assert each.heard <= on


@given(st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_what_a_successor_carries_over_is_what_each_pair_alone_gives(seed: int) -> None:
    for here in successors(seed, 4):
        for on in DAYS:
            found = joint_work(here, on)
            ids = sorted(each.id for each in here.departments)
            alone = {pair_of(a, b): joint_of(here, pair_of(a, b), on) for a, b in combinations(ids, 2)}
            assert found == {pair: each for pair, each in alone.items() if each}


def test_a_pair_is_heard_from_by_the_last_word_of_any_work_that_held_both() -> None:
    both = register(
        "ABC",
        [
            pilot("i1", "AB", activity=(day(20),), end=day(40)),
            pilot("i2", "AC", activity=(day(60),)),
        ],
    )
    found = joint_work(both, day(70))
    assert found["A", "B"] == (None, day(20))
    assert found["A", "C"] == (START, day(60))
    assert ("B", "C") not in found
