"""The stage of a day: departments on their track, what ties them, what happened this month, the pace until then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.changes import changes, dip_causes
from tracker.graph.coverage import Coverage, coverage
from tracker.graph.facts import Portfolio
from tracker.graph.parts import momentum_series
from tracker.graph.series import CoveragePoint, coverage_series
from tracker.graph.ties import SCALE, Band, Pair, Ties, pair_of, ties_on
from tracker.queries.dashboard import month_ends
from tracker.queries.facts import current_portfolio
from tracker.queries.pairs import all_bands
from tracker.queries.places import Place, places

#: LOOK.md section 5.4: more names than this collide, so the stage shows divisions instead.
MOST_NODES = 18
#: A stage of so many years at most; older months stay in the table.
MOST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the track: a department or a group of them; ``partners`` are those it works together with."""

    id: str
    public_id: str
    name: str
    is_open: bool
    partners: int


@dataclass(frozen=True, slots=True)
class Tie:
    """What lies between two nodes: its strength in shares, and its band."""

    a: str
    b: str
    strength: float
    band: Band


@dataclass(frozen=True, slots=True)
class Month:
    """A day of the series, a month end or the last day, with what stood then."""

    on: date
    together: int
    required: int
    momentum: float


@dataclass(frozen=True, slots=True)
class Happened:
    """A moment of the register as the timeline marks it."""

    on: date
    kind: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the stage of a day shows; ``at`` is its place among the months."""

    on: date
    at: int
    months: tuple[Month, ...]
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    happened: tuple[Happened, ...]
    covered: Coverage
    sentence: str
    told: str
    groups: bool

    @property
    def month_start(self) -> date:
        """The day after the month end before."""
        return self.months[self.at - 1].on + timedelta(days=1) if self.at else self.on.replace(day=1)


def stage(session: Session, on: date, today: date) -> Stage:
    """Return the stage of a day. 2 queries, and those of the facts when their version is new."""
    _, portfolio = current_portfolio(session)
    where = places(session)
    days = stage_days(portfolio, on, today)
    group_of, nodes = _nodes(where)
    ties = ties_on(portfolio, on)
    bands = all_bands(portfolio, ties, {*ties.bridges, *ties.importance, *ties.silent})
    covered = coverage(portfolio, on)
    months = _months(portfolio, days)
    drawn = _group_ties(ties, bands, group_of) if len(nodes) < len(where) else _ties(ties, bands)
    return Stage(
        on=on,
        at=days.index(on),
        months=months,
        nodes=_with_partners(nodes, drawn, {group_of[id_] for id_ in ties.departments if id_ in group_of}),
        ties=tuple(drawn),
        happened=_happened(portfolio, group_of),
        covered=covered,
        sentence=captions.together_sentence(covered, crossings=bool(portfolio.journeys)),
        told=_told(portfolio, where, months, days.index(on)),
        groups=len(nodes) < len(where),
    )


def _told(portfolio: Portfolio, where: dict[str, Place], months: Sequence[Month], at: int) -> str:
    """Compare with a year ago, or with the month before; a fall names its causes, and only those."""
    now, before = months[at], months[at - 1] if at else None
    if before is None:
        return ""
    kinds = {each.id: each.kind for each in portfolio.initiatives}
    if now.together < before.together:
        causes = dip_causes(portfolio, before.on, now.on)
        return captions.dip_sentence(before.together, now.together, causes, kinds)
    names = {id_: place.name for id_, place in where.items()}
    news = [
        captions.change_sentence(each, names, kinds) for each in changes(portfolio, before.on, now.on, most=1)
    ]
    year = [f"{months[at - 12].together:,} a year ago."] if at >= 12 else []
    return " ".join([*year, *news])


def stage_days(portfolio: Portfolio, on: date, today: date) -> list[date]:
    """Return the month ends from the register's first day to today, today, and the day asked for."""
    starts = [each.start for each in portfolio.initiatives if each.start] + [
        event.on for event in portfolio.events
    ]
    first = min((day for day in starts if day <= today), default=today)
    days = month_ends(first, today)[-MOST_MONTHS:]
    return sorted({*days, on}) if on not in days else days


