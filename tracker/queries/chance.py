"""Who works in what on a day, to be compared with what chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.chance import Table, can_be_shuffled, table_of
from tracker.graph.coverage import Coverage, coverage
from tracker.queries.facts import current_portfolio


@dataclass(frozen=True, slots=True)
class Placement:
    """The placement of a day: what it gives, the table behind it, and whether there is anything to shuffle."""

    on: date
    version: int
    covered: Coverage
    table: Table
    sentence: str
    has_journeys: bool
    can_be_shuffled: bool

    @property
    def count(self) -> str:
        """The count that the sentence begins with, as a link shows it; "" where there is none."""
        covered = self.covered
        return f"{covered.together:,} of {covered.required:,}" if covered.required else ""

    @property
    def initiatives(self) -> int:
        """How many live initiatives of two departments or more are dealt."""
        return len(self.table.weights)


def placement(session: Session, on: date) -> Placement:
    """Return who works in what on a day. 1 query, and those of the facts when their version is new."""
    version, portfolio = current_portfolio(session)
    covered, table = coverage(portfolio, on), table_of(portfolio, on)
    return Placement(
        on=on,
        version=version,
        covered=covered,
        table=table,
        sentence=captions.together_sentence(covered, crossings=bool(portfolio.journeys)),
        has_journeys=bool(portfolio.journeys),
        can_be_shuffled=bool(covered.required) and can_be_shuffled(table),
    )
