"""What if we stop these? The live initiatives to choose from, and the day with and without the chosen ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.intervals import timeline
from tracker.graph.ties import BANDS, Band, ties_on
from tracker.graph.what_if import WhatIf, what_if
from tracker.models.initiatives import Initiative
from tracker.queries.facts import current_portfolio
from tracker.queries.named import matches
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS
from tracker.queries.places import Place, places
from tracker.queries.sponsors import runs_on
from tracker.queries.stage import Ground, ground

#: Initiatives that the list offers at once; the search narrows it.
OFFERED = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """A live initiative with its departments on the day."""

    public_id: str
    title: str
    departments: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class MovedPair:
    """A pair that would stand elsewhere; `lost` when it would no longer work together."""

    a: Place
    b: Place
    before: Band
    after: Band
    lost: bool

    @property
    def words(self) -> tuple[str, str]:
        """How the two work, and how they would."""
        return BAND_WORDS[self.before], BAND_WORDS[self.after]

    @property
    def marks(self) -> tuple[str, str]:
        """The marks that go with the words."""
        return BAND_MARKS[self.before], BAND_MARKS[self.after]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The choices, how many live initiatives the search finds, and what would be; no result while nothing is chosen."""

    choices: tuple[Choice, ...]
    found: int
    live: int
    result: WhatIf | None
    sentence: str
    moved: tuple[MovedPair, ...]
    tracks: tuple[Ground, Ground] | None
    window: int

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """Return the initiatives to stop."""
        return tuple(each for each in self.choices if each.is_chosen)


def outlook(session: Session, on: date, stopped: Collection[str], q: str) -> Outlook:
    """Return what stopping initiatives, by public id, would change. 3 queries, and those of the facts when new."""
    _, portfolio = current_portfolio(session)
    ties, where, line = ties_on(portfolio, on), places(session), timeline(portfolio)
    live = {id_ for id_, size in ties.sizes.items() if size > 1}
    rows = [
        row
        for row in session.execute(
            select(Initiative.external_id, Initiative.public_id, Initiative.title)
            .where(
                Initiative.binned_at.is_(None),
                runs_on(on),
                or_(matches(q, Initiative.title), Initiative.public_id.in_(stopped)) if q.strip() else true(),
            )
            .order_by(func.lower(Initiative.title), Initiative.id)
        )
        if row.external_id in live
    ]
    ids = {row.external_id for row in rows if row.public_id in stopped}
    ordered = sorted(rows, key=lambda row: row.external_id not in ids)
    choices = [
        Choice(
            row.public_id,
            row.title,
            tuple(
                where[id_].name for id_ in line.members_on(row.external_id, on.toordinal()) if id_ in where
            ),
            row.external_id in ids,
        )
        for row in ordered[: max(OFFERED, len(ids))]
    ]
    result = what_if(portfolio, on, ids) if ids else None
    tracks = (ground(portfolio, where, ties), ground(portfolio, where, result.ties)) if result else None
    return Outlook(
        choices=tuple(choices),
        found=len(rows),
        live=len(live),
        result=result,
        sentence=_sentence(result, len(ids), crossings=bool(portfolio.journeys)),
        moved=_moved(result, where) if result else (),
        tracks=tracks,
        window=portfolio.settings.window_days,
    )


def _sentence(result: WhatIf | None, count: int, *, crossings: bool) -> str:
    if result is None:
        return ""
    before, after = result.before, result.after
    return captions.without_sentence(
        count, before.together, after.together, after.required, crossings=crossings
    )


def _moved(result: WhatIf, where: dict[str, Place]) -> tuple[MovedPair, ...]:
    """Return the pairs that would stand elsewhere, those first that would no longer work together."""
    found = []
    for pair, (before, after) in result.moved.items():
        a, b = sorted((where[id_] for id_ in pair), key=lambda place: place.name)
        together = ("backed", "single")
        found.append(MovedPair(a, b, before, after, before in together and after not in together))
    return tuple(
        sorted(found, key=lambda each: (not each.lost, -BANDS.index(each.after), each.a.name, each.b.name))
    )
