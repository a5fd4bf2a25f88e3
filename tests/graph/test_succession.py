"""A portfolio that follows another takes over what was worked out, and every number is what its facts alone give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, event, pilot, register
from tests.graph.portfolios import portfolio
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.keeping import MOST_WAITING
from tracker.graph.ledger import OutOfStep, ledger
from tracker.graph.selfcheck import differences
from tracker.graph.series import coverage_series
from tracker.graph.shelves import Shelves
from tracker.graph.succession import Now, index, succeed
from tracker.graph.verdicts import verdicts

DAYS = [START + timedelta(offset) for offset in (60, 180, 300)]


def in_order(found: Portfolio) -> Portfolio:
    """Return a portfolio whose records stand in the order in which a register gives them."""
    return replace(
        found,
        initiatives=tuple(sorted(found.initiatives, key=lambda each: each.id)),
        events=tuple(sorted(found.events, key=lambda each: (each.on, each.id))),
    )


def successors(seed: int, times: int) -> Iterator[Portfolio]:
    """Yield a random portfolio and those that follow, each with some initiatives as another one has them."""
    draw = Random(seed)
    here = in_order(portfolio_of(portfolio(seed)))
    yield here
    for _ in range(times):
        other = index(in_order(portfolio_of(portfolio(draw.randrange(10**9)))))
        chosen = draw.sample(sorted({*other.initiatives, *index(here).initiatives}), draw.randint(1, 3))
        changed = {}
        for id_ in chosen:
            now = other.before(id_)
            taken = {each.id for each in here.events if each.initiative not in chosen}
            events = tuple(each for each in now.events if each.id not in taken)
            changed[id_] = Now(None, ()) if draw.random() < 0.2 else Now(now.initiative, events)
        here = succeed(here, changed)
        yield here


@given(st.integers(0, 10**9), st.integers(1, 3))
@examples(40)
def test_every_number_of_a_successor_is_what_its_facts_give(seed: int, looks: int) -> None:
    for at, here in enumerate(successors(seed, 6)):
        assert here == in_order(here)
        if at % looks == 0:
            assert differences(here, DAYS) == []


@given(st.integers(0, 10**9))
@examples(20)
def test_the_index_of_a_successor_is_that_of_its_facts(seed: int) -> None:
    for here in successors(seed, 4):
        mine, anew = index(here), index(replace(here))
        assert mine.initiatives == anew.initiatives
        assert mine.events == anew.events
        assert mine.of_initiative == anew.of_initiative
        assert mine.citing == anew.citing


def test_a_successor_shares_what_did_not_change() -> None:
    old = register("ABC", [pilot("i1", "AB"), pilot("i2", "BC")], [event("e1", "i1", "win", day(9))])
    new = succeed(old, {"i2": Now(pilot("i2", "AC"), ())})
    assert new.initiatives[0] is old.initiatives[0]
    assert new.events[0] is old.events[0]
    assert new.departments is old.departments


def test_nothing_new_is_the_same_portfolio() -> None:
    old = register("AB", [pilot("i1", "AB")])
    assert succeed(old, {"i1": Now(pilot("i1", "AB"), ()), "i9": Now(None, ())}) is old


def test_what_an_old_portfolio_says_stays_what_it_was() -> None:
    old = register("ABC", [pilot("i1", "AB")], [event("e1", "i1", "win", day(9))])
    before = coverage(old, START), dict(verdicts(old)), coverage_series(old, DAYS)
    assert differences(succeed(old, {"i1": Now(pilot("i1", "BC"), ())}), DAYS) == []
    assert (coverage(old, START), dict(verdicts(old)), coverage_series(old, DAYS)) == before


def test_only_what_was_asked_for_last_waits_to_be_carried_over() -> None:
    old = register("AB", [pilot("i1", "AB")])
    for offset in range(60):
        coverage(old, day(offset))
    new = succeed(old, {"i1": Now(None, ())})
    assert len(new.derived["waiting"]) == MOST_WAITING
    assert ("count", day(59)) in new.derived["waiting"]


def test_a_ledger_takes_one_initiative_out_and_puts_it_back() -> None:
    old = register("ABC", [pilot("i1", "AB", lead="priya"), pilot("i2", "ABC")])
    new = register("ABC", [pilot("i1", "BC", lead="tom"), pilot("i2", "ABC")])
    mine, other = timeline(old).of["i1"], timeline(new).of["i1"]
    there = ledger(old, DAYS).copy()
    there.replace("i1", mine, other)
    assert there == ledger(new, DAYS)
    there.replace("i1", other, mine)
    assert there == ledger(old, DAYS)


def test_replacing_twice_changes_nothing_more() -> None:
    old, new = register("AB", [pilot("i1", "AB")]), register("AB")
    there = ledger(old, DAYS).copy()
    for _ in range(2):
        there.replace("i1", timeline(old).of["i1"], None)
    assert there == ledger(new, DAYS)


def test_a_ledger_refuses_a_caller_who_knows_something_else() -> None:
    old, other = register("AB", [pilot("i1", "AB")]), register("AB", [pilot("i1", "AB", lead="tom")])
    there = ledger(old, DAYS).copy()
    with pytest.raises(OutOfStep):
        there.replace("i1", timeline(other).of["i1"], None)
    assert there == ledger(old, DAYS)


def test_a_changed_copy_of_shelves_leaves_the_first_as_it_was() -> None:
    first = Shelves({str(each): each for each in range(1000)})
    second = first.changed({"7": 70, "new": 1}, without=["8", "none"])
    assert dict(first) == {str(each): each for each in range(1000)}
    wanted = {**first, "7": 70, "new": 1}
    del wanted["8"]
    assert dict(second) == wanted
    assert len(second) == 1000


def test_shelves_grow_with_what_is_put_on_them() -> None:
    found: Shelves[int] = Shelves({})
    for each in range(1500):
        found = found.changed({str(each): each})
    assert dict(found) == {str(each): each for each in range(1500)}


def test_the_day_moves_the_numbers_by_itself() -> None:
    here = register("AB", [pilot("i1", "AB")])
    today, tomorrow = day(89), day(90)
    points = coverage_series(here, [today]), coverage_series(here, [tomorrow])
    assert [point.together for (point,) in points] == [1, 0]


def test_dates_may_be_asked_for_in_any_order() -> None:
    here = register("AB", [pilot("i1", "AB", start=date(2025, 2, 1))])
    assert [each.on for each in coverage_series(here, DAYS[::-1])] == DAYS[::-1]
