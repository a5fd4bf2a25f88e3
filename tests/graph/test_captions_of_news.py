"""What is new since somebody looked, word for word."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.graph.captions import (
    CAUSES,
    NEWS,
    effect_words,
    looked_words,
    more_words,
    news_counted,
    news_words,
    past_words,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("added", "“Storm desk” was added"),
        ("measured_win", "Measured win: “Storm desk”"),
        ("win", "Win: “Storm desk”"),
        ("moved", "Measure moved: “Storm desk”"),
        ("near_miss", "Lesson: “Storm desk”"),
        ("reuse", "Lesson used again: “Storm desk”"),
        ("started", "“Storm desk” started"),
        ("quiet", "“Storm desk” went quiet"),
    ],
)
def test_one_thing_is_told_by_its_name(kind: str, words: str) -> None:
    assert news_words(kind, "Storm desk") == words


@pytest.mark.parametrize(
    ("kind", "one", "more"),
    [
        ("added", "1 initiative added", "1,200 initiatives added"),
        ("measured_win", "1 measured win", "1,200 measured wins"),
        ("win", "1 win", "1,200 wins"),
        ("moved", "1 measure moved", "1,200 measures moved"),
        ("near_miss", "1 lesson", "1,200 lessons"),
        ("reuse", "1 lesson used again", "1,200 lessons used again"),
        ("joined", "1 department joined", "1,200 departments joined"),
    ],
)
def test_several_are_counted_by_kind(kind: str, one: str, more: str) -> None:
    assert (news_counted(kind, 1), news_counted(kind, 1_200)) == (one, more)


def test_every_cause_may_be_news() -> None:
    assert CAUSES.items() <= NEWS.items()


def test_names_stand_as_people_wrote_them() -> None:
    assert (
        news_words("joined", "R&D <beta> {x}", "Sales & Claims") == "Sales & Claims joined “R&D <beta> {x}”"
    )
    assert news_words("win", "x" * 300) == f"Win: “{'x' * 300}”"


@pytest.mark.parametrize(
    ("wins", "lessons", "words"),
    [
        (3, 1, "3 wins and 1 lesson are now more than 90 days old"),
        (1, 0, "1 win is now more than 90 days old"),
        (0, 2, "2 lessons are now more than 90 days old"),
    ],
)
def test_what_the_window_left_behind_is_told_by_its_age(wins: int, lessons: int, words: str) -> None:
    assert past_words(wins, lessons, 90) == words


@pytest.mark.parametrize(
    ("together", "required", "words"),
    [
        (2, 0, "+2"),
        (-1_200, 0, "−1,200"),
        (0, 13, "13 more counted"),
        (0, -1, "1 fewer counted"),
        (-1, -6, "−1, 6 fewer counted"),
        (0, 0, ""),
    ],
)
def test_a_cause_says_what_it_moves(together: int, required: int, words: str) -> None:
    assert effect_words(together, required) == words


def test_the_day_of_the_last_look_is_named() -> None:
    day, year_before = date(2026, 11, 12), date(2025, 11, 12)
    assert looked_words(day, TODAY, anything=True) == "Since you last looked, on 12 November"
    assert looked_words(day, TODAY, anything=False) == "Nothing new since you last looked, on 12 November."
    assert looked_words(year_before, TODAY, anything=True) == "Since you last looked, on 12 November 2025"


def test_what_is_left_out_is_counted() -> None:
    assert (more_words(4), more_words(1_200), more_words(0)) == ("and 4 more", "and 1,200 more", "")
