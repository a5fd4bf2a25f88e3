"""Said then, known now: every difference by name, and all of them together are the whole difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, event, pilot, register
from tests.graph.portfolios import looks, portfolios
from tracker.graph.captions_since import SINCE, since_words
from tracker.graph.counting import count
from tracker.graph.differences import ABOUT, differences, moment_differences
from tracker.graph.facts import Department, Journey, Portfolio, Settings
from tracker.graph.figures import KINDS, Figure, counted, value_of
from tracker.graph.ties import SCALE

ON = day(30)


def told(then: Portfolio, now: Portfolio, on: date = ON) -> list[tuple[str, str, int]]:
    """Return the differences as kind, subject and how many more pairs work together."""
    return [(each.kind, each.subject, each.together) for each in differences(then, now, on)]


def share(portfolio: Portfolio, on: date) -> Fraction:
    """Return the coverage of a day, 0 where no pair is required."""
    found = count(portfolio, on)
    return Fraction(found.points, found.possible * SCALE) if found.possible else Fraction(0)


@given(portfolios, portfolios, looks)
@settings(max_examples=200, deadline=None)
def test_the_differences_are_the_whole_difference(
    one: dict[str, Any], other: dict[str, Any], on: date
) -> None:
    then, now = portfolio_of(one), portfolio_of(other)
    found = differences(then, now, on)
    assert sum(each.together for each in found) == value(now, on) - value(then, on)
    assert sum(each.required for each in found) == value(now, on, "required") - value(then, on, "required")
    shares = (each.after.share - each.before.share for each in found)
    assert sum(shares, Fraction(0)) == share(now, on) - share(then, on)
    assert all(before.after == after.before for before, after in pairwise(found))


def value(portfolio: Portfolio, on: date, name: Any = "together") -> int:
    """Return a count of pairs."""
    found = value_of(portfolio, Figure(name, on))
    assert isinstance(found, int)
    return found


@given(portfolios, looks)
@settings(max_examples=50, deadline=None)
def test_the_same_facts_have_no_difference(case: dict[str, Any], on: date) -> None:
    assert differences(portfolio_of(case), portfolio_of(case), on) == ()
    for name in KINDS:
        assert moment_differences(portfolio_of(case), portfolio_of(case), Figure(name, on)) == ()


@given(portfolios, portfolios, looks)
@settings(max_examples=100, deadline=None)
def test_the_moments_that_differ_are_the_whole_difference(
    one: dict[str, Any], other: dict[str, Any], on: date
) -> None:
    then, now = portfolio_of(one), portfolio_of(other)
    for name in ("wins", "lessons", "moments"):
        figure = Figure(name, on, day(20))
        found = moment_differences(then, now, figure)
        more = sum((each.now is not None) - (each.then is not None) for each in found)
        assert more == len(counted(now, figure)) - len(counted(then, figure))


THEN = register("ABC", [pilot("i1", "AB")])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (register("ABC", [pilot("i1", "AB"), pilot("i2", "BC")]), [("recorded", "i2", 1)]),
        (register("ABC"), [("gone", "i1", -1)]),
        (register("ABC", [pilot("i1", "AB", end=day(10))]), [("dated", "i1", -1)]),
        (register("ABC", [pilot("i1", "ABC")]), [("staffed", "i1", 2)]),
        (register("AC", [pilot("i1", "AB")]), [("closed", "B", -1), ("staffed", "i1", 0)]),
        (register("ABCD", [pilot("i1", "AB")]), [("opened", "D", 0)]),
    ],
)
def test_a_difference_is_called_by_what_somebody_did(now: Portfolio, expected: list[Any]) -> None:
    assert told(THEN, now) == expected


def test_an_initiative_that_was_heard_from_after_all_is_live_again() -> None:
    later = day(120)
    now = register("ABC", [pilot("i1", "AB", activity=(day(100),))])
    assert told(THEN, now, later) == [("heard", "i1", 1)]
    assert told(now, THEN, later) == [("unheard", "i1", -1)]


def test_another_lead_sponsor_is_told_though_no_count_moves() -> None:
    then = register("AB", [pilot("i1", "AB", lead="p")])
    now = register("AB", [pilot("i1", "AB", lead="q")])
    assert told(then, now) == [("led", "i1", 0)]
    assert differences(then, now, ON, {"q": "p"}.__getitem__) == (), "under the names of then it is the same"


def test_a_merged_department_is_one_difference_with_the_one_it_went_on_as() -> None:
    then = register("ABC", [pilot("i1", "AC")])
    merged = Department("C", closed=day(5), merged_into="B")
    now = replace(then, departments=(Department("A"), Department("B"), merged))
    now = replace(now, initiatives=(pilot("i1", "AB"),))
    (found,) = differences(then, now, ON)
    assert (found.kind, found.subject, found.department) == ("merged", "C", "B")
    assert (found.together, found.required) == (0, -2), (
        "A and B instead of A and C; one pair of three is left"
    )


def test_journeys_and_settings_are_differences() -> None:
    journey = Journey("j", ("A", "B"))
    assert told(THEN, replace(THEN, journeys=(journey,))) == [("journeys", "", 0)]
    assert told(replace(THEN, journeys=(journey,)), THEN) == [("every_pair", "", 0)]
    first, second = replace(THEN, journeys=(journey,)), Journey("k", ("B", "C"))
    assert told(first, replace(first, journeys=(journey, second))) == [("required", "k", 0)]
    assert told(replace(first, journeys=(journey, second)), first) == [("waived", "k", 0)]
    stricter = replace(THEN, settings=Settings(quiet_days=20))
    assert told(THEN, stricter)[0] == ("settings", "", -1)


def test_a_moment_is_told_by_what_became_of_it() -> None:
    home = pilot("i1", "AB")
    figure = Figure("wins", ON, START)
    events = {
        "waits": event("waits", "i1", "win", day(3), confirmed=False),
        "stays": event("stays", "i1", "win", day(4)),
        "goes": event("goes", "i1", "win", day(5)),
        "moves": event("moves", "i1", "win", day(6)),
    }
    then = register("AB", [home], events.values())
    now_events = (
        replace(events["waits"], confirmed=True),
        events["stays"],
        replace(events["moves"], on=day(60)),
        event("new", "i1", "win", day(7)),
    )
    now = register("AB", [home], now_events)
    found = {each.event: each.kind for each in moment_differences(then, now, figure)}
    assert found == {"waits": "confirmed", "goes": "gone", "moves": "dated", "new": "logged"}


def test_every_kind_of_difference_has_its_words() -> None:
    assert SINCE.keys() == ABOUT.keys()
    assert all(since_words(kind, "Storm desk", "Claims") for kind in SINCE)
