"""The organisation and the versioned constants of its measures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, key, utc_now


class Organisation(Base):
    """The one organisation of an installation."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class MeasureSettings(Base):
    """A version of the constants of the measures; the newest row holds. ``together`` is a fraction as text."""

    __tablename__ = "measure_settings"
    __table_args__ = (
        CheckConstraint("quiet_days BETWEEN 1 AND 3650", name="quiet_days_range"),
        CheckConstraint("routine_days BETWEEN 1 AND 3650", name="routine_days_range"),
        CheckConstraint("half_life_days BETWEEN 1 AND 3650", name="half_life_days_range"),
        CheckConstraint("window_days BETWEEN 1 AND 3650", name="window_days_range"),
        CheckConstraint("attention BETWEEN 1 AND 20", name="attention_range"),
        CheckConstraint("max_reuse BETWEEN 0 AND 100", name="max_reuse_range"),
    )

    id: Mapped[key]
    quiet_days: Mapped[int] = mapped_column(default=90)
    routine_days: Mapped[int] = mapped_column(default=180)
    half_life_days: Mapped[int] = mapped_column(default=90)
    window_days: Mapped[int] = mapped_column(default=90)
    together: Mapped[str] = mapped_column(String(20), default="1/2")
    attention: Mapped[int] = mapped_column(default=1)
    max_reuse: Mapped[int] = mapped_column(default=3)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
