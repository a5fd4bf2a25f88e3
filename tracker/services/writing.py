"""How a service begins to write, and how it refuses to save over somebody's edit."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from tracker.models import recording
from tracker.models.base import Versioned
from tracker.services.actors import Actor
from tracker.services.errors import Stale


def open_write(session: Session, actor: Actor) -> None:
    """Begin the write transaction under this actor's name; do slow work (hashing, reading files) before it."""
    recording.open_write(session, actor_id=actor.user_id, actor_name=actor.name, via=actor.via)


def check_version(record: Versioned, version: int, current: Mapping[str, str]) -> None:
    """Refuse a form that was opened at another version than the record has now.

    Raises
    ------
    Stale
        With ``current``, the texts that stand now, so that both can be shown and neither is lost.
    """
    if record.version != version:
        raise Stale(current)
