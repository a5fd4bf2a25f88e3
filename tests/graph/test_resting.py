"""What rests on one lead sponsor is what would be lost without what they lead alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.making import START, pilot, register
from tests.graph.portfolios import looks, portfolios
from tracker.graph.resting import resting_on
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
