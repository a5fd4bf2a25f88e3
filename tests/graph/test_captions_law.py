"""The law of captions: whatever the register holds, nobody and no department is the subject of a lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.graph.cases import portfolio_of
from tests.graph.portfolios import DEPARTMENTS, looks, portfolios
from tracker.graph import captions
from tracker.graph.bridges import linking, next_best
from tracker.graph.changes import WEIGHTS, changes, dip_causes
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.momentum import momentum

NAMES = {id_: f"Silo{id_}" for id_ in DEPARTMENTS}
#: Lead sponsors of the random portfolios: no caption names a person at all.
PEOPLE = re.compile(r"\b(priya|tom|lee)\b", re.IGNORECASE)
#: All that may be said of a department by name: what came to be, and what comes next.
MAY_BE_SAID = re.compile(
    r"(First joint wins?: [^.]+\."
    r"|[A-Z0-9][a-z0-9]* first joint wins(, among them [^.]+)?\."
    r"|[A-Z0-9][a-z0-9]* pairs now work together(, among them [^.]+)?\."
    r"|[^.]+ now work together(, and so do [^.]+)?\."
    r"|Next: [^.]+\.( [A-Z0-9][a-z0-9]* departments? already works? with both\.)?)"
)
LACK = re.compile(
    r"\b(no|not|nothing|never|without|quiet|lost|alone|behind|late|missed|ended|fewer|less)\b", re.IGNORECASE
)


def sentences(portfolio: Portfolio, before: date, after: date) -> Iterator[str]:
    """Yield everything that is said of a day, and of what changed since another."""
    covered, pace = coverage(portfolio, after), momentum(portfolio, after)
    kinds = {each.id: each.kind for each in portfolio.initiatives}
    yield captions.together_sentence(covered, crossings=bool(portfolio.journeys))
    yield captions.rest_sentence(covered, portfolio.settings.quiet_days)
    yield captions.counts_sentence(pace, portfolio.settings.window_days)
    yield captions.label_words(pace)
    yield captions.hold_sentence(pace)
    for best in next_best(portfolio, after)[:3]:
        a, b = (NAMES[id_] for id_ in best.pair)
        yield captions.next_sentence(a, b, len(linking(portfolio, after, best.pair)))
    for change in changes(portfolio, before, after, most=9):
        yield captions.change_sentence(change, NAMES, kinds)
    yield dip_between(portfolio, before, after)
    yield from story_of(portfolio, before, after)


def dip_between(portfolio: Portfolio, before: date, after: date) -> str:
    """Return the sentence of a fall; only a stage with a fall says it."""
    kinds = {each.id: each.kind for each in portfolio.initiatives}
    counts = (coverage(portfolio, on).together for on in (before, after))
    return captions.dip_sentence(*counts, dip_causes(portfolio, before, after), kinds)


def story_of(portfolio: Portfolio, before: date, after: date) -> tuple[str, ...]:
    """Return the sentences that a stage tells of the days between, with the pair that comes next."""
    kinds = {each.id: each.kind for each in portfolio.initiatives}
    fell = coverage(portfolio, after).together < coverage(portfolio, before).together
    following = "".join(
        captions.next_sentence(*(NAMES[id_] for id_ in best.pair)) for best in next_best(portfolio, after)[:1]
    )
    return captions.story(
        changes(portfolio, before, after),
        NAMES,
        kinds,
        dip=dip_between(portfolio, before, after) if fell else "",
        closing=following,
    )


@given(portfolios, looks, st.integers(1, 200))
@examples(100)
def test_a_story_is_at_most_five_different_sentences_the_weightiest_first(
    case: dict[str, Any], before: date, days: int
) -> None:
    portfolio, after = portfolio_of(case), before + timedelta(days)
    told = changes(portfolio, before, after)
    assert [each.weight for each in told] == sorted({WEIGHTS[each.kind] for each in told}, reverse=True)
    said = story_of(portfolio, before, after)
    assert len(said) <= 5
    assert len(set(said)) == len(said)
    following = [each for each in said if each.startswith("Next: ")]
    assert following in ([], list(said[-1:]))


@given(portfolios, looks, st.integers(1, 200))
@examples(50)
def test_a_story_does_not_depend_on_the_order_of_the_records(
    case: dict[str, Any], before: date, days: int
) -> None:
    turned = {
        name: each[::-1] if isinstance(each, list) and name != "departments" else each
        for name, each in case.items()
    }
    spans = before, before + timedelta(days)
    assert story_of(portfolio_of(turned), *spans) == story_of(portfolio_of(case), *spans)


def test_outcomes_come_before_what_stopped_and_silence_comes_last() -> None:
    in_order = sorted(WEIGHTS, key=lambda kind: -WEIGHTS[kind])
    assert in_order == [
        "first_wins",
        "together",
        "routine",
        "moved",
        "reused",
        "ended",
        "regrouped",
        "required",
        "quiet",
    ]


@given(portfolios, looks, st.integers(1, 200))
@examples(100)
def test_no_sentence_makes_a_department_or_a_person_the_subject_of_a_lack(
    case: dict[str, Any], before: date, days: int
) -> None:
    for said in sentences(portfolio_of(case), before, before + timedelta(days)):
        assert not PEOPLE.search(said), said
        if any(name in said for name in NAMES.values()):
            assert MAY_BE_SAID.fullmatch(said), said
            assert not LACK.search(said), said


@given(portfolios, looks, st.integers(1, 200))
@examples(50)
def test_sentences_stay_short_enough_for_a_stage(case: dict[str, Any], before: date, days: int) -> None:
    for said in sentences(portfolio_of(case), before, before + timedelta(days)):
        assert sum(said.count(name) for name in NAMES.values()) <= captions.MOST_NAMES, said
        assert "{" not in said
