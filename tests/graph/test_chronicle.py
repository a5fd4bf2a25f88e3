"""What a row of days brought is what each two of them say by themselves, and stays so when records change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph import slow_changes
from tests.graph.cases import portfolio_of
from tests.graph.making import day, pilot, register
from tests.graph.portfolios import looks, portfolio, portfolios
from tracker.graph.changes import Change, changes, changes_at, dip_causes, dip_causes_at
from tracker.graph.chronicle import chronicle
from tracker.graph.facts import Portfolio
from tracker.graph.succession import Now, index, succeed

rows = st.lists(looks, min_size=2, max_size=14, unique=True).map(sorted)
#: What is found by looking at the row of days; the rest is counted event by event.
LOOKED_UP = ("together", "routine", "ended", "quiet")


def by_kind(found: tuple[Change, ...]) -> dict[str, Change]:
    return {each.kind: each for each in found}


def told(facts: Portfolio, days: list[date]) -> list[tuple[tuple[Change, ...], tuple[Change, ...]]]:
    return [
        (changes_at(facts, days, at, most=9), dip_causes_at(facts, days, at)) for at in range(1, len(days))
    ]


@given(portfolios, rows)
@settings(max_examples=100, deadline=None)
def test_a_row_of_days_is_told_as_each_two_of_them_are(case: dict[str, Any], days: list[date]) -> None:
    facts = portfolio_of(case)
    for (before, after), (found, causes) in zip(pairwise(days), told(facts, days), strict=True):
        looked_up = {kind: each for kind, each in by_kind(found).items() if kind in LOOKED_UP}
        assert looked_up == slow_changes.became(facts, before, after)
        assert by_kind(causes) == slow_changes.causes(facts, before, after)
        assert found == changes(facts, before, after, most=9)
        assert causes == dip_causes(facts, before, after)


@given(portfolios, st.integers(0, 2**32), rows, st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_carried_over_an_edit_is_what_the_facts_alone_say(
    case: dict[str, Any], seed: int, days: list[date], data: st.DataObject
) -> None:
    old = portfolio_of(case)
    told(old, days)
    other = index(portfolio_of({**portfolio(seed), "departments": case["departments"]}))
    names = data.draw(st.sets(st.sampled_from(("i1", "i2", "i3", "i4", "i5", "i6", "i7")), min_size=1))
    kept = {name: data.draw(st.booleans()) for name in names}
    new = succeed(
        old, {name: Now(other.initiatives.get(name) if kept[name] else None, ()) for name in sorted(names)}
    )
    assert told(new, days) == told(replace(new), days)
    assert chronicle(new, days).turns == chronicle(replace(new), days).turns
    assert told(old, days) == told(replace(old), days)


def test_two_days_in_the_wrong_order_or_one_day_twice_tell_nothing() -> None:
    facts = register("AB", [pilot("i1", "AB", start=day(3))])
    assert changes(facts, day(9), day(0)) == changes(facts, day(9), day(9)) == ()
    assert dip_causes(facts, day(9), day(0)) == dip_causes(facts, day(3), day(3)) == ()
