"""Where departments stand on the running track, how ties cross the infield, and the line of momentum: numbers only.

The box is 1300 by 660. A stadium, not a circle: it fits a screen and keeps labels horizontal outside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

WIDTH, HEIGHT = 1300, 660
CENTRE = (650.0, 330.0)
#: Half a straight, and the radius of a bend.
STRAIGHT, RADIUS = 226.0, 226.0
#: The lane's width, and where its lines run beside the middle.
LANE_WIDTH = 54
LANE_LINES = (-27, -9, 9, 27)
#: How much of the way a tie's control points are pulled to the long axis: from, up to, at this length.
PULL_LEAST, PULL_MORE, PULL_LENGTH = 0.22, 0.5, 620.0
#: A tie nobody was heard from: thin and dashed.
QUIET_WIDTH = 1.3
#: A live tie's width: the least, what strength adds up to the strongest, and how much less each share adds.
TIE_LEAST, TIE_MORE, TIE_STRONGEST, TIE_POWER = 1.6, 2.4, 3.0, 0.85
#: A live tie's opacity: the least, what strength adds, and at which strength all of it.
OPACITY_LEAST, OPACITY_MORE, OPACITY_FULL = 0.34, 0.42, 2.0
#: A node's radius without partners, with them, and for each.
NODE_ALONE, NODE_LEAST, NODE_MORE = 12.0, 15.0, 0.75
#: Most departments at each size of type; above the last the stage rolls up to divisions.
TYPE_SIZES = ((14, 26), (18, 21))
TYPE_SMALLEST = 17
#: A name is at most so long beside its node; the whole of it is a hover away.
LONGEST_NAME = 22
#: How wide a letter is, in sizes of the type, and how far apart names on one straight must stay.
LETTER_WIDTH, NAME_GAP = 0.46, 10.0
#: The second row of names outside a straight, in sizes of the type.
SECOND_ROW = 1.2


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the track and the outward normal there, a vector of length 1."""

    x: float
    y: float
    nx: float
    ny: float


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name stands beside its node: offsets from it, and the end of the text that is anchored there."""

    x: float
    y: float
    anchor: Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Curve:
    """A cubic curve: start, two control points, end."""

    points: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

    @property
    def path(self) -> str:
        """Return the curve as the data of a path."""
        (a, b), (c, d), (e, f), (g, h) = self.points
        return f"M{a:.1f} {b:.1f}C{c:.1f} {d:.1f} {e:.1f} {f:.1f} {g:.1f} {h:.1f}"

    def at(self, share: float) -> tuple[float, float]:
        """Return the point at a share of the curve's parameter, from 0 (start) to 1 (end)."""
        rest = 1 - share
        factors = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
        return (
            sum(factor * x for factor, (x, _) in zip(factors, self.points, strict=True)),
            sum(factor * y for factor, (_, y) in zip(factors, self.points, strict=True)),
        )


def stadium(order: Sequence[str]) -> dict[str, Place]:
    """Return the place of each id: equal steps around the track, clockwise, from beside the top centre.

    Examples
    --------
    >>> places = stadium("ABCD")
    >>> [(id_, round(place.x), round(place.y)) for id_, place in places.items()]
    [('A', 940, 113), ('B', 940, 547), ('C', 360, 547), ('D', 360, 113)]
    """
    length = 4 * STRAIGHT + 2 * math.pi * RADIUS
    return {id_: _on_track((place + 0.5) / len(order) * length) for place, id_ in enumerate(order)}


def _on_track(far: float) -> Place:
    """Return the place at an arc length from the top centre, clockwise."""
    x, y = CENTRE
    bend = math.pi * RADIUS
    if far < STRAIGHT:
        return Place(x + far, y - RADIUS, 0, -1)
    far -= STRAIGHT
    if far < bend:
        turn = far / RADIUS - math.pi / 2
        return _on_bend(x + STRAIGHT, turn)
    far -= bend
    if far < 2 * STRAIGHT:
        return Place(x + STRAIGHT - far, y + RADIUS, 0, 1)
    far -= 2 * STRAIGHT
    if far < bend:
        return _on_bend(x - STRAIGHT, far / RADIUS + math.pi / 2)
    return Place(x - STRAIGHT + far - bend, y - RADIUS, 0, -1)


def _on_bend(middle: float, turn: float) -> Place:
    nx, ny = math.cos(turn), math.sin(turn)
    return Place(middle + RADIUS * nx, CENTRE[1] + RADIUS * ny, nx, ny)


