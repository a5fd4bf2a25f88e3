"""Why the numbers changed between two days: each dated cause as a link, and the parts of momentum."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.causes import ABOUT, TOLD, Cause, CauseKind, explain
from tracker.graph.momentum import momentum
from tracker.graph.parts import By, Part, split
from tracker.graph.replay import Standing
from tracker.models.initiatives import Theme
from tracker.models.journeys import Journey
from tracker.models.people import Person
from tracker.queries.facts import current_portfolio
from tracker.queries.named import Named
from tracker.queries.places import initiatives_named, people_named, places

#: Kinds of moments as the parts of momentum call them.
EVENT_WORDS = {
    "win": "Quick wins",
    "measured_win": "Measured wins",
    "moved": "Measures shown to have moved",
    "near_miss": "Near misses",
    "reuse": "Lessons used again",
}
#: What has no part of its own, by what the parts are.
REST: dict[By, str] = {
    "department": "Departments not open on the last day",
    "lead": "Without a lead sponsor",
    "theme": "Without a theme",
    "kind": "",
    "initiative": "",
}
OTHERS = "All other sponsors"


@dataclass(frozen=True, slots=True)
class ToldCause:
    """A cause in words, with the record it opens: an initiative, a department or a journey."""

    cause: Cause
    words: str
    about: str
    public_id: str


@dataclass(frozen=True, slots=True)
class Why:
    """Where coverage stood on two days, and every cause between them: outcomes before silence, then by day.

    ``before.share + sum(shares) == after.share`` exactly, and so the counts.
    """

    since: date
    on: date
    before: Standing
    after: Standing
    causes: tuple[ToldCause, ...]
    sentence: str
    has_crossings: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of momentum, in points per 30 days; ``public_id`` where it has a page."""

    name: str
    public_id: str
    part: Part

    @property
    def change(self) -> float:
        """What it adds to momentum: what came, less what faded."""
        return self.part.fresh - self.part.fade


@dataclass(frozen=True, slots=True)
class Pace:
    """Momentum on two days, and its parts, which add up to each of the columns."""

    by: By
    rows: tuple[PartRow, ...]
    before: float
    fade: float
    fresh: float
    after: float


def why(session: Session, since: date, on: date) -> Why:
    """Return why coverage changed from one day to another. 4 queries, and those of the facts when new."""
    _, portfolio = current_portfolio(session)
    found = explain(portfolio, since, on)
    where = places(session)
    wanted = {ABOUT[each.kind]: set[str]() for each in found.causes}
    for each in found.causes:
        wanted[ABOUT[each.kind]].add(each.subject)
    named = {
        "initiative": initiatives_named(session, wanted.get("initiative", ())),
        "journey": journeys_named(session, wanted.get("journey", set())),
        "department": {id_: Named(place.public_id, place.name) for id_, place in where.items()},
    }
    told = []
    for each in found.causes:
        record = named[ABOUT[each.kind]].get(each.subject, Named("", each.subject))
        other = where[each.department].name if each.department in where else ""
        words = captions.cause_words(each.kind, record.name, other)
        told.append(ToldCause(each, words, ABOUT[each.kind], record.public_id))
    has_crossings = bool(portfolio.journeys)
    return Why(
        since=since,
        on=on,
        before=found.before,
        after=found.after,
        causes=tuple(sorted(told, key=lambda each: (_place(each.cause.kind), each.cause.on, each.words))),
        sentence=captions.from_to_sentence(
            (found.before.together, found.before.required),
            (found.after.together, found.after.required),
            crossings=has_crossings,
        ),
        has_crossings=has_crossings,
    )


def pace_parts(session: Session, since: date, on: date, by: By, own_id: int | None = None) -> Pace:
    """Return the parts of momentum between two days, by name. 3 queries at most, and those of the facts when new.

    ``own_id``: by lead sponsor, the only person who is named; the others stand together.
    """
    _, portfolio = current_portfolio(session)
    parts = split(portfolio, on, by, since)
    if by == "lead" and own_id is not None:
        parts = _own(parts, session.scalar(select(Person.external_id).where(Person.id == own_id)))
    named = _parts_named(session, by, parts)
    rows = []
    for key, part in parts.items():
        name = named.get(key, Named("", key)) if key is not None else Named("", REST[by])
        if key == "":
            name = Named("", OTHERS)
        rows.append((key is None, name.name.casefold(), PartRow(name.name, name.public_id, part)))
    ordered = tuple(row for *_, row in sorted(rows, key=lambda each: each[:2]))
    return Pace(
        by=by,
        rows=ordered,
        before=momentum(portfolio, since).momentum,
        fade=sum(row.part.fade for row in ordered),
        fresh=sum(row.part.fresh for row in ordered),
        after=momentum(portfolio, on).momentum,
    )


def _own(parts: dict[str | None, Part], own: str | None) -> dict[str | None, Part]:
    """Keep one sponsor's part and gather the others under ""."""
    others = [part for key, part in parts.items() if key not in (own, None)]
    rest = Part(
        momentum=sum(part.momentum for part in others),
        previous=sum(part.previous for part in others),
        fresh=sum(part.fresh for part in others),
        fade=sum(part.fade for part in others),
    )
    kept = {key: part for key, part in parts.items() if key in (own, None)}
    return {**kept, "": rest} if others else kept


def _parts_named(session: Session, by: By, parts: dict[str | None, Part]) -> dict[str, Named]:
    """Return the names of parts by key. 1 query, none by kind."""
    keys = [key for key in parts if key]
    if by == "department":
        return {id_: Named(place.public_id, place.name) for id_, place in places(session).items()}
    if by == "lead":
        return {id_: Named(each.public_id, each.name) for id_, each in people_named(session, keys).items()}
    if by == "theme":
        rows = session.execute(select(Theme.external_id, Theme.public_id, Theme.name))
        return {id_: Named(public_id, name) for id_, public_id, name in rows}
    return {key: Named("", words) for key, words in EVENT_WORDS.items()}


def journeys_named(session: Session, external_ids: Collection[str]) -> dict[str, Named]:
    """Return journeys as links, by external id. 1 query."""
    rows = session.execute(
        select(Journey.external_id, Journey.public_id, Journey.name).where(
            Journey.external_id.in_(external_ids)
        )
    )
    return {id_: Named(public_id, name) for id_, public_id, name in rows}


def _place(kind: CauseKind) -> int:
    return TOLD.index(kind)
