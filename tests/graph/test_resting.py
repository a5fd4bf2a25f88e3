"""What rests on one lead sponsor is what would be lost without what they lead alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.making import START, pilot, register
from tests.graph.oracle import Model
from tests.graph.portfolios import looks, portfolios
from tracker.graph.coverage import coverage
from tracker.graph.facts import Sponsor
from tracker.graph.intervals import timeline
from tracker.graph.resting import is_heavy, parts_of_leads, resting_on
from tracker.graph.ties import ties_on
from tracker.graph.what_if import what_if

TOGETHER = ("backed", "single")


@given(portfolios, looks)
@settings(max_examples=150, deadline=None)
def test_it_is_what_would_be_lost_without_what_they_lead_alone(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    bridges = {each for found in ties_on(portfolio, on).bridges.values() for each in found}
    people = {lead for each in bridges for lead in each.leads}
    found = resting_on(portfolio, on)
    assert found.keys() <= people
    for person in people:
        alone = {each.initiative for each in bridges if each.leads == (person,)}
        moved = what_if(portfolio, on, alone).moved
        lost = {pair for pair, (was, now) in moved.items() if was in TOGETHER and now not in TOGETHER}
        assert found.get(person, {}).keys() == lost


def test_a_pair_that_another_sponsors_work_holds_as_well_rests_on_nobody() -> None:
    running = [pilot("i1", "AB", lead="priya"), pilot("i2", "AB", lead="tom"), pilot("i3", "BC")]
    assert resting_on(register("ABC", running), START) == {}


def test_a_pair_that_needs_both_sponsors_rests_on_each() -> None:
    running = [pilot("i1", "ABCDE", lead="priya"), pilot("i2", "ABCDE", lead="tom")]
    found = resting_on(register("ABCDE", running), START)
    assert found["priya"]["A", "B"] == ("i1",)
    assert found["tom"]["A", "B"] == ("i2",)


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_the_parts_of_leads_and_of_what_nobody_leads_add_up_to_the_whole(
    case: dict[str, Any], on: date
) -> None:
    portfolio = portfolio_of(case)
    covered, expected = coverage(portfolio, on), Model(case).coverage(on)
    alone = sum(
        part
        for id_, part in expected["attribution"].items()
        if not timeline(portfolio).leads_on(id_, on.toordinal())
    )
    parts = parts_of_leads(portfolio, on)
    if not covered.coverage:
        assert parts == {}
        return
    assert sum(parts.values()) + float(alone / expected["coverage"]) == pytest.approx(1)


def test_the_parts_of_leads_by_hand() -> None:
    """AB a whole share, BC and CD half a share each by one of three, BD too: 1 + 3/2 points in all."""
    two = replace(pilot("i2", "BCD"), leads=(Sponsor("priya"), Sponsor("tom")))
    found = parts_of_leads(register("ABCD", [pilot("i1", "AB", lead="priya"), two]), START)
    assert found == pytest.approx({"priya": (1 + 0.75) / 2.5, "tom": 0.75 / 2.5})
    assert (is_heavy(found["priya"]), is_heavy(found["tom"])) == (True, False)


def test_a_third_exactly_is_not_heavy() -> None:
    running = [pilot("i1", "AB", lead="a"), pilot("i2", "BC", lead="b"), pilot("i3", "AC", lead="c")]
    parts = parts_of_leads(register("ABC", running), START)
    assert parts.keys() == {"a", "b", "c"}
    assert not any(map(is_heavy, parts.values()))
