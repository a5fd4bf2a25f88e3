"""What would be without some initiatives equals what is once they have ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.making import START, day, event, pilot, register
from tests.graph.oracle import Model
from tests.graph.portfolios import DEPARTMENTS, INITIATIVES, looks, portfolios
from tracker.graph.coverage import coverage
from tracker.graph.facts import Department, Initiative, Member, Portfolio, Sponsor
from tracker.graph.momentum import momentum
from tracker.graph.what_if import Draft, draft_of, what_if

drafts = st.lists(
    st.builds(
        Draft,
        st.lists(st.sampled_from(DEPARTMENTS), max_size=4, unique=True).map(tuple),
        st.sampled_from([(), ("priya",), ("tom",), ("new",)]),
    ),
    max_size=3,
)
some = st.sets(st.sampled_from(INITIATIVES))
NOISE = 1e-9


def ended(initiative: Initiative, on: date) -> Initiative:
    """Return the initiative as if it had ended on a day."""
    routine = initiative.routine
    if routine:
        routine = replace(routine, until=min(routine.until or on, on)) if routine.since < on else None
    return replace(initiative, end=min(initiative.end or on, on), routine=routine)


@given(portfolios, looks, some)
@settings(max_examples=150, deadline=None)
def test_it_is_what_coverage_says_once_they_have_ended(
    case: dict[str, Any], on: date, stopped: set[str]
) -> None:
    portfolio = portfolio_of(case)
    found, now = what_if(portfolio, on, stopped), coverage(portfolio, on)
    less = tuple(ended(each, on) if each.id in stopped else each for each in portfolio.initiatives)
    then = coverage(replace(portfolio, initiatives=less), on)
    assert (found.before.pairs, found.before.required) == (now.pairs, now.required)
    assert (found.after.pairs, found.after.possible) == (then.pairs, then.possible)
    assert abs(found.after.points - then.points) < NOISE
    changed = {pair for pair, band in now.band_of.items() if then.band_of[pair] != band}
    assert found.moved == {pair: (now.band_of[pair], then.band_of[pair]) for pair in changed}


@given(portfolios, looks, some)
@settings(max_examples=80, deadline=None)
def test_momentum_without_some_is_never_more_and_without_none_the_same(
    case: dict[str, Any], on: date, stopped: set[str]
) -> None:
    portfolio = portfolio_of(case)
    found = what_if(portfolio, on, stopped)
    assert found.pace == momentum(portfolio, on).momentum
    assert found.pace_without <= found.pace_with + NOISE
    assert what_if(portfolio, on, ()).pace_without == found.pace_with


def test_a_quarter_like_the_last_is_expected() -> None:
    events = [event("e1", "i1", "win", day(100)), event("e2", "i2", "win", day(100))]
    portfolio = register("AB", [pilot("i1", "AB"), pilot("i2", "AB")], events)
    now = momentum(portfolio, day(100)).momentum
    found = what_if(portfolio, day(100), {"i1"})
    assert abs(found.pace_with - 1.5 * now) < NOISE
    assert abs(found.pace_without - now) < NOISE


def test_nothing_is_changed() -> None:
    portfolio = register("AB", [pilot("i1", "AB")])
    before = coverage(portfolio, START)
    what_if(portfolio, START, {"i1"})
    assert coverage(portfolio, START) == before


@given(portfolios, looks, some, drafts)
@settings(max_examples=150, deadline=None)
def test_with_drafts_it_is_what_the_reference_says_once_they_run(
    case: dict[str, Any], on: date, stopped: set[str], started: list[Draft]
) -> None:
    found = what_if(portfolio_of(case), on, stopped, started)
    then = {
        **case,
        "initiatives": [
            without_live(each, on) if each["id"] in stopped else each for each in case["initiatives"]
        ],
    }
    then["initiatives"] += [
        {
            "id": f"draft {place}",
            "start": on.isoformat(),
            "members": [{"department": each} for each in draft.departments],
            "sponsor": draft.leads[0] if draft.leads else None,
        }
        for place, draft in enumerate(started)
    ]
    before, after = Model(case).coverage(on), Model(then).coverage(on)
    assert found.before.pairs == before["pairs"]
    assert found.after.pairs == after["pairs"]
    assert abs(found.after.points - float((after["coverage"] or 0) * found.after.possible)) < NOISE
    assert found.moved == {
        pair: (band, after["band_of"][pair])
        for pair, band in before["band_of"].items()
        if after["band_of"][pair] != band
    }


def without_live(each: dict[str, Any], on: date) -> dict[str, Any]:
    """Return an initiative of a case, in its JSON form, as if it had ended on a day."""
    end = min(each.get("end") or on.isoformat(), on.isoformat())
    found = {**each, "end": end}
    if routine := each.get("routine"):
        if routine["from"] < on.isoformat():
            found["routine"] = {**routine, "until": min(routine.get("until") or end, on.isoformat())}
        else:
            del found["routine"]
    return found


def test_a_pilot_of_two_and_one_of_three_by_hand() -> None:
    """AB stands by i1. Stopped, with pilots of BC and of ABD: BC a whole share, AB, AD and BD half a share each."""
    portfolio = register("ABCD", [pilot("i1", "AB", lead="priya")])
    found = what_if(
        portfolio, START, {"i1"}, [Draft(("C", "B"), ("tom",)), Draft(("A", "B", "D"), ("priya",))]
    )
    assert (found.before.together, found.after.together) == (1, 4)
    assert (found.before.points, found.after.points) == (1, 2.5)
    assert found.moved == {
        ("A", "D"): ("open", "single"),
        ("B", "C"): ("open", "single"),
        ("B", "D"): ("open", "single"),
    }
    assert found.leading == {"priya": (1, 1), "tom": (0, 1)}
    assert found.pace_with == found.pace_without == 0


def test_a_draft_under_another_sponsor_backs_a_pair_up() -> None:
    portfolio = register("AB", [pilot("i1", "AB", lead="priya")])
    assert what_if(portfolio, START, (), [Draft(("A", "B"), ("tom",))]).moved == {
        ("A", "B"): ("single", "backed")
    }
    assert what_if(portfolio, START, (), [Draft(("A", "B"), ("priya",))]).moved == {}


def test_a_department_that_is_not_open_takes_no_part_and_one_alone_moves_nothing() -> None:
    portfolio = Portfolio((Department("A"), Department("B"), Department("C", opened=day(9))))
    found = what_if(portfolio, START, (), [Draft(("A", "B", "C")), Draft(("A",))])
    assert found.after.points == 1
    assert found.ties.sizes == {"draft 0": 2, "draft 1": 1}


def test_what_is_recorded_for_later_is_as_it_will_be_on_its_first_day() -> None:
    members = (Member("A"), Member("B", joined=day(50)), Member("C", left=day(20)))
    leads = (Sponsor("priya", until=day(30)), Sponsor("tom", since=day(30)))
    later = Initiative("i1", day(40), members=members, leads=leads)
    portfolio = register("ABC", [later, Initiative("i2", members=(Member("A"), Member("C")))])
    assert draft_of(portfolio, "i1", START) == Draft(("A",), ("tom",))
    assert draft_of(portfolio, "i2", START) == Draft(("A", "C"), ())
