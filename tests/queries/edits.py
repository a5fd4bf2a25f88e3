"""Random edits of a register through the services, as a day of many people makes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.importing import OFFICE, bring, start_over
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.models.recording import open_write
from tracker.models.settings import MeasureSettings
from tracker.services.bin import remove_for_good
from tracker.services.confirmations import confirm
from tracker.services.departments import bin_department, restore_department
from tracker.services.errors import ServiceError
from tracker.services.initiatives import (
    Plan,
    bin_initiative,
    edit,
    launch,
    post_update,
    restore_initiative,
)
from tracker.services.involvements import involve, withdraw
from tracker.services.journeys import JourneyPlan, StepPlan, add_journey
from tracker.services.lessons import LessonText, reuse, write_lesson
from tracker.services.merging import merge_department
from tracker.services.moments import bin_moment, edit_moment, log, restore_moment
from tracker.services.outcomes import check_routine, end_as_routine, end_as_stopped, take_back_end
from tracker.services.sponsorships import change_lead

TODAY = date(2026, 6, 30)
DEPARTMENTS = "ABCDEF"
PEOPLE = ("priya", "tom", "lee")
LESSON = LessonText(tried="At peak.", next_time="Test at peak.")


def fill(session: Session) -> None:
    """Begin with six departments, three sponsors, and pilots whose lessons were reused."""
    start_over(session)
    bring(
        session,
        {
            "departments": [{"id": each, "name": f"Department {each}"} for each in DEPARTMENTS],
            "people": [{"id": each, "name": each.title()} for each in PEOPLE],
            "initiatives": [
                {
                    "id": f"i{at}",
                    "title": f"Pilot {members}",
                    "start": f"2026-0{at}-05",
                    "sponsor": PEOPLE[at % 3],
                    "members": [{"department": each} for each in members],
                }
                for at, members in enumerate(("AB", "BC", "ACD", "EF", "ADE"), 1)
            ],
            "events": [
                {"id": "m1", "initiative": "i1", "kind": "near_miss", "date": "2026-02-01"},
                {"id": "m2", "initiative": "i2", "kind": "near_miss", "date": "2026-03-01"},
                *(
                    {"id": f"r{at}", "initiative": f"i{at}", "kind": "reuse", "date": "2026-05-09", "of": of}
                    for at, of in ((2, "m1"), (3, "m1"), (4, "m1"), (5, "m1"))
                ),
                {"id": "w1", "initiative": "i1", "kind": "win", "date": "2026-03-03"},
                {"id": "v1", "initiative": "i1", "kind": "moved", "date": "2026-04-03", "of": "w1"},
            ],
        },
        as_of=TODAY,
        today=TODAY,
    )


class Edits:
    """Somebody of the office who does this and that; what a service refuses changes nothing."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.draw = session, Random(seed)

    def once(self) -> str:
        """Do one thing and commit; return what it was, or would have been."""
        name, weight = zip(*OFTEN.items(), strict=True)
        (chosen,) = self.draw.choices(name, weight)
        do: Callable[[], Any] = getattr(self, chosen)
        try:
            do()
            self.session.commit()
        except ServiceError:
            pass
        self.session.rollback()
        self.session.expunge_all()
        return chosen

    def _any(self, model: type[Any], *where: Any) -> Any:
        rows = self.session.scalars(select(model).where(*where).order_by(model.id)).all()
        if not rows:
            raise ServiceError("nothing there")
        found = self.draw.choice(rows)
        public_id, version = found.public_id, getattr(found, "version", 0)
        self.session.rollback()
        return public_id, version

    def _day(self) -> date:
        return TODAY - timedelta(self.draw.randrange(260))

    def _some_departments(self) -> list[str]:
        rows = self.session.scalars(select(Department.public_id).order_by(Department.id)).all()
        self.session.rollback()
        return self.draw.sample(rows, self.draw.choice((1, 2, 2, 3, 4)))

    def start(self) -> None:
        person, _ = self._any(Person)
        plan = Plan("Another pilot", started_on=self._day())
        launch(
            self.session,
            actor=OFFICE,
            plan=plan,
            departments=self._some_departments(),
            today=TODAY,
            lead=person,
        )

    def redate(self) -> None:
        id_, version = self._any(Initiative, Initiative.binned_at.is_(None))
        start = self._day()
        end = start + timedelta(self.draw.randrange(90)) if self.draw.random() < 0.4 else None
        plan = Plan("Redated", started_on=start, ended_on=end and min(end, TODAY))
        edit(self.session, actor=OFFICE, public_id=id_, version=version, plan=plan, today=TODAY)

    def join(self) -> None:
        id_, _ = self._any(Initiative)
        department, _ = self._any(Department)
        involve(self.session, actor=OFFICE, public_id=id_, department=department, on=self._day())

    def leave(self) -> None:
        id_, _ = self._any(Initiative)
        department, _ = self._any(Department)
        withdraw(self.session, actor=OFFICE, public_id=id_, department=department, on=self._day())

    def lead(self) -> None:
        id_, version = self._any(Initiative)
        person, _ = self._any(Person)
        change_lead(self.session, actor=OFFICE, public_id=id_, version=version, person=person, on=self._day())

    def say(self) -> None:
        id_, _ = self._any(Initiative)
        post_update(
            self.session, actor=OFFICE, public_id=id_, text="As planned.", on=self._day(), today=TODAY
        )

    def win(self) -> None:
        self._log("quick_win")

    def miss(self) -> None:
        self._log("near_miss", lesson=LESSON)

    def _log(self, kind: str, **more: Any) -> None:
        id_, _ = self._any(Initiative, Initiative.binned_at.is_(None))
        log(
            self.session,
            actor=OFFICE,
            kind=kind,
            title="",
            on=self._day(),
            today=TODAY,
            initiative=id_,
            **more,
        )

    def alone(self) -> None:
        log(
            self.session,
            actor=OFFICE,
            kind="quick_win",
            title="Refund in one call",
            on=self._day(),
            today=TODAY,
            departments=self._some_departments(),
        )

    def vouch(self) -> None:
        id_, _ = self._any(Moment, ~Moment.is_confirmed)
        confirm(self.session, actor=OFFICE, public_id=id_)

    def redate_moment(self) -> None:
        id_, version = self._any(Moment, Moment.kind.in_(("win", "near_miss")))
        kind = self.draw.choice(("win", "near_miss"))
        edit_moment(
            self.session,
            actor=OFFICE,
            public_id=id_,
            version=version,
            title="",
            note="",
            kind=kind,
            on=self._day(),
            today=TODAY,
        )

    def teach(self) -> None:
        id_, version = self._any(Moment, Moment.kind == "near_miss")
        write_lesson(self.session, actor=OFFICE, public_id=id_, version=version, lesson=LESSON, today=TODAY)

    def learn(self) -> None:
        id_, _ = self._any(Moment, Moment.kind == "near_miss")
        other, _ = self._any(Initiative)
        reuse(self.session, actor=OFFICE, public_id=id_, initiative=other, on=self._day(), today=TODAY)

    def bin(self) -> None:
        bin_initiative(self.session, actor=OFFICE, public_id=self._any(Initiative)[0])

    def restore(self) -> None:
        id_, _ = self._any(Initiative, Initiative.binned_at.is_not(None))
        restore_initiative(self.session, actor=OFFICE, public_id=id_)

    def bin_moment(self) -> None:
        bin_moment(self.session, actor=OFFICE, public_id=self._any(Moment)[0])

    def restore_moment(self) -> None:
        id_, _ = self._any(Moment, Moment.binned_at.is_not(None))
        restore_moment(self.session, actor=OFFICE, public_id=id_)

    def remove(self) -> None:
        kind, model = self.draw.choice((("initiative", Initiative), ("moment", Moment)))
        id_, _ = self._any(model, model.binned_at.is_not(None))
        later = datetime.fromisoformat("2099-01-01T00:00:00+00:00")
        actor = type(OFFICE)(name="Ada Admin", role="admin")
        remove_for_good(self.session, actor=actor, kind=kind, public_id=id_, now=later)

    def routine(self) -> None:
        id_, version = self._any(Initiative, Initiative.ended_on.is_(None))
        end_as_routine(
            self.session, actor=OFFICE, public_id=id_, version=version, on=self._day(), owners={}, today=TODAY
        )

    def check(self) -> None:
        id_, _ = self._any(Initiative, Initiative.routine_from.is_not(None))
        check_routine(self.session, actor=OFFICE, public_id=id_, on=self._day(), today=TODAY)

    def stop(self) -> None:
        id_, version = self._any(Initiative, Initiative.ended_on.is_(None))
        end_as_stopped(
            self.session,
            actor=OFFICE,
            public_id=id_,
            version=version,
            on=self._day(),
            lesson=LESSON,
            today=TODAY,
        )

    def go_on(self) -> None:
        id_, version = self._any(Initiative, Initiative.ended_on.is_not(None))
        take_back_end(self.session, actor=OFFICE, public_id=id_, version=version, today=TODAY)

    def merge(self) -> None:
        id_, version = self._any(Department)
        into, _ = self._any(Department)
        merge_department(
            self.session, actor=OFFICE, public_id=id_, version=version, into=into, on=self._day()
        )

    def close(self) -> None:
        bin_department(self.session, actor=OFFICE, public_id=self._any(Department)[0])

    def reopen(self) -> None:
        id_, _ = self._any(Department, Department.binned_at.is_not(None))
        restore_department(self.session, actor=OFFICE, public_id=id_)

    def path(self) -> None:
        steps = tuple(StepPlan(each) for each in self._some_departments())
        plan = JourneyPlan(f"Path {self.draw.random()}", self.draw.choice((1, 3)), steps=steps)
        add_journey(self.session, actor=OFFICE, plan=plan)

    def retune(self) -> None:
        open_write(self.session, actor_id=None, actor_name="Ada", via="test")
        quiet = self.draw.choice((60, 90))
        self.session.add(MeasureSettings(quiet_days=quiet, max_reuse=self.draw.randint(1, 3)))

    def bring(self) -> None:
        id_ = f"i{self.draw.randint(1, 8)}"
        members = [{"department": each} for each in self.draw.sample(DEPARTMENTS, 2)]
        work = {"id": id_, "title": "Brought", "start": self._day().isoformat(), "members": members}
        event = {"id": f"b{self.draw.randint(1, 4)}", "initiative": id_, "kind": "win", "date": "2026-05-05"}
        bring(self.session, {"initiatives": [work], "events": [event]}, as_of=TODAY, today=TODAY)


#: What happens, and how often beside the others.
OFTEN = {
    "start": 3, "redate": 5, "join": 4, "leave": 3, "lead": 3, "say": 2, "win": 4, "miss": 3, "alone": 2, "vouch": 2,
    "redate_moment": 4, "teach": 2, "learn": 5, "bin": 3, "restore": 3, "bin_moment": 3, "restore_moment": 3,
    "remove": 1, "routine": 2, "check": 1, "stop": 1, "go_on": 1, "merge": 1, "close": 1, "reopen": 1, "path": 1,
    "retune": 1, "bring": 2,
}  # fmt: skip
