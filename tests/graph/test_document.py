"""The document of a day: the names the contract promises, and nothing JSON cannot say."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given, settings

from tests.graph.cases import cases, portfolio_of
from tests.graph.making import START, pilot, register
from tests.graph.oracle import Model
from tests.graph.portfolios import looks, portfolios
from tracker.graph.document import COVERAGE_KEYS, MOMENTUM_KEYS, measures_document
from tracker.graph.facts import Portfolio

LATER_KEYS = {"strength", "band_of"}


def test_it_names_what_the_reference_names() -> None:
    oracle = Model(cases()["F07-mixed"])
    assert set(COVERAGE_KEYS) == set(oracle.coverage(START)) - LATER_KEYS
    assert set(MOMENTUM_KEYS) == set(oracle.momentum_report(START))


def test_it_has_a_day_a_version_and_three_parts() -> None:
    found = measures_document(register("ABC", [pilot("i1", "AB")]), START, 7)
    assert list(found) == ["on", "version", "coverage", "momentum", "next_best"]
    assert (found["on"], found["version"]) == ("2025-01-01", 7)
    assert [row["pair"] for row in found["next_best"]] == [["A", "C"], ["B", "C"]]
    assert set(found["next_best"][0]) == {"pair", "gain", "efficiency_gain", "warm"}
    assert found["coverage"]["attribution"] == found["coverage"]["loss_if_ended"] == {"i1": 1 / 3}


def test_solo_work_is_not_among_what_adds_to_coverage() -> None:
    found = measures_document(register("AB", [pilot("i1", "A")]), START, 1)
    assert found["coverage"]["attribution"] == {}


def test_what_is_not_defined_is_null() -> None:
    found = measures_document(Portfolio(), START, 0)
    assert found["coverage"]["coverage"] is None
    assert found["momentum"]["growth"] is None
    assert found["next_best"] == []


def test_what_a_caller_changes_does_not_come_back() -> None:
    portfolio = register("AB", [pilot("i1", "AB")])
    measures_document(portfolio, START, 1)["coverage"]["pairs"].clear()
    assert measures_document(portfolio, START, 1)["coverage"]["pairs"]["single"] == 1


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_json_can_say_all_of_it(case: dict[str, Any], on: date) -> None:
    found = measures_document(portfolio_of(case), on, 1)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
