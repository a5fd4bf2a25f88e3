"""The sample tells its story by the product's own measures, whichever day is today."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tracker.graph.captions import dip_sentence
from tracker.graph.changes import dip_causes
from tracker.graph.coverage import Coverage, coverage
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import goes_quiet_on
from tracker.graph.momentum import momentum
from tracker.graph.ties import ties_on
from tracker.sample.organisation import build

MONTHS = 24
JOURNEY_PAIRS_BEFORE, JOURNEY_PAIRS = 18, 20
TODAYS = (
    date(2024, 2, 29),
    date(2025, 11, 30),
    date(2026, 5, 1),
    date(2026, 8, 16),
    date(2026, 12, 31),
    date(2027, 1, 2),
    date(2027, 3, 31),
    date(2028, 3, 1),
)


@pytest.fixture(params=TODAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    """A day on which somebody starts the demo."""
    chosen: date = request.param
    return chosen


@cache
def portfolio(today: date) -> Portfolio:
    return portfolio_of(build(today))


def month_ends(today: date) -> list[date]:
    """Return the last 24 month-ends before today, and today."""
    days = [today]
    while len(days) <= MONTHS:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


@cache
def month_series(today: date) -> tuple[Coverage, ...]:
    return tuple(coverage(portfolio(today), on) for on in month_ends(today))


def together(today: date) -> list[int]:
    return [month.together for month in month_series(today)]


def live_on(today: date, on: date) -> set[str]:
    return set(ties_on(portfolio(today), on).sizes)


def in_band(today: date, band: str) -> set[tuple[str, str]]:
    return {pair for pair, its in month_series(today)[-1].band_of.items() if its == band}


def test_twenty_crossings_are_required_since_the_newest_department_opened(today: date) -> None:
    required = [month.required for month in month_series(today)]
    assert required[0] == JOURNEY_PAIRS_BEFORE
    assert required[-1] == JOURNEY_PAIRS
    assert required == sorted(required)


def test_it_starts_with_a_handful_of_pairs_working_together(today: date) -> None:
    assert 3 <= together(today)[0] <= 5


def test_it_grows_to_more_than_half_before_the_storm(today: date) -> None:
    assert max(together(today)[: MONTHS - 5]) > JOURNEY_PAIRS / 2


def test_it_dips_once(today: date) -> None:
    series = together(today)
    falls = [later - earlier for earlier, later in pairwise(series) if later < earlier]
    assert falls == [-3]


def test_it_recovers_to_its_best(today: date) -> None:
    series = together(today)
    assert series[-1] == max(series) == 13


def test_the_dip_has_one_cause_three_initiatives_not_heard_from(today: date) -> None:
    before, after = today - timedelta(days=190), today - timedelta(days=180)
    was, now = (live_on(today, on) for on in (before, after))
    assert was - now == {"bereavement", "cover-in-a-day", "one-page-facts"}
    lost = coverage(portfolio(today), before).together - coverage(portfolio(today), after).together
    assert lost == 3


def test_the_caption_of_the_dip_names_its_cause_without_naming_anybody(today: date) -> None:
    told, ends = portfolio(today), month_ends(today)
    fall = next(at for at, (was, now) in enumerate(pairwise(together(today))) if now < was)
    before, after = together(today)[fall : fall + 2]
    kinds = {each.id: each.kind for each in told.initiatives}
    causes = dip_causes(told, ends[fall], ends[fall + 1])
    words = dip_sentence(before, after, causes, kinds)
    assert words == f"{before} → {after}: three pilots have not been heard from."


def test_two_crossings_are_open_today_and_one_of_them_is_the_busiest(today: date) -> None:
    assert in_band(today, "open") == {("CMP", "LEG"), ("FIN", "POL")}
    volumes = {
        tuple(sorted((here["department"], there["department"]))): here["volume"]
        for journey in build(today)["journeys"]
        for here, there in pairwise(journey["steps"])
        if "volume" in here
    }
    assert max(volumes, key=lambda pair: volumes[pair]) == ("FIN", "POL")


def test_every_other_band_holds_some_crossings(today: date) -> None:
    assert {band: len(in_band(today, band)) for band in ("backed", "single", "begun", "quiet")} == {
        "backed": 7,
        "single": 6,
        "begun": 3,
        "quiet": 2,
    }


def test_one_department_is_on_its_own(today: date) -> None:
    running = live_on(today, today)
    taking_part = [row["members"] for row in build(today)["initiatives"] if row["id"] in running]
    shared = {member["department"] for members in taking_part if len(members) > 1 for member in members}
    assert {row["id"] for row in build(today)["departments"]} - shared == {"PPL"}


def test_one_initiative_goes_quiet_within_two_weeks_and_the_next_much_later(today: date) -> None:
    running = {row: goes_quiet_on(portfolio(today), row, today) for row in live_on(today, today)}
    soon = [row for row, on in running.items() if on is not None and on <= today + timedelta(days=28)]
    assert soon == ["broker-documents"]
    assert running["broker-documents"] in [today + timedelta(days=days) for days in (8, 9, 10)]


def test_the_two_routines_stand_today(today: date) -> None:
    assert {"named-handler", "refund-one-call"} <= live_on(today, today)


def test_momentum_grows_and_is_faster_today(today: date) -> None:
    now = momentum(portfolio(today), today)
    year_ago = momentum(portfolio(today), today - timedelta(days=365))
    assert now.label == "building"
    assert now.z is not None
    assert now.z > 1.6
    assert now.momentum > year_ago.momentum > 0


def test_momentum_moves_by_a_tenth_in_any_half_year(today: date) -> None:
    pace = [momentum(portfolio(today), on).momentum for on in month_ends(today)[1:]]
    half_years = [pace[first : first + 7] for first in range(len(pace) - 6)]
    assert all(max(months) > 1.1 * min(months) for months in half_years)


def test_more_wins_than_near_misses_arrive_in_every_half_year(today: date) -> None:
    for back in (0, 180, 360, 540):
        heads = momentum(portfolio(today), today - timedelta(days=back))
        assert heads.wins + heads.wins_before > heads.lessons + heads.lessons_before > 0


def test_momentum_reaches_every_department_that_shared_work(today: date) -> None:
    shares = momentum(portfolio(today), today).departments
    assert len(shares) == 14
    assert all(share > 0 for share in shares.values())
    assert max(shares.values()) < sum(shares.values()) / 3


def test_wins_come_from_every_sponsor(today: date) -> None:
    register: dict[str, Any] = build(today)
    leads = {row["id"]: row["sponsor"] for row in register["initiatives"]}
    wins = {leads[row["initiative"]] for row in register["events"] if row["kind"] in ("win", "measured_win")}
    assert wins == {row["id"] for row in register["people"]}


@settings(max_examples=40, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)))
def test_the_story_is_the_same_on_any_day_of_the_calendar(day: date) -> None:
    told = portfolio_of(build(day))
    series = [coverage(told, on).together for on in month_ends(day)]
    assert [later - earlier for earlier, later in pairwise(series) if later < earlier] == [-3]
    assert (series[0], series[-1]) == (3, 13)
    assert momentum(told, day).label == "building"
