"""Pairs of departments: how they work on a day, what ties them, and what would bring them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.graph.bridges import linking, smallest_steps
from tracker.graph.coverage import bands_of
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import goes_quiet_on, timeline
from tracker.graph.picking import taking_part
from tracker.graph.planning import load_on
from tracker.graph.ties import SCALE, Band, Pair, Ties, pair_of, threshold_of, ties_on
from tracker.queries.facts import current_portfolio
from tracker.queries.named import Named
from tracker.queries.places import (
    Crossing,
    Place,
    Titled,
    busy,
    crossings,
    initiatives_named,
    people_named,
    places,
)

#: What people read for each band (MEASURES.md, section 1), and the mark that goes with it.
BAND_WORDS: dict[Band, str] = {
    "backed": "backed up",
    "single": "works together",
    "begun": "begun",
    "quiet": "not heard from",
    "open": "no shared work",
}
BAND_MARKS: dict[Band, str] = {
    "backed": "backed",
    "single": "together",
    "begun": "begun",
    "quiet": "quiet",
    "open": "open",
}
#: Views of the list: bands by the name of the view.
VIEWS: dict[str, tuple[Band, ...]] = {
    "together": ("backed", "single"),
    "begun": ("begun",),
    "quiet": ("quiet",),
    "open": ("open",),
    "short": ("begun", "quiet", "open"),
}
SOON = timedelta(days=30)
#: Earlier joint work that a panel names, and likely sponsors.
EARLIER = 3
SPONSORS = 2


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair in a list: its band in words and with its mark, and the live initiatives of the two."""

    a: Place
    b: Place
    band: Band
    importance: int
    volume: int | None
    busy: bool
    initiatives: tuple[Named, ...]

    @property
    def words(self) -> str:
        """How the two work, in words."""
        return BAND_WORDS[self.band]

    @property
    def mark(self) -> str:
        """The mark that goes with the words."""
        return BAND_MARKS[self.band]


@dataclass(frozen=True, slots=True)
class NamedStep:
    """The smallest step: bring the department into the initiative."""

    department: Place
    initiative: Named


@dataclass(frozen=True, slots=True)
class PairPanel:
    """Everything the panel of one pair shows; what would bring the two together only where there is room to grow."""

    row: PairRow
    required: bool
    asleep: tuple[Named, ...]
    earlier: tuple[Named, ...]
    crossings: tuple[Named, ...]
    quiet_on: date | None
    short: bool
    linking: tuple[Place, ...]
    sponsors: tuple[Titled, ...]
    step: NamedStep | None


def pair_panel(session: Session, a: str, b: str, on: date) -> PairPanel | None:
    """Return the panel of two departments, given by public id; None where there is no such pair. 5 queries."""
    where = places(session)
    ids = {place.public_id: place.id for place in where.values()}
    if a not in ids or b not in ids or a == b:
        return None
    return panel_of(session, pair_of(ids[a], ids[b]), on, where)


def panel_of(session: Session, pair: Pair, on: date, where: dict[str, Place]) -> PairPanel:
    """Return the panel of a pair of external ids. 4 queries."""
    _, portfolio = current_portfolio(session)
    ties = ties_on(portfolio, on)
    crossed = crossings(session, on)
    band = all_bands(portfolio, ties, [pair])[pair]
    is_short = ties.strength(pair) < SCALE
    steps = smallest_steps(portfolio, on, pair) if is_short else ()
    asleep = ties.silent.get(pair, ())
    earlier = _earlier(portfolio, pair, on)
    named = initiatives_named(
        session, {*bridging(ties, pair), *asleep, *earlier, *(step.initiative for step in steps[:1])}
    )
    sponsors = people_named(session, load_on(portfolio, on).sponsors_of(pair)[:SPONSORS]) if is_short else {}
    step, quiet = steps[0] if steps else None, quiet_day(portfolio, ties, pair, on)
    return PairPanel(
        row=row_of(pair, band, ties, where, crossed, busy(crossed), named),
        required=pair in ties.importance,
        asleep=tuple(named[id_] for id_ in asleep if id_ in named),
        earlier=tuple(named[id_] for id_ in earlier if id_ in named),
        crossings=crossed[pair].journeys if pair in crossed else (),
        quiet_on=quiet if quiet and quiet <= on + SOON else None,
        short=is_short,
        linking=tuple(where[id_] for id_ in linking(portfolio, on, pair) if id_ in where) if is_short else (),
        sponsors=tuple(sponsors.values()),
        step=NamedStep(where[step.department], named[step.initiative]) if step else None,
    )


def all_bands(portfolio: Portfolio, ties: Ties, pairs: Iterable[Pair]) -> dict[Pair, Band]:
    """Return the band of any pairs, required or not."""
    return bands_of(ties, {pair: ties.strength(pair) for pair in pairs}, threshold_of(portfolio))


def bridging(ties: Ties, pair: Pair) -> tuple[str, ...]:
    """Return the live initiatives that hold both departments of a pair."""
    return tuple(bridge.initiative for bridge in ties.bridges.get(pair, ()))


def quiet_day(portfolio: Portfolio, ties: Ties, pair: Pair, on: date) -> date | None:
    """Return the day on which the last live initiative of a pair goes quiet, None where one never does."""
    days = [goes_quiet_on(portfolio, id_, on) for id_ in bridging(ties, pair)]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def row_of(
    pair: Pair,
    band: Band,
    ties: Ties,
    where: dict[str, Place],
    crossed: dict[Pair, Crossing],
    urgent: frozenset[Pair],
    named: dict[str, Named],
) -> PairRow:
    """Return a pair as lists and panels show it."""
    a, b = sorted((where[id_] for id_ in pair), key=lambda place: (place.name.casefold(), place.id))
    return PairRow(
        a=a,
        b=b,
        band=band,
        importance=ties.importance.get(pair, 0),
        volume=crossed[pair].volume if pair in crossed else None,
        busy=pair in urgent,
        initiatives=tuple(named[id_] for id_ in bridging(ties, pair) if id_ in named),
    )


def _earlier(portfolio: Portfolio, pair: Pair, on: date) -> list[str]:
    """Return the initiatives that held both departments before the day and do so no longer, the latest first."""
    lines, parts, day = timeline(portfolio).of, taking_part(portfolio), on.toordinal()
    both = parts.get(pair[0], frozenset()) & parts.get(pair[1], frozenset())
    ended: dict[str, int] = {}
    still: set[str] = set()
    for piece in (piece for id_ in both for piece in lines[id_].pieces):
        if piece.since <= day and set(pair) <= set(piece.members):
            if piece.until > day:
                still.add(piece.initiative)
            else:
                ended[piece.initiative] = max(piece.until, ended.get(piece.initiative, 0))
    return sorted(ended.keys() - still, key=lambda id_: (-ended[id_], id_))[:EARLIER]
