"""Changes of many records at once, with what it takes to undo each of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, key, new_public_id, not_empty, utc_now


class BulkChange(Base):
    """One change of many initiatives, whose audit lines say ``bulk`` and its public id as their way.

    ``rows`` has what was changed, one object an initiative: its row id, its title, what was said of it and what
    stood there before. ``last_line`` is the newest audit line it wrote: later ones are somebody's edits since.
    """

    __tablename__ = "bulk_changes"
    __table_args__ = (not_empty("said"),)

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    action: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(String(300))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)
    last_line: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
