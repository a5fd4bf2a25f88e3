"""Why coverage changed: dated causes whose exact shares are the whole difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from tests.graph.cases import cases, portfolio_of
from tests.graph.cases import day as day_of
from tests.graph.making import START, day, pilot, register
from tests.graph.oracle import Model
from tests.graph.portfolios import looks, portfolios
from tracker.graph.causes import TOLD, explain
from tracker.graph.coverage import coverage
from tracker.graph.facts import Department, Initiative, Journey, Member, Portfolio, Routine

WORKED = {id_: case for id_, case in cases().items() if "waterfall" in case["expected"]}


def told(portfolio: Portfolio, before: date, after: date) -> list[tuple[str, str, str | None, int]]:
    """Return the causes as kind, subject, department and how many more pairs work together."""
    found = explain(portfolio, before, after).causes
    return [(each.kind, each.subject, each.department, each.together) for each in found]


def test_a_case_is_worked_by_hand() -> None:
    assert WORKED


@pytest.mark.parametrize("id_", WORKED)
def test_the_shares_are_as_worked(id_: str) -> None:
    expected = WORKED[id_]["expected"]["waterfall"]
    first, last = day_of(expected["from"]), day_of(expected["to"])
    assert first is not None
    assert last is not None
    found = explain(portfolio_of(WORKED[id_]), first, last)
    steps = [(each["date"], Fraction(each["change"]["exact"])) for each in expected["steps"]]
    assert [(each.on.isoformat(), each.share) for each in found.causes] == steps
    assert sum(each.share for each in found.causes) == Fraction(expected["total"]["exact"])
    assert [each.kind for each in found.causes] == ["quiet", "joined", "opened"]


@given(portfolios, looks, looks)
@settings(max_examples=150, deadline=None)
def test_the_shares_are_exactly_what_the_oracle_says_has_changed(
    case: dict[str, Any], one: date, other: date
) -> None:
    before, after = sorted((one, other))
    found = explain(portfolio_of(case), before, after)
    then, now = Model(case).coverage(before), Model(case).coverage(after)
    assert sum(each.share for each in found.causes) == (now["coverage"] or 0) - (then["coverage"] or 0)
    assert sum(each.together for each in found.causes) == now["together"] - then["together"]
    assert sum(each.required for each in found.causes) == now["required"] - then["required"]


@given(portfolios, looks)
@settings(max_examples=40, deadline=None)
def test_each_day_has_exactly_its_own_difference(case: dict[str, Any], before: date) -> None:
    model, days = Model(case), [before + timedelta(count) for count in range(31)]
    levels = [model.coverage(each)["coverage"] or 0 for each in days]
    found = explain(portfolio_of(case), days[0], days[-1])
    for at, each in enumerate(days[1:], 1):
        here = sum(cause.share for cause in found.causes if cause.on == each)
        assert here == levels[at] - levels[at - 1], each


@given(portfolios, looks, looks)
@settings(max_examples=100, deadline=None)
def test_merged_departments_change_the_causes_and_never_the_sum(
    case: dict[str, Any], one: date, other: date
) -> None:
    before, after = sorted((one, other))
    plain = portfolio_of(case)
    ids = [each.id for each in plain.departments]
    merged = tuple(
        replace(each, merged_into=ids[at - 1]) if each.closed and len(ids) > 1 else each
        for at, each in enumerate(plain.departments)
    )
    found = explain(replace(plain, departments=merged), before, after)
    assert found.after == explain(plain, before, after).after
    assert sum(each.share for each in found.causes) == found.after.share - found.before.share


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_where_it_stands_is_what_coverage_says(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    covered, found = coverage(portfolio, on), explain(portfolio, on - timedelta(60), on).after
    assert (found.together, found.required, found.possible) == (
        covered.together,
        covered.required,
        covered.possible,
    )
    assert float(found.share) == (covered.coverage or 0.0)


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_day_by_day_the_same_causes_are_told_as_in_one(case: dict[str, Any], before: date) -> None:
    """Where departments stay as they are the board begins from what is counted, else from all live work."""
    told, days = portfolio_of(case), [before + timedelta(at) for at in range(0, 61, 20)]
    parts = [explain(told, first, last).causes for first, last in pairwise(days)]
    assert explain(told, days[0], days[-1]).causes == tuple(each for part in parts for each in part)


def test_a_day_that_is_compared_with_itself_has_no_cause() -> None:
    assert explain(register("AB", [pilot("i1", "AB")]), START, START).causes == ()


def test_what_moves_no_number_is_no_cause() -> None:
    running = [pilot("i1", "A"), pilot("i2", "AB"), pilot("i3", "AB")]
    assert told(register("AB", running), day(-1), START) == [("started", "i2", None, 1)]


def test_an_initiative_starts_goes_quiet_wakes_and_ends() -> None:
    one = pilot("i1", "AB", activity=(day(100),), end=day(120))
    assert told(register("AB", [one]), day(-1), day(200)) == [
        ("started", "i1", None, 1),
        ("quiet", "i1", None, -1),
        ("woke", "i1", None, 1),
        ("ended", "i1", None, -1),
    ]


def test_a_routine_begins_after_a_silence_and_lapses_without_a_check() -> None:
    one = pilot("i1", "AB", end=day(95), routine=Routine(day(95)))
    assert told(register("AB", [one]), START, day(400)) == [
        ("quiet", "i1", None, -1),
        ("routine", "i1", None, 1),
        ("lapsed", "i1", None, -1),
    ]


def test_departments_join_and_leave_one_by_one() -> None:
    members = (Member("A"), Member("B", left=day(20)), Member("C", joined=day(20)))
    found = told(register("ABC", [Initiative("i1", START, members=members)]), START, day(30))
    assert found == [("joined", "i1", "C", 2), ("left", "i1", "B", -2)]


def test_a_department_that_opens_or_closes_changes_what_is_counted() -> None:
    departments = (Department("A"), Department("B", closed=day(20)), Department("C", opened=day(10)))
    found = explain(Portfolio(departments, initiatives=(pilot("i1", "AB"),)), START, day(30))
    assert [(each.kind, each.subject, each.required, each.share) for each in found.causes] == [
        ("opened", "C", 2, Fraction(-2, 3)),
        ("closed", "B", -2, Fraction(-1, 3)),
    ]


def test_a_merged_department_is_one_cause_with_its_work_and_its_journeys() -> None:
    departments = (Department("A", closed=day(20), merged_into="C"), Department("B"), Department("C"))
    members = (Member("A", left=day(20)), Member("B"), Member("C", joined=day(20)))
    journeys = (
        Journey("j1", ("A", "B"), valid_to=day(20)),
        Journey("j2", ("C", "B"), valid_from=day(20)),
        Journey("j3", ("A", "C")),
    )
    portfolio = Portfolio(departments, journeys, (Initiative("i1", START, members=members),))
    found = explain(portfolio, START, day(30))
    assert [
        (each.kind, each.subject, each.department, each.together, each.required) for each in found.causes
    ] == [("merged", "A", "C", 0, -1)]


def test_a_journey_counts_in_its_days_only() -> None:
    journeys = (Journey("j1", ("A", "B")), Journey("j2", ("B", "C"), 3, day(10), day(20)))
    found = explain(register("ABC", [pilot("i1", "AB")], journeys=journeys), START, day(30))
    assert [(each.kind, each.subject, each.share) for each in found.causes] == [
        ("required", "j2", Fraction(-3, 4)),
        ("waived", "j2", Fraction(3, 4)),
    ]


def test_outcomes_are_told_before_silence() -> None:
    assert TOLD.index("started") < TOLD.index("ended") < TOLD.index("quiet") == len(TOLD) - 1