def lane_path(offset: float = 0) -> str:
    """Return the outline of the track so far outside its middle, as the data of a path."""
    (x, y), r = CENTRE, RADIUS + offset
    left, right = x - STRAIGHT, x + STRAIGHT
    return (
        f"M{left:g} {y - r:g}H{right:g}A{r:g} {r:g} 0 0 1 {right:g} {y + r:g}"
        f"H{left:g}A{r:g} {r:g} 0 0 1 {left:g} {y - r:g}Z"
    )


def tie_curve(a: Place, b: Place) -> Curve:
    """Return the curve between two places, both control points pulled to the long axis.

    So ties gather across the infield instead of running along the lane; the longer, the more.
    """
    pull = PULL_LEAST + PULL_MORE * min(1.0, math.hypot(b.x - a.x, b.y - a.y) / PULL_LENGTH)

    def pulled(place: Place) -> tuple[float, float]:
        axis = min(CENTRE[0] + STRAIGHT, max(CENTRE[0] - STRAIGHT, place.x))
        return place.x + (axis - place.x) * pull, place.y + (CENTRE[1] - place.y) * pull

    return Curve(((a.x, a.y), pulled(a), pulled(b), (b.x, b.y)))


def tie_width(strength: float) -> float:
    """Return how wide a live tie is drawn: ``1.6 + 2.4 * min(s, 3)**0.85``; one not heard from is thin.

    To a tenth of a unit, which nobody sees, and which makes the data of a film a fifth smaller.
    """
    if strength <= 0:
        return QUIET_WIDTH
    return round(TIE_LEAST + TIE_MORE * math.pow(min(strength, TIE_STRONGEST), TIE_POWER), 1)


def tie_opacity(strength: float) -> float:
    """Return how opaque a live tie is drawn: ``0.34 + 0.42 * min(1, s/2)``, in hundredths."""
    return round(OPACITY_LEAST + OPACITY_MORE * min(1.0, strength / OPACITY_FULL), 2)


def node_radius(partners: int) -> float:
    """Return the radius of a department that works together with so many others."""
    return NODE_LEAST + NODE_MORE * partners if partners else NODE_ALONE


def type_size(departments: int) -> int:
    """Return the size of names on the track, in units of the box."""
    return next((size for most, size in TYPE_SIZES if departments <= most), TYPE_SMALLEST)


def label_at(place: Place) -> Label:
    """Return where the name of a node stands: outside the track, horizontal."""
    anchor: Literal["start", "middle", "end"] = (
        "middle" if abs(place.nx) < 0.3 else "start" if place.nx > 0 else "end"
    )
    return Label(place.nx * 42, place.ny * 46 + 9 - (2 if place.ny < -0.9 else 0), anchor)


def labels_of(
    places: Mapping[str, Place], names: Mapping[str, str], letter: float = LETTER_WIDTH
) -> dict[str, Label]:
    """Return where every name stands; where names on a straight would touch, every other one moves a row out.

    `letter` is how wide a letter is, in sizes of the type.

    Examples
    --------
    >>> places = stadium("ABCDEFGHIJKLMNOP")
    >>> rows = lambda name: len({label.y for id_, label in labels_of(places, dict.fromkeys(places, name)).items()
    ...     if places[id_].ny == -1})
    >>> rows("IT"), rows("Policy Administration")
    (1, 2)
    """
    size = type_size(len(places))
    found = {id_: label_at(place) for id_, place in places.items()}
    for side in (-1, 1):
        row = sorted((id_ for id_ in places if places[id_].ny == side), key=lambda id_: places[id_].x)
        width = {id_: letter * size * len(short_name(names[id_])) for id_ in row}
        if any(places[b].x - places[a].x < (width[a] + width[b]) / 2 + NAME_GAP for a, b in pairwise(row)):
            for id_ in row[1::2]:
                label = found[id_]
                found[id_] = Label(label.x, label.y + side * SECOND_ROW * size, label.anchor)
    return found


def short_name(name: str) -> str:
    """Return a name as it stands beside its node.

    >>> short_name("Claims"), short_name("Regulatory Affairs and Compliance")
    ('Claims', 'Regulatory Affairs…')
    """
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rsplit(' ', 1)[0]}…"


def monotone_path(points: Sequence[tuple[float, float]]) -> str:
    """Return a cubic line through points of rising x, as the data of a path; "" for no point.

    The slope at a point is the harmonic mean of its neighbours' and 0 at a turn (Fritsch and Butland 1984), so
    the line never invents a peak between two points.
    """
    if not points:
        return ""
    steps = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(points)]
    inner = [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(steps)]
    slopes = [0.0, *inner, 0.0]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for place, (u, v) in enumerate(points[1:]):
        x, y = points[place]
        third = (u - x) / 3
        one, two = y + slopes[place] * third, v - slopes[place + 1] * third
        path += f"C{x + third:.1f} {one:.1f} {u - third:.1f} {two:.1f} {u:.1f} {v:.1f}"
    return path
