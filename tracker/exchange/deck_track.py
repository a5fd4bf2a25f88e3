"""The running track of a day as shapes of a slide: lane, ties, batons and names, each of them one to click and move.

The picture is the stage's: the same places, curves, widths and marks of ``tracker.graph.layout``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

from tracker.exchange.deck_text import readable
from tracker.exchange.focus import FADED_NODE, FADED_TIE, FOCUS_ALPHA, FOCUS_STRENGTH, Focus
from tracker.graph import layout
from tracker.graph.ties import pair_of
from tracker.queries.batons import ARRIVES, STOPS, batons_on
from tracker.queries.stage import Node, Stage, Tie

#: What of the picture a slide shows at least, in units of its box; names outside the track may need more.
LEFT, TOP, RIGHT, BOTTOM = 140.0, 20.0, 1160.0, 640.0
#: A point of type in English Metric Units, the smallest type of a name, in points, and the first id of a shape.
POINT, SMALLEST, FIRST_ID = 12_700, 9.0, 1_001
#: The finest step of a path, in units of the box.
FINE = 100
#: The radius of a baton and its outline in the colour of the ground, in units.
BATON, OUTLINE = 11.0, 2.5
#: How wide a letter of a name is on a slide, in sizes of the type: no narrow letters there.
LETTER_WIDTH = 0.6
#: A faint empty lane between two that share no work yet, and a dashed one between those not heard from.
OPEN_ALPHA, QUIET_ALPHA = 0.14, 0.7


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide in English Metric Units."""

    left: int
    top: int
    width: int
    height: int


class Drawing:
    """The track in a box: its shapes as XML, in the order in which they lie on each other."""

    def __init__(self, box: Box, left: float, right: float) -> None:
        self.scale = min(box.width / (right - left), box.height / (BOTTOM - TOP))
        self.left = box.left + (box.width - self.scale * (right - left)) / 2 - self.scale * left
        self.top = box.top + (box.height - self.scale * (BOTTOM - TOP)) / 2 - self.scale * TOP
        self.shapes: list[str] = []

    def frame(self, x: float, y: float, width: float, height: float) -> str:
        """Return where a shape stands, given in units."""
        where = (self.left + x * self.scale, self.top + y * self.scale)
        size = (max(1.0, width * self.scale), max(1.0, height * self.scale))
        return (
            f'<a:xfrm><a:off x="{where[0]:.0f}" y="{where[1]:.0f}"/>'
            f'<a:ext cx="{size[0]:.0f}" cy="{size[1]:.0f}"/></a:xfrm>'
        )

    def add(self, name: str, looks: str, text: str = "") -> None:
        """Add a shape with its name and how it looks."""
        id_ = FIRST_ID + len(self.shapes)
        self.shapes.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{id_}" name={quoteattr(readable(name))}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f"<p:spPr>{looks}</p:spPr>{text}</p:sp>"
        )

    def line(self, colour: str, width: float, alpha: float = 1.0, *, dashed: bool = False) -> str:
        """Return a line's looks; its width is in units."""
        dash = '<a:prstDash val="sysDash"/>' if dashed else ""
        return f'<a:ln w="{max(1.0, width * self.scale):.0f}" cap="rnd">{_fill(colour, alpha)}{dash}<a:round/></a:ln>'


def draw_track(slide_shapes: Any, stage: Stage, box: Box, focus: Focus | None = None) -> None:
    """Draw the stage of a day on a slide as one group; with a focus only that moment stands out."""
    places = layout.stadium([node.id for node in stage.nodes])
    names = {node.id: node.name for node in stage.nodes}
    size = layout.type_size(len(stage.nodes))
    drawing = Drawing(box, *_sides(places, names, size))
    _lane(drawing)
    for tie in sorted(stage.ties, key=lambda tie: tie.strength):
        if not focus:
            _tie(drawing, tie, places, names)
        elif tie.band not in ("open", "quiet"):
            _curve(
                drawing,
                tie,
                places,
                names,
                drawing.line("accent1", layout.tie_width(tie.strength), FADED_TIE),
            )
    if focus:
        _moment(drawing, focus, places, names)
    else:
        for each in batons_on(stage, places):
            _mark(drawing, each.told.title, each.x, each.y, is_near_miss=each.told.is_near_miss)
    points = max(SMALLEST, size * drawing.scale / POINT)
    labels = layout.labels_of(places, names, LETTER_WIDTH * points * POINT / drawing.scale / size)
    for node in stage.nodes:
        if node.is_open:
            alpha = FADED_NODE if focus and node.id not in focus.nodes else 1.0
            _node(drawing, node, places[node.id], labels[node.id], points, alpha)
    slide_shapes._spTree.append(_group(drawing, box))  # noqa: SLF001 (the library draws no curves)


