"""Present a snapshot: from then on the stage compares with what it showed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.showings import Showing
from tracker.models.snapshots import Snapshot
from tracker.services.actors import Actor
from tracker.services.policies import require
from tracker.services.snapshots import find_snapshot
from tracker.services.writing import open_write


def present(session: Session, *, actor: Actor, snapshot: str, today: date) -> tuple[Snapshot, bool]:
    """Write down that a snapshot is presented today, and say whether that is new: once a day is enough.

    Raises
    ------
    NotFound
        When there is no such snapshot.
    """
    found = find_snapshot(session, actor, snapshot)
    require(actor, "present")
    open_write(session, actor)
    known = select(Showing.id).where(Showing.snapshot_id == found.id, Showing.shown_on == today)
    if session.scalar(known) is not None:
        return found, False
    session.add(Showing(snapshot=found, shown_on=today, shown_by_id=actor.user_id))
    session.flush()  # the database says no before the page says yes
    return found, True
