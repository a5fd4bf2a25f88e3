"""Lines of the audit trail for what changes no record: a link given out, sessions ended."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.services.actors import Actor


def note_on_account(session: Session, actor: Actor, user: User, action: str) -> None:
    """Write down what somebody did about an account, inside the caller's write transaction."""
    session.add(
        AuditEntry(
            actor_id=actor.user_id,
            actor_name=actor.name,
            via=actor.via,
            action=action,
            kind="account",
            record_id=user.id,
            subject_kind="account",
            subject_id=user.id,
            label=user.name,
            changes={},
        )
    )
