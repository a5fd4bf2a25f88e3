"""Saved views: the state of a list under a name, for oneself or for everybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Versioned, key, new_public_id, not_empty, one_of, utc_now

LISTS = ("initiatives", "moments", "pairs", "departments", "sponsors")


class SavedView(Versioned, Base):
    """A list as somebody set it up: ``query`` is what stands behind the question mark of its address."""

    __tablename__ = "saved_views"
    __table_args__ = (
        not_empty("name"),
        one_of("list_name", LISTS),
        UniqueConstraint("owner_id", "list_name", "name"),
    )

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    list_name: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
