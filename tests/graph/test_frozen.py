"""Facts that are put away as plain values come back as they were, to the last number."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import portfolios
from tracker.exchange.canonical import canonical
from tracker.graph.counting import count
from tracker.graph.facts import Portfolio
from tracker.graph.frozen import PARTS, frozen_portfolio, plain_facts, renamed
from tracker.graph.momentum import momentum


def parts(portfolio: Portfolio) -> dict[str, Any]:
    """Return the parts of a portfolio as lists, whatever holds them."""
    found = {name: getattr(portfolio, name) for name in PARTS if name != "settings"}
    return {name: list(each) for name, each in found.items()} | {"settings": portfolio.settings}


@given(portfolios)
@settings(max_examples=150, deadline=None)
def test_facts_come_back_from_json_as_they_were(case: dict[str, Any]) -> None:
    portfolio = portfolio_of(case)
    again = frozen_portfolio(json.loads(canonical(plain_facts(portfolio))))
    there = parts(portfolio)
    there["initiatives"] = sorted(there["initiatives"], key=lambda each: each.id)
    there["events"] = sorted(there["events"], key=lambda each: (each.on, each.id))
    assert parts(again) == there


@given(portfolios)
@settings(max_examples=50, deadline=None)
def test_no_number_depends_on_what_lead_sponsors_are_called(case: dict[str, Any]) -> None:
    portfolio = portfolio_of(case)
    other = renamed(portfolio, lambda person: f"someone else than {person}")
    for offset in (100, 300):
        assert count(other, day(offset)).pairs == count(portfolio, day(offset)).pairs
        assert momentum(other, day(offset)).momentum == momentum(portfolio, day(offset)).momentum


def test_what_is_usual_is_left_out() -> None:
    plain = plain_facts(register("AB", [pilot("i1", "AB")]))
    assert plain["departments"] == [{"id": "A"}, {"id": "B"}]
    assert plain["initiatives"] == [
        {"id": "i1", "start": START.isoformat(), "members": [{"department": "A"}, {"department": "B"}]}
    ]
    assert plain["settings"] == {}
