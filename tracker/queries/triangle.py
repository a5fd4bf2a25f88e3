"""The triangle: every pair once, as a road atlas shows distances; above thirty departments, their groups."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.graph.ties import Band, Pair, Ties, pair_of, ties_on
from tracker.queries.facts import current_portfolio
from tracker.queries.groups import Grouping, Kind, grouped
from tracker.queries.named import Named
from tracker.queries.pairs import BAND_WORDS, all_bands, bridging
from tracker.queries.places import Place, busy, crossings, places

#: Above so many departments squares become too small to read and to hit.
MOST_DEPARTMENTS = 30
#: The steps of the ramp that groups are drawn in, by the share of their pairs that work together.
STEPS = 5
LOOKS: dict[Band, str] = {"backed": "l5", "single": "l3", "begun": "l1", "quiet": "quiet", "open": "gap"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A square: a pair of departments, or two groups (or one) with the pairs between them.

    ``look`` is its class in the style sheet, ``number`` what stands in it (0 is left empty), ``is_group`` that
    it opens a list of pairs rather than one pair.
    """

    a: Named
    b: Named
    look: str
    number: int
    required: bool
    label: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its department or group, and its squares with all those above it."""

    node: Named
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Triangle:
    """The whole picture: departments, their divisions, or the departments with most joint work and the others."""

    rows: tuple[Row, ...]
    kind: Kind
    has_crossings: bool
    has_busy: bool


def triangle(session: Session, on: date, where: dict[str, Place] | None = None) -> Triangle:
    """Return the triangle of a day. 3 queries, and those of the facts when their version is new."""
    _, portfolio = current_portfolio(session)
    ties = ties_on(portfolio, on)
    where = places(session) if where is None else where
    opened = set(ties.departments)
    shown = [place for id_, place in where.items() if id_ in opened]
    crossed = crossings(session, on)
    urgent = busy(crossed)
    if len(shown) > MOST_DEPARTMENTS:
        return _of_groups(portfolio, ties, urgent, where)
    bands = all_bands(portfolio, ties, (pair_of(a.id, b.id) for a, b in combinations(shown, 2)))
    rows = [
        Row(
            Named(place.public_id, place.name),
            tuple(_cell(ties, bands, urgent, above, place) for above in shown[:at]),
        )
        for at, place in enumerate(shown)
    ]
    has_busy = any(bands.get(pair) == "open" for pair in urgent)
    return Triangle(tuple(rows), "departments", has_crossings=bool(portfolio.journeys), has_busy=has_busy)


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


def _of_groups(
    portfolio: Portfolio, ties: Ties, urgent: frozenset[Pair], where: dict[str, Place]
) -> Triangle:
    """Return the triangle of groups; two departments keep their square, a group's last one is within itself."""
    grouping = grouped(portfolio, tuple(where.values()), 0)
    by_public = {place.public_id: place for place in where.values()}
    opened = {grouping.group_of[id_] for id_ in ties.departments}
    groups = [group for group in grouping.groups if group.public_id in opened]
    bands = all_bands(portfolio, ties, ties.importance)
    counts = _counts(bands, grouping)
    rows = []
    for at, group in enumerate(groups):
        cells = []
        for other in groups[: at + 1]:
            a, b = by_public.get(other.public_id), by_public.get(group.public_id)
            if a is None or b is None:
                cells.append(
                    _group_cell(other, group, *counts[frozenset((other.public_id, group.public_id))])
                )
            elif a != b:
                pair = pair_of(a.id, b.id)
                cells.append(_cell(ties, all_bands(portfolio, ties, [pair]), urgent, a, b))
        rows.append(Row(group, tuple(cells)))
    cells_drawn = [cell for row in rows for cell in row.cells]
    return Triangle(
        tuple(rows),
        grouping.kind,
        has_crossings=bool(portfolio.journeys),
        has_busy=any(cell.look == "risk" for cell in cells_drawn),
    )


def _counts(bands: dict[Pair, Band], grouping: Grouping) -> dict[frozenset[str], tuple[int, int]]:
    """Return how many required pairs between two groups work together, and how many there are."""
    found: dict[frozenset[str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (a, b), band in bands.items():
        between = frozenset((grouping.group_of[a], grouping.group_of[b]))
        together, most = found[between]
        found[between] = (together + (band in ("backed", "single")), most + 1)
    return found


def _group_cell(a: Named, b: Named, count: int, most: int) -> Cell:
    who = f"Within {a.name}" if a == b else f"{a.name} and {b.name}"
    return Cell(
        a=a,
        b=b,
        look=f"l{-(-STEPS * count // most)}" if count else "gap" if most else "none",
        number=count,
        required=False,
        label=f"{who}: {count} of {most} department pairs work together",
        is_group=True,
    )
