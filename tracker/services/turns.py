"""One at a time: decisions about accounts that two people must not take at the same moment."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

#: Any number that nothing else in the database uses.
ACCOUNTS_TURN = 7_203_114


def take_turn(session: Session) -> None:
    """Wait until nobody else decides about accounts; held until the caller's write transaction ends.

    SQLite has one writer at a time anyway. PostgreSQL would let two first set-ups, two demotions or many guesses
    of a password read the same counts; imports and edits of the register never wait for this lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(ACCOUNTS_TURN)))
