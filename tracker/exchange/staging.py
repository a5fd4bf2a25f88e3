"""The stage as numbers for its templates: where nodes, ties, batons and the chart's marks stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.graph import layout
from tracker.graph.wording import MONTHS
from tracker.queries.batons import batons_on
from tracker.queries.stage import Ground, Month, Node, Stage, Tie

#: The chart's box and where its lines stand in it, in units of the picture.
LEFT, RIGHT, TOP, BASE = 134, 1780, 58, 184
#: A month keeps its marks to its own width, so that months never run together; closer than the least they blur.
MONTH_WIDTH, MARK_WIDTH, MARK_LEAST = 58.0, 13.5, 4.5
#: Of the room between two months, how much its marks may take.
MARKS_SHARE = 0.8
#: Above so many months only years are written, at least so far apart.
MONTHS_WRITTEN, YEARS_APART = 26, 90
#: A win and a near miss on their strips, below the x they stand at: a circle and a diamond.
DOTS = "195.4a5.6 5.6 0 0 1 0 11.2 5.6 5.6 0 0 1 0-11.2z", "216.5l7.5 7.5-7.5 7.5-7.5-7.5z"
#: The last day is always written, and keeps this room free before it.
LAST_TICK_ROOM = 130


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node of the track with its name beside it; one of a group has no page of its own."""

    id: str
    is_department: bool
    is_open: bool
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
class Baton:
    """A moment on the tie it ran along."""

    is_near_miss: bool
    x: float
    y: float


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
    batons: tuple[Baton, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A win or a near miss of a month on its strip."""

    is_near_miss: bool
    x: float
    at: int
    is_future: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A month's name under the chart."""

    x: float
    words: str
    has_year: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The momentum area, the scrubber's rail and the strips of wins and near misses."""

    left: int
    right: int
    top: int
    middle: int
    base: int
    has_line: bool
    line: str
    area: str
    x: float
    y: float
    points: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]

    @property
    def strips(self) -> list[tuple[Mark, str]]:
        """Every month's wins, and its near misses, as one shape: the first of its marks, and the path of them all."""
        lots = (list(lot) for _, lot in groupby(self.marks, key=lambda mark: (mark.at, mark.is_near_miss)))
        return [(lot[0], "".join(f"M{mark.x} {DOTS[mark.is_near_miss]}" for mark in lot)) for lot in lots]


def track_of(stage: Stage | Ground, *, closed: bool = False) -> Track:
    """Place nodes, ties and this month's batons; every node has its place whether it is open or not.

    `closed`: draw the nodes of closed departments too, for a picture in which they will open.
    """
    places = layout.stadium([node.id for node in stage.nodes])
    labels = layout.labels_of(places, {node.id: node.name for node in stage.nodes})
    by_name = stage.grouping.kind != "divisions"
    return Track(
        width=layout.WIDTH,
        height=layout.HEIGHT,
        lane=layout.lane_path(),
        lane_width=layout.LANE_WIDTH,
        lane_lines=tuple(layout.lane_path(offset) for offset in layout.LANE_LINES),
        font=layout.type_size(len(stage.nodes)),
        nodes=tuple(
            _node(node, places[node.id], labels[node.id], is_department=by_name and bool(node.id))
            for node in stage.nodes
            if node.is_open or closed
        ),
        ties=tuple(_tie(tie, places) for tie in sorted(stage.ties, key=lambda tie: tie.strength)),
        batons=tuple(
            Baton(each.told.is_near_miss, round(each.x, 1), round(each.y, 1))
            for each in batons_on(stage, places)
        ),
    )


def _node(node: Node, place: layout.Place, label: layout.Label, *, is_department: bool) -> DrawnNode:
    partners = "one other" if node.partners == 1 else f"{node.partners} others"
    return DrawnNode(
        id=node.id,
        is_department=is_department,
        is_open=node.is_open,
        name=layout.short_name(node.name),
        label=f"{node.name}, works together with {partners}" if node.partners else node.name,
        x=round(place.x, 1),
        y=round(place.y, 1),
        radius=layout.node_radius(node.partners),
        text_x=round(label.x, 1),
        text_y=round(label.y, 1),
        anchor=label.anchor,
    )


