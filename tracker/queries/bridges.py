"""Which pairs to bring together next: what a pilot adds, who could help, and a plan of several pilots."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph import captions, captions_ahead
from tracker.graph.bridges import Step, common_theme, linking, ranking, smallest_steps
from tracker.graph.facts import Portfolio
from tracker.graph.planning import Limits, Pick, load_on, plan
from tracker.graph.ranking import NextPair
from tracker.graph.ties import Pair, threshold_of, ties_on
from tracker.graph.trios import Trio, best_trio
from tracker.models.initiatives import Theme
from tracker.queries.facts import current_portfolio
from tracker.queries.named import Named
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS, NamedStep, all_bands
from tracker.queries.places import (
    Crossing,
    Place,
    Titled,
    crossings,
    initiatives_named,
    people_named,
    places,
)

#: Likely sponsors that a pair names.
SPONSORS = 3


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """A pair worth bringing together: what one pilot of the two adds, in words and figures, and who could help.

    ``gain`` in points of the coverage score, ``efficiency`` and ``warm`` as `NextPair` has them; ``sponsors``
    have history in both departments and room for one more; ``theme`` is one under which both have live work.
    """

    a: Place
    b: Place
    words: str
    mark: str
    adds: str
    gain: float
    efficiency: float
    warm: float
    volume: int | None
    linking: tuple[Place, ...]
    sponsors: tuple[Titled, ...]
    step: NamedStep | None
    theme: Named | None


@dataclass(frozen=True, slots=True)
class TrioRow:
    """Three departments for one pilot: what it adds, in words and figures, and who could lead it."""

    departments: tuple[Place, ...]
    adds: str
    pairs: tuple[tuple[Place, Place], ...]
    gain: float
    efficiency: float
    warm: float
    sponsors: tuple[Titled, ...]
    theme: Named | None


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A pilot of a plan, in its turn, with the sponsor the plan gives it."""

    row: BridgeRow
    sponsor: Titled | None


@dataclass(frozen=True, slots=True)
class Bridges:
    """A part of the ranked pairs with how many there are, the plan, and the best trio where three do more."""

    rows: tuple[BridgeRow, ...]
    total: int
    first: str
    planned: tuple[PlannedRow, ...]
    plan_sentence: str
    trio: TrioRow | None


def bridges(session: Session, on: date, limits: Limits, pilots: int, *, limit: int, offset: int) -> Bridges:
    """Return the pairs short of full credit, ranked, and a plan. 6 queries, and those of the facts when new."""
    _, portfolio = current_portfolio(session)
    where, crossed = places(session), crossings(session, on)
    ranked = ranking(portfolio, on)
    planned, trio = plan(portfolio, on, pilots, limits), best_trio(portfolio, on, limits)
    shown, best = ranked.part(offset, limit), ranked.part(0, 1)
    builder = _Builder(session, portfolio, on, limits, where, crossed)
    builder.load(
        [*(each.pair for each in (*best, *shown)), *(pick.found.pair for pick in planned.picks)],
        trio.departments if trio else (),
    )
    has_crossings = bool(portfolio.journeys)
    first = builder.row(best[0]) if best else None
    return Bridges(
        rows=tuple(builder.row(each) for each in shown),
        total=len(ranked),
        first=captions.next_sentence(first.a.name, first.b.name, len(first.linking)) if first else "",
        planned=tuple(builder.planned(pick) for pick in planned.picks),
        plan_sentence=captions.plan_sentence(
            len(planned.picks), planned.before, planned.after, planned.required, crossings=has_crossings
        ),
        trio=builder.trio(trio) if trio else None,
    )


