"""Journeys as paths of steps, with the crossings between them and how their departments work together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.graph.ties import Band, pair_of, ties_on
from tracker.models.departments import Department
from tracker.models.journeys import Journey, Step
from tracker.queries.facts import current_portfolio
from tracker.queries.keyset import Edge, Key, Listing
from tracker.queries.named import Named, matches
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS, all_bands, bridging

SORTS = ("name", "importance")
STATES = ("now", "all")


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """Where customers cross from one step to the next. Without a band it counts no pair that day."""

    a: Named
    b: Named
    band: Band | None
    shared: int
    volume: int | None
    volume_source: str
    volume_on: date | None

    @property
    def is_inside(self) -> bool:
        """Say whether both steps belong to one department, so that nobody is crossed to."""
        return self.a == self.b

    @property
    def words(self) -> str:
        """How the two departments work, in words."""
        return BAND_WORDS[self.band] if self.band else ""

    @property
    def mark(self) -> str:
        """The mark that goes with the words."""
        return BAND_MARKS[self.band] if self.band else ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, and the crossing to the next one (None after the last)."""

    name: str
    department: Named
    is_open: bool
    channel: str
    customer_group: str
    product: str
    crossing: CrossingRow | None


@dataclass(frozen=True, slots=True)
class JourneyRow:
    """A journey with its steps in order."""

    id: int
    public_id: str
    version: int
    name: str
    importance: int
    valid_from: date | None
    valid_to: date | None
    is_binned: bool
    steps: tuple[StepRow, ...]

    def holds_on(self, day: date) -> bool:
        """Say whether the journey holds on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )

    @property
    def bands(self) -> dict[frozenset[str], Band]:
        """Return the band of each pair of departments that the journey counts, each pair once."""
        found = (step.crossing for step in self.steps if step.crossing)
        return {frozenset((each.a.public_id, each.b.public_id)): each.band for each in found if each.band}

    @property
    def required(self) -> int:
        """Return how many pairs the journey counts."""
        return len(self.bands)

    @property
    def together(self) -> int:
        """Return how many of them work together."""
        return sum(band in ("backed", "single") for band in self.bands.values())


def count_journeys(session: Session, q: str, state: str, on: date) -> int:
    """Return how many journeys a list has. 1 query."""
    return session.scalar(select(func.count(Journey.id)).where(*_conditions(q, state, on))) or 0


def journey_listing(session: Session, q: str, state: str, on: date, sort: str = "name") -> Listing:
    """Return the list as the database reads it. No query."""
    by_name, down = func.lower(Journey.name), sort.startswith("-")
    is_by_name = sort.removeprefix("-") == "name"
    keys = (
        (Key(by_name, str, down),) if is_by_name else (Key(Journey.importance, int, down), Key(by_name, str))
    )
    asked = select(Journey.id, *(key.column for key in keys)).where(*_conditions(q, state, on))
    return Listing(session, asked, keys, Journey.id)


def journeys_at(session: Session, edges: Sequence[Edge], on: date) -> tuple[JourneyRow, ...]:
    """Return the journeys at some edges of the list. 3 queries, and those of the facts when their version is new."""
    ids = [each.id for each in edges]
    found = {each.id: each for each in session.scalars(select(Journey).where(Journey.id.in_(ids)))}
    return _rows(session, [found[id_] for id_ in ids], on)


def important_journeys(session: Session, on: date, most: int) -> tuple[JourneyRow, ...]:
    """Return the most important journeys in force on a day. 3 queries, and those of the facts as above."""
    query = (
        select(Journey)
        .where(*_conditions("", "now", on))
        .order_by(Journey.importance.desc(), func.lower(Journey.name), Journey.id)
    )
    return _rows(session, session.scalars(query.limit(most)).all(), on)


def journey_row(session: Session, public_id: str, on: date) -> JourneyRow | None:
    """Return the journey with this public id, None when there is none. 3 queries, and those of the facts."""
    rows = _rows(session, session.scalars(select(Journey).where(Journey.public_id == public_id)).all(), on)
    return rows[0] if rows else None


def _conditions(q: str, state: str, on: date) -> list[Any]:
    found: list[Any] = [Journey.binned_at.is_(None)]
    if state == "now":
        found.append(or_(Journey.valid_from.is_(None), Journey.valid_from <= on))
        found.append(or_(Journey.valid_to.is_(None), Journey.valid_to > on))
    for word in q.split()[:8]:
        stepped = exists().where(
            Step.journey_id == Journey.id,
            Department.id == Step.department_id,
            or_(matches(word, Step.name), matches(word, Department.name)),
        )
        found.append(or_(matches(word, Journey.name), stepped))
    return found


def _rows(session: Session, journeys: Sequence[Journey], on: date) -> tuple[JourneyRow, ...]:
    steps: dict[int, list[Any]] = defaultdict(list)
    query = (
        select(Step, Department.public_id, Department.name, Department.external_id)
        .join(Department, Department.id == Step.department_id)
        .where(Step.journey_id.in_([each.id for each in journeys]))
        .order_by(Step.journey_id, Step.position)
    )
    for row in session.execute(query):
        steps[row[0].journey_id].append(row)
    shared = _shared_work(session, steps, on)
    return tuple(
        JourneyRow(
            id=each.id,
            public_id=each.public_id,
            version=each.version,
            name=each.name,
            importance=each.importance,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
            is_binned=each.binned_at is not None,
            steps=_steps(steps[each.id], shared),
        )
        for each in journeys
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """The bands of some pairs on a day, how many live initiatives each shares, and who is open."""

    bands: dict[tuple[str, str], Band]
    counts: dict[tuple[str, str], int]
    there: frozenset[str]


def _shared_work(session: Session, steps: dict[int, list[Any]], on: date) -> _Shared:
    _, portfolio = current_portfolio(session)
    ties = ties_on(portfolio, on)
    there = frozenset(ties.departments)
    pairs = {
        pair_of(one[3], two[3])
        for rows in steps.values()
        for one, two in pairwise(rows)
        if one[3] != two[3] and {one[3], two[3]} <= there
    }
    return _Shared(
        all_bands(portfolio, ties, sorted(pairs)), {pair: len(bridging(ties, pair)) for pair in pairs}, there
    )


def _steps(rows: list[Any], shared: _Shared) -> tuple[StepRow, ...]:
    found = []
    for at, (step, public_id, name, external_id) in enumerate(rows):
        crossing = None
        here = Named(public_id, name)
        if at + 1 < len(rows):
            _, next_id, next_name, next_external = rows[at + 1]
            pair = pair_of(external_id, next_external)
            crossing = CrossingRow(
                a=here,
                b=Named(next_id, next_name),
                band=shared.bands.get(pair),
                shared=shared.counts.get(pair, 0),
                volume=step.volume,
                volume_source=step.volume_source,
                volume_on=step.volume_on,
            )
        found.append(
            StepRow(
                name=step.name,
                department=here,
                is_open=external_id in shared.there,
                channel=step.channel,
                customer_group=step.customer_group,
                product=step.product,
                crossing=crossing,
            )
        )
    return tuple(found)
