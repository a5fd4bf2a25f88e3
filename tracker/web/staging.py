"""The stage as numbers for its templates: where nodes, ties, batons and the chart's marks stand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tracker.graph import layout
from tracker.graph.ties import pair_of
from tracker.queries.stage import Happened, Stage

#: The chart's box and where its lines stand in it, in units of the picture.
LEFT, RIGHT, TOP, BASE = 134, 1780, 58, 184
#: A month keeps its marks to its own width, so that months never run together.
MONTH_WIDTH, MARK_WIDTH = 58.0, 13.5
#: A win's baton arrives, a near miss stops half-way (LOOK.md, section 6).
ARRIVES, STOPS = 0.84, 0.56
MONTHS_WRITTEN = 26


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node of the track with its name beside it."""

    id: str
    public_id: str
    name: str
    label: str
    x: float
    y: float
    radius: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class DrawnTie:
    """A tie as a path; width and opacity only for live ones, the style draws the others."""

    a: str
    b: str
    path: str
    look: str
    width: str
    opacity: str


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A baton on the track or a mark on the timeline."""

    kind: str
    x: float
    y: float = 0.0
    future: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """The picture of the track."""

    width: int
    height: int
    lane: str
    lane_width: int
    lane_lines: tuple[str, ...]
    font: int
    nodes: tuple[DrawnNode, ...]
    ties: tuple[DrawnTie, ...]
    batons: tuple[DrawnMark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A month's name under the chart."""

    x: float
    words: str
    year: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The momentum area, the scrubber's rail and the strips of wins and near misses."""

    left: int
    right: int
    top: int
    middle: int
    base: int
    line: str
    area: str
    x: float
    y: float
    ticks: tuple[Tick, ...]
    marks: tuple[DrawnMark, ...]


def track_of(stage: Stage) -> Track:
    """Place nodes, ties and this month's batons; every node has its place whether it is open or not."""
    places = layout.stadium([node.id for node in stage.nodes])
    ties = tuple(
        _tie(tie.a, tie.b, places, tie.strength, tie.band)
        for tie in sorted(stage.ties, key=lambda tie: tie.strength)
        if tie.a in places and tie.b in places
    )
    return Track(
        width=layout.WIDTH,
        height=layout.HEIGHT,
        lane=layout.lane_path(),
        lane_width=layout.LANE_WIDTH,
        lane_lines=tuple(layout.lane_path(offset) for offset in layout.LANE_LINES),
        font=layout.type_size(len(stage.nodes)),
        nodes=tuple(_node(stage, at, places) for at, node in enumerate(stage.nodes) if node.is_open),
        ties=ties,
        batons=tuple(_batons(stage, places)),
    )


def _node(stage: Stage, at: int, places: dict[str, layout.Place]) -> DrawnNode:
    node = stage.nodes[at]
    place, label = places[node.id], layout.label_at(places[node.id])
    partners = "one other" if node.partners == 1 else f"{node.partners} others"
    return DrawnNode(
        id=node.id,
        public_id=node.public_id,
        name=node.name,
        label=f"{node.name}, works together with {partners}" if node.partners else node.name,
        x=round(place.x, 1),
        y=round(place.y, 1),
        radius=layout.node_radius(node.partners),
        text_x=round(label.x, 1),
        text_y=round(label.y, 1),
        anchor=label.anchor,
    )


def _tie(a: str, b: str, places: dict[str, layout.Place], strength: float, band: str) -> DrawnTie:
    live = band not in ("quiet", "open")
    return DrawnTie(
        a=a,
        b=b,
        path=layout.tie_curve(places[a], places[b]).path,
        look="" if live else band,
        width=f"{layout.tie_width(strength):.2f}" if live else "",
        opacity=f"{layout.tie_opacity(strength):.3f}" if live else "",
    )


