"""Why a moment counts or does not, rule by rule (MEASURES.md section 3)."""

from __future__ import annotations

import pytest

from tests.graph.making import day, event, pilot, register
from tracker.graph.facts import Department, Event, Portfolio, Settings
from tracker.graph.verdicts import POINTS, Reason, Verdict, verdicts

JOINT = pilot("joint", "AB", lead="priya", theme="storm")
OTHER = pilot("other", "BC", lead="tom")
SOLO = pilot("solo", "A")
EMPTY = pilot("empty", "")
LATER = pilot("later", "AB", start=day(300))
MORE = [pilot(f"more{at}", "CD") for at in range(4)]


def judged(*events: Event, max_reuse: int = 3) -> dict[str, Verdict]:
    initiatives = [JOINT, OTHER, SOLO, EMPTY, LATER, *MORE]
    return verdicts(register("ABCD", initiatives, events, settings=Settings(max_reuse=max_reuse)))


def reason(*events: Event, max_reuse: int = 3) -> Reason:
    """Return the reason of the last event."""
    return judged(*events, max_reuse=max_reuse)[events[-1].id].reason


WIN = event("w", "joint", "win", day(10))
MISS = event("m", "joint", "near_miss", day(10))


@pytest.mark.parametrize("kind", ["win", "measured_win", "near_miss"])
def test_joint_work_counts_its_points(kind: str) -> None:
    verdict = judged(event("e", "joint", kind, day(10)))["e"]  # type: ignore[arg-type]  # parametrised
    assert (verdict.reason, verdict.nth, verdict.fraction) == (Reason.COUNTED, 1, 1.0)
    assert verdict.points == POINTS[verdict.kind]


def test_the_side_that_earns_has_its_departments_lead_and_theme() -> None:
    (side,) = judged(WIN)["w"].sides
    assert side == ("joint", 1.0, ("A", "B"), ("priya",), "storm")


def test_the_second_of_a_kind_in_a_month_counts_half_and_the_third_a_quarter() -> None:
    found = judged(*(event(f"e{at}", "joint", "win", day(at)) for at in (3, 1, 2)))
    assert [(each.event, each.nth, each.points) for each in sorted(found.values())] == [
        ("e1", 1, 3.0),
        ("e2", 2, 1.5),
        ("e3", 3, 0.75),
    ]


def test_another_month_another_kind_or_another_initiative_starts_anew() -> None:
    others = (
        event("e1", "joint", "win", day(31)),
        event("e2", "joint", "near_miss", day(11)),
        event("e3", "other", "win", day(11)),
    )
    assert {each.nth for each in judged(WIN, *others).values()} == {1}


def test_what_does_not_count_takes_no_place_in_the_month() -> None:
    waits = event("a", "joint", "win", day(9), confirmed=False)
    assert judged(waits, WIN)["w"].nth == 1


def test_it_waits_for_a_second_person() -> None:
    assert reason(event("e", "joint", "win", day(10), confirmed=False)) is Reason.UNCONFIRMED


def test_a_near_miss_waits_for_its_lesson() -> None:
    assert reason(event("e", "joint", "near_miss", day(10), lesson=False)) is Reason.NO_LESSON


@pytest.mark.parametrize(
    ("initiative", "expected"),
    [
        ("solo", Reason.ONE_DEPARTMENT),
        ("empty", Reason.NO_DEPARTMENT),
        ("later", Reason.NO_DEPARTMENT),
        ("nowhere", Reason.NO_DEPARTMENT),
    ],
)
def test_work_of_fewer_than_two_departments_is_shown_and_not_counted(
    initiative: str, expected: Reason
) -> None:
    assert reason(event("e", initiative, "win", day(10))) is expected


def test_a_moved_measure_counts_two_on_its_own_day() -> None:
    verdict = judged(WIN, event("e", "joint", "moved", day(200), of="w"))["e"]
    assert (verdict.on, verdict.points) == (day(200), 2.0)


