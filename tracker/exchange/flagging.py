"""The flags over the chart of momentum: moments that stand by name over their month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.exchange.staging import Chart
from tracker.queries.film import LONGEST_FLAG, Flag
from tracker.queries.telling import Told

#: Rows of flags over the chart, how far a name stands beside its mark, and how wide a letter is, in units of the picture.
FLAG_ROWS, FLAG_ASIDE, FLAG_LETTER, FLAG_GAP = (18, 46), 22, 10.6, 24


@dataclass(frozen=True, slots=True)
class DrawnFlag:
    """A flag over the chart: its line from a row down to the momentum of its month, its name on one side."""

    at: int
    words: str
    is_near_miss: bool
    x: float
    y: int
    foot: float
    text_x: float
    anchor: str


def flags_of(flags: Sequence[Flag], chart: Chart) -> tuple[DrawnFlag, ...]:
    """Place the flags over the chart; one whose name would run into another of its row is left out."""
    ends, drawn = [float("-inf")] * len(FLAG_ROWS), list[DrawnFlag]()
    for place, flag in enumerate(flags):
        row = place % len(FLAG_ROWS)
        x, foot = chart.points[flag.at]
        words = _short(flag.told)
        wide = FLAG_ASIDE + FLAG_LETTER * len(words)
        to_left = x + wide > chart.right + FLAG_ASIDE
        begin, end = (x - wide, x + FLAG_GAP) if to_left else (x - FLAG_GAP, x + wide)
        if begin < ends[row]:
            continue
        ends[row] = end
        drawn.append(_flag(flag, words, x, FLAG_ROWS[row], foot, to_left=to_left))
    return tuple(drawn)


def _flag(flag: Flag, words: str, x: float, y: int, foot: float, *, to_left: bool) -> DrawnFlag:
    return DrawnFlag(
        at=flag.at,
        words=words,
        is_near_miss=flag.told.is_near_miss,
        x=round(x, 1),
        y=y,
        foot=round(foot, 1),
        text_x=round(x - FLAG_ASIDE if to_left else x + FLAG_ASIDE, 1),
        anchor="end" if to_left else "start",
    )


def _short(told: Told) -> str:
    """Return the title of a moment as a flag says it.

    >>> from datetime import date
    >>> _short(Told("1", "win", "Refund in one call for every customer", date(2026, 1, 5), ()))
    'Refund in one call for…'
    """
    title = told.title
    return (
        title
        if len(title) <= LONGEST_FLAG
        else f"{title[: LONGEST_FLAG - 1].rsplit(' ', 1)[0].rstrip(',;:.')}…"
    )
