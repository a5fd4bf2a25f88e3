"""The film of the stage: every month of the register at once, for a picture that plays and a text that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.queries.facts import current_portfolio
from tracker.queries.groups import Grouping, grouped
from tracker.queries.keeping import keep, state_of
from tracker.queries.named import Named
from tracker.queries.narrowing import EVERYTHING, WHOLE, Filters, Narrowing, narrowing_of
from tracker.queries.places import Place, places
from tracker.queries.showings import Compared, compared_on, showings
from tracker.queries.stage import (
    MOST_NODES,
    Month,
    Node,
    Stage,
    Tie,
    caption_of,
    month_series,
    months_of,
    next_pair,
)
from tracker.queries.strands import Strand, covered_by, opened_at, strands_between
from tracker.queries.telling import Told, counted_between, told_each

#: Batons of a month; more would hide the ties they run along, and one month is a second long.
MOST_BATONS = 8
#: Flags on the chart, at most one in each of as many stretches of the film (LOOK.md, section 5.6).
MOST_FLAGS = 6
#: A flag says no more letters than this.
LONGEST_FLAG = 24
#: A stretch that takes a near miss first, one in so many.
NEAR_MISS_EVERY = 3


#: The line under the sentence, and the whole story that it is taken from.
Caption = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Flag:
    """A moment that stands by name over its month."""

    at: int
    told: Told


@dataclass(frozen=True, slots=True)
class Film:
    """All months of the stage; what is told of each stands at its place. `version` is that of the facts.

    `division` is the one that was opened, None where the whole organisation is on the track; `narrowing` says it
    too, with the theme and the kind of initiative. `compared` says of each month what was shown before it.
    """

    version: int
    crossings: bool
    division: Named | None
    months: tuple[Month, ...]
    grouping: Grouping
    opened: dict[str, tuple[bool, ...]]
    strands: tuple[Strand, ...]
    told: tuple[tuple[Told, ...], ...]
    counted: tuple[int, ...]
    flags: tuple[Flag, ...]
    narrowing: Narrowing = WHOLE
    compared: tuple[Compared | None, ...] = ()

    def partners(self, at: int) -> dict[str, int]:
        """Return with how many others each group works together at a month."""
        found = dict.fromkeys((each.public_id for each in self.grouping.groups), 0)
        for strand in self.strands:
            if strand.band[at] in ("backed", "single"):
                found[strand.a] += 1
                found[strand.b] += 1
        return found

    def place_of(self, on: date) -> int:
        """Return the place of a day among the months; it is one of them."""
        return next(at for at, month in enumerate(self.months) if month.on == on)

    def sentence(self, at: int) -> str:
        """Return the sentence of a month."""
        return self.narrowing.sentence(self.months[at].covered, crossings=self.crossings)

    def compared_at(self, at: int) -> Compared | None:
        """Return what was shown before a month, None where nothing was presented before it."""
        return self.compared[at] if self.compared else None

    def still(self, at: int, caption: Caption = ("", ())) -> Stage:
        """Return one month as a picture that stands still, with its caption."""
        month, partners = self.months[at], self.partners(at)
        ties = (
            Tie(each.a, each.b, each.strength[at], band)
            for each in self.strands
            if (band := each.band[at]) is not None
        )
        return Stage(
            on=month.on,
            at=at,
            months=self.months,
            nodes=tuple(
                Node(each.public_id, each.name, self.opened[each.public_id][at], partners[each.public_id])
                for each in self.grouping.groups
            ),
            ties=tuple(ties),
            told=self.told[at],
            counted=self.counted[at],
            covered=month.covered,
            sentence=self.sentence(at),
            caption=caption[0],
            story=caption[1],
            grouping=self.grouping,
            compared=self.compared_at(at),
        )


def film(session: Session, on: date, today: date, filters: Filters = EVERYTHING) -> Film | None:
    """Return the film of the register until today; a day that ends no month is one more of its months.

    None where the filters name what is not there, or a division without departments. 3 queries, and at most 6 more
    when anything has changed.
    """
    _, portfolio = current_portfolio(session)
    months = months_of(portfolio, on, today)
    return keep(
        session, "film", (months[-1].on, on, filters), lambda: _film(session, portfolio, months, filters)
    )


def _film(session: Session, portfolio: Portfolio, months: tuple[Month, ...], filters: Filters) -> Film | None:
    narrowing = narrowing_of(session, filters)
    where = narrowing.inside(places(session)) if narrowing else {}
    if narrowing is None or (narrowing.division and not where):
        return None
    grouping = grouped(portfolio, tuple(where.values()), MOST_NODES)
    days, own = [month.on for month in months], narrowing.own(portfolio)
    if filters:
        months = _narrowed(portfolio, where, months, narrowing)
    told = told_each(session, own, where, [(month.since, month.on) for month in months], MOST_BATONS)
    return Film(
        version=state_of(session).version,
        crossings=bool(portfolio.journeys),
        division=narrowing.division,
        months=months,
        grouping=grouping,
        opened=opened_at(portfolio, days, grouping),
        strands=strands_between(narrowing.work(portfolio), days, grouping),
        told=told,
        counted=tuple(counted_between(own, month.since, month.on) for month in months),
        flags=tuple(_flags(told)),
        narrowing=narrowing,
        compared=compared_on(
            showings(session, days[-1]),
            filters,
            days,
            lambda then: covered_by(portfolio, then, narrowing, where),
        ),
    )


def _narrowed(
    portfolio: Portfolio, where: dict[str, Place], months: Sequence[Month], narrowing: Narrowing
) -> tuple[Month, ...]:
    """Return the months of a part: its own pairs, its own wins, its own momentum."""
    days = [month.on for month in months]
    points = covered_by(portfolio, days, narrowing, where)
    series = month_series(narrowing.own(portfolio), days, None)
    return tuple(
        replace(made, since=month.since, covered=point)
        for made, month, point in zip(series, months, points, strict=True)
    )


def caption_at(session: Session, shown: Film, at: int) -> Caption:
    """Return what is said of one month of a film. 2 queries."""
    _, portfolio = current_portfolio(session)
    return _caption(portfolio, shown.narrowing.work(portfolio), _where(session, shown), shown, at)


def captions_of(session: Session, shown: Film) -> tuple[Caption, ...]:
    """Return what is said of every month of a film. 2 queries."""
    _, portfolio = current_portfolio(session)
    where, work = _where(session, shown), shown.narrowing.work(portfolio)
    return tuple(_caption(portfolio, work, where, shown, at) for at in range(len(shown.months)))


def _where(session: Session, shown: Film) -> dict[str, Place]:
    return {id_: each for id_, each in places(session).items() if id_ in shown.grouping.group_of}


def _caption(portfolio: Portfolio, work: Portfolio, where: dict[str, Place], shown: Film, at: int) -> Caption:
    is_last, inside = at == len(shown.months) - 1, where if shown.division else None
    return caption_of(
        portfolio,
        where,
        shown.months,
        at,
        closing=next_pair(portfolio, where, shown.months[at].on, inside) if is_last else "",
        work=work,
        inside=inside,
        is_compared=shown.compared_at(at) is not None,
        all_at_once=True,
    )


def _flags(told: Sequence[tuple[Told, ...]]) -> list[Flag]:
    """Choose a moment for each stretch of the film, one whose title fits where there is such a one.

    A measured win comes first, then what most took part in; now and then a near miss, since what was learned is
    part of the story.
    """
    stretches = min(MOST_FLAGS, len(told) // 2)
    found = []
    for stretch in range(stretches):
        first, last = (len(told) * edge // stretches for edge in (stretch, stretch + 1))
        wants_near_miss = stretch % NEAR_MISS_EVERY == 1
        here = [Flag(at, each) for at in range(first, last) for each in told[at]]
        if here:
            found.append(
                max(
                    here,
                    key=lambda flag: (
                        flag.told.is_near_miss == wants_near_miss,
                        len(flag.told.title) <= LONGEST_FLAG,
                        flag.told.kind == "measured_win",
                        len(flag.told.departments),
                        flag.told.on,
                        flag.told.public_id,
                    ),
                )
            )
    return found