@pytest.mark.parametrize(
    ("origin", "of", "initiative", "on", "expected"),
    [
        (WIN, "nothing", "joint", 20, Reason.NO_ORIGIN),
        (MISS, "m", "joint", 20, Reason.NO_ORIGIN),
        (WIN, "w", "other", 20, Reason.OTHER_INITIATIVE),
        (WIN, "w", "joint", 9, Reason.BEFORE_ORIGIN),
        (WIN, "w", "joint", 10, Reason.COUNTED),
        (event("w", "joint", "win", day(10), confirmed=False), "w", "joint", 20, Reason.ORIGIN_UNCONFIRMED),
        (event("w", "joint", "measured_win", day(10)), "w", "joint", 20, Reason.NO_ORIGIN),
        (event("w", "solo", "win", day(10)), "w", "solo", 20, Reason.ONE_DEPARTMENT),
    ],
)
def test_a_moved_measure_belongs_to_an_earlier_confirmed_win_of_its_initiative(
    origin: Event, of: str, initiative: str, on: int, expected: Reason
) -> None:
    assert reason(origin, event("zz", initiative, "moved", day(on), of=of)) is expected


def test_a_measure_moves_once() -> None:
    again = event("f", "joint", "moved", day(60), of="w")
    assert reason(WIN, event("e", "joint", "moved", day(50), of="w"), again) is Reason.ALREADY_MOVED


def test_a_reuse_earns_one_for_each_side() -> None:
    verdict = judged(MISS, event("e", "other", "reuse", day(20), of="m"))["e"]
    assert verdict.points == 2.0
    assert [(side.initiative, side.part, side.departments) for side in verdict.sides] == [
        ("other", 0.5, ("B", "C")),
        ("joint", 0.5, ("A", "B")),
    ]


def test_the_lesson_of_a_lone_department_counts_once_it_crosses_a_silo() -> None:
    miss = event("m", "solo", "near_miss", day(10))
    found = judged(miss, event("e", "other", "reuse", day(20), of="m"))
    assert (found["m"].reason, found["e"].reason) == (Reason.ONE_DEPARTMENT, Reason.COUNTED)


@pytest.mark.parametrize(
    ("origin", "initiative", "on", "expected"),
    [
        (MISS, "joint", 20, Reason.OWN_LESSON),
        (MISS, "solo", 20, Reason.NO_NEW_DEPARTMENT),
        (MISS, "empty", 20, Reason.NO_DEPARTMENT),
        (MISS, "other", 9, Reason.BEFORE_ORIGIN),
        (event("m", "empty", "near_miss", day(10)), "other", 20, Reason.ORIGIN_WITHOUT_DEPARTMENT),
        (event("m", "joint", "near_miss", day(10), lesson=False), "other", 20, Reason.ORIGIN_WITHOUT_LESSON),
        (event("m", "joint", "near_miss", day(10), confirmed=False), "other", 20, Reason.ORIGIN_UNCONFIRMED),
        (event("m", "joint", "win", day(10)), "other", 20, Reason.NO_ORIGIN),
        (event("n", "joint", "near_miss", day(10)), "other", 20, Reason.NO_ORIGIN),
        (event("m", "nowhere", "near_miss", day(10)), "other", 20, Reason.NO_ORIGIN),
    ],
)
def test_a_reuse_carries_a_lesson_to_a_new_department(
    origin: Event, initiative: str, on: int, expected: Reason
) -> None:
    assert reason(origin, event("zz", initiative, "reuse", day(on), of="m")) is expected


def test_an_initiative_reuses_a_lesson_once() -> None:
    first = event("e", "other", "reuse", day(20), of="m")
    assert reason(MISS, first, event("f", "other", "reuse", day(21), of="m")) is Reason.ALREADY_REUSED


def test_three_reuses_of_a_lesson_count() -> None:
    reuses = [event(f"r{at}", f"more{at}", "reuse", day(20 + at), of="m") for at in range(4)]
    found = judged(MISS, *reuses)
    assert [found[each.id].reason for each in reuses] == [Reason.COUNTED] * 3 + [Reason.ENOUGH_REUSES]


def test_no_reuse_counts_where_the_settings_allow_none() -> None:
    assert reason(MISS, event("e", "other", "reuse", day(20), of="m"), max_reuse=0) is Reason.ENOUGH_REUSES


def test_a_department_that_closed_that_day_took_no_part() -> None:
    closed = (Department("A"), Department("B", closed=day(10)))
    found = verdicts(Portfolio(closed, initiatives=(JOINT,), events=(WIN,)))
    assert found["w"].reason is Reason.ONE_DEPARTMENT