def _sides(places: dict[str, layout.Place], names: dict[str, str], size: int) -> tuple[float, float]:
    """Return how far the picture goes to the left and to the right, with the names that stand there."""
    left, right = LEFT, RIGHT
    for id_, place in places.items():
        label, wide = layout.label_at(place), LETTER_WIDTH * size * len(layout.short_name(names[id_]))
        begin = place.x + label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
        left, right = min(left, begin), max(right, begin + wide)
    return left, right


def _group(drawing: Drawing, box: Box) -> Any:
    """Return all shapes as one group whose own measure is the slide's."""
    here = f'x="{box.left}" y="{box.top}"', f'cx="{box.width}" cy="{box.height}"'
    return parse_xml(
        f'<p:grpSp {nsdecls("p", "a")}><p:nvGrpSpPr><p:cNvPr id="{FIRST_ID - 1}" name="Track" '
        'descr="Departments on a running track. Lines join those that share work; thicker means more."/>'
        f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off {here[0]}/><a:ext {here[1]}/>"
        f"<a:chOff {here[0]}/><a:chExt {here[1]}/></a:xfrm></p:grpSpPr>{''.join(drawing.shapes)}</p:grpSp>"
    )


def _lane(drawing: Drawing) -> None:
    """Draw the lane as a stadium, which is a rectangle with round ends, and its lines."""
    (x, y), wide = layout.CENTRE, layout.LANE_WIDTH
    for name, offset, looks in (
        ("Lane", 0.0, drawing.line("bg2", wide)),
        *(("Lane line", float(each), drawing.line("accent5", 1.2, 0.45)) for each in layout.LANE_LINES),
    ):
        radius = layout.RADIUS + offset
        frame = drawing.frame(
            x - layout.STRAIGHT - radius, y - radius, 2 * (layout.STRAIGHT + radius), 2 * radius
        )
        shape = (
            '<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val 50000"/></a:avLst></a:prstGeom>'
        )
        drawing.add(name, f"{frame}{shape}<a:noFill/>{looks}")


def _tie(drawing: Drawing, tie: Tie, places: dict[str, layout.Place], names: dict[str, str]) -> None:
    """Draw a tie: live ones by their strength, one not heard from dashed, one without shared work faint."""
    if tie.band == "open":
        line = drawing.line("accent5", layout.QUIET_WIDTH, OPEN_ALPHA)
    elif tie.band == "quiet":
        line = drawing.line("accent5", layout.QUIET_WIDTH, QUIET_ALPHA, dashed=True)
    else:
        line = drawing.line("accent1", layout.tie_width(tie.strength), layout.tie_opacity(tie.strength))
    _curve(drawing, tie, places, names, line)


def _curve(
    drawing: Drawing, tie: Tie, places: dict[str, layout.Place], names: dict[str, str], line: str
) -> None:
    curve = layout.tie_curve(places[tie.a], places[tie.b])
    drawing.add(f"{names[tie.a]} and {names[tie.b]}", f"{_path(drawing, curve)}<a:noFill/>{line}")


