"""Divisions, departments and their other names."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Binned, Public, Sampled, Versioned, days_within, key, not_empty


class Division(Public, Sampled, Versioned, Base):
    """A group of departments; the stage rolls up to divisions when there are many departments."""

    __tablename__ = "divisions"
    __table_args__ = (not_empty("name"),)

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(120))

    departments: Mapped[list[Department]] = relationship(back_populates="division", lazy="raise_on_sql")


class Department(Public, Sampled, Versioned, Binned, Base):
    """A silo: open on a day t when ``opened_on <= t < closed_on``, missing dates meaning always.

    ``track_position`` is its fixed place on the running track, set by the write that adds it.
    """

    __tablename__ = "departments"
    __table_args__ = (
        not_empty("name"),
        days_within("opened_on", "closed_on"),
        CheckConstraint(
            "closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="closes_after_opening"
        ),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount_not_negative"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"),
    )

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(120), index=True)
    division_id: Mapped[int | None] = mapped_column(
        ForeignKey("divisions.id", ondelete="SET NULL"), index=True
    )
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id", ondelete="SET NULL"), index=True
    )
    headcount: Mapped[int | None]
    track_position: Mapped[int | None]

    division: Mapped[Division | None] = relationship(back_populates="departments", lazy="raise_on_sql")
    merged_into: Mapped[Department | None] = relationship(remote_side="Department.id", lazy="raise_on_sql")
    aliases: Mapped[list[DepartmentAlias]] = relationship(
        back_populates="department", cascade="all, delete-orphan", lazy="raise_on_sql", passive_deletes=True
    )


class DepartmentAlias(Base):
    """Another name of a department, found by imports and by the type-ahead."""

    __tablename__ = "department_aliases"
    __table_args__ = (not_empty("name"), UniqueConstraint("department_id", "name"))

    id: Mapped[key]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120), index=True)

    department: Mapped[Department] = relationship(back_populates="aliases", lazy="raise_on_sql")
