"""The change log: which version of the register changed what the measures must refresh."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, key, one_of, utc_now


class ChangeCounter(Base):
    """The newest version. One row, updated in the transaction it numbers, so versions become visible in order.

    A sequence would not do: its numbers can commit out of order on PostgreSQL.
    """

    __tablename__ = "change_counter"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[key]
    version: Mapped[int] = mapped_column(default=0)


class ChangeLog(Base):
    """An initiative, or the structure (``initiative_id`` 0: departments, journeys, settings), that a version changed."""

    __tablename__ = "change_log"
    __table_args__ = (one_of("kind", ("initiative", "structure")),)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    initiative_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    at: Mapped[datetime] = mapped_column(default=utc_now)
