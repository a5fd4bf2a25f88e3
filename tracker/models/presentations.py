"""Presentations: which scenes of which period are told, in which order and in whose words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import (
    Base,
    Binned,
    Public,
    Versioned,
    days_within,
    key,
    not_empty,
    one_of,
    utc_now,
)


class Presentation(Public, Versioned, Binned, Base):
    """A story that is told again: the last ``months`` until today, or from ``since`` to ``on_day``.

    ``division`` and ``theme`` are public ids, "" for all. ``scenes`` are in their order, each a dictionary of its
    kind, the public id of its moment ("" for the one proposed), whether it is shown, and its own texts ("" for
    those proposed). ``flags`` each have their words, and a moment by public id or a month by its last day.
    """

    __tablename__ = "presentations"
    __table_args__ = (
        not_empty("title"),
        days_within("since", "on_day"),
        CheckConstraint("months IS NULL OR months BETWEEN 1 AND 36", name="months_at_most_three_years"),
        CheckConstraint(
            "months IS NOT NULL OR (since IS NOT NULL AND on_day IS NOT NULL)", name="period_known"
        ),
        CheckConstraint("since IS NULL OR on_day IS NULL OR on_day >= since", name="ends_after_start"),
        one_of("kind", ("pilot", "quick_win", "near_miss", "")),
    )

    id: Mapped[key]
    title: Mapped[str] = mapped_column(String(80))
    classification: Mapped[str] = mapped_column(String(80), default="")
    months: Mapped[int | None]
    since: Mapped[date | None]
    on_day: Mapped[date | None]
    division: Mapped[str] = mapped_column(String(16), default="")
    theme: Mapped[str] = mapped_column(String(16), default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    scenes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    flags: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
