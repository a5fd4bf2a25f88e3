"""Share links: addresses that show one frozen thing to whoever has them, and what this installation allows of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Versioned, key, new_public_id, not_empty, one_of, utc_now

#: Who may open a link: nobody, whoever is signed in, or whoever has it.
MODES = ("off", "signed_in", "open")
#: What a link can show.
TARGETS = ("snapshot", "presentation")


class Sharing(Versioned, Base):
    """What this installation allows; without the row, links are for those who are signed in and no page embeds them.

    ``embed_origins`` has an origin a line ("https://intranet.example.org").
    """

    __tablename__ = "sharing"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), one_of("mode", MODES))

    id: Mapped[key]
    mode: Mapped[str] = mapped_column(String(20), default="signed_in")
    embed_origins: Mapped[str] = mapped_column(Text, default="")

    @property
    def title(self) -> str:
        """What the history calls it."""
        return "Share links"


class ShareLink(Base):
    """A link to one target by its public id. Only the hash of its token is kept, and that of its password."""

    __tablename__ = "share_links"
    __table_args__ = (one_of("kind", TARGETS), not_empty("target"))

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(16), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    @property
    def title(self) -> str:
        """What the history calls it."""
        return f"{self.note or 'A link'} ({self.kind} {self.target})"
