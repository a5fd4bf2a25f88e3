"""Feeds: secret addresses under which a calendar or a feed reader fetches what one person may read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, key, new_public_id, one_of, utc_now

#: What a feed brings: what falls due as a calendar, or wins as news.
KINDS = ("due", "wins")


class Feed(Base):
    """The one address of an account for a kind of feed; only the hash of its token is kept, deleting the row ends it."""

    __tablename__ = "feeds"
    __table_args__ = (one_of("kind", KINDS), UniqueConstraint("user_id", "kind"))

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_used_at: Mapped[datetime | None]

    @property
    def title(self) -> str:
        """What the history calls it."""
        return "the calendar of what falls due" if self.kind == "due" else "the feed of wins"
