"""Random edits of moments: wins, near misses, lessons and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from tests.queries.editing import LESSON, Editing
from tests.services.importing import OFFICE, bring
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.services.confirmations import confirm
from tracker.services.lessons import reuse, write_lesson
from tracker.services.moments import bin_moment, edit_moment, log, restore_moment


class MomentEdits(Editing):
    """What happens to moments and lessons."""

    def win(self) -> None:
        self._log("quick_win")

    def miss(self) -> None:
        self._log("near_miss", lesson=LESSON)

    def miss_without_words(self) -> None:
        self._log("near_miss")

    def _log(self, kind: str, **more: Any) -> None:
        id_, _ = self.any_of(Initiative, Initiative.binned_at.is_(None))
        log(
            self.session,
            **self.by_office(
                kind=kind,
                title="Refund in one call",
                on=self.day_of(id_),
                today=self.today,
                initiative=id_,
                **more,
            ),
        )

    def alone(self) -> None:
        log(
            self.session,
            **self.by_office(
                kind="quick_win",
                title="Refund in one call",
                on=self.past_day(),
                today=self.today,
                departments=self.some_departments(),
                still_going=self.once_in(2),
            ),
        )

    def vouch(self) -> None:
        id_, _ = self.any_of(Moment, ~Moment.is_confirmed)
        someone = self.session.scalars(select(Person.id).order_by(Person.id)).first()
        self.session.rollback()
        confirm(self.session, actor=replace(OFFICE, person_id=someone), public_id=id_)

    def redate_moment(self) -> None:
        which = self.versioned(Moment, Moment.kind.in_(("win", "near_miss")))
        kind = self.draw.choice(("win", "near_miss"))
        edit_moment(
            self.session, **which, title="Retold", note="", kind=kind, on=self.past_day(), today=self.today
        )

    def teach(self) -> None:
        which = self.versioned(Moment, Moment.kind == "near_miss")
        write_lesson(self.session, **which, lesson=LESSON, today=self.today)

    def learn(self) -> None:
        id_, _ = self.any_of(Moment, Moment.kind == "near_miss")
        other, _ = self.any_of(Initiative)
        reuse(
            self.session,
            **self.by_office(public_id=id_, initiative=other, on=self.day_of(other), today=self.today),
        )

    def move(self) -> None:
        on = self.past_day().isoformat()
        event = {"id": "v1", "initiative": "i1", "kind": "moved", "date": on, "of": "w1"}
        bring(self.session, {"events": [event]}, as_of=self.today, today=self.today)

    def bin_moment(self) -> None:
        bin_moment(self.session, **self.by_office(public_id=self.any_of(Moment)[0]))

    def restore_moment(self) -> None:
        id_, _ = self.any_of(Moment, Moment.binned_at.is_not(None))
        restore_moment(self.session, **self.by_office(public_id=id_))
