"""Merges: two records of the same thing made one, or a department that went on as part of another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, days_within, key, new_public_id, one_of, utc_now

KINDS = ("department", "person", "initiative")
#: The same recorded twice, so that all its days become those of the other; or on a day, so that the past stays.
WAYS = ("twice", "day")


class Merge(Base):
    """One merge: what went into what, what moved, the numbers before and after, and its lines of the audit.

    Records are named by public id, which no later record gets again. One that was the same twice lies in the bin
    since, and whoever asks for it is led to the other. As for imports, no other change writes audit lines between
    ``first_line`` and ``last_line``.
    """

    __tablename__ = "merges"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("way", WAYS),
        days_within("on_day"),
        CheckConstraint("last_line >= first_line", name="lines_in_order"),
    )

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    kind: Mapped[str] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(20))
    from_public_id: Mapped[str] = mapped_column(String(16), index=True)
    into_public_id: Mapped[str] = mapped_column(String(16), index=True)
    from_name: Mapped[str] = mapped_column(String(300))
    into_name: Mapped[str] = mapped_column(String(300))
    on_day: Mapped[date | None]
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    first_line: Mapped[int]
    last_line: Mapped[int] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    made_by: Mapped[str] = mapped_column(String(200))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(200), default="")
    undo_first_line: Mapped[int | None]
    undo_last_line: Mapped[int | None]

    @property
    def name(self) -> str:
        """What the history calls it."""
        return f"{self.from_name} into {self.into_name}"
