"""What is said of a part, word for word: never as if it were the whole."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.graph.captions import from_to_sentence
from tracker.graph.captions_filtered import LONGEST_NAME, part_sentence, part_words, placed, short
from tracker.graph.series import CoveragePoint
from tracker.graph.ties import BANDS


def covered(together: int, required: int, open_: int = 0) -> CoveragePoint:
    """Return a day on which so many pairs work together."""
    return CoveragePoint(
        date(2026, 6, 30), None, required, together, {**dict.fromkeys(BANDS, 0), "open": open_}
    )


@pytest.mark.parametrize(
    ("point", "crossings", "part", "words"),
    [
        (covered(33, 91), False, ("Operations",), "33 of 91 department pairs work together in Operations."),
        (covered(1, 20), True, ("", "Storm"), "1 of 20 crossings our customers depend on works together by initiatives of the theme “Storm”."),
        (covered(2, 20), True, ("", "", "near_miss"), "2 of 20 crossings our customers depend on work together by near misses."),
        (covered(2, 3), False, ("Operations", "Storm", "pilot"), "2 of 3 department pairs work together in Operations by pilots of the theme “Storm”."),
        (covered(0, 3, 3), False, ("Operations",), "0 of 3 department pairs work together in Operations. This is where we started."),
        (covered(0, 3, 3), False, ("", "Storm"), "0 of 3 department pairs work together by initiatives of the theme “Storm”."),
        (covered(0, 0), True, ("Operations",), "No crossing inside Operations is needed on this day."),
        (covered(0, 0), False, ("Operations",), "Begin with two departments in Operations."),
        (covered(0, 0), True, ("", "Storm"), "No crossing is needed on this day."),
        (covered(33, 91), False, (), "33 of 91 department pairs work together."),
    ],
)  # fmt: skip
def test_the_sentence_says_which_part_it_tells(
    point: CoveragePoint, crossings: bool, part: tuple[str, ...], words: str
) -> None:
    division = part[0] if part else ""
    assert part_sentence(point, crossings=crossings, division=division, part=part_words(*part)) == words


def test_what_moved_says_it_too() -> None:
    moved = from_to_sentence((33, 91), (29, 91), crossings=False)
    assert placed(moved, "by pilots") == "33 → 29 of 91 department pairs work together by pilots."
    same = from_to_sentence((29, 91), (29, 91), crossings=False)
    assert placed(same, "by pilots") == "29 of 91 department pairs work together by pilots, as before."
    assert placed(same, "") == same


def test_a_name_may_hold_what_patterns_read() -> None:
    assert placed("1 of 1 crossing works together.", r"in \1 together.") == (
        r"1 of 1 crossing works together in \1 together.."
    )


def test_a_long_name_ends_after_a_word() -> None:
    assert short("x" * LONGEST_NAME) == "x" * LONGEST_NAME
    assert short("Every customer hears once, from one of us, what happens next") == (
        "Every customer hears once, from one of…"
    )
    assert len(short("x" * 200)) == LONGEST_NAME + 1
