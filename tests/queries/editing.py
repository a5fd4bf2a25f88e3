"""What every random edit needs: a session, a draw, the day it is, and a record to do it to."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.importing import OFFICE
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.merges import Merge
from tracker.services.errors import ServiceError
from tracker.services.lessons import LessonText
from tracker.services.merges import Wish, merge, preview_merge, undo_merge

LESSON = LessonText(tried="At peak.", next_time="Test at peak.")
#: How far back edits reach, and how far ahead.
BACK, AHEAD = 260, 60


class Editing:
    """Somebody of the office on a day; what a service refuses changes nothing."""

    def __init__(self, session: Session, draw: Random, today: date) -> None:
        self.session, self.draw, self.today = session, draw, today

    def by_office(self, **more: Any) -> dict[str, Any]:
        """Return who acts, with more."""
        return {"actor": OFFICE, **more}

    def any_of(self, model: type[Any], *where: Any) -> Any:
        """Return the public id and the version of some record."""
        rows = self.session.scalars(select(model).where(*where).order_by(model.id)).all()
        if not rows:
            raise ServiceError("nothing there")
        found = self.draw.choice(rows)
        public_id, version = found.public_id, getattr(found, "version", 0)
        self.session.rollback()
        return public_id, version

    def versioned(self, model: type[Any], *where: Any) -> dict[str, Any]:
        """Return some record as a service that checks its version is told of it, and who acts."""
        public_id, version = self.any_of(model, *where)
        return self.by_office(public_id=public_id, version=version)

    def past_day(self) -> date:
        """Return a day up to today."""
        return self.today - timedelta(self.draw.randrange(BACK))

    def day_of(self, initiative: str) -> date:
        """Return a day on which an initiative runs; now and then any day up to today."""
        first = self.session.scalar(select(Initiative.started_on).where(Initiative.public_id == initiative))
        self.session.rollback()
        if first is None or first > self.today or self.once_in(10):
            return self.past_day()
        return first + timedelta(self.draw.randint(0, (self.today - first).days))

    def any_day(self) -> date:
        """Return a day, perhaps one to come."""
        return self.today + timedelta(self.draw.randint(-BACK, AHEAD))

    def once_in(self, times: int) -> bool:
        """Return True once in so many times."""
        return self.draw.randrange(times) == 0

    def merge_records(self, kind: str, gone: str, into: str, **how: Any) -> None:
        """Merge two records, as it was shown."""
        wish = Wish(kind, gone, into, **how)
        try:
            seen = preview_merge(self.session, actor=OFFICE, wish=wish, today=self.today).seen
        finally:
            self.session.rollback()
        merge(self.session, actor=OFFICE, wish=wish, today=self.today, seen=seen)

    def take_back_merge(self) -> None:
        """Take some merge back."""
        public_id, _ = self.any_of(Merge, Merge.undone_at.is_(None))
        undo_merge(self.session, actor=OFFICE, public_id=public_id)

    def some_departments(self) -> list[str]:
        """Return the public ids of one to four departments."""
        rows = self.session.scalars(
            select(Department.public_id).where(Department.binned_at.is_(None)).order_by(Department.id)
        ).all()
        self.session.rollback()
        return self.draw.sample(rows, min(len(rows), self.draw.choice((1, 2, 2, 3, 4))))
