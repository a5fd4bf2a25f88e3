"""The expert panel of a day by name: islands, who links whom, the centre, the inner circle, divisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph.experts import DivisionTies, Link, Linking, Shape, linking, shape
from tracker.graph.ties import ties_on
from tracker.models.departments import Division
from tracker.queries.facts import current_portfolio
from tracker.queries.named import Named
from tracker.queries.places import Place, places
from tracker.queries.stage import MOST_NODES, Ground, ground

#: Up to so many departments everything is worked out with the page; above, who links whom comes after it.
AT_ONCE = 60
#: Departments that link others: so many in the table, and so many marked in the picture.
SHOWN, MARKED = 12, 3


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A department between others, with its place in the core."""

    place: Place
    link: Link
    core: int


@dataclass(frozen=True, slots=True)
class Links:
    """Who links whom: `first` are those that link any pair of their partners, the least constrained of them.

    `found` counts all of these, `every` has each department that was weighed.
    """

    worked_out: Linking
    first: tuple[LinkRow, ...]
    found: int
    every: tuple[LinkRow, ...]

    @property
    def marked(self) -> tuple[Place, ...]:
        """The departments that the sentence names and the picture marks."""
        return tuple(row.place for row in self.first[:MARKED])

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """The pairs by how many departments stand between the two; those without any way are left out."""
        return tuple((length - 1, count) for length, count in (self.worked_out.steps or {}).items() if length)

    @property
    def apart(self) -> int:
        """How many pairs have no way between them."""
        return (self.worked_out.steps or {}).get(0, 0)


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division by name with its pairs."""

    division: Named
    ties: DivisionTies


@dataclass(frozen=True, slots=True)
class Panel:
    """What the experts would say of a day. `links` is None where it is to be asked for on its own.

    `islands` hold two departments or more each, `alone` the others; `busiest` have most partners.
    """

    shape: Shape
    islands: tuple[tuple[Place, ...], ...]
    alone: tuple[Place, ...]
    busiest: tuple[Place, ...]
    inner: tuple[Place, ...]
    divisions: tuple[DivisionRow, ...]
    links: Links | None
    track: Ground | None

    @property
    def departments(self) -> int:
        """How many departments are open."""
        return len(self.shape.partners)

    @property
    def most(self) -> int:
        """The most partners of any department."""
        return max(self.shape.partners.values(), default=0)

    @property
    def usual(self) -> float:
        """The mean number of partners."""
        return 2 * self.shape.pairs / (self.departments or 1)


def panel(session: Session, on: date, *, whole: bool = False) -> Panel:
    """Return the expert panel of a day. 3 queries, and those of the facts when their version is new.

    Above `AT_ONCE` departments who links whom is left out unless the `whole` is asked for.
    """
    _, portfolio = current_portfolio(session)
    where = places(session)
    found = shape(portfolio, on)
    count = len(found.partners)
    links = _links(linking(portfolio, on), found, where) if whole or count <= AT_ONCE else None
    most = max(found.partners.values(), default=0)
    return Panel(
        shape=found,
        islands=tuple(_named(where, each) for each in found.islands if len(each) > 1),
        alone=_named(where, (each[0] for each in found.islands if len(each) == 1)),
        busiest=_named(where, (id_ for id_, partners in found.partners.items() if partners == most > 0)),
        inner=_named(where, found.inner),
        divisions=_divisions(session, found.divided.rows),
        links=links,
        track=ground(portfolio, where, ties_on(portfolio, on)) if links and count <= MOST_NODES else None,
    )


def _links(found: Linking, of: Shape, where: dict[str, Place]) -> Links:
    every = tuple(
        LinkRow(where[each.department], each, of.cores[each.department])
        for each in found.links
        if each.department in where
    )
    between = [row for row in every if row.link.linked]
    return Links(found, tuple(between[:SHOWN]), len(between), every)


def _divisions(session: Session, rows: Iterable[DivisionTies]) -> tuple[DivisionRow, ...]:
    """Return divisions by name. 1 query."""
    named = {
        external_id: Named(public_id, name)
        for external_id, public_id, name in session.execute(
            select(Division.external_id, Division.public_id, Division.name)
        )
    }
    found = [DivisionRow(named[each.division], each) for each in rows if each.division in named]
    return tuple(sorted(found, key=lambda each: each.division.name.casefold()))


def _named(where: dict[str, Place], ids: Iterable[str]) -> tuple[Place, ...]:
    """Return departments by name, in its order."""
    return tuple(sorted((where[id_] for id_ in ids if id_ in where), key=lambda each: each.name.casefold()))
