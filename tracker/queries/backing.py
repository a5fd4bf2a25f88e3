"""What a second sponsor would make safe: the pairs that rest on one, and how much each initiative carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph.coverage import coverage
from tracker.graph.resting import resting_on
from tracker.graph.ties import ties_on
from tracker.models.people import Person
from tracker.queries.facts import current_portfolio
from tracker.queries.named import Named
from tracker.queries.places import Titled, initiatives_named, people_named, places
from tracker.queries.sponsors import Resting, resting_rows

#: An initiative that carries more than this of the coverage score deserves a word (one in so many parts).
HEAVY = 3
#: Initiatives that the page names, those that carry most.
CARRIERS = 12


@dataclass(frozen=True, slots=True)
class RestingOn:
    """A sponsor with the pairs that rest on them alone."""

    sponsor: Titled
    pairs: tuple[Resting, ...]


@dataclass(frozen=True, slots=True)
class Carrier:
    """An initiative and what it carries: points of the coverage score, and its share of all of them."""

    initiative: Named
    points: float
    share: float

    @property
    def is_heavy(self) -> bool:
        """Say whether it carries more than a third."""
        return self.share * HEAVY > 1


@dataclass(frozen=True, slots=True)
class Backing:
    """The pairs that rest on one sponsor, by sponsor, and the initiatives that carry most; ``points`` of them all."""

    sponsors: tuple[RestingOn, ...]
    pairs: int
    carriers: tuple[Carrier, ...]
    points: float


def backing(session: Session, on: date, own_id: int | None = None) -> Backing:
    """Return what rests on one sponsor. 5 queries at most, and those of the facts when their version is new.

    ``own_id``: only what rests on this person, and the initiatives that they lead.
    """
    _, portfolio = current_portfolio(session)
    resting, covered = resting_on(portfolio, on), coverage(portfolio, on)
    attribution = covered.attribution
    if own_id is not None:
        own = session.scalar(select(Person.external_id).where(Person.id == own_id))
        resting = {person: pairs for person, pairs in resting.items() if person == own}
        leads = {
            bridge.initiative
            for bridges in ties_on(portfolio, on).bridges.values()
            for bridge in bridges
            if own in bridge.leads
        }
        attribution = {id_: share for id_, share in attribution.items() if id_ in leads}
    most = sorted((id_ for id_ in attribution if attribution[id_]), key=lambda id_: (-attribution[id_], id_))
    where = places(session)
    carried = {id_ for pairs in resting.values() for ids in pairs.values() for id_ in ids}
    named = initiatives_named(session, {*carried, *most[:CARRIERS]})
    people = people_named(session, resting)
    found = [
        RestingOn(people[person], resting_rows(pairs, where, named))
        for person, pairs in resting.items()
        if person in people
    ]
    return Backing(
        sponsors=tuple(sorted(found, key=lambda each: each.sponsor.name.casefold())),
        pairs=len({pair for pairs in resting.values() for pair in pairs}),
        carriers=tuple(
            Carrier(named[id_], attribution[id_] * covered.possible, attribution[id_] / covered.coverage)
            for id_ in most[:CARRIERS]
            if id_ in named and covered.coverage
        ),
        points=covered.points,
    )
