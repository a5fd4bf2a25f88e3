"""What chance alone would give, word for word."""

from __future__ import annotations

import pytest

from tracker.graph.captions import CHANCE, chance_sentence
from tracker.graph.chance import Placed


@pytest.mark.parametrize(
    ("less", "same", "more", "sentence"),
    [
        (198, 2, 0, "Chance alone would give 21 of 91; yours is more than in 198 of 200 shuffles."),
        (200, 0, 0, "Chance alone would give 21 of 91; yours is more than in all 200 shuffles."),
        (100, 0, 100, "Chance alone would give 21 of 91; yours is more than in 100 of 200 shuffles."),
        (3, 2, 195, "Chance alone would give 21 of 91; yours is less than in 195 of 200 shuffles."),
        (0, 0, 1_200, "Chance alone would give 21 of 91; yours is less than in all 1,200 shuffles."),
        (0, 200, 0, "Chance alone would give 21 of 91, and so does every shuffle."),
    ],
)
def test_how_often_chance_gives_less_or_more(less: int, same: int, more: int, sentence: str) -> None:
    placed = Placed(33, (20,) * less + (33,) * same + (40,) * more)
    assert chance_sentence("21 of 91", placed) == sentence


def test_what_it_means_where_every_pair_counts_and_where_journeys_say_which() -> None:
    assert CHANCE == {
        "beyond": (
            "That is no accident: the work is spread wider than chance would spread it.",
            "That is no accident: the work goes where our customers cross.",
        ),
        "unclear": (
            "Too close to call: chance alone can give as much.",
            "Too close to call: chance alone can give as much.",
        ),
        "below": (
            "The same work, spread wider, would give more.",
            "The same work, placed otherwise, would give more.",
        ),
    }
