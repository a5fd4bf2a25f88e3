"""Numbers as the attributes of pictures: paths and coordinates that the templates put into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.graph.layout import monotone_path


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the area under it, in a box of ``width`` by ``height``; ``end`` is its last point."""

    width: int
    height: int
    line: str
    area: str
    end: tuple[float, float]


def line_of(values: Sequence[float], width: int, height: int, *, margin: int = 8) -> Line | None:
    """Draw values from left to right over a zero line; None where there is no line to draw."""
    if len(values) < 2 or not any(values):
        return None
    top, span = max(values), width - 2 * margin
    points = [
        (margin + span * at / (len(values) - 1), height - (height - margin) * value / top)
        for at, value in enumerate(values)
    ]
    line = monotone_path(points)
    area = f"{line}L{points[-1][0]:.1f} {height}L{points[0][0]:.1f} {height}Z"
    return Line(width, height, line, area, points[-1])