def _batons(stage: Stage, places: dict[str, layout.Place]) -> list[DrawnMark]:
    """Lay this month's moments on the ties they ran along; several on one tie stand one behind the other."""
    behind: dict[tuple[str, str], int] = defaultdict(int)
    drawn = []
    for each in stage.happened:
        if not stage.month_start <= each.on <= stage.on or len(each.departments) < 2:
            continue
        a, b = each.departments[:2]
        if a not in places or b not in places:
            continue
        lag = 0.09 * behind[pair_of(a, b)]
        behind[pair_of(a, b)] += 1
        share = max(0.1, (STOPS if each.kind == "near_miss" else ARRIVES) - lag)
        x, y = layout.tie_curve(places[a], places[b]).at(share)
        drawn.append(DrawnMark(each.kind, round(x, 1), round(y, 1)))
    return drawn


def chart_of(stage: Stage) -> Chart:
    """Draw the momentum of every month, and a mark for every moment under it."""
    xs = _columns(len(stage.months))
    best = max((month.momentum for month in stage.months), default=0.0)
    points = [(x, _height(month.momentum, best)) for x, month in zip(xs, stage.months, strict=True)]
    line = layout.monotone_path(points)
    here = points[stage.at]
    return Chart(
        left=LEFT,
        right=RIGHT,
        top=TOP,
        middle=(TOP + BASE) // 2,
        base=BASE,
        line=line,
        area=f"{line}L{xs[-1]:.1f} {BASE}L{xs[0]:.1f} {BASE}Z",
        x=round(here[0], 1),
        y=round(here[1], 1),
        ticks=tuple(_ticks(stage, xs)),
        marks=tuple(_marks(stage, xs)),
    )


def _columns(count: int) -> list[float]:
    if count == 1:
        return [float(RIGHT)]
    return [LEFT + (RIGHT - LEFT) * at / (count - 1) for at in range(count)]


def _height(value: float, best: float) -> float:
    return BASE - (BASE - TOP) * value / best if best else float(BASE)


def _ticks(stage: Stage, xs: list[float]) -> list[Tick]:
    """Name every third month where they fit, else every January; the last day always."""
    months, last = stage.months, len(stage.months) - 1
    short = len(months) <= MONTHS_WRITTEN
    step = 1 if len(months) <= 8 * 12 else 2
    ticks = []
    for at, (x, month) in enumerate(zip(xs, months, strict=True)):
        january = month.on.month == 1 and month.on.year % step == 0
        wanted = at == last or (short and (at == 0 or month.on.month % 3 == 0)) or (not short and january)
        if wanted and (at == last or xs[-1] - x > 110):
            year = at in (0, last) or january
            words = (
                f"{month.on:%b %Y}" if short and year else f"{month.on:%Y}" if january else f"{month.on:%b}"
            )
            if at == last:
                words = f"{month.on:%b %Y}"
            ticks.append(
                Tick(round(x, 1), words, year, "start" if at == 0 else "end" if at == last else "middle")
            )
    return ticks


def _marks(stage: Stage, xs: list[float]) -> list[DrawnMark]:
    width = min(MONTH_WIDTH, (RIGHT - LEFT) / max(1, len(xs) - 1) * 0.8)
    slots: dict[tuple[int, bool], list[Happened]] = defaultdict(list)
    for each in stage.happened:
        at = _month_of(stage, each.on)
        if at is not None:
            slots[at, each.kind == "near_miss"].append(each)
    drawn = []
    for (at, miss), found in slots.items():
        gap = min(MARK_WIDTH, width / len(found))
        for place, each in enumerate(found):
            x = xs[at] + (place - (len(found) - 1) / 2) * gap
            drawn.append(DrawnMark("near_miss" if miss else "win", round(x, 1), future=each.on > stage.on))
    return drawn


def _month_of(stage: Stage, day: date) -> int | None:
    """Return the place of the first month that ends on or after a day; None where the stage ends before it."""
    low, high = 0, len(stage.months)
    while low < high:
        middle = (low + high) // 2
        if stage.months[middle].on < day:
            low = middle + 1
        else:
            high = middle
    return low if low < len(stage.months) else None
