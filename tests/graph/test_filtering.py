"""Numbers of some initiatives alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.graph.making import START, day, event, pilot, register
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.filtering import Filter, filtered
from tracker.graph.momentum import momentum
from tracker.graph.selfcheck import differences
from tracker.graph.succession import Now, succeed

WORK = (
    pilot("i1", "AB", lead="priya", theme="storm"),
    pilot("i2", "BC", lead="tom", kind="quick_win"),
    pilot("i3", "CD"),
)
EVENTS = (
    event("e1", "i1", "near_miss", day(3)),
    event("e2", "i2", "win", day(5)),
    event("e3", "i2", "reuse", day(9), of="e1"),
)


@pytest.fixture
def here() -> Portfolio:
    """Three pilots, of which two stand in a division."""
    plain = register("ABCD", WORK, EVENTS)
    departments = tuple(
        replace(each, division="V1" if each.id == "A" else None) for each in plain.departments
    )
    return replace(plain, departments=departments)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(), ["i1", "i2", "i3"]),
        (Filter(theme="storm"), ["i1"]),
        (Filter(sponsor="tom"), ["i2"]),
        (Filter(kind="quick_win"), ["i2"]),
        (Filter(division="V1"), ["i1"]),
        (Filter(division="V1", sponsor="tom"), []),
        (Filter(theme="nothing"), []),
    ],
)
def test_only_the_initiatives_that_pass_are_looked_at(
    here: Portfolio, wanted: Filter, ids: list[str]
) -> None:
    assert [each.id for each in filtered(here, wanted).initiatives] == ids


def test_the_required_pairs_stay_all(here: Portfolio) -> None:
    found = coverage(filtered(here, Filter(theme="storm")), START)
    assert (found.together, found.required) == (1, 6)


def test_a_lesson_from_an_initiative_left_out_earns_nothing(here: Portfolio) -> None:
    assert momentum(filtered(here, Filter(kind="quick_win")), day(9)).effective_events == pytest.approx(1)


def test_an_edit_is_seen_in_the_filtered_numbers(here: Portfolio) -> None:
    storm = Filter(theme="storm")
    assert differences(filtered(here, storm), [START]) == []
    joined = succeed(here, {"i3": Now(pilot("i3", "CD", theme="storm"), ())})
    left = succeed(joined, {"i1": Now(pilot("i1", "AB"), EVENTS[:1])})
    for now, ids in ((joined, ["i1", "i3"]), (left, ["i3"])):
        assert [each.id for each in filtered(now, storm).initiatives] == ids
        assert filtered(now, storm) == filtered(replace(now), storm)
        assert differences(filtered(now, storm), [START]) == []
