"""The rules of "live", each worked by hand from MEASURES.md section 2."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, event, pilot, register
from tests.graph.oracle import Model
from tests.graph.portfolios import looks, portfolios
from tracker.graph.facts import Department, Initiative, Member, Portfolio, Routine, Settings, Sponsor
from tracker.graph.intervals import EARLIEST, FOREVER, Piece, goes_quiet_on, timeline


def told(portfolio: Portfolio) -> list[tuple[date, date | None, bool, str]]:
    """Return the pieces as dates, live or not, and members."""
    return [
        (
            date.fromordinal(piece.since),
            None if piece.until >= FOREVER else date.fromordinal(piece.until),
            piece.live,
            "".join(piece.members),
        )
        for piece in timeline(portfolio).pieces
    ]


def lone(initiative: Initiative, *events: Any) -> Portfolio:
    return register("AB", [initiative], events)


def test_it_is_live_from_its_start_and_no_longer_on_its_end() -> None:
    assert told(lone(pilot("i1", "AB", end=day(30)))) == [(START, day(30), True, "AB")]


def test_it_goes_quiet_after_ninety_days_without_a_word() -> None:
    assert told(lone(pilot("i1", "AB"))) == [(START, day(90), True, "AB"), (day(90), None, False, "AB")]


def test_an_update_keeps_it_live_for_ninety_days_more() -> None:
    found = told(lone(pilot("i1", "AB", activity=(day(89),))))
    assert found == [(START, day(179), True, "AB"), (day(179), None, False, "AB")]


def test_an_update_after_a_silence_wakes_it_on_its_day() -> None:
    found = told(lone(pilot("i1", "AB", activity=(day(100),))))
    assert [(since, live) for since, _, live, _ in found] == [
        (START, True),
        (day(90), False),
        (day(100), True),
        (day(190), False),
    ]


def test_an_update_dated_before_the_start_adds_nothing() -> None:
    assert told(lone(pilot("i1", "AB", activity=(day(-30),)))) == told(lone(pilot("i1", "AB")))


def test_a_confirmed_moment_is_a_sign_of_life_and_one_that_waits_is_not() -> None:
    heard = lone(pilot("i1", "AB"), event("e1", "i1", "win", day(80)))
    waits = lone(pilot("i1", "AB"), event("e1", "i1", "win", day(80), confirmed=False))
    assert goes_quiet_on(heard, "i1", day(50)) == day(170)
    assert goes_quiet_on(waits, "i1", day(50)) == day(90)


def test_an_initiative_that_ends_on_its_start_was_never_declared() -> None:
    assert told(lone(pilot("i1", "AB", end=START))) == []


def test_without_a_start_it_is_never_declared() -> None:
    assert told(lone(pilot("i1", "AB", start=None, activity=(START,)))) == []


def test_a_register_vouches_for_the_days_until_its_date() -> None:
    found = told(lone(pilot("i1", "AB", declared_until=day(300), end=day(400))))
    assert found == [(START, day(300), True, "AB"), (day(300), day(400), False, "AB")]


def test_a_routine_lives_on_after_the_end_while_its_checks_come() -> None:
    routine = Routine(day(60), checks=(day(200),))
    found = told(lone(pilot("i1", "AB", end=day(60), routine=routine)))
    assert found == [(START, day(380), True, "AB"), (day(380), None, False, "AB")]


def test_a_routine_without_a_start_begins_with_itself() -> None:
    found = told(lone(pilot("i1", "AB", start=None, routine=Routine(day(10), until=day(20)))))
    assert found == [(day(10), day(20), True, "AB")]


def test_a_routine_that_was_given_up_is_over_whatever_the_end_says() -> None:
    found = told(lone(pilot("i1", "AB", end=day(300), routine=Routine(day(10), until=day(20)))))
    assert found == [(START, day(20), True, "AB")]


def test_a_check_from_before_the_routine_vouches_for_nothing() -> None:
    found = told(lone(pilot("i1", "AB", routine=Routine(day(200), checks=(day(150),)))))
    assert (day(90), day(200), False, "AB") in found


def test_a_department_belongs_while_it_has_joined_and_is_open() -> None:
    initiative = Initiative(
        "i1",
        START,
        day(80),
        members=(Member("A"), Member("B", joined=day(10), left=day(50)), Member("C"), Member("D")),
    )
    departments = (
        Department("A"),
        Department("B"),
        Department("C", closed=day(40)),
        Department("D", opened=day(20)),
    )
    found = told(Portfolio(departments, initiatives=(initiative,)))
    assert [(since, members) for since, _, _, members in found] == [
        (START, "AC"),
        (day(10), "ABC"),
        (day(20), "ABCD"),
        (day(40), "ABD"),
        (day(50), "AD"),
    ]


def test_a_department_that_rejoined_is_there_once() -> None:
    members = (Member("A", left=day(10)), Member("A", joined=day(5), left=day(20)), Member("B"))
    found = told(register("AB", [Initiative("i1", START, day(30), members)]))
    assert [(since, there) for since, _, _, there in found] == [
        (START, "AB"),
        (day(5), "AB"),
        (day(10), "AB"),
        (day(20), "B"),
    ]


def test_the_lead_on_the_day_is_the_one_who_leads_it() -> None:
    leads = (Sponsor("priya", until=day(10)), Sponsor("tom", since=day(10)))
    line = timeline(register("AB", [Initiative("i1", START, leads=leads)]))
    assert [line.leads_on("i1", day(on).toordinal()) for on in (9, 10)] == [("priya",), ("tom",)]


def test_what_lives_without_end_does_not_go_quiet() -> None:
    assert goes_quiet_on(lone(pilot("i1", "AB", end=day(60))), "i1", day(10)) is None
    assert goes_quiet_on(lone(pilot("i1", "AB", end=day(90))), "i1", day(10)) is None
    assert goes_quiet_on(lone(pilot("i1", "AB")), "i1", day(90)) is None


def test_it_goes_quiet_as_late_as_the_settings_say() -> None:
    portfolio = register("AB", [pilot("i1", "AB")], settings=Settings(quiet_days=30))
    assert goes_quiet_on(portfolio, "i1", START) == day(30)


def test_a_moment_of_an_unknown_initiative_is_no_sign_of_life() -> None:
    assert len(told(lone(pilot("i1", "AB"), event("e1", "i9", "win", day(80))))) == 2


@given(portfolios, looks)
@settings(max_examples=200, deadline=None)
def test_every_day_is_what_the_reference_says(case: dict[str, Any], on: date) -> None:
    line, oracle, now = timeline(portfolio_of(case)), Model(case), on.toordinal()
    for id_ in line.declared:
        here = [
            piece for piece in line.pieces if piece.initiative == id_ and piece.since <= now < piece.until
        ]
        assert bool(here) == oracle.declared(id_, on)
        assert [piece.live for piece in here] == [oracle.live(id_, on)] * len(here)
        assert [list(piece.members) for piece in here] == [oracle.members(id_, on)] * len(here)
        assert list(line.members_on(id_, now)) == oracle.members(id_, on)


@given(portfolios)
@settings(max_examples=100, deadline=None)
def test_pieces_tile_the_declared_days_and_differ_in_something(case: dict[str, Any]) -> None:
    line = timeline(portfolio_of(case))
    for id_, spans in line.declared.items():
        pieces = [piece for piece in line.pieces if piece.initiative == id_]
        assert all(EARLIEST <= piece.since < piece.until for piece in pieces)
        assert _covered(pieces) == spans


def _covered(pieces: list[Piece]) -> tuple[tuple[int, int], ...]:
    """Return the days that adjoining pieces cover."""
    breaks = [at for at, (one, other) in enumerate(pairwise(pieces), 1) if one.until != other.since]
    starts, ends = [0, *breaks], [*breaks, len(pieces)]
    return tuple(
        (pieces[first].since, pieces[last - 1].until)
        for first, last in zip(starts, ends, strict=True)
        if pieces
    )
