"""What the page that explains the numbers shows of a day: the exact figures, and the constants that hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.coverage import Coverage, coverage
from tracker.graph.facts import Settings
from tracker.graph.momentum import Momentum, momentum
from tracker.graph.ties import SCALE, ties_on
from tracker.queries.facts import current_portfolio


@dataclass(frozen=True, slots=True)
class Figures:
    """The exact figures of a day at a version of the register, and the constants they were made with."""

    on: date
    version: int
    settings: Settings
    covered: Coverage
    pace: Momentum
    label: str
    sentence: str
    has_journeys: bool
    live: int
    alone: int
    strongest: float

    @property
    def few_events(self) -> bool:
        """Say whether so few events carry the momentum that its band deserves a word."""
        return 0 < self.pace.effective_events < captions.FEW_EVENTS


def figures(session: Session, on: date) -> Figures:
    """Return the exact figures of a day. 1 query, and those of the facts when their version is new."""
    version, portfolio = current_portfolio(session)
    ties, covered, pace = ties_on(portfolio, on), coverage(portfolio, on), momentum(portfolio, on)
    strengths = [ties.strength(pair) for pair in ties.bridges]
    return Figures(
        on=on,
        version=version,
        settings=portfolio.settings,
        covered=covered,
        pace=pace,
        label=captions.label_words(pace),
        sentence=captions.together_sentence(covered, crossings=bool(portfolio.journeys)),
        has_journeys=bool(portfolio.journeys),
        live=sum(size > 1 for size in ties.sizes.values()),
        alone=sum(size < 2 for size in ties.sizes.values()),
        strongest=max(strengths, default=0) / SCALE,
    )