def _months(portfolio: Portfolio, days: Sequence[date]) -> tuple[Month, ...]:
    points: tuple[CoveragePoint, ...] = coverage_series(portfolio, days)
    levels = momentum_series(portfolio, days)
    return tuple(
        Month(day, point.together, point.required, level)
        for day, point, level in zip(days, points, levels, strict=True)
    )


def _nodes(where: dict[str, Place]) -> tuple[dict[str, str], list[Node]]:
    """Return which node each department belongs to, and the nodes in the order of the track.

    Every department has its place whether it is open or not, so that nothing moves from month to month.
    """
    if len(where) <= MOST_NODES:
        return {id_: id_ for id_ in where}, [
            Node(id_, each.public_id, each.name, False, 0) for id_, each in where.items()
        ]
    divisions = {each.division.public_id: each.division.name for each in where.values() if each.division}
    if 1 < len(divisions) <= MOST_NODES - 1:
        group_of = {id_: each.division.public_id if each.division else "" for id_, each in where.items()}
        nodes = [
            Node(id_, "", name, False, 0) for id_, name in sorted(divisions.items(), key=lambda item: item[1])
        ]
        others = sum(1 for group in group_of.values() if not group)
        return group_of, [*nodes, Node("", "", f"{others} others", False, 0)] if others else nodes
    named = dict(list(where.items())[: MOST_NODES - 1])
    group_of = {id_: id_ if id_ in named else "" for id_ in where}
    nodes = [Node(id_, each.public_id, each.name, False, 0) for id_, each in named.items()]
    return group_of, [*nodes, Node("", "", f"{len(where) - len(named)} others", False, 0)]


def _ties(ties: Ties, bands: dict[Pair, Band]) -> list[Tie]:
    there = set(ties.departments)
    return [
        Tie(a, b, ties.strength((a, b)) / SCALE, band)
        for (a, b), band in sorted(bands.items())
        if a in there and b in there
    ]


def _group_ties(ties: Ties, bands: dict[Pair, Band], group_of: dict[str, str]) -> list[Tie]:
    """Tie groups by the share of their required pairs that work together, three shares at the most."""
    counts: dict[Pair, list[Band]] = defaultdict(list)
    for pair in ties.importance:
        a, b = (group_of[id_] for id_ in pair)
        if a != b:
            counts[pair_of(a, b)].append(bands[pair])
    made = []
    for (a, b), found in sorted(counts.items()):
        together = sum(band in ("backed", "single") for band in found)
        band: Band = (
            "single" if together else "begun" if "begun" in found else "quiet" if "quiet" in found else "open"
        )
        made.append(Tie(a, b, 3 * together / len(found) if together else 0.3, band))
    return made


def _with_partners(nodes: list[Node], ties: list[Tie], opened: set[str]) -> tuple[Node, ...]:
    partners: dict[str, int] = defaultdict(int)
    for tie in ties:
        if tie.band in ("backed", "single"):
            partners[tie.a] += 1
            partners[tie.b] += 1
    return tuple(
        Node(node.id, node.public_id, node.name, node.id in opened, partners[node.id]) for node in nodes
    )


def _happened(portfolio: Portfolio, group_of: dict[str, str]) -> tuple[Happened, ...]:
    """Return the confirmed wins and near misses with the nodes they ran between, in order of their days."""
    members = {
        each.id: tuple(
            dict.fromkeys(group_of[one.department] for one in each.members if one.department in group_of)
        )
        for each in portfolio.initiatives
    }
    return tuple(
        Happened(event.on, event.kind, members.get(event.initiative, ()))
        for event in portfolio.events
        if event.confirmed and event.kind in ("win", "measured_win", "near_miss")
    )
