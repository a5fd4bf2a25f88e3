"""What the Round asks after: running, and not heard from for 21 days."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.graph.facts import Event, Initiative, Portfolio, Routine
from tracker.graph.untouched import heard_on, untouched, went_quiet_on

ON = date(2026, 6, 30)


def days_before(count: int) -> date:
    return ON - timedelta(count)


def test_the_next_to_go_quiet_comes_first_then_what_went_quiet_the_latest_first() -> None:
    starts = {"soon": 89, "later": 21, "fresh": 20, "long quiet": 400, "quiet": 90}
    portfolio = Portfolio(initiatives=tuple(Initiative(id_, days_before(ago)) for id_, ago in starts.items()))
    assert untouched(portfolio, ON) == ["soon", "later", "quiet", "long quiet"]
    assert went_quiet_on(portfolio, "quiet", ON) == ON
    assert went_quiet_on(portfolio, "soon", ON) is None


def test_an_update_and_a_confirmed_moment_are_news_and_what_lies_ahead_is_none() -> None:
    start = days_before(80)
    portfolio = Portfolio(
        initiatives=(
            Initiative("told", start, activity=(days_before(3),)),
            Initiative("won", start),
            Initiative("unconfirmed", start),
            Initiative("ahead", start, activity=(ON + timedelta(5),)),
        ),
        events=(
            Event("e1", "won", "win", days_before(5)),
            Event("e2", "unconfirmed", "win", days_before(5), confirmed=False),
        ),
    )
    assert set(untouched(portfolio, ON)) == {"unconfirmed", "ahead"}
    assert heard_on(portfolio, "won", ON) == days_before(5)
    assert heard_on(portfolio, "ahead", ON) == start


def test_what_ended_has_not_begun_or_became_routine_is_not_asked_after() -> None:
    portfolio = Portfolio(
        initiatives=(
            Initiative("ended", days_before(80), end=days_before(10)),
            Initiative("to come", ON + timedelta(1)),
            Initiative("no start", None),
            Initiative("routine", days_before(300), end=days_before(60), routine=Routine(days_before(60))),
            Initiative("ends later", days_before(80), end=ON + timedelta(1)),
        )
    )
    assert untouched(portfolio, ON) == ["ends later"]


def test_a_register_vouches_for_its_days() -> None:
    start = days_before(300)
    portfolio = Portfolio(
        initiatives=(
            Initiative("just imported", start, declared_until=ON),
            Initiative("imported before", start, declared_until=days_before(21)),
        )
    )
    assert untouched(portfolio, ON) == ["imported before"]
    assert heard_on(portfolio, "imported before", ON) == days_before(22)
