"""What must hold between two ways to ask the same, whatever the register says."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, event, pilot, register
from tests.graph.portfolios import looks, portfolios
from tracker.graph.bridges import next_best
from tracker.graph.coverage import coverage
from tracker.graph.document import measures_document
from tracker.graph.facts import Department, Initiative, Journey, Member, Portfolio, Routine, Sponsor
from tracker.graph.momentum import momentum
from tracker.graph.series import coverage_series, pair_series
from tracker.graph.ties import SCALE, band, required_pairs, threshold_of, ties_on
from tracker.graph.verdicts import verdicts

NOISE = 1e-12
AB = ("A", "B")


def numbers(found: Any) -> Iterator[float]:
    """Yield every number of a document."""
    if isinstance(found, dict):
        for each in found.values():
            yield from numbers(each)
    elif isinstance(found, list):
        for each in found:
            yield from numbers(each)
    elif isinstance(found, float):
        yield found


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_no_number_is_ever_nan_or_endless(case: dict[str, Any], on: date) -> None:
    assert all(map(math.isfinite, numbers(measures_document(portfolio_of(case), on, 1))))


@given(portfolios, looks, looks, st.lists(looks, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_day_says_the_same_in_whatever_company_it_is_asked(
    case: dict[str, Any], on: date, other: date, more: list[date]
) -> None:
    portfolio = portfolio_of(case)
    alone = coverage_series(portfolio, [on])[0]
    among = dict(zip([on, other, *more], coverage_series(portfolio, [on, other, *more]), strict=True))
    assert among[on] == alone
    ties = pair_series(portfolio, [on, other, *more])
    assert {pair: each.strength[0] for pair, each in ties.items() if each.strength[0]} == {
        pair: ties_on(portfolio, on).strength(pair) / SCALE for pair in ties_on(portfolio, on).bridges
    }


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_three_windows_have_the_wins_and_lessons_of_their_parts(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    window = timedelta(portfolio.settings.window_days)
    now, before = momentum(portfolio, on), momentum(portfolio, on - window)
    assert (now.wins_before, now.lessons_before) == (before.wins, before.lessons)
    assert now.previous == before.momentum or abs(now.previous - before.momentum) < NOISE
    counted = [each for each in verdicts(portfolio).values() if each.counts and on - window < each.on <= on]
    assert now.wins == sum(each.kind in ("win", "measured_win") for each in counted)
    assert now.lessons == sum(each.kind == "near_miss" for each in counted)


@given(portfolios, looks, st.integers(0, 400))
@settings(max_examples=100, deadline=None)
def test_what_happens_later_changes_nothing_of_a_day(case: dict[str, Any], on: date, ahead: int) -> None:
    portfolio = portfolio_of(case)
    later = tuple(each for each in portfolio.events if each.on > on)
    without = replace(portfolio, events=tuple(each for each in portfolio.events if each.on <= on))
    assert momentum(without, on) == momentum(portfolio, on)
    assert coverage(without, on) == coverage(portfolio, on)
    assert all(not verdicts(portfolio)[each.id].counts or each.on > on for each in later)


@given(portfolios, looks, st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_names_of_departments_carry_no_weight(case: dict[str, Any], on: date, seed: int) -> None:
    letters = "ABCDEF"
    turned = "".join(Random(seed).sample(letters, len(letters)))
    other = json.loads(json.dumps(case))
    for each in other["departments"]:
        each["id"] = each["id"].translate(str.maketrans(letters, turned))
    for initiative in other["initiatives"]:
        for member in initiative["members"]:
            member["department"] = member["department"].translate(str.maketrans(letters, turned))
    for journey in other.get("journeys", ()):
        journey["steps"] = [step.translate(str.maketrans(letters, turned)) for step in journey["steps"]]
    if len(case["departments"]) < len(letters):
        return  # with some letters unknown the turned register says something else
    one, two = portfolio_of(case), portfolio_of(other)
    assert coverage(one, on).coverage == coverage(two, on).coverage
    assert coverage(one, on).pairs == coverage(two, on).pairs
    assert momentum(one, on).momentum == momentum(two, on).momentum
    assert sorted(each.gain for each in next_best(one, on)) == sorted(
        each.gain for each in next_best(two, on)
    )


@given(portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_next_pairs_are_those_short_of_full_credit_and_each_gains_what_a_pilot_would(
    case: dict[str, Any], on: date
) -> None:
    portfolio = portfolio_of(case)
    found, covered = next_best(portfolio, on), coverage(portfolio, on)
    assert {each.pair for each in found} == {pair for pair, s in covered.strength.items() if s < 1}
    if found and covered.coverage is not None:
        best = found[0]
        made = Initiative("new", on, members=tuple(map(Member, best.pair)))
        more = coverage(replace(portfolio, initiatives=(*portfolio.initiatives, made)), on).coverage or 0
        assert abs(more - covered.coverage - best.gain) < NOISE


def test_equal_pairs_come_in_the_order_of_their_names() -> None:
    found = next_best(register("DCBA"), START)
    assert [each.pair for each in found] == [
        ("A", "B"),
        ("A", "C"),
        ("A", "D"),
        ("B", "C"),
        ("B", "D"),
        ("C", "D"),
    ]


def test_a_band_begins_at_its_threshold_and_not_a_unit_before() -> None:
    threshold = threshold_of(Portfolio())
    assert threshold * 2 == SCALE
    assert band(threshold, 2, silent=True, threshold=threshold) == "backed"
    assert band(threshold, 1, silent=True, threshold=threshold) == "single"
    assert band(threshold, 0, silent=True, threshold=threshold) == "single"
    assert band(threshold - 1, 2, silent=True, threshold=threshold) == "begun"
    assert band(0, 0, silent=True, threshold=threshold) == "quiet"
    assert band(0, 0, silent=False, threshold=threshold) == "open"


def test_merging_closes_one_department_and_its_work_goes_on_as_the_others() -> None:
    merged = day(30)
    departments = (Department("A"), Department("B", closed=merged), Department("C"))
    members = (Member("A"), Member("B", left=merged), Member("C", joined=merged))
    portfolio = Portfolio(departments, initiatives=(Initiative("i1", START, members=members),))
    before, after = coverage(portfolio, day(29)), coverage(portfolio, merged)
    assert (before.required, before.strength["A", "B"], before.strength["A", "C"]) == (3, 1, 0)
    assert (after.required, after.strength) == (1, {("A", "C"): 1.0})


def test_a_journey_whose_departments_merged_into_one_requires_no_pair_of_itself() -> None:
    journeys = (Journey("j1", ("A", "A", "B")), Journey("j2", ("B", "A"), importance=3))
    assert required_pairs(register("AB", journeys=journeys), START) == {AB: 3}


def test_with_journeys_that_are_over_nothing_is_required_rather_than_everything() -> None:
    over = (Journey("j1", AB, valid_to=START),)
    found = coverage(register("AB", [pilot("i1", "AB")], journeys=over), START)
    assert (found.coverage, found.required, found.departments) == (None, 0, {"A": None, "B": None})


def test_a_department_without_a_crossing_has_no_share_of_its_own() -> None:
    found = coverage(register("ABC", [pilot("i1", "AC")], journeys=(Journey("j1", AB),)), START)
    assert found.departments == {"A": 0, "B": 0, "C": None}
    assert found.attribution == found.loss_if_ended == {"i1": 0}


def test_a_second_lead_backs_up_only_while_both_lead() -> None:
    leads = (Sponsor("priya"), Sponsor("tom", since=day(10), until=day(20)))
    portfolio = register("AB", [Initiative("i1", START, members=tuple(map(Member, AB)), leads=leads)])
    assert [coverage(portfolio, day(on)).band_of[AB] for on in (9, 10, 19, 20)] == [
        "single",
        "backed",
        "backed",
        "single",
    ]


def test_a_routine_keeps_its_pair_to_the_day_of_its_last_check_and_180_more() -> None:
    routine = Routine(day(50), checks=(day(100),))
    portfolio = register("AB", [pilot("i1", "AB", end=day(50), routine=routine)])
    assert [coverage(portfolio, day(on)).together for on in (49, 50, 279, 280)] == [1, 1, 1, 0]
    assert coverage(portfolio, day(280)).band_of[AB] == "quiet"


def test_a_win_counts_in_its_window_to_the_last_day() -> None:
    portfolio = register("AB", [pilot("i1", "AB")], [event("w", "i1", "win", day(10))])
    assert [momentum(portfolio, day(on)).wins for on in (9, 10, 99, 100)] == [0, 1, 1, 0]
    assert [momentum(portfolio, day(on)).wins_before for on in (99, 100, 189, 190)] == [0, 1, 1, 0]


def test_the_month_of_the_repeat_rule_is_that_of_the_calendar() -> None:
    wins = [event(f"w{at}", "i1", "win", on) for at, on in enumerate((date(2025, 1, 31), date(2025, 2, 1)))]
    again = event("w2", "i1", "win", date(2026, 1, 31))
    found = verdicts(register("AB", [pilot("i1", "AB")], [*wins, again]))
    assert [each.points for each in found.values()] == [3.0, 3.0, 3.0]


def test_a_reuse_lifts_both_sides_by_one_point_split_over_their_departments() -> None:
    joint, other = pilot("joint", "AB"), pilot("other", "BCD")
    events = [event("m", "joint", "near_miss", day(1)), event("r", "other", "reuse", day(1), of="m")]
    found = momentum(register("ABCD", [joint, other], events), day(1))
    unit = found.momentum / 3
    shares = {"A": 1 / 2 + 1 / 2, "B": 1 / 2 + 1 / 2 + 1 / 3, "C": 1 / 3, "D": 1 / 3}
    assert {key: round(value / unit, 12) for key, value in found.departments.items()} == {
        key: round(value, 12) for key, value in shares.items()
    }
