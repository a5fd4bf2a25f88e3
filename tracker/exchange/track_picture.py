"""The running track in a picture: lane, ties, batons and names, as large as its place allows."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from tracker.exchange.focus import FADED_NODE, FADED_TIE, FOCUS_ALPHA, FOCUS_STRENGTH, Focus
from tracker.exchange.lettering import NAME, width_of
from tracker.exchange.staging import DrawnNode, DrawnTie, Track, track_of
from tracker.exchange.svg import Box, Drawing
from tracker.graph import layout
from tracker.queries.batons import ARRIVES, STOPS
from tracker.queries.stage import Stage

#: What of the track is always seen, in units of its box, and how much higher it is with names above and below it.
LEFT, TOP, RIGHT, BOTTOM = 166.0, 76.0, 1134.0, 584.0
NAMES_ABOVE, NAMES_BELOW = 46.0, 54.0
#: The radius of a baton, and the outline in the colour of the ground that keeps it apart from its tie.
BATON, OUTLINE = 10.0, 2.5
#: How faint what is not live is drawn, as on the stage.
LANE_LINE, QUIET_OPACITY, OPEN_WIDTH, OPEN_OPACITY = 1.25, 0.6, 1.0, 0.3


def draw_track(
    drawing: Drawing, stage: Stage, box: Box, *, has_names: bool = True, focus: Focus | None = None
) -> None:
    """Draw the track of a day into a box; with a focus only those that brought its moment stand out."""
    track = track_of(stage)
    part = _placed(drawing, track, box, has_names=has_names)
    drawing.add(part, "path", d=track.lane, fill="none", stroke="lane", stroke_width=track.lane_width)
    for line in track.lane_lines:
        drawing.add(part, "path", d=line, fill="none", stroke="lane-line", stroke_width=LANE_LINE)
    for tie in track.ties:
        if focus is None:
            _tie(drawing, part, tie)
        elif not tie.look:
            _line(drawing, part, tie.path, width=tie.width, opacity=f"{FADED_TIE:g}")
    if focus is not None:
        _moment(drawing, part, stage, focus)
    else:
        for baton in track.batons:
            _baton(drawing, part, baton.x, baton.y, is_near_miss=baton.is_near_miss)
    for node in track.nodes:
        faded = focus is not None and node.id not in focus.nodes
        _node(drawing, part, node, track.font if has_names else 0, opacity=FADED_NODE if faded else 1.0)


def _placed(drawing: Drawing, track: Track, box: Box, *, has_names: bool) -> Element:
    """Return a group in which the track fills its box, with its names inside."""
    left, right, top, bottom = LEFT, RIGHT, TOP, BOTTOM
    if has_names:
        top, bottom = top - NAMES_ABOVE, bottom + NAMES_BELOW
        for node in track.nodes:
            wide = width_of(node.name, NAME, track.font)
            begin = node.x + node.text_x - {"start": 0.0, "middle": wide / 2, "end": wide}[node.anchor]
            left, right = min(left, begin), max(right, begin + wide)
            top, bottom = (
                min(top, node.y + node.text_y - track.font),
                max(bottom, node.y + node.text_y + track.font / 2),
            )
    scale = min(box.width / (right - left), box.height / (bottom - top))
    x = box.left + (box.width - scale * (right - left)) / 2 - scale * left
    y = box.top + (box.height - scale * (bottom - top)) / 2 - scale * top
    return drawing.group(transform=f"translate({x:.2f} {y:.2f}) scale({scale:.4f})")


def _tie(drawing: Drawing, part: Element, tie: DrawnTie) -> None:
    """Draw a tie: live ones by their strength, one not heard from dashed, one without shared work faint."""
    if tie.look == "open":
        _line(
            drawing,
            part,
            tie.path,
            width=f"{OPEN_WIDTH:g}",
            opacity=f"{OPEN_OPACITY:g}",
            stroke="rule-strong",
        )
    elif tie.look:
        _line(
            drawing, part, tie.path, width=f"{layout.QUIET_WIDTH:g}", opacity=f"{QUIET_OPACITY:g}", stroke_dasharray="6 5"
        )  # fmt: skip
    else:
        _line(drawing, part, tie.path, width=tie.width, opacity=tie.opacity)


def _line(
    drawing: Drawing, part: Element, path: str, *, width: str, opacity: str, stroke: str = "tie", **looks: str
) -> None:
    drawing.add(
        part, "path", d=path, fill="none", stroke=stroke, stroke_width=width, stroke_opacity=opacity, stroke_linecap="round", **looks
    )  # fmt: skip


def _moment(drawing: Drawing, part: Element, stage: Stage, focus: Focus) -> None:
    """Draw a moment on the lines between those that brought it; its baton runs along the first of them."""
    places = layout.stadium([node.id for node in stage.nodes])
    first, *others = focus.nodes or ("",)
    curves = [layout.tie_curve(places[first], places[other]) for other in others]
    width = f"{layout.tie_width(FOCUS_STRENGTH):.2f}"
    for curve in curves:
        _line(drawing, part, curve.path, width=width, opacity=f"{FOCUS_ALPHA:g}")
    for curve in curves[:1]:
        x, y = curve.at(STOPS if focus.is_near_miss else ARRIVES)
        _baton(drawing, part, x, y, is_near_miss=focus.is_near_miss)


def _baton(drawing: Drawing, part: Element, x: float, y: float, *, is_near_miss: bool) -> None:
    drawing.mark(part, x, y, BATON, is_near_miss=is_near_miss, stroke="bg", stroke_width=OUTLINE)


def _node(drawing: Drawing, part: Element, node: DrawnNode, size: int, *, opacity: float) -> None:
    """Draw a department, larger the more it works together with, and its name outside the track."""
    here = drawing.group(part, opacity=opacity) if opacity < 1 else part
    drawing.add(here, "circle", cx=node.x, cy=node.y, r=node.radius, fill="node")
    if size:
        drawing.write(
            here, node.name, node.x + node.text_x, node.y + node.text_y, size, NAME, fill="ink", text_anchor=node.anchor
        )  # fmt: skip
