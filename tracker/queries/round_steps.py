"""What one needs to decide on one initiative of the Round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.graph.coverage import coverage
from tracker.graph.untouched import heard_on, went_quiet_on
from tracker.queries.carried import Carried, carried_by
from tracker.queries.facts import current_portfolio
from tracker.queries.initiatives import InitiativeRow, rows_of
from tracker.queries.rounds import Said, last_said, silent_running

#: Updates that are read to tell how it went; "still moving" is counted among them.
LAST_UPDATES = 3


@dataclass(frozen=True, slots=True)
class AskedAfter:
    """An initiative of the Round as its page shows it.

    ``heard`` is the last day it was heard from, ``went`` the day it went quiet, None while it counts. ``lost``
    points of the coverage score would go without it. ``silent`` of its last updates said "still moving" alone.
    """

    row: InitiativeRow
    heard: date | None
    went: date | None
    said: tuple[Said, ...]
    silent: int
    carried: Carried
    lost: float

    @property
    def resting(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs, by name, that would no longer work together without it."""
        return tuple((each.a.name, each.b.name) for each in self.carried.pairs if each.rests_on_it)


def asked_after(session: Session, initiative_id: int, on: date) -> AskedAfter:
    """Return what one needs to decide on an initiative. 9 queries, and those of the facts when they are new."""
    (row,) = rows_of(session, [initiative_id], on)
    _, portfolio = current_portfolio(session)
    covered, said = coverage(portfolio, on), last_said(session, initiative_id, LAST_UPDATES)
    return AskedAfter(
        row=row,
        heard=heard_on(portfolio, row.external_id, on),
        went=went_quiet_on(portfolio, row.external_id, on),
        said=said,
        silent=silent_running(said),
        carried=carried_by(session, row.external_id, on),
        lost=covered.loss_if_ended.get(row.external_id, 0.0) * covered.possible,
    )
