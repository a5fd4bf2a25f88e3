"""Random edits of what the measures rest on: departments, journeys and settings."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from tests.queries.editing import Editing
from tracker.models.departments import Department
from tracker.models.journeys import Journey
from tracker.models.recording import open_write
from tracker.models.settings import MeasureSettings
from tracker.services.departments import (
    DepartmentPlan,
    add_department,
    bin_department,
    edit_department,
    restore_department,
)
from tracker.services.journeys import (
    JourneyPlan,
    StepPlan,
    add_journey,
    bin_journey,
    edit_journey,
    restore_journey,
)
from tracker.services.merging import close_department

STAYS = Department.binned_at.is_(None)


class StructureEdits(Editing):
    """What happens to departments, journeys and settings."""

    def found(self) -> None:
        count = self.session.scalar(select(func.count(Department.id)))
        self.session.rollback()
        opened = self.any_day() if self.once_in(2) else None
        add_department(
            self.session, **self.by_office(plan=DepartmentPlan(f"Founded {count}", opened_on=opened))
        )

    def redate_department(self) -> None:
        which = self.versioned(Department, STAYS)
        opened = self.any_day() if self.once_in(2) else None
        closed = (opened or self.today) + timedelta(self.draw.randrange(90)) if self.once_in(2) else None
        name = f"Renamed {self.draw.randrange(1000)}"
        edit_department(self.session, **which, plan=DepartmentPlan(name, opened_on=opened, closed_on=closed))

    def close(self) -> None:
        close_department(self.session, **self.versioned(Department, STAYS), on=self.any_day())

    def merge(self) -> None:
        (gone, _), (into, _) = self.any_of(Department, STAYS), self.any_of(Department, STAYS)
        way = "twice" if self.once_in(2) else "day"
        self.merge_records("department", gone, into, way=way, on=self.any_day())

    def bin_department(self) -> None:
        bin_department(self.session, **self.by_office(public_id=self.any_of(Department)[0]))

    def restore_department(self) -> None:
        id_, _ = self.any_of(Department, Department.binned_at.is_not(None))
        restore_department(self.session, **self.by_office(public_id=id_))

    def _plan(self) -> JourneyPlan:
        steps = tuple(StepPlan(each) for each in (*self.some_departments(), *self.some_departments()))
        first = self.any_day() if self.once_in(2) else None
        last = (first or self.today) + timedelta(self.draw.randrange(120)) if self.once_in(2) else None
        name = f"Path {self.draw.randrange(10**6)}"
        return JourneyPlan(name, self.draw.choice((1, 2, 3)), valid_from=first, valid_to=last, steps=steps)

    def path(self) -> None:
        add_journey(self.session, **self.by_office(plan=self._plan()))

    def redirect(self) -> None:
        which = self.versioned(Journey, Journey.binned_at.is_(None))
        edit_journey(self.session, **which, plan=self._plan())

    def bin_journey(self) -> None:
        bin_journey(self.session, **self.by_office(public_id=self.any_of(Journey)[0]))

    def restore_journey(self) -> None:
        id_, _ = self.any_of(Journey, Journey.binned_at.is_not(None))
        restore_journey(self.session, **self.by_office(public_id=id_))

    def retune(self) -> None:
        open_write(self.session, actor_id=None, actor_name="Ada", via="test")
        self.session.add(
            MeasureSettings(
                quiet_days=self.draw.choice((30, 60, 90)),
                half_life_days=self.draw.choice((45, 90)),
                together=self.draw.choice(("1/3", "1/2", "1")),
                attention=self.draw.choice((1, 1, 2)),
                max_reuse=self.draw.randint(1, 3),
            )
        )
