"""A waterfall as numbers for its template: from one level by steps up and down to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

#: The box of the picture, in units of the picture: room for the two levels at its sides, and for the steps.
SIDE, HEIGHT, TOP, BASE = 96, 272, 44, 204
#: A step takes so much room between these bounds; its bar takes a part of it.
WIDTH, SLOT_LEAST, SLOT_MOST, BAR_SHARE, BAR_MOST = 1120, 46, 96, 0.62, 40
#: A step too small to see is still this high.
LEAST = 2.0
#: Characters of a line under a bar, and lines.
LINE, LINES = 12, 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the words under it, what it says in full, how far it goes and how that reads, and where it leads."""

    label: str
    words: str
    value: float
    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A step as a bar; ``falls`` is drawn hollow, so that no colour says it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    falls: bool
    said: str
    said_y: float
    lines: tuple[str, ...]
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The whole picture: the level on the left, bars joined by hairlines, the level on the right."""

    width: float
    height: int
    base: int
    side: int
    start_y: float
    end_y: float
    bars: tuple[Bar, ...]
    joins: tuple[tuple[float, float, float], ...]


def waterfall_of(start: float, steps: Sequence[Step], *, least: float = 0.0) -> Waterfall:
    """Draw steps from a level; the picture is as wide as its steps need, and as high as `least` at the least."""
    levels = [start]
    for step in steps:
        levels.append(levels[-1] + step.value)
    low, high = min(levels), max(levels)
    span = max(high - low, least)
    scale = (BASE - TOP) / span if span else 0.0
    ys = [round(BASE - (level - low) * scale, 1) for level in levels]
    slot = min(SLOT_MOST, max(SLOT_LEAST, (WIDTH - 2 * SIDE) / max(1, len(steps))))
    bars, joins = [], [(0.0, SIDE + slot / 2, ys[0])]
    for at, step in enumerate(steps):
        bars.append(_bar(step, SIDE + slot * at, slot, ys[at], ys[at + 1]))
        joins.append((SIDE + slot * (at + 0.5), SIDE + slot * (at + 1.5), ys[at + 1]))
    width = 2 * SIDE + slot * len(steps)
    joins[-1] = (joins[-1][0], width, ys[-1])
    return Waterfall(width, HEIGHT, BASE, SIDE, ys[0], ys[-1], tuple(bars), tuple(joins))


def _bar(step: Step, left: float, slot: float, before: float, after: float) -> Bar:
    top, height = min(before, after), max(LEAST, abs(after - before))
    wide = min(BAR_MOST, slot * BAR_SHARE)
    return Bar(
        x=round(left + (slot - wide) / 2, 1),
        y=top,
        width=round(wide, 1),
        height=round(height, 1),
        middle=round(left + slot / 2, 1),
        falls=step.value < 0,
        said=step.said,
        said_y=round(top - 8, 1),
        lines=tuple(wrap(step.label, LINE)[:LINES]),
        words=step.words,
        url=step.url,
    )
