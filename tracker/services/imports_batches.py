"""The record of an import: who brought which file, and which lines of the audit it wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.imports import ImportBatch
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import NotFound
from tracker.services.taking_back import newest_line


def note_import(
    session: Session,
    *,
    actor: Actor,
    name: str,
    data: bytes,
    as_of: date,
    is_table: bool,
    after_line: int,
    counts: Mapping[str, int],
    mapping: Mapping[str, Any],
    token_hash: str = "",
) -> ImportBatch | None:
    """Keep the record of an import inside its transaction; one that changed nothing leaves none."""
    last = newest_line(session)
    if last == after_line:
        return None
    batch = ImportBatch(
        name=name,
        kind="table" if is_table else "portfolio",
        as_of=as_of,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        token_hash=token_hash,
        mapping=dict(mapping),
        counts=dict(counts),
        first_line=after_line + 1,
        last_line=last,
        made_by_id=actor.user_id,
        made_by=actor.name,
    )
    session.add(batch)
    session.flush()  # its public id is asked for
    return batch


def find_import(session: Session, actor: Actor, public_id: str) -> ImportBatch:
    """Return an import to those who may import. 1 query.

    Raises
    ------
    NotFound
        When there was no such import.
    """
    policies.require(actor, "import")
    found = session.scalar(select(ImportBatch).where(ImportBatch.public_id == public_id))
    if found is None:
        raise NotFound("There is no such import.")
    return found
