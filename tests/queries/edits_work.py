"""Random edits of initiatives: their dates, departments, sponsors, ends and routines."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from tests.queries.editing import LESSON, Editing
from tests.services.importing import OFFICE, bring
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.services.bin import remove_for_good
from tracker.services.initiatives import (
    Plan,
    bin_initiative,
    edit,
    launch,
    pause,
    post_update,
    restore_initiative,
    resume,
)
from tracker.services.involvements import involve, withdraw
from tracker.services.outcomes import (
    check_routine,
    end_as_routine,
    end_as_scaled,
    end_as_stopped,
    extend,
    give_up_routine,
    take_back_end,
)
from tracker.services.sponsorships import add_co_sponsor, change_lead, end_sponsorship

OPEN = (Initiative.binned_at.is_(None), Initiative.ended_on.is_(None))
STAYS = Person.binned_at.is_(None)
LATER = datetime.fromisoformat("2099-01-01T00:00:00+00:00")


class WorkEdits(Editing):
    """What happens to initiatives."""

    def start(self) -> None:
        lead, _ = self.any_of(Person, STAYS)
        plan = Plan("Another pilot", started_on=self.past_day())
        departments = self.some_departments()
        launch(
            self.session, **self.by_office(plan=plan, departments=departments, today=self.today, lead=lead)
        )

    def redate(self) -> None:
        which = self.versioned(Initiative, Initiative.binned_at.is_(None))
        start = self.past_day()
        end = start + timedelta(self.draw.randrange(90)) if self.once_in(3) else None
        plan = Plan("Redated", started_on=start, ended_on=end and min(end, self.today))
        edit(self.session, **which, plan=plan, today=self.today)

    def merge_people(self) -> None:
        (gone, _), (into, _) = self.any_of(Person, STAYS), self.any_of(Person, STAYS)
        self.merge_records("person", gone, into)

    def merge_initiatives(self) -> None:
        standing = Initiative.binned_at.is_(None)
        (gone, _), (into, _) = self.any_of(Initiative, standing), self.any_of(Initiative, standing)
        self.merge_records("initiative", gone, into, one_of_twins=self.once_in(2))

    def pause(self) -> None:
        pause(self.session, **self.versioned(Initiative, Initiative.status == "live"), today=self.today)

    def resume(self) -> None:
        resume(self.session, **self.versioned(Initiative, Initiative.status == "paused"), today=self.today)

    def join(self) -> None:
        id_, _ = self.any_of(Initiative)
        department, _ = self.any_of(Department)
        involve(self.session, **self.by_office(public_id=id_, department=department, on=self.day_of(id_)))

    def leave(self) -> None:
        id_, _ = self.any_of(Initiative)
        department, _ = self.any_of(Department)
        withdraw(self.session, **self.by_office(public_id=id_, department=department, on=self.day_of(id_)))

    def lead(self) -> None:
        which, (person, _) = self.versioned(Initiative), self.any_of(Person)
        change_lead(self.session, **which, person=person, on=self.day_of(which["public_id"]))

    def stand_beside(self) -> None:
        which, (person, _) = self.versioned(Initiative), self.any_of(Person)
        add_co_sponsor(self.session, **which, person=person, on=self.day_of(which["public_id"]))

    def step_back(self) -> None:
        which, (person, _) = self.versioned(Initiative), self.any_of(Person)
        end_sponsorship(self.session, **which, person=person, on=self.day_of(which["public_id"]))

    def say(self) -> None:
        id_, _ = self.any_of(Initiative)
        post_update(
            self.session,
            **self.by_office(public_id=id_, text="As planned.", on=self.day_of(id_), today=self.today),
        )

    def bin(self) -> None:
        bin_initiative(self.session, **self.by_office(public_id=self.any_of(Initiative)[0]))

    def restore(self) -> None:
        id_, _ = self.any_of(Initiative, Initiative.binned_at.is_not(None))
        restore_initiative(self.session, **self.by_office(public_id=id_))

    def remove(self) -> None:
        kind, model = self.draw.choice((("initiative", Initiative), ("moment", Moment)))
        id_, _ = self.any_of(model, model.binned_at.is_not(None))
        actor = type(OFFICE)(name="Ada Admin", role="admin")
        remove_for_good(self.session, actor=actor, kind=kind, public_id=id_, now=LATER)

    def routine(self) -> None:
        which = self.versioned(Initiative, *OPEN)
        query = (
            select(Department.public_id)
            .join(Involvement, Involvement.department_id == Department.id)
            .join(Initiative, Initiative.id == Involvement.initiative_id)
            .where(Initiative.public_id == which["public_id"])
        )
        departments = self.session.scalars(query.order_by(Involvement.id)).all()
        self.session.rollback()
        owners = {each: self.any_of(Person)[0] for each in departments}
        end_as_routine(
            self.session, **which, on=self.day_of(which["public_id"]), owners=owners, today=self.today
        )

    def check(self) -> None:
        id_, _ = self.any_of(Initiative, Initiative.routine_from.is_not(None))
        check_routine(self.session, **self.by_office(public_id=id_, on=self.day_of(id_), today=self.today))

    def give_up(self) -> None:
        which = self.versioned(Initiative, Initiative.routine_from.is_not(None))
        give_up_routine(self.session, **which, on=self.day_of(which["public_id"]), today=self.today)

    def stop(self) -> None:
        which = self.versioned(Initiative, *OPEN)
        end_as_stopped(
            self.session, **which, on=self.day_of(which["public_id"]), lesson=LESSON, today=self.today
        )

    def scale(self) -> None:
        which, (into, _) = self.versioned(Initiative, *OPEN), self.any_of(Initiative)
        end_as_scaled(self.session, **which, on=self.day_of(which["public_id"]), into=into, today=self.today)

    def extend(self) -> None:
        which, later = self.versioned(Initiative, *OPEN), self.today + timedelta(30)
        extend(self.session, **which, decide_by=later, because="Not yet.", today=self.today)

    def go_on(self) -> None:
        which = self.versioned(Initiative, Initiative.ended_on.is_not(None))
        take_back_end(self.session, **which, today=self.today)

    def bring(self) -> None:
        id_ = f"i{self.draw.randint(1, 8)}"
        members = [{"department": each} for each in self.draw.sample("ABCDEF", 2)]
        work = {"id": id_, "title": "Brought", "start": self.past_day().isoformat(), "members": members}
        on = self.past_day().isoformat()
        event = {"id": f"b{self.draw.randint(1, 4)}", "initiative": id_, "kind": "win", "date": on}
        bring(self.session, {"initiatives": [work], "events": [event]}, as_of=self.today, today=self.today)
