"""What a second sponsor would make safe: the pairs that rest on one, and how much each initiative carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph.coverage import coverage
from tracker.graph.resting import is_heavy, parts_of_leads, resting_on
from tracker.graph.ties import ties_on
from tracker.models.people import Person
from tracker.queries.facts import current_portfolio
from tracker.queries.named import Named
from tracker.queries.places import Titled, initiatives_named, people_named, places
from tracker.queries.sponsors import Resting, resting_rows

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
        return is_heavy(self.share)


@dataclass(frozen=True, slots=True)
class Part:
    """What a sponsor's initiatives carry: points of the coverage score, of how many, and the share of them."""

    points: float
    of: float
    share: float

    @property
    def is_heavy(self) -> bool:
        """Say whether they carry more than a third."""
        return is_heavy(self.share)


@dataclass(frozen=True, slots=True)
class Backing:
    """The pairs that rest on one sponsor, by sponsor, and the initiatives that carry most; ``points`` of them all.

    ``heavy``: the sponsors whose initiatives carry more than a third.
    """

    sponsors: tuple[RestingOn, ...]
    pairs: int
    carriers: tuple[Carrier, ...]
    points: float
    heavy: tuple[Titled, ...]


def carried_by_sponsor(session: Session, external_id: str, on: date) -> Part:
    """Return what a sponsor's initiatives carry on a day. 1 query, and those of the facts when new."""
    _, portfolio = current_portfolio(session)
    covered, share = coverage(portfolio, on), parts_of_leads(portfolio, on).get(external_id, 0.0)
    return Part(share * covered.points, covered.points, share)


def backing(session: Session, on: date, own_id: int | None = None) -> Backing:
    """Return what rests on one sponsor. 5 queries at most, and those of the facts when their version is new.

    ``own_id``: only what rests on this person, and the initiatives that they lead.
    """
    _, portfolio = current_portfolio(session)
    resting, covered = resting_on(portfolio, on), coverage(portfolio, on)
    attribution = covered.attribution
    heavy = {person for person, part in parts_of_leads(portfolio, on).items() if is_heavy(part)}
    if own_id is not None:
        own = session.scalar(select(Person.external_id).where(Person.id == own_id))
        resting = {person: pairs for person, pairs in resting.items() if person == own}
        heavy &= {own}
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
    people = people_named(session, {*resting, *heavy})
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
        heavy=tuple(
            sorted((people[each] for each in heavy if each in people), key=lambda each: each.name.casefold())
        ),
    )
