"""Imports that were made, and the mappings that files were read by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, days_within, key, new_public_id, not_empty, one_of, utc_now

KINDS = ("table", "portfolio")


class ImportBatch(Base):
    """One import: who brought which file when, how it was read, and which lines of the audit it wrote.

    No other change writes audit lines between ``first_line`` and ``last_line``: whoever writes them is alone until
    the transaction ends. So those lines say what the import created and changed, and taking it back reads them.
    ``token_hash`` is that of the address of its dry run, "" for a command.
    """

    __tablename__ = "import_batches"
    __table_args__ = (
        not_empty("name"),
        one_of("kind", KINDS),
        days_within("as_of"),
        CheckConstraint("last_line >= first_line", name="lines_in_order"),
    )

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    first_line: Mapped[int]
    last_line: Mapped[int] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    made_by: Mapped[str] = mapped_column(String(200))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(200), default="")
    undo_first_line: Mapped[int | None]
    undo_last_line: Mapped[int | None]


class ImportMapping(Base):
    """How a file with this header was read the last time, to be used again by its header or by its name."""

    __tablename__ = "import_mappings"
    __table_args__ = (not_empty("name"), not_empty("fingerprint"))

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kept_at: Mapped[datetime] = mapped_column(default=utc_now)
