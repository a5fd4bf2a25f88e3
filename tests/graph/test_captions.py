"""Every sentence, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph.making import START
from tracker.graph.captions import (
    change_sentence,
    counts_sentence,
    dip_sentence,
    hold_sentence,
    label_words,
    next_sentence,
    rest_sentence,
    story,
    together_sentence,
)
from tracker.graph.changes import WEIGHTS, Change
from tracker.graph.coverage import Coverage, coverage
from tracker.graph.facts import Portfolio
from tracker.graph.momentum import Momentum, momentum
from tracker.graph.wording import MONTHS, day_words

NOTHING, STILL = coverage(Portfolio(), START), momentum(Portfolio(), START)
NAMES = {"CLM": "Claims", "LEG": "Legal", "IT": "IT", "SAL": "Sales"}
KINDS = {f"p{at}": "pilot" for at in range(20)} | {f"n{at}": "network" for at in range(20)}


def covered(together: int, begun: int = 0, quiet: int = 0, free: int = 0) -> Coverage:
    pairs: Any = {"backed": 0, "single": together, "begun": begun, "quiet": quiet, "open": free}
    return replace(NOTHING, together=together, required=sum(pairs.values()), pairs=pairs)


def pace(**values: Any) -> Momentum:
    return replace(STILL, **values)


@pytest.mark.parametrize(
    ("found", "crossings", "sentence"),
    [
        (covered(33, 15, 26, 17), False, "33 of 91 department pairs work together."),
        (covered(5, 2), True, "5 of 7 crossings our customers depend on work together."),
        (covered(1, 2), True, "1 of 3 crossings our customers depend on works together."),
        (covered(1), False, "1 of 1 department pair works together."),
        (covered(0, 0, 1), False, "0 of 1 department pair works together."),
        (covered(0, 0, 0, 91), False, "0 of 91 department pairs work together. This is where we started."),
        (covered(0, 0, 1, 90), False, "0 of 91 department pairs work together."),
        (covered(1200, 800), False, "1,200 of 2,000 department pairs work together."),
        (covered(0), False, "Begin with two departments."),
        (covered(0), True, "No crossing is needed on this day."),
    ],
)
def test_how_many_pairs_work_together(found: Coverage, crossings: bool, sentence: str) -> None:
    assert together_sentence(found, crossings=crossings) == sentence


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            covered(33, 15, 26, 17),
            "15 have begun, 26 have not been heard from for 90 days, 17 share no work.",
        ),
        (covered(0, 1, 1, 1), "1 has begun, 1 has not been heard from for 90 days, 1 shares no work."),
        (covered(5, 2), "2 have begun."),
        (covered(5), ""),
    ],
)
def test_where_the_other_pairs_stand(found: Coverage, sentence: str) -> None:
    assert rest_sentence(found, 90) == sentence


def test_the_days_of_silence_are_those_of_the_settings() -> None:
    assert rest_sentence(covered(0, 0, 2), 60) == "2 have not been heard from for 60 days."


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((15, 3, 17, 1), "15 wins and 3 lessons in 90 days; 17 and 1 in the 90 before."),
        ((1, 1, 0, 0), "1 win and 1 lesson in 90 days; 0 and 0 in the 90 before."),
    ],
)
def test_how_many_wins_and_lessons(counts: tuple[int, int, int, int], sentence: str) -> None:
    wins, lessons, wins_before, lessons_before = counts
    found = pace(wins=wins, lessons=lessons, wins_before=wins_before, lessons_before=lessons_before)
    assert counts_sentence(found, 90) == sentence


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("none", "No wins yet"),
        ("started", "First wins"),
        ("building", "Faster"),
        ("holding", "Same pace"),
        ("slowing", "Slower"),
        ("unclear", "Too close to call"),
    ],
)
def test_how_the_pace_goes(label: str, words: str) -> None:
    assert label_words(pace(label=label)) == words


def test_a_silence_is_told_by_its_first_day() -> None:
    found = pace(label="stalled", last_counted_on=date(2025, 10, 3), on=date(2025, 12, 1))
    assert label_words(found) == "Quiet since 3 October"
    assert label_words(replace(found, on=date(2026, 1, 1))) == "Quiet since 3 October 2025"


@pytest.mark.parametrize(
    ("wins", "sentence"),
    [
        (5.2, "To keep this pace: about 5 wins a month."),
        (1.4, "To keep this pace: about 1 win a month."),
        (0.7, "To keep this pace: about 1 win a month."),
        (0.5, "To keep this pace: about 1 win every 2 months."),
        (0.23, "To keep this pace: about 1 win every 4 months."),
        (0.01, ""),
        (0.0, ""),
    ],
)
def test_what_keeps_the_pace(wins: float, sentence: str) -> None:
    assert hold_sentence(pace(wins_to_hold=wins)) == sentence


@pytest.mark.parametrize(
    ("linking", "sentence"),
    [
        (0, "Next: Legal and Claims."),
        (1, "Next: Legal and Claims. One department already works with both."),
        (2, "Next: Legal and Claims. Two departments already work with both."),
    ],
)
def test_which_pair_comes_next(linking: int, sentence: str) -> None:
    assert next_sentence("Legal", "Claims", linking) == sentence


CL, IS, IL = ("CLM", "LEG"), ("IT", "SAL"), ("IT", "LEG")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change("first_wins", (CL,)), "First joint win: Claims and Legal."),
        (Change("first_wins", (("CLM", "IT", "LEG"),)), "First joint win: Claims, IT and Legal."),
        (Change("first_wins", (CL, IS)), "First joint wins: Claims and Legal; IT and Sales."),
        (Change("first_wins", (CL, IS, IL)), "Three first joint wins, among them Claims and Legal."),
        (Change("together", (CL,)), "Claims and Legal now work together."),
        (Change("together", (CL, IS)), "Claims and Legal now work together, and so do IT and Sales."),
        (Change("together", (CL, IS, IL)), "Three pairs now work together, among them Claims and Legal."),
        (Change("routine", (), ("p1",)), "One pilot became routine."),
        (Change("routine", (), ("p1", "n1")), "Two initiatives became routine."),
        (Change("ended", (), ("p1", "p2")), "Two pilots ended."),
        (Change("quiet", (), ("p1",)), "One pilot has not been heard from."),
        (
            Change("quiet", (), tuple(f"n{at}" for at in range(13))),
            "13 initiatives have not been heard from.",
        ),
        (Change("regrouped", (), ("n1",)), "One initiative goes on with other departments."),
        (Change("regrouped", (), ("n1", "n2")), "Two initiatives go on with other departments."),
        (Change("ended", (), ("n1",)), "One initiative ended."),
        (Change("routine", (), ("p1", "p2", "p3")), "Three pilots became routine."),
        (Change("moved", events=("e1",)), "One customer measure moved."),
        (Change("moved", events=("e1", "e2")), "Two customer measures moved."),
        (Change("reused", events=("e1",)), "One lesson was used again."),
        (Change("reused", events=("e1", "e2", "e3")), "Three lessons were used again."),
        (Change("required", (CL,)), "One pair is no longer counted."),
        (Change("required", (CL, IS)), "Two pairs are no longer counted."),
    ],
)
def test_what_changed(change: Change, sentence: str) -> None:
    assert change_sentence(change, NAMES, KINDS) == sentence


LONG = {"A": "A" * 60, "B": "B" * 60, "C": "R&D, Sales & Co", "D": "<b>Care</b>", "E": "E", "F": "F"}


@pytest.mark.parametrize(
    ("kind", "groups", "sentence"),
    [
        ("first_wins", (("C", "D"),), "First joint win: <b>Care</b> and R&D, Sales & Co."),
        ("first_wins", (("A", "B"),), "First joint win: two departments."),
        ("first_wins", (("A", "B", "C", "D", "E"),), "First joint win: five departments."),
        ("first_wins", (("A", "B"), ("C", "D")), "Two first joint wins."),
        ("first_wins", (("E", "F"), ("A", "B")), "Two first joint wins, among them E and F."),
        ("together", (("A", "B"),), "Two departments now work together."),
        ("together", (("A", "B"), ("E", "F")), "Two pairs now work together."),
        ("together", (("E", "F"),) * 13, "13 pairs now work together, among them E and F."),
    ],
)
def test_names_stand_as_they_are_and_only_where_they_are_short(
    kind: Any, groups: tuple[tuple[str, ...], ...], sentence: str
) -> None:
    assert change_sentence(Change(kind, groups), LONG, {}) == sentence


EVERYTHING = (
    Change("first_wins", (CL,)),
    Change("together", (IS,)),
    Change("routine", (), ("p1", "p2", "p3")),
    Change("moved", events=("e1",)),
    Change("reused", events=("e2",)),
    Change("ended", (), ("p4",)),
    Change("quiet", (), ("p5",)),
)


def test_a_story_is_five_sentences_at_most_and_ends_with_what_comes_next() -> None:
    assert story(EVERYTHING, NAMES, KINDS, closing=next_sentence("Claims", "IT")) == (
        "First joint win: Claims and Legal.",
        "IT and Sales now work together.",
        "Three pilots became routine.",
        "One customer measure moved.",
        "Next: Claims and IT.",
    )
    assert len(story(EVERYTHING, NAMES, KINDS)) == 5


def test_the_story_of_a_dip_tells_what_came_to_be_and_then_its_causes() -> None:
    dip = dip_sentence(38, 34, [Change("routine", (), ("p1", "p2", "p3"))], KINDS)
    assert story(EVERYTHING[2:], NAMES, KINDS, dip=dip, closing="Next: Claims and IT.") == (
        "One customer measure moved.",
        "One lesson was used again.",
        "38 → 34: three pilots became routine.",
        "Next: Claims and IT.",
    )
    assert story(EVERYTHING, NAMES, KINDS, dip=dip, closing="Next: Claims and IT.")[-2] == dip


def test_where_nothing_happened_there_is_no_story() -> None:
    assert story((), NAMES, KINDS) == ()


def pilots(count: int) -> tuple[str, ...]:
    return tuple(f"p{at}" for at in range(count))


@pytest.mark.parametrize(
    ("causes", "sentence"),
    [
        (
            [Change("routine", (), pilots(3)), Change("quiet", (), pilots(6))],
            "38 → 34: three pilots became routine, six have not been heard from.",
        ),
        (
            [Change("ended", (), ("p1",)), Change("quiet", (), ("n1", "n2"))],
            "38 → 34: one pilot ended, two initiatives have not been heard from.",
        ),
        ([Change("required", (CL, IS))], "38 → 34: two pairs are no longer counted."),
        ([], "38 → 34."),
    ],
)
def test_a_dip_names_its_causes(causes: list[Change], sentence: str) -> None:
    assert dip_sentence(38, 34, causes, KINDS) == sentence


@given(st.sampled_from(sorted(WEIGHTS)), st.integers(1, 9))
def test_no_department_is_the_subject_of_a_lack(kind: Any, count: int) -> None:
    tells_departments = kind in ("first_wins", "together", "required")
    change = Change(kind, (CL,) * count) if tells_departments else Change(kind, (), pilots(count))
    said = change_sentence(change, NAMES, KINDS)
    if any(name in said for name in NAMES.values()):
        assert "First joint win" in said or "first joint win" in said or "now work together" in said


def test_every_month_has_its_english_name() -> None:
    assert day_words(date(2025, 3, 1), START) == "1 March"
    assert len(MONTHS) == 12
