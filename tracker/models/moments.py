"""Moments: dated quick wins and near misses, the people who vouch for them, and lessons that travel."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Binned, Public, Versioned, days_within, key, one_of, utc_now
from tracker.models.initiatives import Initiative
from tracker.models.people import Person

KINDS = ("win", "measured_win", "moved", "near_miss")


class Moment(Public, Versioned, Binned, Base):
    """A dated quick win or near miss of an initiative, or the day a win's customer measure had moved.

    ``is_confirmed`` alone decides whether it counts; the confirmations say who vouched (none for what a
    register vouched for). ``of_id`` names the win of a ``moved``.
    """

    __tablename__ = "moments"
    __table_args__ = (
        one_of("kind", KINDS),
        days_within("on_day"),
        CheckConstraint("(kind = 'moved') = (of_id IS NOT NULL)", name="moved_names_its_win"),
        Index("ix_moments_initiative_id_on_day", "initiative_id", "on_day"),
        Index("ix_moments_is_confirmed_on_day", "is_confirmed", "on_day"),
    )

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    on_day: Mapped[date] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    of_id: Mapped[int | None] = mapped_column(ForeignKey("moments.id", ondelete="CASCADE"), index=True)
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    ok_to_show: Mapped[bool] = mapped_column(default=False)
    measure_name: Mapped[str] = mapped_column(String(120), default="")
    measure_before: Mapped[float | None]
    measure_after: Mapped[float | None]
    measure_n_before: Mapped[int | None]
    measure_n_after: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)

    initiative: Mapped[Initiative] = relationship(lazy="raise_on_sql")
    of: Mapped[Moment | None] = relationship(remote_side="Moment.id", lazy="raise_on_sql")
    lesson: Mapped[Lesson | None] = relationship(
        back_populates="moment", cascade="all, delete-orphan", lazy="raise_on_sql", passive_deletes=True
    )
    reuses: Mapped[list[LessonReuse]] = relationship(
        back_populates="moment", cascade="all, delete-orphan", lazy="raise_on_sql", passive_deletes=True
    )
    confirmations: Mapped[list[Confirmation]] = relationship(
        back_populates="moment", cascade="all, delete-orphan", lazy="raise_on_sql", passive_deletes=True
    )


class Confirmation(Base):
    """A second person vouches for a moment: a person of the register, an account, or both."""

    __tablename__ = "confirmations"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR user_id IS NOT NULL", name="somebody_vouches"),
        UniqueConstraint("moment_id", "person_id"),
        UniqueConstraint("moment_id", "user_id"),
    )

    id: Mapped[key]
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    confirmed_at: Mapped[datetime] = mapped_column(default=utc_now)

    moment: Mapped[Moment] = relationship(back_populates="confirmations", lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Lesson(Base):
    """What a near miss teaches. A lesson whose four texts are empty was written elsewhere, and counts."""

    __tablename__ = "lessons"

    id: Mapped[key]
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id", ondelete="CASCADE"), unique=True)
    tried: Mapped[str] = mapped_column(Text, default="")
    nearly: Mapped[str] = mapped_column(Text, default="")
    stopped: Mapped[str] = mapped_column(Text, default="")
    next_time: Mapped[str] = mapped_column(Text, default="")

    moment: Mapped[Moment] = relationship(back_populates="lesson", lazy="raise_on_sql")


class LessonReuse(Public, Base):
    """Another initiative reuses the lesson of a near miss, on a day; it counts once that lesson is written."""

    __tablename__ = "lesson_reuses"
    __table_args__ = (
        days_within("on_day"),
        Index("ix_lesson_reuses_moment_id_on_day", "moment_id", "on_day"),
    )

    id: Mapped[key]
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id", ondelete="CASCADE"))
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"), index=True)
    on_day: Mapped[date] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    moment: Mapped[Moment] = relationship(back_populates="reuses", lazy="raise_on_sql")
    initiative: Mapped[Initiative] = relationship(lazy="raise_on_sql")
