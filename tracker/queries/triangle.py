"""The triangle: every pair once, as a road atlas shows distances; above thirty departments, their divisions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.graph.ties import Band, Pair, Ties, pair_of, ties_on
from tracker.queries.facts import current_portfolio
from tracker.queries.named import Named
from tracker.queries.pairs import BAND_WORDS, all_bands, bridging
from tracker.queries.places import Place, busy, crossings, places

#: Above so many departments squares become too small to read and to hit.
MOST_DEPARTMENTS = 30
#: Without divisions to roll up to: so many departments by name, and one row for all others.
MOST_NAMED = 17
LOOKS: dict[Band, str] = {"backed": "l5", "single": "l3", "begun": "l1", "quiet": "quiet", "open": "gap"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A square: a pair of departments, or a pair of groups with the pairs between them.

    ``look`` is its class in the style sheet, ``number`` what stands in it (0 is left empty).
    """

    a: Named
    b: Named
    look: str
    number: int
    required: bool
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its department or group, and its squares with all those above it."""

    node: Named
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Triangle:
    """The whole picture; ``groups`` says that rows are divisions, not departments."""

    rows: tuple[Row, ...]
    groups: bool
    has_crossings: bool
    has_busy: bool

    @property
    def noun(self) -> str:
        """What a row stands for."""
        return "divisions" if self.groups else "departments"


def triangle(session: Session, on: date, where: dict[str, Place] | None = None) -> Triangle:
    """Return the triangle of a day. 3 queries, and those of the facts when their version is new."""
    _, portfolio = current_portfolio(session)
    ties = ties_on(portfolio, on)
    where = places(session) if where is None else where
    opened = set(ties.departments)
    shown = [place for id_, place in where.items() if id_ in opened]
    crossed = crossings(session, on)
    if len(shown) > MOST_DEPARTMENTS:
        return _of_groups(portfolio, ties, shown)
    urgent = busy(crossed)
    bands = all_bands(portfolio, ties, (pair_of(a.id, b.id) for a, b in combinations(shown, 2)))
    rows = [
        Row(
            Named(place.public_id, place.name),
            tuple(_cell(ties, bands, urgent, above, place) for above in shown[:at]),
        )
        for at, place in enumerate(shown)
    ]
    has_busy = any(bands.get(pair) == "open" for pair in urgent)
    return Triangle(tuple(rows), groups=False, has_crossings=bool(portfolio.journeys), has_busy=has_busy)


def _cell(ties: Ties, bands: dict[Pair, Band], urgent: frozenset[Pair], a: Place, b: Place) -> Cell:
    pair = pair_of(a.id, b.id)
    band = bands[pair]
    number = len(bridging(ties, pair))
    is_busy = band == "open" and pair in urgent
    words = BAND_WORDS[band] + (" on a busy crossing" if is_busy else "")
    shared = f", {number} live {'initiative' if number == 1 else 'initiatives'}" if number else ""
    return Cell(
        a=Named(a.public_id, a.name),
        b=Named(b.public_id, b.name),
        look="risk" if is_busy else LOOKS[band],
        number=number or (len(ties.silent.get(pair, ())) if band == "quiet" else 0),
        required=pair in ties.importance,
        label=f"{a.name} and {b.name}: {words}{shared}",
    )


def _of_groups(portfolio: Portfolio, ties: Ties, shown: list[Place]) -> Triangle:
    group_of, groups = _grouped(ties, shown)
    bands = all_bands(portfolio, ties, ties.importance)
    together: dict[frozenset[str], int] = defaultdict(int)
    possible: dict[frozenset[str], int] = defaultdict(int)
    for (a, b), band in bands.items():
        between = frozenset((group_of[a], group_of[b]))
        possible[between] += 1
        together[between] += band in ("backed", "single")
    rows = []
    for at, group in enumerate(groups):
        cells = []
        for above in groups[:at]:
            between = frozenset((above.public_id, group.public_id))
            count, most = together[between], possible[between]
            step = -(-5 * count // most) if most else 0
            cells.append(
                Cell(
                    a=above,
                    b=group,
                    look=f"l{step}" if count else "gap",
                    number=count,
                    required=most > 0,
                    label=f"{above.name} and {group.name}: {count} of {most} department pairs work together",
                )
            )
        rows.append(Row(group, tuple(cells)))
    return Triangle(tuple(rows), groups=True, has_crossings=False, has_busy=False)


def _grouped(ties: Ties, shown: list[Place]) -> tuple[dict[str, str], list[Named]]:
    """Return each department's group by public id, and the groups: divisions, or the best connected and the others."""
    divisions = {place.division.public_id: place.division for place in shown if place.division}
    if len(divisions) > 1:
        rest = Named("", "Other departments")
        group_of = {place.id: place.division.public_id if place.division else "" for place in shown}
        named = sorted(divisions.values(), key=lambda each: each.name)
        return group_of, [*named, rest] if "" in group_of.values() else named
    partners: dict[str, int] = defaultdict(int)
    for a, b in ties.bridges:
        partners[a] += 1
        partners[b] += 1
    strongest = {
        place.id for place in sorted(shown, key=lambda each: (-partners[each.id], each.name))[:MOST_NAMED]
    }
    group_of = {place.id: place.public_id if place.id in strongest else "" for place in shown}
    named = [Named(place.public_id, place.name) for place in shown if place.id in strongest]
    return group_of, [*named, Named("", f"{len(shown) - MOST_NAMED} others")]
