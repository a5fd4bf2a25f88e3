"""What changed, what would change and what comes next, word for word."""

from __future__ import annotations

import pytest

from tracker.graph.captions import (
    CAUSES,
    adds_sentence,
    cause_words,
    causes_words,
    from_to_sentence,
    plan_sentence,
)
from tracker.graph.causes import ABOUT, TOLD, CauseKind


@pytest.mark.parametrize(
    ("kind", "name", "other", "words"),
    [
        ("started", "Storm desk", "", "“Storm desk” started"),
        ("routine", "Storm desk", "", "“Storm desk” became routine"),
        ("woke", "Storm desk", "", "“Storm desk” was heard from again"),
        ("joined", "Storm desk", "Legal", "Legal joined “Storm desk”"),
        ("opened", "Legal", "", "Legal opened"),
        ("required", "Claiming", "", "The journey “Claiming” began to count"),
        ("merged", "Old Claims", "Claims", "Old Claims goes on as part of Claims"),
        ("closed", "Legal", "", "Legal closed"),
        ("waived", "Claiming", "", "The journey “Claiming” was over"),
        ("left", "Storm desk", "Legal", "“Storm desk” goes on after the part of Legal"),
        ("ended", "Storm desk", "", "“Storm desk” ended"),
        ("lapsed", "Storm desk", "", "“Storm desk” waits for its routine check"),
        ("quiet", "Storm desk", "", "“Storm desk” went quiet"),
    ],
)
def test_each_cause_has_its_words(kind: CauseKind, name: str, other: str, words: str) -> None:
    assert cause_words(kind, name, other) == words


def test_every_cause_has_words_a_place_and_a_record() -> None:
    assert set(CAUSES) == set(TOLD) == set(ABOUT)


@pytest.mark.parametrize(
    ("kind", "count", "words"),
    [
        ("joined", 1, "1 department joined"),
        ("joined", 2, "2 departments joined"),
        ("quiet", 1_200, "1,200 went quiet"),
    ],
)
def test_causes_of_a_kind_are_counted(kind: CauseKind, count: int, words: str) -> None:
    assert causes_words(kind, count) == words


@pytest.mark.parametrize(
    ("before", "after", "crossings", "sentence"),
    [
        ((33, 91), (29, 91), False, "33 → 29 of 91 department pairs work together."),
        ((3, 18), (13, 20), True, "3 of 18 → 13 of 20 crossings work together."),
        ((0, 1), (1, 1), False, "0 → 1 of 1 department pair works together."),
        ((4, 9), (4, 9), True, "4 of 9 crossings work together, as before."),
    ],
)
def test_the_change_is_told_in_counts(
    before: tuple[int, int], after: tuple[int, int], crossings: bool, sentence: str
) -> None:
    assert from_to_sentence(before, after, crossings=crossings) == sentence


def test_a_plan_says_how_far_it_leads() -> None:
    assert plan_sentence(5, 13, 18, 20, crossings=True) == "Five pilots lead from 13 to 18 of 20 crossings."
    assert plan_sentence(1, 0, 1, 1, crossings=False) == "One pilot leads from 0 to 1 of 1 department pair."
    assert plan_sentence(0, 1, 1, 1, crossings=False) == "A plan of pilots"


def test_a_pilot_says_what_it_adds() -> None:
    assert adds_sentence(brings=True, crossings=False) == "A pilot of the two adds 1 department pair."
    assert adds_sentence(brings=False, crossings=True).startswith("They work together;")
