"""What goes quiet soon, and when."""

from __future__ import annotations

from tests.graph.making import day, pilot, register
from tracker.graph.quiet import initiatives_going_quiet, pairs_going_quiet

SOON = pilot("soon", "AB")
LATER = pilot("later", "AB", start=day(20))


def test_an_initiative_is_named_thirty_days_ahead() -> None:
    portfolio = register("AB", [SOON])
    assert initiatives_going_quiet(portfolio, day(59)) == {}
    assert initiatives_going_quiet(portfolio, day(60)) == {"soon": day(90)}
    assert initiatives_going_quiet(portfolio, day(90)) == {}


def test_the_next_one_comes_first() -> None:
    assert list(initiatives_going_quiet(register("AB", [LATER, SOON]), day(85))) == ["soon", "later"]


def test_a_pair_goes_quiet_with_the_last_of_its_initiatives() -> None:
    portfolio = register("AB", [SOON, LATER])
    assert pairs_going_quiet(portfolio, day(60)) == {}
    assert pairs_going_quiet(portfolio, day(85)) == {("A", "B"): day(110)}


def test_a_pair_whose_work_ends_does_not_go_quiet() -> None:
    ending = pilot("ending", "AB", end=day(100), activity=(day(50),))
    assert pairs_going_quiet(register("AB", [SOON, ending]), day(80)) == {}


def test_a_pair_whose_other_work_ends_first_goes_quiet() -> None:
    ending = pilot("ending", "AB", end=day(85))
    assert pairs_going_quiet(register("AB", [SOON, ending]), day(80)) == {("A", "B"): day(90)}
