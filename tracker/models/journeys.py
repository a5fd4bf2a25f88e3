"""Customer journeys and their steps; two neighbouring steps are a crossing and make a required pair."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Binned, Public, Sampled, Versioned, days_within, key, not_empty
from tracker.models.departments import Department


class Journey(Public, Sampled, Versioned, Binned, Base):
    """The customer's path, of importance 1 to 3, valid from a day to a day (missing: always)."""

    __tablename__ = "journeys"
    __table_args__ = (
        not_empty("name"),
        days_within("valid_from", "valid_to"),
        CheckConstraint("importance BETWEEN 1 AND 3", name="importance_one_to_three"),
        CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="ends_after_start"
        ),
    )

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(120))
    importance: Mapped[int] = mapped_column(default=1)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    steps: Mapped[list[Step]] = relationship(
        back_populates="journey",
        order_by="Step.position",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
        passive_deletes=True,
    )


class Step(Base):
    """A step of a journey, owned by a department; ``volume`` counts hand-offs a month to the next step."""

    __tablename__ = "steps"
    __table_args__ = (
        UniqueConstraint("journey_id", "position"),
        days_within("volume_on"),
        CheckConstraint("volume IS NULL OR volume >= 0", name="volume_not_negative"),
    )

    id: Mapped[key]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journeys.id", ondelete="CASCADE"))
    position: Mapped[int]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    channel: Mapped[str] = mapped_column(String(120), default="")
    customer_group: Mapped[str] = mapped_column(String(120), default="")
    product: Mapped[str] = mapped_column(String(120), default="")
    volume: Mapped[int | None]
    volume_source: Mapped[str] = mapped_column(String(200), default="")
    volume_on: Mapped[date | None]

    journey: Mapped[Journey] = relationship(back_populates="steps", lazy="raise_on_sql")
    department: Mapped[Department] = relationship(lazy="raise_on_sql")
