"""People who stand behind work: sponsors, with or without an account."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Binned, Public, Sampled, Versioned, key, not_empty
from tracker.models.departments import Department


class Person(Public, Sampled, Versioned, Binned, Base):
    """A sponsor: an executive with a title and a home department."""

    __tablename__ = "people"
    __table_args__ = (not_empty("name"),)

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(120), index=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id", ondelete="SET NULL"), index=True
    )

    department: Mapped[Department | None] = relationship(lazy="raise_on_sql")


class PersonAlias(Base):
    """Another name of a person, kept when two records of the same one were merged; imports find them by it."""

    __tablename__ = "person_aliases"
    __table_args__ = (not_empty("name"), UniqueConstraint("person_id", "name"))

    id: Mapped[key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120), index=True)
