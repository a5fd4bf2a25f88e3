"""What home opens on: the sentence in counts, the pace, the next pairs, and the line of momentum."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.bridges import linking, ranking
from tracker.graph.coverage import Coverage, coverage
from tracker.graph.momentum import Momentum, momentum
from tracker.graph.parts import momentum_series
from tracker.models.initiatives import Initiative, Sponsorship
from tracker.queries.facts import current_portfolio
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.places import Place, crossings, places

#: How many pairs home proposes, and how many months its line shows.
NEXT = 5
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Lead:
    """The sentence that home begins with, and the one on the pace; every count opens its records.

    ``rest`` tells where the other pairs stand: how many, in words, and the view of the pairs that lists them.
    """

    covered: Coverage
    pace: Momentum
    sentence: str
    rest: tuple[tuple[int, str, str], ...]
    label: str
    hold: str
    window: int

    @property
    def count(self) -> str:
        """The count that the sentence begins with, as a link shows it; "" where there is none."""
        covered = self.covered
        return f"{covered.together:,} of {covered.required:,}" if covered.required else ""

    @property
    def since(self) -> date:
        """The first day of the window that the counts of wins and lessons look back on."""
        return self.pace.on - timedelta(self.window - 1)

    @property
    def before(self) -> tuple[date, date]:
        """The first and last day of the window before."""
        return self.since - timedelta(self.window), self.since - timedelta(1)

    def days_before(self, count: int) -> str:
        """Return the day so many days before, as an address writes it."""
        return (self.pace.on - timedelta(count)).isoformat()


@dataclass(frozen=True, slots=True)
class NextRow:
    """A pair worth bringing together next; ``share`` compares its volume with the largest, out of 100."""

    a: Place
    b: Place
    words: str
    volume: int | None
    share: int
    linking: int

    @property
    def sentence(self) -> str:
        """Name the pair as the next one, and say how many already work with both."""
        return captions.next_sentence(self.a.name, self.b.name, self.linking)


def lead(session: Session, on: date) -> Lead:
    """Return the sentences of a day. 1 query, and those of the facts when their version is new."""
    _, portfolio = current_portfolio(session)
    covered, pace = coverage(portfolio, on), momentum(portfolio, on)
    return Lead(
        covered=covered,
        pace=pace,
        sentence=captions.together_sentence(covered, crossings=bool(portfolio.journeys)),
        rest=tuple(captions.rest_parts(covered, portfolio.settings.quiet_days)),
        label=captions.label_words(pace),
        hold=captions.hold_sentence(pace),
        window=portfolio.settings.window_days,
    )


def next_rows(session: Session, on: date, where: dict[str, Place] | None = None) -> list[NextRow]:
    """Return the pairs that one pilot would move most. 3 queries, and those of the facts when their version is new."""
    _, portfolio = current_portfolio(session)
    where = places(session) if where is None else where
    crossed = crossings(session, on)
    band_of = coverage(portfolio, on).band_of
    best = ranking(portfolio, on).part(0, NEXT)
    volumes = {each.pair: crossed[each.pair].volume for each in best if each.pair in crossed}
    most = max((volume for volume in volumes.values() if volume), default=0)
    rows = []
    for each in best:
        a, b = sorted((where[id_] for id_ in each.pair), key=lambda place: place.name)
        volume = volumes.get(each.pair)
        share = round(100 * (volume or 0) / most) if most else 0
        links = len(linking(portfolio, on, each.pair))
        rows.append(NextRow(a, b, BAND_WORDS[band_of[each.pair]], volume, share, links))
    return rows


def own_initiatives(session: Session, user_id: int | None, person_id: int | None) -> frozenset[str]:
    """Return the public ids of the initiatives that somebody recorded or stands behind. 1 query."""
    stands_behind = exists().where(
        Sponsorship.initiative_id == Initiative.id, Sponsorship.person_id == person_id
    )
    query = select(Initiative.public_id).where(or_(Initiative.created_by_id == user_id, stands_behind))
    return frozenset(session.scalars(query))


def month_ends(first: date, last: date) -> list[date]:
    """Return the last days of the months from that of ``first`` on, and ``last`` itself.

    >>> [str(day) for day in month_ends(date(2026, 1, 5), date(2026, 3, 10))]
    ['2026-01-31', '2026-02-28', '2026-03-10']
    """
    days, year, month = [], first.year, first.month
    while (day := date(year, month, monthrange(year, month)[1])) < last:
        days.append(day)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return [*days, last]


def pace_line(session: Session, on: date) -> tuple[list[date], tuple[float, ...]]:
    """Return the momentum of the last two years at month ends and on the day. 1 query, as above."""
    _, portfolio = current_portfolio(session)
    first = on.replace(day=1) - timedelta(days=30 * (MONTHS - 1))
    days = month_ends(first, on)
    return days, momentum_series(portfolio, days)
