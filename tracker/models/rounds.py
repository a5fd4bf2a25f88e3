"""The Round: where somebody stands in asking after what nobody was heard from, and what they answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, days_within, key, one_of, utc_now

#: What is answered in the Round; "finished" needs no row, since the outcome of the initiative says it.
ANSWERS = ("moving", "stuck", "skipped")


class Round(Base):
    """A Round that somebody began; their newest is the one that goes on.

    ``queue`` are the row ids of its initiatives in their order, ``before`` the two numbers as they stood then.
    """

    __tablename__ = "rounds"
    __table_args__ = (days_within("begun_on"),)

    id: Mapped[key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    begun_on: Mapped[date]
    begun_at: Mapped[datetime] = mapped_column(default=utc_now)
    queue: Mapped[list[int]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)


class RoundAnswer(Base):
    """What was answered for an initiative, with the update that it posted; a skipped one has none."""

    __tablename__ = "round_answers"
    __table_args__ = (one_of("answer", ANSWERS), UniqueConstraint("round_id", "initiative_id"))

    id: Mapped[key]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"))
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"), index=True)
    answer: Mapped[str] = mapped_column(String(20))
    update_id: Mapped[int | None] = mapped_column(ForeignKey("updates.id", ondelete="SET NULL"), index=True)
    answered_at: Mapped[datetime] = mapped_column(default=utc_now)
