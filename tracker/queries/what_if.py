"""What if we stop or start these? What to choose from, and the day as it is and as it would be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from tracker.graph import captions_ahead
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.ties import BANDS, Band, ties_on
from tracker.graph.what_if import Draft, WhatIf, draft_of, what_if
from tracker.models.initiatives import Initiative
from tracker.models.people import Person
from tracker.queries.facts import current_portfolio
from tracker.queries.named import matches
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS
from tracker.queries.places import Place, Titled, places
from tracker.queries.sponsors import runs_on
from tracker.queries.stage import Ground, ground

#: Initiatives that each list offers at once; the search narrows it.
OFFERED = 60


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft as an address brings it: departments and a lead sponsor by public id, perhaps of nobody."""

    departments: tuple[str, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks: live initiatives to stop, recorded ones to start, drafts that nobody wrote down."""

    stopped: frozenset[str] = frozenset()
    started: frozenset[str] = frozenset()
    typed: tuple[Typed, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """An initiative to stop or to start, with its departments."""

    public_id: str
    title: str
    departments: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """A part of the initiatives that the search finds, and how many it finds."""

    rows: tuple[Choice, ...]
    found: int

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """Return those that are chosen."""
        return tuple(each for each in self.rows if each.is_chosen)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A draft that was typed: its departments and who would lead it."""

    departments: tuple[Place, ...]
    lead: Titled | None


@dataclass(frozen=True, slots=True)
class MovedPair:
    """A pair that would stand elsewhere; `lost` when it would no longer work together, `won` when it would begin to."""

    a: Place
    b: Place
    before: Band
    after: Band
    lost: bool
    won: bool

    @property
    def words(self) -> tuple[str, str]:
        """How the two work, and how they would."""
        return BAND_WORDS[self.before], BAND_WORDS[self.after]

    @property
    def marks(self) -> tuple[str, str]:
        """The marks that go with the words."""
        return BAND_MARKS[self.before], BAND_MARKS[self.after]


@dataclass(frozen=True, slots=True)
class Leading:
    """A lead sponsor concerned, and how many live initiatives they lead, and would."""

    sponsor: Titled
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be chosen, and what would be; no result while nothing is chosen."""

    live: Choices
    planned: Choices
    typed: tuple[TypedRow, ...]
    result: WhatIf | None
    sentence: str
    moved: tuple[MovedPair, ...]
    moved_sentence: str
    leading: tuple[Leading, ...]
    tracks: tuple[Ground, Ground] | None
    window: int


def outlook(
    session: Session, on: date, asked: Asked, q: str, *, own_id: int | None = None, sees_all: bool = False
) -> Outlook:
    """Return what stopping and starting initiatives would change.

    7 queries, and those of the facts when new. What sponsors lead and would is shown of the person `own_id`, and
    of the others to whom `sees_all`.
    """
    _, portfolio = current_portfolio(session)
    where = places(session)
    live, stopped = _live(session, portfolio, where, on, asked.stopped, q)
    planned, started = _planned(session, portfolio, where, on, asked.started, q)
    people = _people(session, asked.typed)
    by_public = {place.public_id: place for place in where.values()}
    typed = [_typed(each, by_public, people) for each in asked.typed]
    drafts = [*started, *(draft for _, draft in typed)]
    result = what_if(portfolio, on, stopped, drafts) if stopped or drafts else None
    tracks = None
    if result:
        tracks = ground(portfolio, where, ties_on(portfolio, on)), ground(portfolio, where, result.ties)
    moved = _moved(result, where) if result else ()
    lost, won = sum(each.lost for each in moved), sum(each.won for each in moved)
    return Outlook(
        live=live,
        planned=planned,
        typed=tuple(row for row, _ in typed),
        result=result,
        sentence=_sentence(result, len(stopped), len(drafts), crossings=bool(portfolio.journeys)),
        moved=moved,
        moved_sentence=captions_ahead.moved_sentence(lost, won) if lost or won else "",
        leading=_leading(session, result, true() if sees_all else Person.id == own_id),
        tracks=tracks,
        window=portfolio.settings.window_days,
    )


def _live(
    session: Session,
    portfolio: Portfolio,
    where: Mapping[str, Place],
    on: date,
    asked: Collection[str],
    q: str,
) -> tuple[Choices, set[str]]:
    """Return the live initiatives of two departments or more, and which of them are stopped. 1 query."""
    ties, line = ties_on(portfolio, on), timeline(portfolio)
    wanted = or_(matches(q, Initiative.title), Initiative.public_id.in_(asked)) if q.strip() else true()
    rows = [
        row
        for row in session.execute(_titled(and_(runs_on(on), wanted), asked))
        if ties.sizes.get(row.external_id, 0) > 1
    ]
    chosen = {row.external_id for row in rows if row.public_id in asked}
    shown = rows[: max(OFFERED, len(chosen))]
    members = {row.external_id: line.members_on(row.external_id, on.toordinal()) for row in shown}
    return Choices(_choices(shown, members, where, asked), len(rows)), chosen


def _planned(
    session: Session,
    portfolio: Portfolio,
    where: Mapping[str, Place],
    on: date,
    asked: Collection[str],
    q: str,
) -> tuple[Choices, list[Draft]]:
    """Return the recorded initiatives that have not begun, and those of them that start, as drafts. 2 queries."""
    ahead = and_(
        or_(Initiative.started_on.is_(None), Initiative.started_on > on),
        or_(Initiative.ended_on.is_(None), Initiative.ended_on > on),
        Initiative.routine_from.is_(None),
    )
    if q.strip():
        ahead = and_(ahead, or_(matches(q, Initiative.title), Initiative.public_id.in_(asked)))
    count = select(func.count(Initiative.id)).where(Initiative.binned_at.is_(None), ahead)
    found = session.scalar(count) or 0
    rows = session.execute(_titled(ahead, asked).limit(max(OFFERED, len(asked)))).all()
    drafts = {row.external_id: draft_of(portfolio, row.external_id, on) for row in rows}
    members = {id_: draft.departments for id_, draft in drafts.items()}
    started = [drafts[row.external_id] for row in rows if row.public_id in asked]
    return Choices(_choices(rows, members, where, asked), found), started


def _titled(condition: ColumnElement[bool], asked: Collection[str]) -> Select[str, str, str]:
    """Select initiatives by title, those that are chosen first."""
    return (
        select(Initiative.external_id, Initiative.public_id, Initiative.title)
        .where(Initiative.binned_at.is_(None), condition)
        .order_by(Initiative.public_id.in_(asked).desc(), func.lower(Initiative.title), Initiative.id)
    )


def _choices(
    rows: Sequence[Row[str, str, str]],
    members: Mapping[str, Sequence[str]],
    where: Mapping[str, Place],
    asked: Collection[str],
) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            row.public_id,
            row.title,
            tuple(where[id_].name for id_ in members[row.external_id] if id_ in where),
            row.public_id in asked,
        )
        for row in rows
    )


def _people(session: Session, typed: Sequence[Typed]) -> dict[str, tuple[str, Titled]]:
    """Return who would lead the drafts that were typed, by public id. 1 query."""
    wanted = {each.lead for each in typed}
    rows = session.execute(
        select(Person.public_id, Person.external_id, Person.name, Person.title).where(
            Person.public_id.in_(wanted), Person.binned_at.is_(None)
        )
    )
    return {row.public_id: (row.external_id, Titled(row.public_id, row.name, row.title)) for row in rows}


def _typed(
    typed: Typed, by_public: Mapping[str, Place], people: Mapping[str, tuple[str, Titled]]
) -> tuple[TypedRow, Draft]:
    known = [by_public[each] for each in typed.departments if each in by_public]
    external, titled = people.get(typed.lead, ("", None))
    draft = Draft(tuple(place.id for place in known), (external,) if titled else ())
    return TypedRow(tuple(known), titled), draft


def _leading(session: Session, result: WhatIf | None, seen: ColumnElement[bool]) -> tuple[Leading, ...]:
    """Return what the sponsors concerned lead and would, by name, as far as the reader may see it. 1 query."""
    counts = result.leading if result else {}
    rows = session.execute(
        select(Person.external_id, Person.public_id, Person.name, Person.title).where(
            Person.external_id.in_(counts), Person.binned_at.is_(None), seen
        )
    )
    found = [Leading(Titled(*rest), *counts[external_id]) for external_id, *rest in rows]
    return tuple(sorted(found, key=lambda each: each.sponsor.name.casefold()))


def _sentence(result: WhatIf | None, stopped: int, started: int, *, crossings: bool) -> str:
    if result is None:
        return ""
    before, after = result.before, result.after
    return captions_ahead.what_if_sentence(
        stopped, started, before.together, after.together, after.required, crossings=crossings
    )


def _moved(result: WhatIf, where: Mapping[str, Place]) -> tuple[MovedPair, ...]:
    """Return the pairs that would stand elsewhere: those lost, those won, then the others."""
    found = []
    for pair, (before, after) in result.moved.items():
        a, b = sorted((where[id_] for id_ in pair), key=lambda place: place.name)
        was, would = (band in ("backed", "single") for band in (before, after))
        found.append(MovedPair(a, b, before, after, was and not would, would and not was))
    return tuple(
        sorted(
            found,
            key=lambda each: (
                not each.lost,
                not each.won,
                -BANDS.index(each.after),
                each.a.name,
                each.b.name,
            ),
        )
    )
