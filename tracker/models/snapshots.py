"""Snapshots: what stood at one instant, frozen. A row is written once and never changed or taken away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, ForeignKey, LargeBinary, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from tracker.models.base import Base, days_within, key, new_public_id, not_empty, utc_now


class FrozenForGood(RuntimeError):
    """Somebody tried to change or delete a snapshot; the database refuses it too."""


class Snapshot(Base):
    """A day as it was known when it was frozen; ``sha256`` is that of ``document``, byte by byte.

    ``document`` is canonical JSON: the figures, the sentences, the picture. ``records`` is another: the facts they
    were made from, whose own SHA-256 stands in the document. Both are read only when asked for. ``register_version``
    is the version of the register they were read at.
    """

    __tablename__ = "snapshots"
    __table_args__ = (days_within("on_day", "frozen_on"), not_empty("sentence"))

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    on_day: Mapped[date] = mapped_column(index=True)
    frozen_on: Mapped[date]
    frozen_at: Mapped[datetime] = mapped_column(default=utc_now)
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    register_version: Mapped[int]
    sentence: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    records: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    @property
    def title(self) -> str:
        """What the history calls it."""
        return f"Snapshot of {self.on_day.isoformat()}"


@event.listens_for(Snapshot, "before_update")
@event.listens_for(Snapshot, "before_delete")
def _refuse(_mapper: Mapper[Snapshot], _connection: Connection, snapshot: Snapshot) -> None:
    raise FrozenForGood(f"Snapshot {snapshot.public_id} is frozen for good.")
