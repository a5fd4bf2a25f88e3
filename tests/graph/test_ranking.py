"""The order of pairs is the same however much of it is read, and what it leaves unmeasured could not have come first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.making import START, pilot, register
from tests.graph.oracle import Model
from tests.graph.portfolios import looks, portfolios
from tests.graph.test_bridges import scattered
from tracker.graph.bridges import next_best, ranking
from tracker.graph.facts import Portfolio
from tracker.graph.ranking import rank, rank_again
from tracker.graph.reach import Reach
from tracker.graph.ties import SCALE, ties_on

NOISE = 1e-9


@given(portfolios, looks, st.integers(0, 15), st.integers(0, 6))
@settings(max_examples=150, deadline=None)
def test_a_part_of_it_is_that_part_of_what_the_reference_orders(
    case: dict[str, Any], on: date, first: int, count: int
) -> None:
    expected = sorted(
        Model(case).next_best(on),
        key=lambda row: (-row["gain"], -row["efficiency_gain"], -round(row["warm"], 9), row["pair"]),
    )  # the reference adds up warmth in the order of a set, so its last digits are left out of the order
    ranked = ranking(portfolio_of(case), on)
    found = ranked.part(first, count)
    assert len(ranked) == len(expected)
    assert [each.pair for each in found] == [each["pair"] for each in expected[first : first + count]]
    for each, row in zip(found, expected[first:], strict=False):
        told = (each.gain, each.efficiency_gain, each.warm)
        assert told == pytest.approx((row["gain"], row["efficiency_gain"], row["warm"]), abs=NOISE)


@given(st.integers(0, 2**32).map(scattered))
@settings(max_examples=60, deadline=None)
def test_it_is_sorted_by_gain_then_nearness_then_warmth_then_name(portfolio: Portfolio) -> None:
    reach, ranked = Reach(ties_on(portfolio, START)), next_best(portfolio, START)
    keys = [(-each.gain, -reach.shorter(*each.pair), -reach.warm(*each.pair), each.pair) for each in ranked]
    assert keys == sorted(keys)


@given(st.integers(0, 2**32).map(scattered))
@settings(max_examples=60, deadline=None)
def test_no_pair_is_warmer_than_its_shared_partners_allow(portfolio: Portfolio) -> None:
    reach = Reach(ties_on(portfolio, START))
    for pair in combinations(reach.index, 2):
        assert reach.warm(*pair) <= reach.warm_at_most(*pair)


def test_where_everybody_is_two_steps_away_a_tie_brings_only_the_two_together() -> None:
    reach = Reach(ties_on(register("ABCD", [pilot("i1", "AB"), pilot("i2", "AC"), pilot("i3", "AD")]), START))
    assert reach.shorter("B", "C") == SCALE - SCALE // 2


def test_reading_the_first_pair_measures_only_whose_turn_may_have_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = [pilot("i0", "AB"), pilot("i1", "AC"), pilot("i2", "BC"), pilot("i3", "AD")]
    portfolio = register("ABCDEFGH", running)
    ranked, measured = ranking(portfolio, START), list[str]()
    warm = Reach.warm

    def measuring(reach: Reach, a: str, b: str) -> float:
        measured.append(a + b)
        return warm(reach, a, b)

    monkeypatch.setattr(Reach, "warm", measuring)
    ranked.part(0, 1)
    assert len(measured) < len(ranked) / 2


@given(portfolios, looks, st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_what_follows_on_another_day_of_ties_is_what_is_worked_out_anew(
    case: dict[str, Any], on: date, seed: int
) -> None:
    ties = ties_on(portfolio_of(case), on)
    draw = Random(seed)
    bridges = {
        pair: tuple(
            each._replace(weight=each.weight // draw.choice((1, 2, 3))) if draw.random() < 0.5 else each
            for each in found
        )
        if draw.random() < 0.6
        else found
        for pair, found in ties.bridges.items()
    }
    before = rank(ties)
    before.part(0, draw.randint(0, 9))
    later = replace(ties, bridges=bridges)
    assert list(rank_again(before, later)) == list(rank(later))
    fewer = replace(ties, bridges=dict(list(bridges.items())[1:]))
    assert list(rank_again(before, fewer)) == list(rank(fewer))
    assert list(before) == list(rank(ties)), "what was is as it was"


@given(portfolios, looks)
@settings(max_examples=60, deadline=None)
def test_some_of_the_pairs_keep_their_order(case: dict[str, Any], on: date) -> None:
    ranked = ranking(portfolio_of(case), on)
    some = ranked.among(lambda pair: "B" in pair)
    assert list(some) == [each for each in ranked if "B" in each.pair]
    assert len(some) == sum("B" in each.pair for each in ranked)
