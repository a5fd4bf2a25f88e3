"""The law of captions: whatever the register holds, nobody and no department is the subject of a lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import portfolio_of
from tests.graph.portfolios import DEPARTMENTS, looks, portfolios
from tracker.graph import captions
from tracker.graph.bridges import linking, next_best
from tracker.graph.changes import changes, dip_causes
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.momentum import momentum

NAMES = {id_: f"Silo{id_}" for id_ in DEPARTMENTS}
#: Lead sponsors of the random portfolios: no caption names a person at all.
PEOPLE = re.compile(r"\b(priya|tom|lee)\b", re.IGNORECASE)
#: All that may be said of a department by name: what came to be, and what comes next.
MAY_BE_SAID = re.compile(
    r"(First joint wins? of [^.]+\."
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
    was = coverage(portfolio, before).together
    yield captions.dip_sentence(was, covered.together, dip_causes(portfolio, before, after), kinds)


@given(portfolios, looks, st.integers(1, 200))
@settings(max_examples=300, deadline=None)
def test_no_sentence_makes_a_department_or_a_person_the_subject_of_a_lack(
    case: dict[str, Any], before: date, days: int
) -> None:
    for said in sentences(portfolio_of(case), before, before + timedelta(days)):
        assert not PEOPLE.search(said), said
        if any(name in said for name in NAMES.values()):
            assert MAY_BE_SAID.fullmatch(said), said
            assert not LACK.search(said), said


@given(portfolios, looks, st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_sentences_stay_short_enough_for_a_stage(case: dict[str, Any], before: date, days: int) -> None:
    for said in sentences(portfolio_of(case), before, before + timedelta(days)):
        assert sum(said.count(name) for name in NAMES.values()) <= captions.MOST_NAMES, said
        assert "{" not in said
