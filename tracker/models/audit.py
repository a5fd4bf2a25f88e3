"""The audit trail: who changed what, when, before and after. Append only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, ForeignKey, Index, String, event, select
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from tracker.models.base import Base, key, utc_now
from tracker.models.changelog import ChangeCounter


class AuditEntry(Base):
    """One change of one row. ``subject`` is the record whose history shows it (an involvement's is its initiative).

    ``changes`` maps a field to ``[before, after]`` with JSON values; references are row ids.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject_kind_subject_id", "subject_kind", "subject_id"),)

    id: Mapped[key]
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    via: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    label: Mapped[str] = mapped_column(String(300), default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def keep_order(connection: Connection) -> None:
    """Let audit lines become visible in the order of their ids: call it before they are inserted past the mapper.

    What processes keep is marked with the newest id, so no older one may turn up later. PostgreSQL's sequence
    gives ids before their transactions end; the row of the counter lets one of them write lines at a time.
    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(ChangeCounter.id).where(ChangeCounter.id == 1).with_for_update())


@event.listens_for(AuditEntry, "before_insert")
def _in_order(_mapper: Mapper[AuditEntry], connection: Connection, _line: AuditEntry) -> None:
    keep_order(connection)
