"""The sentences of what could be, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.graph.captions_ahead import (
    moved_sentence,
    pace_sentence,
    reach_sentence,
    trio_sentence,
    what_if_sentence,
    wins_words,
)
from tracker.graph.facts import Portfolio, Settings
from tracker.graph.momentum import momentum

ON = date(2026, 11, 22)
STILL = momentum(Portfolio(), ON)


@pytest.mark.parametrize(
    ("wins", "sentence"),
    [
        (5.2, "To keep this pace: about 5 wins a month; doing nothing it halves by 20 February."),
        (1.0, "To keep this pace: about 1 win a month; doing nothing it halves by 20 February."),
        (0.33, "To keep this pace: about 1 win every 3 months; doing nothing it halves by 20 February."),
        (0.01, ""),
        (0.0, ""),
    ],
)
def test_what_keeps_the_pace_and_by_when_it_halves(wins: float, sentence: str) -> None:
    assert pace_sentence(replace(STILL, wins_to_hold=wins), Settings()) == sentence


def test_a_day_more_than_a_year_ahead_has_its_year() -> None:
    told = pace_sentence(replace(STILL, wins_to_hold=5.0), Settings(half_life_days=400))
    assert told.endswith("halves by 27 December 2027.")


@pytest.mark.parametrize(
    ("wins", "by", "sentence"),
    [
        (7.6, date(2026, 12, 31), "To reach 20 by 31 December: about 8 wins a month."),
        (7.6, date(2027, 3, 31), "To reach 20 by 31 March 2027: about 8 wins a month."),
        (0.2, date(2027, 3, 31), "To reach 20 by 31 March 2027: about 1 win every 5 months."),
        (0.01, date(2027, 3, 31), "To reach 20 by 31 March 2027: hardly a win."),
        (0.0, date(2027, 3, 31), "Above 20 on 31 March 2027, even with nothing added."),
        (-3.0, date(2027, 3, 31), "Above 20 on 31 March 2027, even with nothing added."),
    ],
)
def test_what_leads_to_a_target(wins: float, by: date, sentence: str) -> None:
    assert reach_sentence(wins, "20", by, ON) == sentence


@pytest.mark.parametrize(
    ("wins", "words"),
    [
        (1200.4, "about 1,200 wins a month"),
        (0.67, "about 1 win a month"),
        (0.66, "about 1 win every 2 months"),
    ],
)
def test_a_number_of_wins_a_month(wins: float, words: str) -> None:
    assert wins_words(wins) == words


@pytest.mark.parametrize(
    ("stopped", "started", "sentence"),
    [
        (1, 0, "Without this one: 13 → 12 of 20 crossings work together."),
        (3, 0, "Without these three: 13 → 12 of 20 crossings work together."),
        (0, 1, "With this one: 13 → 12 of 20 crossings work together."),
        (0, 13, "With these 13: 13 → 12 of 20 crossings work together."),
        (2, 1, "Without two and with one more: 13 → 12 of 20 crossings work together."),
    ],
)
def test_what_would_be_without_some_and_with_others(stopped: int, started: int, sentence: str) -> None:
    assert what_if_sentence(stopped, started, 13, 12, 20, crossings=True) == sentence


def test_one_of_them_works_together() -> None:
    told = what_if_sentence(0, 1, 0, 1, 3, crossings=False)
    assert told == "With this one: 0 → 1 of 3 department pairs works together."
    assert what_if_sentence(1, 0, 1, 0, 1, crossings=False).endswith(
        "1 → 0 of 1 department pair works together."
    )


def test_what_a_trio_adds() -> None:
    assert trio_sentence(3, 3, crossings=False) == "One pilot of the three adds 3 department pairs."
    assert trio_sentence(1, 2, crossings=True) == "One pilot of the three adds 1 crossing."
    assert trio_sentence(0, 2, crossings=True) == "One pilot of the three brings 2 crossings forward."


def test_how_many_pairs_would_be_lost_and_won() -> None:
    assert moved_sentence(2, 0) == "2 pairs would no longer work together"
    assert moved_sentence(0, 1) == "1 pair would begin to work together"
    assert moved_sentence(2, 1) == "2 pairs would no longer work together, 1 would begin to"
