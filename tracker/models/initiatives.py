"""Initiatives: dated joint work of departments under a lead sponsor."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Binned,
    Public,
    Sampled,
    Versioned,
    days_within,
    key,
    not_empty,
    one_of,
    utc_now,
)
from tracker.models.departments import Department
from tracker.models.people import Person

KINDS = ("pilot", "quick_win", "near_miss")
STATUSES = ("proposed", "live", "paused", "finished")
OUTCOMES = ("routine", "scaled", "stopped", "extended")


class Theme(Public, Sampled, Versioned, Base):
    """A thread that runs through several initiatives."""

    __tablename__ = "themes"
    __table_args__ = (not_empty("name"),)

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(120))


class Initiative(Public, Sampled, Versioned, Binned, Base):
    """Joint work, declared on a day t when ``started_on <= t < ended_on``; its dates alone enter the measures.

    ``declared_until``: an imported register vouches for the days before it. ``outcome`` says how it ended
    (or that it was extended), ``routine_from`` and ``routine_until`` since when it stands as routine.
    """

    __tablename__ = "initiatives"
    __table_args__ = (
        not_empty("title"),
        one_of("kind", KINDS),
        one_of("status", STATUSES),
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('routine', 'scaled', 'stopped', 'extended')", name="outcome_known"
        ),
        days_within("started_on", "ended_on", "decide_by", "declared_until", "routine_from", "routine_until"),
        CheckConstraint(
            "ended_on IS NULL OR started_on IS NULL OR ended_on >= started_on", name="ends_after_start"
        ),
        CheckConstraint(
            "routine_until IS NULL OR (routine_from IS NOT NULL AND routine_until >= routine_from)",
            name="routine_ends_after_start",
        ),
        CheckConstraint("scaled_into_id IS NULL OR scaled_into_id <> id", name="not_scaled_into_itself"),
        Index("ix_initiatives_status_started_on", "status", "started_on"),
        # The list, newest first: its order, its pages and its counts are read from here alone. It begins with the
        # day: one that began with the bin would be taken for every other order too, which reads the table row by row.
        Index("ix_initiatives_listed", "started_on", "binned_at", "id"),
        # Every page asks whether there is any of the sample.
        Index(
            "ix_initiatives_sample",
            "id",
            sqlite_where=text("is_sample = 1"),
            postgresql_where=text("is_sample"),
        ),
    )

    id: Mapped[key]
    title: Mapped[str] = mapped_column(String(300), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="pilot")
    status: Mapped[str] = mapped_column(String(20), default="live")
    started_on: Mapped[date | None] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    declared_until: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_note: Mapped[str] = mapped_column(Text, default="")
    scaled_into_id: Mapped[int | None] = mapped_column(ForeignKey("initiatives.id", ondelete="SET NULL"))
    routine_from: Mapped[date | None]
    routine_until: Mapped[date | None]
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id", ondelete="SET NULL"), index=True)
    contact: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)

    theme: Mapped[Theme | None] = relationship(lazy="raise_on_sql", viewonly=True)
    scaled_into: Mapped[Initiative | None] = relationship(
        remote_side="Initiative.id", lazy="raise_on_sql", viewonly=True
    )
    involvements: Mapped[list[Involvement]] = relationship(
        back_populates="initiative",
        order_by="Involvement.id",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
        passive_deletes=True,
    )
    sponsorships: Mapped[list[Sponsorship]] = relationship(
        back_populates="initiative",
        order_by="Sponsorship.id",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
        passive_deletes=True,
    )
    updates: Mapped[list[Update]] = relationship(
        back_populates="initiative",
        order_by="Update.on_day",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
        passive_deletes=True,
    )
    routine_owners: Mapped[list[RoutineOwner]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql", passive_deletes=True
    )
    routine_checks: Mapped[list[RoutineCheck]] = relationship(
        order_by="RoutineCheck.checked_on",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
        passive_deletes=True,
    )
    builds_on: Mapped[list[BuildsOn]] = relationship(
        foreign_keys="BuildsOn.initiative_id",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
        passive_deletes=True,
    )


class Involvement(Base):
    """A department in an initiative, from a day to a day (missing: from the start, for good)."""

    __tablename__ = "involvements"
    __table_args__ = (
        one_of("role", ("lead", "contributing")),
        days_within("joined_on", "left_on"),
        CheckConstraint(
            "left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on", name="leaves_after_joining"
        ),
        UniqueConstraint("initiative_id", "department_id", "joined_on"),
    )

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"), index=True)
    role: Mapped[str] = mapped_column(String(20), default="contributing")
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]

    initiative: Mapped[Initiative] = relationship(back_populates="involvements", lazy="raise_on_sql")
    department: Mapped[Department] = relationship(lazy="raise_on_sql", viewonly=True)


class Sponsorship(Base):
    """A person who stands behind an initiative, leading or beside the lead, from a day to a day."""

    __tablename__ = "sponsorships"
    __table_args__ = (
        one_of("role", ("lead", "co")),
        days_within("from_on", "to_on"),
        CheckConstraint("to_on IS NULL OR from_on IS NULL OR to_on >= from_on", name="ends_after_start"),
        UniqueConstraint("initiative_id", "person_id", "role", "from_on"),
    )

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)
    role: Mapped[str] = mapped_column(String(20), default="lead")
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]

    initiative: Mapped[Initiative] = relationship(back_populates="sponsorships", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql", viewonly=True)


class Update(Base):
    """A dated sentence on how an initiative goes; an empty text says only "still moving".

    Where it is stuck, the sentence says what would help, and ``asked_of_id`` names the person it is asked of.
    """

    __tablename__ = "updates"
    __table_args__ = (
        days_within("on_day"),
        Index("ix_updates_initiative_id_on_day", "initiative_id", "on_day"),
    )

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    on_day: Mapped[date]
    text: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    asked_of_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    initiative: Mapped[Initiative] = relationship(back_populates="updates", lazy="raise_on_sql")


class RoutineOwner(Base):
    """The named owner of a routine in a department."""

    __tablename__ = "routine_owners"
    __table_args__ = (UniqueConstraint("initiative_id", "department_id"),)

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)

    department: Mapped[Department] = relationship(lazy="raise_on_sql", viewonly=True)
    person: Mapped[Person] = relationship(lazy="raise_on_sql", viewonly=True)


class RoutineCheck(Base):
    """A day on which somebody checked that the routine still stands; good for 180 days."""

    __tablename__ = "routine_checks"
    __table_args__ = (UniqueConstraint("initiative_id", "checked_on"), days_within("checked_on"))

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    checked_on: Mapped[date]


class BuildsOn(Base):
    """A link from an initiative to an earlier one that it grew from."""

    __tablename__ = "builds_on"
    __table_args__ = (
        UniqueConstraint("initiative_id", "earlier_id"),
        CheckConstraint("initiative_id <> earlier_id", name="not_on_itself"),
    )

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    earlier_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"), index=True)

    earlier: Mapped[Initiative] = relationship(foreign_keys=[earlier_id], lazy="raise_on_sql", viewonly=True)


class OtherTitle(Base):
    """Another title of an initiative, kept when two records of the same one were merged."""

    __tablename__ = "initiative_titles"
    __table_args__ = (not_empty("title"), UniqueConstraint("initiative_id", "title"))

    id: Mapped[key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(300), index=True)
