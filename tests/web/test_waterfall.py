"""A waterfall leads from one level by its steps to the other, and every bar fits the picture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.web.waterfall import BASE, SIDE, TOP, WIDTH, Step, waterfall_of

values = st.lists(st.integers(-5, 5).filter(bool), min_size=1, max_size=20)


def steps_of(found: list[int]) -> list[Step]:
    """Return steps of these heights."""
    return [Step("3 Oct", "Something", float(each), str(each), "/there") for each in found]


@given(st.integers(0, 90), values)
def test_every_bar_stands_inside_the_picture_and_beside_the_one_before(start: int, found: list[int]) -> None:
    picture = waterfall_of(start, steps_of(found))
    assert picture.width <= WIDTH + 1
    for bar in picture.bars:
        assert bar.x >= SIDE
        assert bar.x + bar.width <= picture.width - SIDE + 1
        assert bar.y >= TOP
        assert bar.y + bar.height <= BASE + 2
    assert [bar.x for bar in picture.bars] == sorted({bar.x for bar in picture.bars})


@given(st.integers(0, 90), values)
def test_the_last_level_is_higher_when_more_was_added_than_taken(start: int, found: list[int]) -> None:
    picture = waterfall_of(start, steps_of(found))
    assert (picture.end_y < picture.start_y) == (sum(found) > 0)
    assert [bar.falls for bar in picture.bars] == [each < 0 for each in found]


def test_one_pair_fills_a_part_of_the_height_where_more_are_expected() -> None:
    (bar,) = waterfall_of(12, steps_of([1]), least=4).bars
    assert bar.height == (BASE - TOP) / 4