def _moment(drawing: Drawing, focus: Focus, places: dict[str, layout.Place], names: dict[str, str]) -> None:
    """Draw a moment on the lines between those that brought it; its baton runs along the first of them."""
    first, *others = focus.nodes or ("",)
    line = drawing.line("accent1", layout.tie_width(FOCUS_STRENGTH), FOCUS_ALPHA)
    for other in others:
        _curve(drawing, Tie(*pair_of(first, other), FOCUS_STRENGTH, "single"), places, names, line)
    for other in others[:1]:
        curve = layout.tie_curve(places[first], places[other])
        x, y = curve.at(STOPS if focus.is_near_miss else ARRIVES)
        _mark(drawing, focus.title, x, y, is_near_miss=focus.is_near_miss)


def _path(drawing: Drawing, curve: layout.Curve) -> str:
    """Return a cubic curve in the box that holds it, so that it can be taken hold of where it is seen."""
    drawn = [curve.at(step / 24) for step in range(25)]
    left, top = min(x for x, _ in drawn), min(y for _, y in drawn)
    width, height = max(x for x, _ in drawn) - left, max(y for _, y in drawn) - top
    width, height = max(width, 1.0), max(height, 1.0)
    start, *others = (
        f'<a:pt x="{(x - left) * FINE:.0f}" y="{(y - top) * FINE:.0f}"/>' for x, y in curve.points
    )
    return (
        f"{drawing.frame(left, top, width, height)}<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        '<a:rect l="0" t="0" r="r" b="b"/>'
        f'<a:pathLst><a:path w="{width * FINE:.0f}" h="{height * FINE:.0f}" fill="none">'
        f"<a:moveTo>{start}</a:moveTo><a:cubicBezTo>{''.join(others)}</a:cubicBezTo></a:path></a:pathLst></a:custGeom>"
    )


def _mark(drawing: Drawing, name: str, x: float, y: float, *, is_near_miss: bool) -> None:
    """Draw a win as a filled circle, a near miss as a diamond, each with an outline in the colour of the ground."""
    shape, colour = ("diamond", "accent2") if is_near_miss else ("ellipse", "accent1")
    radius = BATON * math.sqrt(2) if is_near_miss else BATON
    frame = drawing.frame(x - radius, y - radius, 2 * radius, 2 * radius)
    looks = f"{_preset(shape)}{_fill(colour)}{drawing.line('bg1', OUTLINE)}"
    drawing.add(name, f"{frame}{looks}")


def _node(
    drawing: Drawing, node: Node, place: layout.Place, label: layout.Label, points: float, alpha: float
) -> None:
    """Draw a department, larger the more it works together with, and its name outside the track."""
    radius = layout.node_radius(node.partners)
    frame = drawing.frame(place.x - radius, place.y - radius, 2 * radius, 2 * radius)
    drawing.add(node.name, f"{frame}{_preset('ellipse')}{_fill('tx1', alpha)}<a:ln><a:noFill/></a:ln>")
    size = points * POINT / drawing.scale
    wide, high = 400.0, 1.5 * size
    x = place.x + label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
    y = place.y + label.y - 0.35 * size - high / 2
    drawing.add(
        f"Name of {node.name}",
        f"{drawing.frame(x, y, wide, high)}{_preset('rect')}<a:noFill/><a:ln><a:noFill/></a:ln>",
        _name(layout.short_name(node.name), points, label.anchor, alpha),
    )


def _name(words: str, points: float, anchor: Literal["start", "middle", "end"], alpha: float) -> str:
    side = {"start": "l", "middle": "ctr", "end": "r"}[anchor]
    return (
        '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></a:bodyPr>'
        f'<a:lstStyle/><a:p><a:pPr algn="{side}"/><a:r><a:rPr lang="en-GB" sz="{points * 100:.0f}" b="1">'
        f'{_fill("tx1", alpha)}<a:latin typeface="+mn-lt"/></a:rPr><a:t>{escape(readable(words))}</a:t></a:r></a:p></p:txBody>'
    )


def _preset(shape: str) -> str:
    return f'<a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom>'


def _fill(colour: str, alpha: float = 1.0) -> str:
    """Return a fill in a colour of the theme, so that a company's template gives its own."""
    seen = "" if alpha >= 1 else f'<a:alpha val="{alpha * 100_000:.0f}"/>'
    return f'<a:solidFill><a:schemeClr val="{colour}">{seen}</a:schemeClr></a:solidFill>'
