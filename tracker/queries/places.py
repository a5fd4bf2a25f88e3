"""Departments as places on the track and in the triangle, and other records by their external ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import nulls_last, select
from sqlalchemy.orm import Session

from tracker.graph.ties import Pair, pair_of
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative
from tracker.models.journeys import Journey, Step
from tracker.models.people import Person
from tracker.queries.named import Named


@dataclass(frozen=True, slots=True)
class Place:
    """A department by its external id ``id``, with its division where it has one."""

    id: str
    public_id: str
    name: str
    division: Named | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where customers cross between two departments: the journeys that do, and the busiest volume known."""

    journeys: tuple[Named, ...]
    volume: int | None


@dataclass(frozen=True, slots=True)
class Titled:
    """A person as a link, with the title."""

    public_id: str
    name: str
    title: str


def places(session: Session) -> dict[str, Place]:
    """Return the departments by external id, in the order of the track. 1 query."""
    rows = session.execute(
        select(
            Department.external_id,
            Department.public_id,
            Department.name,
            Division.public_id.label("division_id"),
            Division.name.label("division_name"),
        )
        .outerjoin(Division, Division.id == Department.division_id)
        .where(Department.binned_at.is_(None))
        .order_by(nulls_last(Department.track_position), Department.name, Department.id)
    )
    return {
        id_: Place(id_, public_id, name, Named(division_id, division) if division_id else None)
        for id_, public_id, name, division_id, division in rows
    }


def initiatives_named(session: Session, external_ids: Iterable[str]) -> dict[str, Named]:
    """Return initiatives as links, by external id. 1 query."""
    wanted = list(external_ids)
    rows = session.execute(
        select(Initiative.external_id, Initiative.public_id, Initiative.title).where(
            Initiative.external_id.in_(wanted)
        )
    )
    return {external_id: Named(public_id, title) for external_id, public_id, title in rows}


def people_named(session: Session, external_ids: Iterable[str]) -> dict[str, Titled]:
    """Return people as links, by external id, those in the bin left out. 1 query."""
    wanted = list(external_ids)
    rows = session.execute(
        select(Person.external_id, Person.public_id, Person.name, Person.title).where(
            Person.external_id.in_(wanted), Person.binned_at.is_(None)
        )
    )
    return {external_id: Titled(*rest) for external_id, *rest in rows}


def crossings(session: Session, on: date) -> dict[Pair, Crossing]:
    """Return the crossings of the journeys valid on a day, by pair of external ids. 1 query."""
    rows = session.execute(
        select(
            Journey.id,
            Journey.public_id,
            Journey.name,
            Department.external_id,
            Step.volume,
        )
        .join(Step, Step.journey_id == Journey.id)
        .join(Department, Department.id == Step.department_id)
        .where(
            Journey.binned_at.is_(None),
            (Journey.valid_from.is_(None)) | (Journey.valid_from <= on),
            (Journey.valid_to.is_(None)) | (Journey.valid_to > on),
        )
        .order_by(Journey.name, Journey.id, Step.position)
    ).all()
    journeys: dict[Pair, dict[str, Named]] = {}
    volumes: dict[Pair, int] = {}
    for step, following in pairwise(rows):
        if step.id != following.id or step.external_id == following.external_id:
            continue
        pair = pair_of(step.external_id, following.external_id)
        journeys.setdefault(pair, {})[step.public_id] = Named(step.public_id, step.name)
        if step.volume is not None:
            volumes[pair] = max(step.volume, volumes.get(pair, 0))
    return {pair: Crossing(tuple(found.values()), volumes.get(pair)) for pair, found in journeys.items()}


def busy(found: dict[Pair, Crossing]) -> frozenset[Pair]:
    """Return the busy crossings: the top tenth of those whose volume is known, at least one."""
    known = sorted((each.volume for each in found.values() if each.volume), reverse=True)
    if not known:
        return frozenset()
    least = known[-(-len(known) // 10) - 1]
    return frozenset(pair for pair, each in found.items() if each.volume and each.volume >= least)
