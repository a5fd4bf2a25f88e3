"""Showings: when a snapshot was presented. Rows are added, and never changed or taken away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, ForeignKey, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from tracker.models.base import Base, days_within, key, utc_now
from tracker.models.snapshots import FrozenForGood, Snapshot


class Showing(Base):
    """A snapshot presented on a day, by whoever pressed the button; a second time that day is the same showing."""

    __tablename__ = "showings"
    __table_args__ = (days_within("shown_on"), UniqueConstraint("snapshot_id", "shown_on"))

    id: Mapped[key]
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    shown_on: Mapped[date] = mapped_column(index=True)
    shown_at: Mapped[datetime] = mapped_column(default=utc_now)
    shown_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    snapshot: Mapped[Snapshot] = relationship(lazy="raise_on_sql")

    @property
    def title(self) -> str:
        """What the history calls it: the snapshot that was presented."""
        return self.snapshot.title


@event.listens_for(Showing, "before_update")
@event.listens_for(Showing, "before_delete")
def _refuse(_mapper: Mapper[Showing], _connection: Connection, showing: Showing) -> None:
    raise FrozenForGood(
        f"That snapshot {showing.snapshot_id} was presented on {showing.shown_on} stands for good."
    )
