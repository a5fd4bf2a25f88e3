"""What happened between two days, each told once, the weightiest first."""

from __future__ import annotations

from tests.graph.making import START, day, event, pilot, register
from tracker.graph.changes import Change, changes, dip_causes
from tracker.graph.facts import Department, Initiative, Journey, Member, Portfolio, Routine

BEFORE = day(-1)


def test_nothing_happened_is_nothing_to_tell() -> None:
    assert changes(register("AB", [pilot("i1", "AB")]), day(5), day(9)) == ()


def test_a_win_is_the_first_joint_one_where_two_had_none_together() -> None:
    events = [
        event("e1", "i1", "win", day(10)),
        event("e2", "i1", "win", day(20)),
        event("e3", "i2", "win", day(30)),
        event("e4", "i1", "win", day(40), confirmed=False),
    ]
    portfolio = register("ABC", [pilot("i1", "AB"), pilot("i2", "ABC")], events)
    first = {on: changes(portfolio, day(on - 5), day(on))[:1] for on in (10, 20, 30, 40)}
    assert first[10] == (Change("first_wins", groups=(("A", "B"),)),)
    assert first[30] == (Change("first_wins", groups=(("A", "B", "C"),)),)
    assert first[20] == first[40] == ()


def test_pairs_that_now_work_together_are_told_the_strongest_first() -> None:
    portfolio = register("ABCD", [pilot("i1", "ABC"), pilot("i2", "BC")])
    (found,) = changes(portfolio, BEFORE, START)
    assert found == Change("together", groups=(("B", "C"), ("A", "B"), ("A", "C")))


def test_what_became_routine_ended_or_is_not_heard_from_is_told_in_that_order() -> None:
    running = [
        pilot("routine", "AB", activity=(day(60),), routine=Routine(day(80))),
        pilot("ended", "AB", end=day(85)),
        pilot("quiet", "AB"),
    ]
    found = changes(register("AB", running), day(79), day(95))
    assert [(each.kind, each.initiatives) for each in found] == [
        ("routine", ("routine",)),
        ("ended", ("ended",)),
        ("quiet", ("quiet",)),
    ]


def test_measures_that_moved_and_lessons_used_again_are_told_as_far_as_they_count() -> None:
    events = [
        event("won", "i1", "win", day(2)),
        event("moved", "i1", "moved", day(30), of="won"),
        event("missed", "i1", "near_miss", day(3)),
        event("used", "i2", "reuse", day(31), of="missed"),
        event("own", "i1", "reuse", day(32), of="missed"),
    ]
    portfolio = register("ABC", [pilot("i1", "AB"), pilot("i2", "AC")], events)
    assert changes(portfolio, day(20), day(40)) == (
        Change("moved", events=("moved",)),
        Change("reused", events=("used",)),
    )


def test_only_the_weightiest_are_told() -> None:
    running = [pilot("ended", "AB", end=day(85)), pilot("quiet", "AB")]
    found = changes(register("AB", running), day(79), day(95), most=1)
    assert [each.kind for each in found] == ["ended"]


def test_a_pair_is_lost_when_what_held_it_ends_or_falls_silent() -> None:
    portfolio = register("ABCD", [pilot("i1", "AB", end=day(50)), pilot("i2", "CD")])
    assert dip_causes(portfolio, day(10), day(95)) == (
        Change("ended", initiatives=("i1",)),
        Change("quiet", initiatives=("i2",)),
    )


def test_an_initiative_that_held_no_lost_pair_is_no_cause() -> None:
    portfolio = register(
        "ABC", [pilot("i1", "AB", end=day(50)), pilot("i2", "AB"), pilot("i3", "A", end=day(50))]
    )
    assert dip_causes(portfolio, day(10), day(60)) == ()


def test_a_pair_is_lost_when_its_initiative_goes_on_with_others() -> None:
    left = Initiative(
        "i1", START, members=(Member("A"), Member("B", left=day(20)), Member("C", joined=day(20)))
    )
    assert dip_causes(register("ABC", [left]), day(10), day(30)) == (
        Change("regrouped", initiatives=("i1",)),
    )


def test_a_pair_is_lost_when_its_initiative_grows_too_large() -> None:
    more = (Member("A"), Member("B"), Member("C", joined=day(20)), Member("D", joined=day(20)))
    found = dip_causes(register("ABCD", [Initiative("i1", START, members=more)]), day(10), day(30))
    assert found == (Change("regrouped", initiatives=("i1",)),)


def test_a_routine_that_was_given_up_at_once_became_routine() -> None:
    short = pilot("i1", "AB", end=day(20), routine=Routine(day(20), until=day(25)))
    assert dip_causes(register("AB", [short]), day(10), day(30)) == (Change("routine", initiatives=("i1",)),)


def test_a_pair_no_journey_asks_for_any_more_counts_no_more() -> None:
    journey = Journey("j1", ("A", "B"), valid_to=day(20))
    portfolio = register("AB", [pilot("i1", "AB")], journeys=(journey,))
    assert dip_causes(portfolio, day(10), day(30)) == (Change("required", groups=(("A", "B"),)),)


def test_a_department_that_closed_takes_its_pairs_out_of_the_count() -> None:
    portfolio = Portfolio(
        (Department("A"), Department("B", closed=day(20))), initiatives=(pilot("i1", "AB"),)
    )
    assert dip_causes(portfolio, day(10), day(30)) == (Change("required", groups=(("A", "B"),)),)
