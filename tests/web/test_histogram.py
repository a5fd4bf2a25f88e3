"""How often which number comes up: the bars hold all of them, and the marked number stands in its bar."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.web.histogram import BASE, MOST_BARS, MOST_TICKS, SIDE, TOP, WIDTH, histogram_of

counts = st.lists(st.integers(0, 20_000).map(Fraction), min_size=1, max_size=60)
shares = st.lists(st.fractions(0, 500, max_denominator=1_000), min_size=1, max_size=60)


@given(counts, st.integers(0, 20_000).map(Fraction))
def test_every_count_is_in_a_bar_and_the_marked_one_in_its_own(
    values: list[Fraction], marked: Fraction
) -> None:
    found = histogram_of(values, marked)
    assert sum(bar.count for bar in found.bars) == len(values)
    assert len(found.bars) <= MOST_BARS
    assert len(found.ticks) <= MOST_TICKS
    (own,) = [bar for bar in found.bars if bar.is_marked]
    slack = own.width / 10
    assert own.x - slack <= found.mark <= own.x + own.width + slack
    assert all(bar.x >= SIDE and bar.x + bar.width <= WIDTH - SIDE for bar in found.bars)


@given(shares, st.fractions(0, 500, max_denominator=1_000))
def test_shares_are_gathered_alike(values: list[Fraction], marked: Fraction) -> None:
    found = histogram_of(values, marked, whole=False)
    assert sum(bar.count for bar in found.bars) == len(values)
    assert len(found.bars) <= MOST_BARS
    assert [bar.is_marked for bar in found.bars].count(True) == 1
    assert max(bar.height for bar in found.bars) == BASE - TOP


def test_a_bar_for_one_number_bears_it_and_one_for_several_their_first_and_last() -> None:
    one = histogram_of([Fraction(3), Fraction(3), Fraction(5)], Fraction(4))
    assert [(bar.label, bar.count, bar.is_marked) for bar in one.bars] == [
        ("3", 2, False),
        ("4", 0, True),
        ("5", 1, False),
    ]
    assert [words for _, words in one.ticks] == ["3", "4", "5"]
    several = histogram_of([Fraction(0), Fraction(1_000)], Fraction(40))
    assert [bar.label for bar in several.bars][:2] == ["0–49", "50–99"]
    assert several.bars[0].is_marked


def test_where_all_are_the_same_there_is_one_bar() -> None:
    found = histogram_of([Fraction(7)] * 3, Fraction(7))
    assert [(bar.label, bar.count) for bar in found.bars] == [("7", 3)]
    assert found.mark == WIDTH / 2


@pytest.mark.parametrize(
    ("marked", "anchor"), [(Fraction(0), "start"), (Fraction(10), "middle"), (Fraction(20), "end")]
)
def test_the_words_at_the_mark_stay_in_the_picture(marked: Fraction, anchor: str) -> None:
    found = histogram_of([Fraction(0), Fraction(20)], marked)
    assert found.anchor == anchor
