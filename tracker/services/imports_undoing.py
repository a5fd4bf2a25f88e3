"""Take a whole import back: what it created goes, what it changed is as it was; all of it or nothing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry
from tracker.models.imports import ImportBatch
from tracker.models.recording import SUBJECTS
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput
from tracker.services.imports_batches import find_import
from tracker.services.progress import Progress, unheard
from tracker.services.taking_back import take_back, write_alone
from tracker.services.writing import open_write

#: What the audit calls taking an import back.
TAKEN_BACK = "took the import back"


def undo_import(
    session: Session, *, actor: Actor, public_id: str, progress: Progress = unheard
) -> ImportBatch:
    """Take an import back, all of it or nothing.

    Raises
    ------
    NotFound
        When there was no such import.
    InvalidInput
        When it was taken back before.
    StillNeeded
        When later work leans on it.
    """
    policies.require(actor, "import")
    open_write(session, actor)
    write_alone(session)
    batch = find_import(session, actor, public_id)
    if batch.undone_at is not None:
        raise InvalidInput({"": "This import was taken back already."})
    take_back(session, actor, batch, progress)
    _note(session, actor, batch)
    return batch


def _note(session: Session, actor: Actor, batch: ImportBatch) -> None:
    kind, subject_kind, _ = SUBJECTS[ImportBatch]
    session.add(
        AuditEntry(
            actor_id=actor.user_id,
            actor_name=actor.name,
            via=actor.via,
            action=TAKEN_BACK,
            kind=kind,
            record_id=batch.id,
            subject_kind=subject_kind,
            subject_id=batch.id,
            label=batch.name,
            changes={},
        )
    )
