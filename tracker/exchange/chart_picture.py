"""The charts of a picture: momentum with its wins and near misses until a day, and the pairs month by month."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from tracker.exchange.flagging import DrawnFlag
from tracker.exchange.lettering import STRONG, TEXT, width_of
from tracker.exchange.staging import Chart
from tracker.exchange.svg import Box, Drawing
from tracker.graph.ties import Band
from tracker.graph.wording import MONTHS, capital
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.stage import Month

#: The box of the chart of momentum, and where its strips, its rail and its months stand in it.
WIDTH, HEIGHT = 1840, 292
WINS, LESSONS, RAIL, MONTHS_AT = 201, 224, 248, 284
#: How far its words stand from it, and how large they are.
ASIDE, ROW_SIZE, TICK_SIZE, FLAG_SIZE, HINT_SIZE = 22, 19, 20, 21, 22
#: What of the pairs is drawn, from the ground up, and in which colour: what there is, never what there is not.
DRAWN: tuple[tuple[Band, str], ...] = (("backed", "heat-5"), ("single", "heat-3"), ("begun", "heat-1"))
#: Columns: their part of a month, the room for months below and the key above, and how many months are named.
COLUMN, BELOW, ABOVE, MOST_NAMED = 0.7, 44, 62, 6


def draw_momentum(
    drawing: Drawing, chart: Chart, flags: Sequence[DrawnFlag], at: tuple[float, float], scale: float = 1
) -> None:
    """Draw momentum month by month with what counted, its upper left corner at a place."""
    part = drawing.group(transform=f"translate({at[0]:g} {at[1]:g}) scale({scale:.4f})")
    for y in (chart.middle, chart.top):
        _rule(drawing, part, chart, y, "rule", 1)
    _rows(drawing, part, chart)
    drawing.add(part, "path", d=chart.area, fill="tie", fill_opacity=0.26)
    drawing.add(
        part, "path", d=chart.line, fill="none", stroke="tie", stroke_width=4, stroke_linejoin="round", stroke_linecap="round"
    )  # fmt: skip
    _rule(drawing, part, chart, chart.base, "rule-strong", 1.5)
    _rule(drawing, part, chart, RAIL, "rule", 4)
    for tick in chart.ticks:
        cut, ink = (STRONG, "ink-2") if tick.has_year else (TEXT, "ink-3")
        drawing.write(part, tick.words, tick.x, MONTHS_AT, TICK_SIZE, cut, fill=ink, text_anchor=tick.anchor)
    for mark in chart.marks:
        y = LESSONS if mark.is_near_miss else WINS
        drawing.mark(part, mark.x, y, 5.6, is_near_miss=mark.is_near_miss)
    for flag in flags:
        line = {"x1": flag.x, "x2": flag.x, "y1": flag.y - 6, "y2": flag.foot - 6}
        drawing.add(part, "line", stroke="ink-3", stroke_width=1.25, **line)
    for flag in flags:
        _flag(drawing, part, flag)
    if chart.has_line:
        drawing.mark(part, chart.x, chart.y, 9, is_near_miss=False, stroke="bg", stroke_width=2.5)


def _rule(drawing: Drawing, part: Element, chart: Chart, y: float, colour: str, width: float) -> None:
    drawing.add(part, "line", x1=chart.left, x2=chart.right, y1=y, y2=y, stroke=colour, stroke_width=width)


def _rows(drawing: Drawing, part: Element, chart: Chart) -> None:
    """Name the lines and the strips; a line without a point says what begins it."""
    rows = [("Momentum", chart.middle + 8), ("Quick wins", WINS + 6), ("Near misses", LESSONS + 6)]
    if chart.has_line:
        rows.append(("Best month", chart.top + 6))
    else:
        hint = "The line begins with the first confirmed win."
        drawing.write(part, hint, chart.left, chart.middle - 16, HINT_SIZE, TEXT, fill="ink-3")
    for words, y in rows:
        drawing.write(part, words, chart.left - ASIDE, y, ROW_SIZE, TEXT, fill="ink-3", text_anchor="end")


def _flag(drawing: Drawing, part: Element, flag: DrawnFlag) -> None:
    """Name a moment over its month; the line of another flag passes below its words."""
    drawing.mark(part, flag.x, flag.y - 7, 8, is_near_miss=flag.is_near_miss)
    wide = width_of(flag.words, STRONG, FLAG_SIZE)
    left = flag.text_x - (wide if flag.anchor == "end" else 0)
    drawing.add(
        part, "rect", x=round(left - 4, 1), y=flag.y - FLAG_SIZE, width=round(wide + 8, 1), height=1.3 * FLAG_SIZE, fill="bg"
    )  # fmt: skip
    ink = "near" if flag.is_near_miss else "ink"
    drawing.write(part, flag.words, flag.text_x, flag.y, FLAG_SIZE, STRONG, fill=ink, text_anchor=flag.anchor)


def draw_pairs(drawing: Drawing, months: Sequence[Month], box: Box, size: float) -> None:
    """Draw how many pairs are backed up, work together and have begun, as columns up to as many as there are."""
    base, most = box.top + box.height - BELOW, max(1, *(month.required for month in months))
    step, high = box.width / len(months), box.height - BELOW - ABOVE
    for place, month in enumerate(months):
        y = base
        for band, colour in DRAWN:
            tall = high * month.covered.pairs[band] / most
            y -= tall
            if tall:
                left = box.left + step * (place + (1 - COLUMN) / 2)
                drawing.add(
                    None, "rect", x=round(left, 1), y=round(y, 1), width=round(step * COLUMN, 1), height=round(tall, 1), fill=colour
                )  # fmt: skip
    drawing.add(
        None, "line", x1=box.left, x2=box.left + box.width, y1=base, y2=base, stroke="rule-strong", stroke_width=1.5
    )  # fmt: skip
    every = -(-len(months) // MOST_NAMED)
    for place in range((len(months) - 1) % every, len(months), every):
        on = months[place].on
        words = f"{MONTHS[on.month - 1][:3]} {on.year}"
        x = box.left + step * (place + 0.5) - width_of(words, TEXT, size) / 2
        x = min(x, box.left + box.width - width_of(words, TEXT, size))
        drawing.write(None, words, x, base + 1.5 * size, size, TEXT, fill="ink-3")
    _key(drawing, box, size)


def _key(drawing: Drawing, box: Box, size: float) -> None:
    """Say which colour is which."""
    x, y = box.left, box.top + size
    for band, colour in DRAWN:
        drawing.add(None, "rect", x=x, y=y - 0.8 * size, width=size, height=size, fill=colour)
        words = capital(BAND_WORDS[band])
        drawing.write(None, words, x + 1.5 * size, y, size, TEXT, fill="ink-2")
        x += 1.5 * size + width_of(words, TEXT, size) + 1.5 * size
