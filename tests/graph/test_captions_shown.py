"""Said then, known now, word for word."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.graph.captions_shown import known_words, shown_parts, shown_sentence, shown_words

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("shown", "known", "on", "shown_on", "words"),
    [
        (52, 54, "2026-07-31", "2026-07-31", "In July we showed 52; with what was logged since, July is 54."),
        (52, 50, "2026-07-31", "2026-07-31", "In July we showed 52; with what was logged since, July is 50."),
        (52, 52, "2026-07-31", "2026-07-31", "In July we showed 52."),
        (52, 54, "2026-07-15", "2026-07-16", "In July we showed 52; with what was logged since, 15 July is 54."),
        (52, 54, "2026-07-31", "2026-08-03", "In August we showed 52 for July; with what was logged since, it is 54."),
        (52, 52, "2026-07-15", "2026-08-03", "In August we showed 52 for 15 July."),
        (0, 1_054, "2025-12-31", "2025-12-31", "In December 2025 we showed 0; with what was logged since, December 2025 is 1,054."),
        (1, 1, "2025-12-31", "2026-01-12", "In January we showed 1 for December 2025."),
        (1, 2, "2025-07-31", "2026-07-31", "In July we showed 1 for July 2025; with what was logged since, it is 2."),
    ],
)  # fmt: skip
def test_the_sentence_names_the_month_of_the_stage_and_the_day_that_it_showed(
    shown: int, known: int, on: str, shown_on: str, words: str
) -> None:
    days = (date.fromisoformat(on), date.fromisoformat(shown_on), TODAY)
    assert shown_sentence(shown, known, *days) == words
    assert "".join(each.words for each in shown_parts(shown, known, *days)) == words


def test_its_numbers_are_pieces_of_their_own() -> None:
    july = date(2026, 7, 31)
    assert shown_parts(52, 54, july, july, TODAY) == (
        ("In July we showed ", ""),
        ("52", "shown"),
        ("; with what was logged since, July is ", ""),
        ("54", "known"),
        (".", ""),
    )
    assert [each.which for each in shown_parts(52, 52, july, july, TODAY)] == ["", "shown", ""]


def test_the_pages_behind_it_are_called_by_their_days() -> None:
    assert shown_words(date(2025, 7, 16), TODAY) == "What was shown in July 2025"
    assert known_words(date(2026, 2, 28), TODAY) == "February as it is known now"
