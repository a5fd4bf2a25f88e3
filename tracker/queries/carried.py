"""The pairs of departments that one initiative brings together on a day, and what it gives each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import combinations

from sqlalchemy.orm import Session

from tracker.graph.coverage import bands_of, coverage
from tracker.graph.intervals import timeline
from tracker.graph.resting import is_heavy
from tracker.graph.ties import SCALE, threshold_of, ties_on, weight
from tracker.queries.facts import current_portfolio
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS
from tracker.queries.places import Place, places

#: Above so many departments the pairs are too many to name; MEASURES.md warns from there on.
NAMED_UP_TO = 6


@dataclass(frozen=True, slots=True)
class CarriedPair:
    """A pair that the initiative holds: how the two work that day, and whether they would without it."""

    a: Place
    b: Place
    words: str
    mark: str
    rests_on_it: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """What an initiative of ``size`` departments gives each of its pairs on a day; ``share`` 0 when it is not live.

    ``points`` of the ``of`` points of the coverage score stand through it.
    """

    size: int
    is_live: bool
    share: Fraction
    pairs: tuple[CarriedPair, ...]
    points: float = 0.0
    of: float = 0.0

    @property
    def part(self) -> float:
        """Return its part of the coverage score, between 0 and 1."""
        return self.points / self.of if self.of else 0.0

    @property
    def is_heavy(self) -> bool:
        """Say whether it carries more than a third of the coverage score."""
        return is_heavy(self.part)

    @property
    def count(self) -> int:
        """Return how many pairs it holds, named or not."""
        return self.size * (self.size - 1) // 2


def carried_by(session: Session, external_id: str, on: date) -> Carried:
    """Return the pairs of an initiative on a day. 2 queries, and those of the facts when their version is new."""
    _, portfolio = current_portfolio(session)
    line, ties = timeline(portfolio), ties_on(portfolio, on)
    members = line.members_on(external_id, on.toordinal()) if external_id in line.members else ()
    is_live = external_id in ties.sizes
    size = len(members)
    units = weight(size, portfolio.settings.attention) if is_live and size > 1 else 0
    covered = coverage(portfolio, on)
    points = covered.attribution.get(external_id, 0.0) * covered.possible
    found = Carried(size, is_live, Fraction(units, SCALE), (), points, covered.points)
    if not is_live or not 2 <= size <= NAMED_UP_TO:
        return found
    threshold = threshold_of(portfolio)
    pairs = list(combinations(sorted(members), 2))
    strength = {pair: ties.strength(pair) for pair in pairs}
    bands = bands_of(ties, strength, threshold)
    where = places(session)
    rows = []
    for pair in pairs:
        a, b = sorted((where[id_] for id_ in pair), key=lambda place: place.name)
        rests = strength[pair] >= threshold > strength[pair] - units
        rows.append(CarriedPair(a, b, BAND_WORDS[bands[pair]], BAND_MARKS[bands[pair]], rests))
    return replace(found, pairs=tuple(sorted(rows, key=lambda row: (row.a.name, row.b.name))))
