"""What is read once per state of the register, and then given again by this process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import RootTransaction, func, select
from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.models.audit import AuditEntry
from tracker.queries.facts import current_portfolio

T = TypeVar("T")

_NEWEST_LINE = select(func.max(AuditEntry.id))
#: Where a session notes the state that its transaction sees.
_SEEN = "state of the register"


@dataclass(frozen=True, slots=True)
class State:
    """How the register stands: the version of the facts, and the newest line of the audit.

    Every change of a record leaves a line in its own transaction, a person's new name as well as an
    initiative's new start, so two equal states show the same records. What no line tells of (sessions, looks,
    files that wait for their import) is not part of it.
    """

    version: int
    newest_line: int


def state_of(session: Session) -> State:
    """Return how the register stands. 2 queries, none when this transaction asked before."""
    return _seen(session)[0]


def facts_of(session: Session) -> Portfolio:
    """Return the facts of that state. 2 queries, none when this transaction asked before."""
    return _seen(session)[1]


def keep(session: Session, what: str, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` reads, once per state of the register and key. 2 queries as above, and those of `make`.

    What `make` depends on beside the records (the day, who asks) belongs into the key. What was kept goes with
    the facts of its version. Inside a write transaction nothing is kept, since its lines may never be committed.
    """
    if session.info.get("writing"):
        return make()
    state, portfolio = _seen(session)
    return remember(portfolio, what, (state, key), make)


def _seen(session: Session) -> tuple[State, Portfolio]:
    """Return the state that this transaction sees, and its facts.

    It is read before the rows that are kept under it: newer rows than it says are harmless, older ones would
    be kept under a newer state.
    """
    connection = session.connection()
    known: tuple[RootTransaction, State, Portfolio] | None = session.info.get(_SEEN)
    if known is not None and known[0] is connection.get_transaction():
        return known[1:]
    version, portfolio = current_portfolio(session)
    state = State(version, connection.execute(_NEWEST_LINE).scalar_one() or 0)
    if not session.info.get("writing"):
        session.info[_SEEN] = (connection.get_transaction(), state, portfolio)
    return state, portfolio