def _tie(tie: Tie, places: dict[str, layout.Place]) -> DrawnTie:
    live = tie.band not in ("quiet", "open")
    return DrawnTie(
        a=tie.a,
        b=tie.b,
        path=layout.tie_curve(places[tie.a], places[tie.b]).path,
        look="" if live else tie.band,
        width=f"{layout.tie_width(tie.strength):.2f}" if live else "",
        opacity=f"{layout.tie_opacity(tie.strength):.3f}" if live else "",
    )


def chart_of(stage: Stage) -> Chart:
    """Draw the momentum of every month, and a mark for every win and near miss that counted under it."""
    months = stage.months
    xs = _columns(len(months))
    best = max(month.momentum for month in months)
    points = [(x, _height(month.momentum, best)) for x, month in zip(xs, months, strict=True)]
    line = layout.monotone_path(points)
    here = points[stage.at]
    return Chart(
        left=LEFT,
        right=RIGHT,
        top=TOP,
        middle=(TOP + BASE) // 2,
        base=BASE,
        has_line=best > 0,
        line=line,
        area=f"{line}L{xs[-1]:.1f} {BASE}L{xs[0]:.1f} {BASE}Z",
        x=round(here[0], 1),
        y=round(here[1], 1),
        points=tuple(points),
        ticks=tuple(_ticks([month.on for month in months], xs)),
        marks=tuple(
            mark for at, month in enumerate(months) for mark in _marks(month, at, xs, future=at > stage.at)
        ),
    )


def _columns(count: int) -> list[float]:
    if count == 1:
        return [float(RIGHT)]
    return [LEFT + (RIGHT - LEFT) * at / (count - 1) for at in range(count)]


def _height(value: float, best: float) -> float:
    return BASE - (BASE - TOP) * value / best if best else float(BASE)


def _ticks(days: Sequence[date], xs: Sequence[float]) -> list[Tick]:
    """Name every third month where they fit, else Januaries; the last day always."""
    short = len(days) <= MONTHS_WRITTEN
    apart = (RIGHT - LEFT) * 12 / max(1, len(days) - 1)
    every = 1 if apart >= YEARS_APART else -(-YEARS_APART // int(apart))
    ticks = []
    for at, (x, day) in enumerate(zip(xs[:-1], days[:-1], strict=True)):
        wanted = at % 3 == 0 if short else day.month == 1 and day.year % every == 0
        if wanted and xs[-1] - x > LAST_TICK_ROOM:
            words = _month(day, with_year=at % 12 == 0) if short else f"{day.year}"
            ticks.append(Tick(round(x, 1), words, not short or at % 12 == 0, "middle" if at else "start"))
    last = _month(days[-1], with_year=True)
    return [*ticks, Tick(round(xs[-1], 1), last, True, "end" if len(xs) > 1 else "middle")]


def _month(day: date, *, with_year: bool) -> str:
    name = MONTHS[day.month - 1][:3]
    return f"{name} {day.year}" if with_year else name


def _marks(month: Month, at: int, xs: Sequence[float], *, future: bool) -> list[Mark]:
    """Return the marks of a month; more than fit are as many as fit, and the table has their number."""
    width = min(MONTH_WIDTH, (RIGHT - LEFT) / max(1, len(xs) - 1) * MARKS_SHARE)
    drawn = []
    for is_near_miss, found in ((False, month.wins), (True, month.lessons)):
        count = min(found, max(1, int(width / MARK_LEAST)))
        gap = min(MARK_WIDTH, width / count) if count else 0
        drawn += [
            Mark(is_near_miss, round(xs[at] + (place - (count - 1) / 2) * gap, 1), at, future)
            for place in range(count)
        ]
    return drawn
