"""Where momentum goes from a day on: what keeps it, when it halves, and what leads to a target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.graph import captions, captions_ahead
from tracker.graph.facts import Settings
from tracker.graph.momentum import Momentum, momentum
from tracker.graph.parts import momentum_series
from tracker.graph.paths import ahead, halves_on, needed
from tracker.graph.verdicts import POINTS
from tracker.queries.dashboard import month_ends
from tracker.queries.facts import current_portfolio

#: The months that lead up to the day, and how far ahead the page looks without a target.
MONTHS_BEFORE, DAYS_AHEAD = 12, 180


@dataclass(frozen=True, slots=True)
class Target:
    """A momentum to reach by a day: ``points`` per 30 days lead there, which is ``wins`` a month."""

    momentum: float
    by: date
    points: float
    wins: float


@dataclass(frozen=True, slots=True)
class Stand:
    """A day to come: the momentum with nothing added, with the pace kept, and on the way to the target."""

    on: date
    nothing: float
    kept: float
    way: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The months before the day, what is ahead of it, and its sentences."""

    on: date
    until: date
    days: tuple[date, ...]
    levels: tuple[float, ...]
    pace: Momentum
    settings: Settings
    halves_on: date
    sentence: str
    label: str
    stands: tuple[Stand, ...]
    target: Target | None

    def nothing(self, days: float) -> float:
        """Return the momentum after so many days in which nothing is added."""
        return ahead(self.pace.momentum, 0, days, self.settings)

    def way(self, days: float) -> float:
        """Return the momentum after so many days on the way to the target, or of keeping the pace without one."""
        added = self.target.points if self.target else self.pace.momentum
        return ahead(self.pace.momentum, max(0.0, added), days, self.settings)


def outlook(session: Session, on: date, wanted: tuple[float, date] | None = None) -> Outlook:
    """Return where momentum goes from a day on, to a target when one is wanted, which lies after the day.

    1 query, and those of the facts when new.
    """
    _, portfolio = current_portfolio(session)
    pace, settings = momentum(portfolio, on), portfolio.settings
    target = _target(pace.momentum, on, wanted, settings) if wanted else None
    until = target.by if target else on + timedelta(DAYS_AHEAD)
    days = month_ends(on - timedelta(30 * MONTHS_BEFORE), on)
    return Outlook(
        on=on,
        until=until,
        days=tuple(days),
        levels=momentum_series(portfolio, days),
        pace=pace,
        settings=settings,
        halves_on=halves_on(on, settings),
        sentence=captions_ahead.pace_sentence(pace, settings),
        label=captions.label_words(pace),
        stands=tuple(
            Stand(
                day,
                ahead(pace.momentum, 0, (day - on).days, settings),
                pace.momentum,
                ahead(pace.momentum, max(0.0, target.points), (day - on).days, settings) if target else None,
            )
            for day in (on, *(each for each in month_ends(on, until) if each > on))
        ),
        target=target,
    )


def pace_ahead(session: Session, on: date) -> str:
    """Say what keeps the pace of a day, and by when it halves. 1 query, and those of the facts when new."""
    _, portfolio = current_portfolio(session)
    return captions_ahead.pace_sentence(momentum(portfolio, on), portfolio.settings)


def _target(now: float, on: date, wanted: tuple[float, date], settings: Settings) -> Target:
    level, by = wanted
    points = needed(now, level, (by - on).days, settings)
    return Target(level, by, points, points / POINTS["win"])
