"""Freeze a day. A snapshot is written once; there is no service that changes one or takes it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.exchange.canonical import canonical, sha256_of
from tracker.models.base import new_public_id
from tracker.models.snapshots import Snapshot
from tracker.queries.facts import current_version
from tracker.queries.freezing import freeze_day
from tracker.queries.snapshots import same_day, snapshot_with
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.policies import require
from tracker.services.writing import open_write


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the bytes that are kept are those that were frozen: the document, and the records it names."""

    document: bool
    records: bool

    @property
    def fits(self) -> bool:
        """Say whether nothing was changed outside the tracker."""
        return self.document and self.records


def freeze(session: Session, *, actor: Actor, on: date, today: date) -> tuple[Snapshot, bool]:
    """Freeze a day as it is known now, and say whether that made a new snapshot.

    A second time on the same day, with nothing recorded meanwhile, gives the snapshot that is there.
    """
    require(actor, "freeze")
    if on > today:
        raise InvalidInput({"on": "Choose a day that has come: what is ahead cannot be frozen."})
    known = same_day(session, on, today, current_version(session))
    if known is not None:
        return known, False
    public_id = new_public_id()
    frozen = freeze_day(session, public_id, on, today)
    if len(frozen.statement["track"]["nodes"]) < 2:
        raise InvalidInput({"on": "There is no pair to freeze yet. Record two departments first."})
    records = canonical(frozen.records)
    statement = {**frozen.statement, "records": {"bytes": len(records), "sha256": sha256_of(records)}}
    document = canonical(statement)
    open_write(session, actor)
    snapshot = Snapshot(
        public_id=public_id,
        on_day=on,
        frozen_on=today,
        frozen_by_id=actor.user_id,
        register_version=frozen.version,
        sentence=frozen.sentence[:300],
        sha256=sha256_of(document),
        document=document,
        records=records,
    )
    session.add(snapshot)
    session.flush()  # the database says no before the page says yes
    return snapshot, True


def find_snapshot(session: Session, actor: Actor, public_id: str) -> Snapshot:
    """Return a snapshot with both its texts, for somebody who may read."""
    require(actor, "read")
    found = snapshot_with(session, public_id)
    if found is None:
        raise NotFound(public_id)
    return found


def check(snapshot: Snapshot) -> Check:
    """Work out both SHA-256 anew, and compare."""
    is_document = sha256_of(snapshot.document) == snapshot.sha256
    named = f'"sha256":"{sha256_of(snapshot.records)}"'.encode()
    return Check(is_document, named in snapshot.document)
