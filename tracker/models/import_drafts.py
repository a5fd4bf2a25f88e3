"""Files brought by page, kept between the dry run and the import; nobody but who brought one may use it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, days_within, key, not_empty, utc_now


class ImportDraft(Base):
    """A file that waits for its import: the address holds a random token, this row its hash.

    ``sha256`` tells which file it is; ``as_of`` is the file's date. The bytes are read only when asked for.
    ``choices`` is how it is to be read where that was changed, and which of its rows are left out.
    """

    __tablename__ = "import_drafts"
    __table_args__ = (
        not_empty("name"),
        days_within("as_of"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    id: Mapped[key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    as_of: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    choices: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
