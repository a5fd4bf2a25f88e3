"""The film of the stage: every month of the register at once, for a picture that plays and a text that tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.changes import Change, changes_at, dip_causes_at
from tracker.graph.facts import Portfolio
from tracker.graph.filtering import Filter, filtered
from tracker.graph.succession import index
from tracker.queries.facts import current_portfolio
from tracker.queries.groups import Grouping, grouped
from tracker.queries.keeping import keep, state_of
from tracker.queries.named import Named
from tracker.queries.places import Place, places
from tracker.queries.stage import (
    MOST_NODES,
    YEAR,
    Month,
    Node,
    Stage,
    Tie,
    caption_of,
    month_series,
    months_of,
    next_pair,
)
from tracker.queries.strands import Strand, covered_inside, opened_at, strands_between
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

    `division` is the one that was opened, None where the whole organisation is on the track.
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
        covered = self.months[at].covered
        said = captions.together_sentence(covered, crossings=self.crossings)
        if self.division is None or not covered.required:
            return said
        return said.replace(" together.", f" together in {self.division.name}.", 1)

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
        )


def film(session: Session, on: date, today: date, division: str = "") -> Film | None:
    """Return the film of the register until today; a day that ends no month is one more of its months.

    `division` opens one by its public id; None where no department belongs to it. 3 queries, and 3 more when
    anything has changed.
    """
    _, portfolio = current_portfolio(session)
    months = months_of(portfolio, on, today)
    return keep(
        session, "film", (months[-1].on, on, division), lambda: _film(session, portfolio, months, division)
    )


def _film(session: Session, portfolio: Portfolio, months: tuple[Month, ...], division: str) -> Film | None:
    where, opened_one = places(session), None
    if division:
        where = {
            id_: each for id_, each in where.items() if each.division and each.division.public_id == division
        }
        if not where:
            return None
        opened_one = next(iter(where.values())).division
    grouping = grouped(portfolio, tuple(where.values()), MOST_NODES)
    days = [month.on for month in months]
    told_of = portfolio
    if opened_one:
        told_of, months = _inside(portfolio, where, months)
    told = told_each(session, told_of, where, [(month.since, month.on) for month in months], MOST_BATONS)
    return Film(
        version=state_of(session).version,
        crossings=bool(portfolio.journeys),
        division=opened_one,
        months=months,
        grouping=grouping,
        opened=opened_at(portfolio, days, grouping),
        strands=strands_between(portfolio, days, grouping),
        told=told,
        counted=tuple(counted_between(told_of, month.since, month.on) for month in months),
        flags=tuple(_flags(told)),
    )


def _inside(
    portfolio: Portfolio, where: dict[str, Place], months: Sequence[Month]
) -> tuple[Portfolio, tuple[Month, ...]]:
    """Return the initiatives of a division, and its months: its own pairs, its own wins, its own momentum."""
    ids = {each.id: each.division for each in portfolio.departments}
    own = filtered(portfolio, Filter(division=next(ids[id_] or "" for id_ in where if id_ in ids)))
    days = [month.on for month in months]
    points = covered_inside(portfolio, days, frozenset(where))
    series = month_series(own, days, None)
    return own, tuple(
        replace(made, since=month.since, covered=point)
        for made, month, point in zip(series, months, points, strict=True)
    )


def caption_at(session: Session, shown: Film, at: int) -> Caption:
    """Return what is said of one month of a film. 2 queries."""
    _, portfolio = current_portfolio(session)
    return _caption(portfolio, _where(session, shown), shown, at)


def captions_of(session: Session, shown: Film) -> tuple[Caption, ...]:
    """Return what is said of every month of a film. 2 queries."""
    _, portfolio = current_portfolio(session)
    where = _where(session, shown)
    return tuple(_caption(portfolio, where, shown, at) for at in range(len(shown.months)))


def _where(session: Session, shown: Film) -> dict[str, Place]:
    return {id_: each for id_, each in places(session).items() if id_ in shown.grouping.group_of}


def _caption(portfolio: Portfolio, where: dict[str, Place], shown: Film, at: int) -> Caption:
    if shown.division:
        return _caption_inside(portfolio, where, shown.months, at)
    is_last = at == len(shown.months) - 1
    closing = next_pair(portfolio, where, shown.months[at].on) if is_last else ""
    return caption_of(portfolio, where, shown.months, at, closing, all_at_once=True)


def _caption_inside(
    portfolio: Portfolio, where: dict[str, Place], months: Sequence[Month], at: int
) -> Caption:
    """Return the line and the story of a month of one division: only what happened among its departments."""
    if not at:
        return "", ()
    now, before, days = months[at], months[at - 1], [month.on for month in months]
    known, names = index(portfolio).initiatives, {id_: place.name for id_, place in where.items()}

    def is_joint(id_: str) -> bool:
        return len({member.department for member in known[id_].members} & names.keys()) > 1

    found = _among(changes_at(portfolio, days, at), names, is_joint)
    fell = now.together < before.together
    causes = _among(dip_causes_at(portfolio, days, at), names, is_joint) if fell else ()
    kinds = {id_: known[id_].kind for each in (*found, *causes) for id_ in each.initiatives}
    dip = captions.dip_sentence(before.together, now.together, causes, kinds) if fell else ""
    told = captions.story(found, names, kinds, dip=dip)
    year = [f"{months[at - YEAR].together:,} a year ago."] if at >= YEAR else []
    return dip or " ".join([*year, *(told[:1] if found else ())]), told


def _among(
    found: Sequence[Change], names: dict[str, str], is_joint: Callable[[str], bool]
) -> tuple[Change, ...]:
    """Return of the changes what happened among some departments and to their joint initiatives."""
    here = (
        replace(
            each,
            groups=tuple(group for group in each.groups if names.keys() >= set(group)),
            initiatives=tuple(id_ for id_ in each.initiatives if is_joint(id_)),
            events=(),
        )
        for each in found
    )
    return tuple(each for each in here if each.count)


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
