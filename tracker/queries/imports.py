"""Imports as they were made: the list, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.imports import ImportBatch


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An import in the list."""

    public_id: str
    name: str
    as_of: date
    made_at: datetime
    who: str
    created: int
    updated: int
    is_undone: bool


def count_imports(session: Session) -> int:
    """Return how many imports there were. 1 query."""
    return session.scalar(select(func.count(ImportBatch.id))) or 0


def list_imports(session: Session, *, limit: int = 50, offset: int = 0) -> tuple[BatchRow, ...]:
    """Return one page of the imports, the newest first. 1 query."""
    rows = session.execute(
        select(
            ImportBatch.public_id,
            ImportBatch.name,
            ImportBatch.as_of,
            ImportBatch.made_at,
            ImportBatch.made_by,
            ImportBatch.counts,
            ImportBatch.undone_at,
        )
        .order_by(ImportBatch.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        BatchRow(
            row.public_id,
            row.name,
            row.as_of,
            row.made_at,
            row.made_by,
            row.counts.get("created", 0),
            row.counts.get("updated", 0),
            row.undone_at is not None,
        )
        for row in rows
    )


def recorded_until(session: Session) -> date | None:
    """Return the last date of a spreadsheet that was brought: until then the story is what a register said. 1 query."""
    return session.scalar(
        select(func.max(ImportBatch.as_of)).where(
            ImportBatch.kind == "table", ImportBatch.undone_at.is_(None)
        )
    )


def imported_by(session: Session, token_hash: str) -> ImportBatch | None:
    """Return the import that came of the dry run at this address, None while there is none. 1 query."""
    return session.scalar(select(ImportBatch).where(ImportBatch.token_hash == token_hash))


def imported_before(session: Session, sha256: str) -> ImportBatch | None:
    """Return the newest import of the very same file that still stands. 1 query."""
    return session.scalar(
        select(ImportBatch)
        .where(ImportBatch.sha256 == sha256, ImportBatch.undone_at.is_(None))
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )
