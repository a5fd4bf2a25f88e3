"""The sample obeys the portfolio form on every day it may be built on, whatever the calendar."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.sample.organisation import ACCOUNTS, WORKS, build, day
from tracker.sample.people import RECORDER

TODAY = date(2026, 12, 31)
ROLES = {"admin", "office", "sponsor", "member", "viewer"}
any_today = st.dates(date(2024, 1, 1), date(2040, 12, 31))

Register = dict[str, Any]
register_on = cache(build)


def ids(register: Register, kind: str) -> list[str]:
    return [row["id"] for row in register[kind]]


def by_id(register: Register, kind: str) -> dict[str, Any]:
    return {row["id"]: row for row in register[kind]}


def dates_in(value: Any) -> list[date]:
    """Return every date written anywhere in a JSON value."""
    if isinstance(value, dict):
        return [found for inner in value.values() for found in dates_in(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in dates_in(inner)]
    if isinstance(value, str) and len(value) == 10 and value[:4].isdigit() and value[4] == "-":
        return [date.fromisoformat(value)]
    return []


def test_there_are_fourteen_departments_in_four_divisions() -> None:
    register = register_on(TODAY)
    assert len(register["departments"]) == 14
    assert {row["division"] for row in register["departments"]} == set(ids(register, "divisions"))
    assert len(register["divisions"]) == 4


def test_two_journeys_lead_customers_through_the_departments() -> None:
    journeys = register_on(TODAY)["journeys"]
    assert [row["name"] for row in journeys] == ["Making a claim", "Buying and renewing cover"]
    walked = {step["department"] for row in journeys for step in row["steps"]}
    assert len(walked) >= 12
    for row in journeys:
        owners = [step["department"] for step in row["steps"]]
        assert all(here != there for here, there in pairwise(owners)), row["id"]


def test_the_moments_span_two_years_and_reach_into_this_week() -> None:
    told = sorted(date.fromisoformat(row["date"]) for row in register_on(TODAY)["events"])
    assert 640 <= (TODAY - told[0]).days <= 735
    assert (TODAY - told[-1]).days <= 7
    kinds = Counter(row["kind"] for row in register_on(TODAY)["events"])
    assert kinds["win"] + kinds["measured_win"] >= 40
    assert kinds["near_miss"] >= 12


def test_a_dozen_sponsors_have_a_title_a_home_and_work_of_their_own() -> None:
    register = register_on(TODAY)
    leads = {row["sponsor"] for row in register["initiatives"]}
    assert len(register["people"]) == 12
    assert all(row["title"] and row["department"] for row in register["people"])
    assert leads == set(ids(register, "people"))


def test_about_sixty_initiatives_each_say_what_they_are_about() -> None:
    register = register_on(TODAY)
    assert 58 <= len(register["initiatives"]) <= 66
    assert all(row["title"] and row["description"] and row["theme"] for row in register["initiatives"])


def test_no_two_records_of_a_kind_share_an_id() -> None:
    register = register_on(TODAY)
    for kind in ("divisions", "departments", "people", "themes", "journeys", "initiatives", "events"):
        assert len(ids(register, kind)) == len(set(ids(register, kind))), kind


def test_no_two_titles_are_the_same() -> None:
    register = register_on(TODAY)
    titles = [row["title"] for row in register["initiatives"]]
    assert len(titles) == len(set(titles))
    told = [row["title"] for row in register["events"] if row["kind"] in ("win", "measured_win", "near_miss")]
    assert len(told) == len(set(told))


def test_every_reference_resolves() -> None:
    register = register_on(TODAY)
    departments, people = set(ids(register, "departments")), set(ids(register, "people"))
    initiatives, events = set(ids(register, "initiatives")), set(ids(register, "events"))
    assert {row["department"] for row in register["people"]} <= departments
    assert {
        step["department"] for journey in register["journeys"] for step in journey["steps"]
    } <= departments
    for row in register["initiatives"]:
        assert row["theme"] in ids(register, "themes")
        assert {row["sponsor"], *(sponsor["person"] for sponsor in row["sponsors"])} <= people
        assert {member["department"] for member in row["members"]} <= departments
        assert {*row["builds_on"], row.get("scaled_into", row["id"])} <= initiatives
        owners = row.get("routine", {}).get("owners", {})
        assert set(owners) <= departments
        assert set(owners.values()) <= people
    for row in register["events"]:
        assert row["initiative"] in initiatives
        assert row.get("of", row["id"]) in events
        assert set(row.get("confirmed_by", [])) <= people


def test_no_department_takes_part_twice_in_one_initiative() -> None:
    for row in register_on(TODAY)["initiatives"]:
        taking_part = [member["department"] for member in row["members"]]
        assert len(taking_part) == len(set(taking_part)), row["id"]


def test_every_near_miss_has_four_sentences_of_lesson() -> None:
    misses = [row for row in register_on(TODAY)["events"] if row["kind"] == "near_miss"]
    assert len(misses) >= 12
    for row in misses:
        assert set(row["lesson"]) == {"tried", "nearly", "stopped", "next"}
        assert all(text.endswith(".") and len(text) > 30 for text in row["lesson"].values()), row["id"]


def test_some_near_misses_may_be_shown_and_some_may_not() -> None:
    shown = {row["ok_to_show"] for row in register_on(TODAY)["events"] if row["kind"] == "near_miss"}
    assert shown == {True, False}


def test_nobody_vouches_for_a_moment_of_the_work_they_lead() -> None:
    leads = {row["id"]: row["sponsor"] for row in register_on(TODAY)["initiatives"]}
    for row in register_on(TODAY)["events"]:
        assert leads[row["initiative"]] not in row.get("confirmed_by", []), row["id"]


def test_what_waits_has_nobody_vouching_and_is_not_shown() -> None:
    waiting = [row for row in register_on(TODAY)["events"] if not row.get("confirmed", True)]
    assert len(waiting) == 6
    assert not any(row["confirmed_by"] or row["ok_to_show"] for row in waiting)
    assert all(TODAY - timedelta(days=21) <= date.fromisoformat(row["date"]) <= TODAY for row in waiting)


def test_work_ends_as_routine_scaled_stopped_or_extended() -> None:
    register = register_on(TODAY)
    outcomes = Counter(row["outcome"] for row in register["initiatives"])
    assert set(outcomes) == {None, "routine", "scaled", "stopped", "extended"}
    assert outcomes["routine"] == 2
    for row in register["initiatives"]:
        assert bool(row["outcome"]) == bool(row.get("outcome_note")), row["id"]
        assert (row["outcome"] == "scaled") == ("scaled_into" in row), row["id"]
        assert (row["outcome"] == "extended") <= (row["end"] is None), row["id"]
        if row["kind"] == "pilot" and row["end"]:
            assert row["outcome"] in ("routine", "scaled", "stopped"), row["id"]


def test_what_was_scaled_is_built_on_by_what_it_was_scaled_into() -> None:
    initiatives = by_id(register_on(TODAY), "initiatives")
    scaled = [row for row in initiatives.values() if row["outcome"] == "scaled"]
    assert all(row["id"] in initiatives[row["scaled_into"]]["builds_on"] for row in scaled)


def test_work_that_stopped_wrote_its_lesson() -> None:
    register = register_on(TODAY)
    taught = {row["initiative"] for row in register["events"] if row["kind"] == "near_miss"}
    assert {row["id"] for row in register["initiatives"] if row["outcome"] == "stopped"} <= taught


def test_each_routine_has_an_owner_on_each_side_and_checks_within_180_days() -> None:
    routines = [row for row in register_on(TODAY)["initiatives"] if "routine" in row]
    assert len(routines) == 2
    for row in routines:
        routine = row["routine"]
        assert routine["from"] == row["end"]
        assert row["outcome"] == "routine"
        assert set(routine["owners"]) == {member["department"] for member in row["members"]}
        stood = [date.fromisoformat(text) for text in [routine["from"], *routine["checks"]]] + [TODAY]
        assert all(later - earlier < timedelta(days=180) for earlier, later in pairwise(stood))


def test_one_lesson_is_reused_by_three_others() -> None:
    register = register_on(TODAY)
    reused = Counter(row["of"] for row in register["events"] if row["kind"] == "reuse")
    (lesson, times), second = reused.most_common(2)
    assert times == 3
    assert second[1] < 3
    events = by_id(register, "events")
    assert events[lesson]["title"] == "New claim pages went live before the phones knew"
    reusers = {row["initiative"] for row in register["events"] if row.get("of") == lesson}
    assert len(reusers) == 3
    assert events[lesson]["initiative"] not in reusers


def test_one_department_opened_ten_months_ago() -> None:
    opened = [row for row in register_on(TODAY)["departments"] if row["opened"]]
    assert [row["name"] for row in opened] == ["Supplier Network"]
    assert 295 <= (TODAY - date.fromisoformat(opened[0]["opened"])).days <= 305


def test_two_initiatives_changed_their_lead_sponsor() -> None:
    changed = [
        row
        for row in register_on(TODAY)["initiatives"]
        if sum(one["role"] == "lead" for one in row["sponsors"]) > 1
    ]
    assert len(changed) == 2
    for row in changed:
        first, second = (one for one in row["sponsors"] if one["role"] == "lead")
        assert first["to"] == second["from"]
        assert second["person"] == row["sponsor"]


def test_what_waits_was_recorded_by_somebody_who_signs_in_nowhere() -> None:
    assert RECORDER.email not in {account.email for account in ACCOUNTS}
    assert RECORDER.email.endswith("@harbour.example")
    assert RECORDER.person is None


def test_the_accounts_stand_for_every_role() -> None:
    people = by_id(register_on(TODAY), "people")
    assert {account.role for account in ACCOUNTS} == ROLES
    assert len({account.email for account in ACCOUNTS}) == len(ACCOUNTS)
    for account in ACCOUNTS:
        assert account.email == account.email.lower()
        assert account.email.endswith("@harbour.example")
        assert (account.role == "sponsor") == (account.person is not None)
        assert account.person is None or people[account.person]["name"] == account.name


def test_every_theme_holds_several_initiatives() -> None:
    assert set(WORKS) == set(ids(register_on(TODAY), "themes"))
    assert all(len(group) >= 4 for group in WORKS.values())


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_it_is_json_and_the_same_each_time(today: date) -> None:
    assert json.loads(json.dumps(build(today))) == build(today)


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_nothing_but_a_decision_lies_ahead_of_today(today: date) -> None:
    register = build(today)
    for row in register["initiatives"]:
        row.pop("decide_by")
    assert max(dates_in(register)) <= today


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_every_day_is_a_working_day(today: date) -> None:
    assert all(found.weekday() < 5 for found in dates_in(build(today)))


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_no_end_comes_before_its_start(today: date) -> None:
    for row in build(today)["initiatives"]:
        assert row["end"] is None or row["start"] <= row["end"], row["id"]
        for sponsor in row["sponsors"]:
            assert sponsor["to"] is None or row["start"] <= sponsor["from"] <= sponsor["to"], row["id"]
        for member in row["members"]:
            assert (
                member["left"] is None or row["start"] <= (member["joined"] or row["start"]) <= member["left"]
            )


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_all_that_is_told_falls_between_start_and_end(today: date) -> None:
    register = build(today)
    initiatives = by_id(register, "initiatives")
    for row in initiatives.values():
        for update in row["activity"]:
            assert row["start"] <= update["date"] <= (row["end"] or today.isoformat()), row["id"]
    for event in register["events"]:
        row = initiatives[event["initiative"]]
        assert row["start"] <= event["date"] <= (row["end"] or today.isoformat()), event["id"]


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_what_moved_or_was_reused_comes_after_its_origin(today: date) -> None:
    events = by_id(build(today), "events")
    for event in events.values():
        if "of" in event:
            origin = events[event["of"]]
            assert origin["kind"] == {"moved": "win", "reuse": "near_miss"}[event["kind"]]
            assert origin["date"] < event["date"], event["id"]


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_nobody_takes_part_before_their_department_opened(today: date) -> None:
    register = build(today)
    opened = {row["id"]: row["opened"] or "1900-01-01" for row in register["departments"]}
    for row in register["initiatives"]:
        for member in row["members"]:
            assert opened[member["department"]] <= (member["joined"] or row["start"]), row["id"]


@settings(deadline=None)  # a busy machine is no fault of the sample
@given(any_today)
def test_one_initiative_is_past_its_decide_by_date(today: date) -> None:
    overdue = [
        row["id"]
        for row in build(today)["initiatives"]
        if row["end"] is None and row["decide_by"] is not None and row["decide_by"] < today.isoformat()
    ]
    assert overdue == ["repair-news"]


def test_a_weekend_becomes_the_friday_before_it() -> None:
    monday = date(2026, 11, 23)
    assert [day(monday, offset) for offset in (-1, -2, -3, 0)] == [
        "2026-11-20",
        "2026-11-20",
        "2026-11-20",
        "2026-11-23",
    ]