class _Builder:
    """The rows of pairs, their names read once for all of them."""

    def __init__(
        self,
        session: Session,
        portfolio: Portfolio,
        on: date,
        limits: Limits,
        where: dict[str, Place],
        crossed: dict[Pair, Crossing],
    ) -> None:
        self.session, self.portfolio, self.on, self.limits = session, portfolio, on, limits
        self.where, self.crossed = where, crossed
        self.ties, self.busy, self.needed = (
            ties_on(portfolio, on),
            load_on(portfolio, on),
            threshold_of(portfolio),
        )
        self.possible = sum(self.ties.importance.values())
        self.steps: dict[Pair, Step | None] = {}
        self.people: dict[str, Titled] = {}
        self.initiatives: dict[str, Named] = {}
        self.themes: dict[tuple[str, ...], Named] = {}

    def load(self, pairs: Sequence[Pair], three: tuple[str, ...]) -> None:
        """Read the names that the rows of these pairs and of a trio need. 3 queries."""
        self.steps = {pair: next(iter(smallest_steps(self.portfolio, self.on, pair)), None) for pair in pairs}
        wanted = {step.initiative for step in self.steps.values() if step}
        self.initiatives = initiatives_named(self.session, wanted)
        groups = [*pairs, *([three] if three else [])]
        self.people = people_named(
            self.session, {person for each in groups for person in self.busy.sponsors_of(each)}
        )
        themes = {each: theme for each in groups if (theme := common_theme(self.portfolio, self.on, each))}
        named = {
            external_id: Named(public_id, name)
            for external_id, public_id, name in self.session.execute(
                select(Theme.external_id, Theme.public_id, Theme.name).where(
                    Theme.external_id.in_(themes.values())
                )
            )
        }
        self.themes = {each: named[theme] for each, theme in themes.items() if theme in named}

    def row(self, found: NextPair) -> BridgeRow:
        """Return the row of a pair."""
        pair, portfolio = found.pair, self.portfolio
        a, b = sorted((self.where[id_] for id_ in pair), key=lambda place: place.name)
        band = all_bands(portfolio, self.ties, [pair])[pair]
        brings = self.ties.strength(pair) < self.needed
        return BridgeRow(
            a=a,
            b=b,
            words=BAND_WORDS[band],
            mark=BAND_MARKS[band],
            adds=captions.adds_sentence(brings=brings, crossings=bool(portfolio.journeys)),
            gain=found.gain * self.possible,
            efficiency=found.efficiency_gain,
            warm=found.warm,
            volume=self.crossed[pair].volume if pair in self.crossed else None,
            linking=tuple(self.where[id_] for id_ in linking(portfolio, self.on, pair) if id_ in self.where),
            sponsors=tuple(self._with_room(pair))[:SPONSORS],
            step=self._step(pair),
            theme=self.themes.get(pair),
        )

    def trio(self, found: Trio) -> TrioRow:
        """Return the row of a trio."""
        places = {id_: self.where[id_] for id_ in found.departments}
        return TrioRow(
            departments=tuple(sorted(places.values(), key=lambda place: place.name)),
            adds=captions_ahead.trio_sentence(
                found.brings, len(found.helps), crossings=bool(self.portfolio.journeys)
            ),
            pairs=tuple((places[a], places[b]) for a, b in found.helps),
            gain=found.gain * self.possible,
            efficiency=found.efficiency_gain,
            warm=found.warm,
            sponsors=tuple(self._with_room(found.departments))[:SPONSORS],
            theme=self.themes.get(found.departments),
        )

    def planned(self, pick: Pick) -> PlannedRow:
        """Return the row of a pilot of the plan."""
        return PlannedRow(self.row(pick.found), self.people.get(pick.sponsor) if pick.sponsor else None)

    def _with_room(self, departments: Collection[str]) -> Iterable[Titled]:
        for person in self.busy.sponsors_of(departments):
            if self.busy.sponsors.get(person, 0) < self.limits.sponsor and person in self.people:
                yield self.people[person]

    def _step(self, pair: Pair) -> NamedStep | None:
        step = self.steps[pair]
        if step is None or step.initiative not in self.initiatives:
            return None
        return NamedStep(self.where[step.department], self.initiatives[step.initiative])
