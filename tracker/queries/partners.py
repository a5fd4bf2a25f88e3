"""How one department works with the others on a day: its partners by band, and the pairs that one step would move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.graph.bridges import ranking, smallest_steps
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.ties import BANDS, Band, Pair, ties_on
from tracker.queries.facts import current_portfolio
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS, NamedStep, all_bands, bridging
from tracker.queries.places import Place, busy, crossings, initiatives_named, places

#: So many open pairs are proposed; the list of pairs has them all.
MOST_OPEN = 8


@dataclass(frozen=True, slots=True)
class Partner:
    """Another department, and how many live initiatives the two share."""

    place: Place
    shared: int


@dataclass(frozen=True, slots=True)
class Group:
    """The partners of one band."""

    band: Band
    partners: tuple[Partner, ...]

    @property
    def words(self) -> str:
        """How they work with the department, in words."""
        return BAND_WORDS[self.band]

    @property
    def mark(self) -> str:
        """The mark that goes with the words."""
        return BAND_MARKS[self.band]


@dataclass(frozen=True, slots=True)
class OpenPair:
    """A pair short of working together, and the smallest step towards it where live work offers one."""

    place: Place
    band: Band
    volume: int | None
    is_busy: bool
    step: NamedStep | None

    @property
    def words(self) -> str:
        """How the two work, in words."""
        return BAND_WORDS[self.band]

    @property
    def mark(self) -> str:
        """The mark that goes with the words."""
        return "busy" if self.is_busy and self.band == "open" else BAND_MARKS[self.band]


@dataclass(frozen=True, slots=True)
class Partners:
    """The coverage of a department in counts, the score one click down, and the pairs behind both.

    ``others`` are partners that no journey asks for; they count in no number.
    """

    together: int
    required: int
    points: float
    possible: int
    groups: tuple[Group, ...]
    others: tuple[Group, ...]
    open_pairs: tuple[OpenPair, ...]
    open_total: int
    has_journeys: bool

    def count(self, *bands: Band) -> int:
        """Return how many of the pairs stand in one of these bands."""
        return sum(len(group.partners) for group in self.groups if group.band in bands)


def partners_of(session: Session, external_id: str, on: date) -> Partners:
    """Return how a department works with the others on a day. 4 queries, and those of the facts when new."""
    _, portfolio = current_portfolio(session)
    ties, covered = ties_on(portfolio, on), coverage(portfolio, on)
    where = places(session)
    mine = {pair: band for pair, band in covered.band_of.items() if external_id in pair}
    there = set(ties.departments)
    tied = {pair for pair in {*ties.bridges, *ties.silent} if external_id in pair and there.issuperset(pair)}
    further = all_bands(portfolio, ties, sorted(tied - mine.keys()))

    def groups(bands: dict[Pair, Band]) -> tuple[Group, ...]:
        found: dict[Band, list[Partner]] = {band: [] for band in BANDS}
        for pair, band in bands.items():
            found[band].append(Partner(where[_other(pair, external_id)], len(bridging(ties, pair))))
        return tuple(
            Group(band, tuple(sorted(each, key=lambda one: (-one.shared, one.place.name))))
            for band, each in found.items()
            if each
        )

    short = ranking(portfolio, on).among(lambda pair: mine.get(pair) in ("begun", "quiet", "open"))
    importance = {pair: covered.importance[pair] for pair in mine}
    return Partners(
        together=sum(band in ("backed", "single") for band in mine.values()),
        required=len(mine),
        points=sum(r * min(1.0, covered.strength[pair]) for pair, r in importance.items()),
        possible=sum(importance.values()),
        groups=groups(mine),
        others=groups(further),
        open_pairs=_open_pairs(
            session,
            portfolio,
            external_id,
            on,
            {each.pair: mine[each.pair] for each in short.part(0, MOST_OPEN)},
            where,
        ),
        open_total=len(short),
        has_journeys=bool(portfolio.journeys),
    )


def _open_pairs(
    session: Session,
    portfolio: Portfolio,
    external_id: str,
    on: date,
    bands: dict[Pair, Band],
    where: dict[str, Place],
) -> tuple[OpenPair, ...]:
    steps = {pair: smallest_steps(portfolio, on, pair)[:1] for pair in bands}
    named = initiatives_named(session, {step.initiative for found in steps.values() for step in found})
    crossed = crossings(session, on)
    urgent = busy(crossed)
    return tuple(
        OpenPair(
            place=where[_other(pair, external_id)],
            band=bands[pair],
            volume=crossed[pair].volume if pair in crossed else None,
            is_busy=pair in urgent,
            step=next(
                (NamedStep(where[step.department], named[step.initiative]) for step in steps[pair]), None
            ),
        )
        for pair in bands
    )


def _other(pair: Pair, one: str) -> str:
    return pair[1] if pair[0] == one else pair[0]
