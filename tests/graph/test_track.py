"""The running track: who stands where, how ties run, and a line that invents nothing."""

from __future__ import annotations

import itertools
import math
import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.graph import layout
from tracker.graph.layout import label_at, lane_path, monotone_path, stadium, tie_curve
from tracker.graph.order import cost, insert, track_order

NAMES = [f"D{at:02}" for at in range(24)]
Weights = dict[tuple[str, str], float]


def tied(seed: int, count: int) -> tuple[list[str], Weights]:
    """Return ids and random weights between some of them."""
    draw = Random(seed)
    pairs = itertools.combinations(NAMES[:count], 2)
    return NAMES[:count], {pair: draw.random() for pair in pairs if draw.random() < 0.4}


seeds = st.integers(0, 2**32)


@given(seeds, st.integers(0, 18))
@settings(max_examples=60, deadline=None)
def test_the_order_holds_everybody_once_and_begins_with_the_first(seed: int, count: int) -> None:
    ids, weights = tied(seed, count)
    order = track_order(ids, weights)
    assert sorted(order) == ids
    assert order[:1] == tuple(ids[:1])
    assert track_order(ids, weights) == order


@given(seeds, st.integers(3, 12))
@settings(max_examples=60, deadline=None)
def test_the_order_is_never_worse_than_the_one_given(seed: int, count: int) -> None:
    ids, weights = tied(seed, count)
    shuffled = [cost(Random(seed + at).sample(ids, count), weights) for at in range(5)]
    assert cost(track_order(ids, weights), weights) <= sum(shuffled) / len(shuffled) + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_seven_stand_as_well_as_any_order_lets_them_or_nearly(seed: int) -> None:
    ids, weights = tied(seed, 7)
    best = min(cost((ids[0], *rest), weights) for rest in itertools.permutations(ids[1:]))
    assert cost(track_order(ids, weights), weights) <= best * 1.05


def test_a_ring_of_partners_stands_as_that_ring() -> None:
    ring = ["A", "D", "B", "E", "C", "F"]
    weights = {tuple(sorted(pair)): 1.0 for pair in pairwise([*ring, "A"])}
    assert track_order("ABCDEF", weights) == tuple(ring)  # type: ignore[arg-type]  # sorted pairs


def test_without_ties_the_order_is_the_one_given() -> None:
    assert track_order(["C", "A", "B", "D"], {}) == ("C", "A", "B", "D")


@given(seeds, st.integers(0, 10))
@settings(max_examples=60, deadline=None)
def test_whoever_comes_new_moves_nobody_and_takes_the_best_gap(seed: int, count: int) -> None:
    ids, weights = tied(seed, count + 1)
    *others, new = ids
    order = insert(others, new, weights)
    assert [id_ for id_ in order if id_ != new] == others
    gaps = [(*others[:gap], new, *others[gap:]) for gap in range(len(others) + 1)]
    assert cost(order, weights) <= min(cost(each, weights) for each in gaps) + 1e-8


def test_whoever_comes_new_without_ties_stands_last() -> None:
    assert insert(("A", "B"), "C", {}) == ("A", "B", "C")


@pytest.mark.parametrize("count", [1, 2, 7, 14, 18, 40])
def test_places_lie_on_the_track_at_equal_steps_with_normals_of_length_one(count: int) -> None:
    places = list(stadium(NAMES[:count] if count <= 24 else [str(at) for at in range(count)]).values())
    assert len({(round(place.x, 6), round(place.y, 6)) for place in places}) == count
    for place in places:
        axis = min(layout.CENTRE[0] + layout.STRAIGHT, max(layout.CENTRE[0] - layout.STRAIGHT, place.x))
        away = math.hypot(place.x - axis, place.y - layout.CENTRE[1])
        assert away == pytest.approx(layout.RADIUS)
        assert math.hypot(place.nx, place.ny) == pytest.approx(1)
        assert 0 < place.x + 42 * place.nx < layout.WIDTH
        assert 0 < place.y + 46 * place.ny < layout.HEIGHT


def test_the_track_runs_clockwise_from_beside_the_top_centre() -> None:
    first, second, third, fourth = stadium("ABCD").values()
    assert first.x == pytest.approx(1300 - fourth.x)
    assert first.x > 650 > third.x
    assert first.y < 330 < second.y


def test_names_stand_outside_and_level() -> None:
    labels = [label_at(place) for place in stadium(NAMES[:12]).values()]
    assert {label.anchor for label in labels} == {"start", "middle", "end"}


def test_the_lane_is_drawn_around_the_middle_of_the_track() -> None:
    assert lane_path() == "M424 104H876A226 226 0 0 1 876 556H424A226 226 0 0 1 424 104Z"
    assert lane_path(27) == "M424 77H876A253 253 0 0 1 876 583H424A253 253 0 0 1 424 77Z"


def test_a_tie_joins_two_places_and_gathers_in_the_infield() -> None:
    a, b = list(stadium("ABCD").values())[:2]
    curve = tie_curve(a, b)
    assert curve.at(0) == pytest.approx((a.x, a.y))
    assert curve.at(1) == pytest.approx((b.x, b.y))
    assert curve.at(0.5)[0] < (a.x + b.x) / 2
    assert re.fullmatch(r"M[\d.]+ [\d.]+C([\d.]+ ){5}[\d.]+", curve.path)


def test_a_tie_is_as_wide_and_as_dark_as_the_rules_of_the_picture_say() -> None:
    assert [layout.tie_width(s) for s in (0, 0.5, 1, 3, 9)] == [1.3, 2.9, 4.0, 7.7, 7.7]
    assert [layout.tie_opacity(s) for s in (0.6, 1, 2, 9)] == [0.47, 0.55, 0.76, 0.76]


def test_nodes_grow_with_partners_and_type_shrinks_with_the_crowd() -> None:
    assert [layout.node_radius(n) for n in (0, 1, 8)] == [12, 15.75, 21]
    assert [layout.type_size(n) for n in (14, 15, 18, 19)] == [26, 21, 21, 17]


def numbers(path: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+\.\d", path)]


@given(st.lists(st.integers(0, 100), min_size=2, max_size=30))
def test_the_line_goes_through_every_point_and_never_beyond_two_neighbours(values: list[int]) -> None:
    points = [(10.0 * at, float(value)) for at, value in enumerate(values)]
    flat = numbers(monotone_path(points))
    assert flat[:2] == list(points[0])
    for at, (one, other) in enumerate(pairwise(points)):
        _, c, _, e, *end = flat[2 + 6 * at : 8 + 6 * at]
        assert end == list(other)
        low, high = sorted((one[1], other[1]))
        assert low - 0.06 <= min(c, e)
        assert max(c, e) <= high + 0.06


def test_no_point_and_one_point_make_no_line() -> None:
    assert (monotone_path([]), monotone_path([(3, 4)])) == ("", "M3.0 4.0")
