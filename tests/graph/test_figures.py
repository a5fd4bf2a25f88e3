"""Figures of scenes and of a part: each counts what its words say, by the same facts as the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.portfolios import looks, portfolios
from tracker.graph.bridges import linking
from tracker.graph.changes import WEIGHTS, changes, dip_causes
from tracker.graph.counting import count, together_on
from tracker.graph.facts import Portfolio
from tracker.graph.figures import (
    OF_PAIRS,
    Figure,
    Name,
    departments_in,
    happened_in,
    pairs_in,
    value_of,
)
from tracker.graph.filtering import Filter, filtered
from tracker.graph.verdicts import verdicts

COUNTS: tuple[Name, ...] = ("wins", "lessons", "moments", "momentum", "moved", "reused")
days = st.integers(1, 200).map(timedelta)


def parted(case: dict[str, Any]) -> Portfolio:
    """Return a random portfolio whose departments belong to two divisions in turn."""
    portfolio = portfolio_of(case)
    return replace(
        portfolio,
        departments=tuple(
            replace(each, division=("north", "south")[at % 2])
            for at, each in enumerate(portfolio.departments)
        ),
    )


@given(portfolios, looks, days)
@settings(max_examples=60, deadline=None)
def test_a_change_is_what_came_less_what_went(case: dict[str, Any], since: date, later: timedelta) -> None:
    portfolio, on = portfolio_of(case), since + later
    before, after = together_on(portfolio, since), together_on(portfolio, on)
    figure = Figure("change", on, since)
    assert value_of(portfolio, figure) == len(after) - len(before)
    assert pairs_in(portfolio, figure).keys() == before ^ after


@given(portfolios, looks, days)
@settings(max_examples=60, deadline=None)
def test_what_happened_is_what_captions_tell(case: dict[str, Any], since: date, later: timedelta) -> None:
    portfolio, on = portfolio_of(case), since + later
    for name, found in (
        ("changed", changes(portfolio, since, on, most=len(WEIGHTS))),
        ("lost", dip_causes(portfolio, since, on)),
    ):
        for each in found:
            if each.kind in ("moved", "reused"):
                assert value_of(portfolio, Figure(each.kind, on, since + timedelta(1))) == each.count
            else:
                figure = Figure("changed" if name == "changed" else "lost", on, since, of=each.kind)
                assert value_of(portfolio, figure) == len(happened_in(portfolio, figure)) == each.count


@given(portfolios, looks)
@settings(max_examples=60, deadline=None)
def test_a_moment_has_its_points_and_a_pair_those_that_work_with_both(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    for id_, verdict in verdicts(portfolio).items():
        if verdict.kind != "reuse":
            points = value_of(portfolio, Figure("moment", verdict.on, of=id_))
            assert Fraction(str(points)) == Fraction(verdict.points)
    for pair in count(portfolio, on).importance:
        found = departments_in(portfolio, Figure("linking", on, pair=pair))
        assert found == frozenset(linking(portfolio, on, pair))


@given(portfolios, looks, days, st.sampled_from(["pilot", "quick_win", "near_miss"]))
@settings(max_examples=60, deadline=None)
def test_a_kind_alone_is_counted_as_if_nothing_else_were_there(
    case: dict[str, Any], since: date, later: timedelta, kind: str
) -> None:
    portfolio, on = portfolio_of(case), since + later
    part = Filter(kind=kind)
    alone = filtered(portfolio, part)
    for name in (*OF_PAIRS, "momentum"):
        assert value_of(portfolio, Figure(name, on, within=part)) == value_of(alone, Figure(name, on))
    for name in (*COUNTS[:3], "change", "taking_part"):
        told = Figure(name, on, since, within=part)
        assert value_of(portfolio, told) == value_of(alone, replace(told, within=Filter()))


@given(portfolios, looks)
@settings(max_examples=60, deadline=None)
def test_a_division_counts_its_own_pairs_alone(case: dict[str, Any], on: date) -> None:
    portfolio = parted(case)
    inside = {each.id for each in portfolio.departments if each.division == "north"}
    found = count(portfolio, on)
    for name in ("together", "required", "open"):
        figure = Figure(name, on)
        own = [pair for pair in pairs_in(portfolio, figure) if inside >= set(pair)]
        assert value_of(portfolio, replace(figure, within=Filter(division="north"))) == len(own)
    score = value_of(portfolio, Figure("score", on, within=Filter(division="north")))
    assert (score is None) == (not any(inside >= set(pair) for pair in found.importance))
