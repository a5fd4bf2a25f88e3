"""Displays: screens that show the stage without anybody being signed in on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, key, new_public_id, not_empty, one_of, utc_now

#: What a display opens with.
SHOWS = ("stage", "wallboard")


class Display(Base):
    """A screen; whoever has its token may look at the stage and at nothing else. Only the token's hash is kept.

    Without ``expires_at`` it lives until it is revoked.
    """

    __tablename__ = "displays"
    __table_args__ = (not_empty("name"), one_of("shows", SHOWS))

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    shows: Mapped[str] = mapped_column(String(20), default="stage")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
