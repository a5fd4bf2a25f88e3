"""How tests arrange a register: each method makes one record with sensible defaults, through a plain session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from tracker import clock
from tracker.models.accounts import User
from tracker.models.base import Base
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, Sponsorship, Theme, Update
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.models.presentations import Presentation
from tracker.models.recording import open_write
from tracker.models.showings import Showing
from tracker.models.snapshots import Snapshot
from tracker.services import snapshots
from tracker.services.actors import Actor, actor_of

R = TypeVar("R", bound=Base)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the tests, as actors: services take them, and clients sign in as their accounts."""

    ada: Actor
    alice: Actor
    bob: Actor
    dora: Actor
    charlie: Actor


class Register:
    """A register being arranged; every record is committed at once, as somebody's earlier work."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._is_held = False

    def save(self, record: R) -> R:
        """Save a record made elsewhere, under the arranger's name."""
        return self.save_together([record])[0]

    def save_together(self, records: list[R]) -> list[R]:
        """Save records made elsewhere in one transaction."""
        if self._is_held:
            self.session.add_all(records)
            self.session.flush()
            return records
        open_write(self.session, actor_id=None, actor_name="The arranger", via="test")
        self.session.add_all(records)
        self.session.commit()
        return records

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Commit what is arranged inside the block at its end, once, as every commit takes its time."""
        if self._is_held:
            yield
            return
        open_write(self.session, actor_id=None, actor_name="The arranger", via="test")
        self._is_held = True
        yield
        self._is_held = False
        self.session.commit()

    def division(self, name: str = "Operations", **values: Any) -> Division:
        return self.save(Division(name=name, external_id=values.pop("external_id", name), **values))

    def department(self, name: str = "Claims", **values: Any) -> Department:
        return self.save(Department(name=name, external_id=values.pop("external_id", name), **values))

    def departments(self, *names: str) -> list[Department]:
        return self.save_together([Department(name=name, external_id=name) for name in names])

    def person(self, name: str = "Priya Raman", **values: Any) -> Person:
        return self.save(Person(name=name, external_id=values.pop("external_id", name), **values))

    def theme(self, name: str = "Storm season") -> Theme:
        return self.save(Theme(name=name, external_id=name))

    def journey(self, name: str, *departments: Department, importance: int = 1, **values: Any) -> Journey:
        steps = [Step(position=at, department_id=each.id, name="") for at, each in enumerate(departments)]
        return self.save(Journey(name=name, external_id=name, importance=importance, steps=steps, **values))

    def initiative(
        self,
        title: str = "One storm-claim handler",
        *departments: Department,
        start: date | None = date(2026, 1, 5),
        lead: Person | None = None,
        **values: Any,
    ) -> Initiative:
        involvements = [
            Involvement(department_id=each.id, role="contributing" if at else "lead")
            for at, each in enumerate(departments)
        ]
        sponsorships = [Sponsorship(person_id=lead.id, role="lead")] if lead else []
        record = Initiative(
            title=title, started_on=start, involvements=involvements, sponsorships=sponsorships, **values
        )
        return self.save(record)

    def update(self, initiative: Initiative, on: date, text: str = "First twenty calls.") -> Update:
        return self.save(Update(initiative_id=initiative.id, on_day=on, text=text))

    def moment(
        self,
        initiative: Initiative,
        on: date,
        kind: str = "win",
        title: str = "Refund in one call",
        *,
        confirmed: bool = True,
        lesson: str | None = None,
        **values: Any,
    ) -> Moment:
        written = Lesson(tried=lesson) if lesson is not None else None
        record = Moment(
            initiative_id=initiative.id,
            on_day=on,
            kind=kind,
            title=title,
            is_confirmed=confirmed,
            lesson=written,
            **values,
        )
        return self.save(record)

    def reuse(self, moment: Moment, initiative: Initiative, on: date, **values: Any) -> LessonReuse:
        return self.save(LessonReuse(moment_id=moment.id, initiative_id=initiative.id, on_day=on, **values))

    def snapshot(self, on: date, today: date | None = None) -> Snapshot:
        """A snapshot, as a command freezes it."""
        arranger = Actor("The arranger", "admin", via="test")
        made, _ = snapshots.freeze(self.session, actor=arranger, on=on, today=today or clock.today())
        self.session.commit()
        return made

    def presentation(self, title: str, *kinds: str, **values: Any) -> Presentation:
        """A presentation of the last three months with these kinds of scenes as they are proposed, or all."""
        scenes = [
            {"kind": kind, "shown": True}
            for kind in kinds or ("headline", "changed", "win", "next", "thanks")
        ]
        return self.save(
            Presentation(**{"title": title, "months": 3, "scenes": scenes, "flags": [], **values})
        )

    def shown(self, snapshot: Snapshot, on: date) -> Showing:
        """A snapshot that was presented on a day."""
        return self.save(Showing(snapshot=snapshot, shown_on=on))

    def account(self, name: str, role: str, **values: Any) -> User:
        """An account without a password: tests sign it in by its session row, not by hashing."""
        return self.save(_account(name, role, **values))

    def cast(self) -> Cast:
        with self.at_once():
            sponsor = self.person("Bob Hale", title="Claims Director")
            accounts = [
                _account("Ada Admin", "admin"),
                _account("Alice Office", "office"),
                _account("Bob Hale", "sponsor", person_id=sponsor.id),
                _account("Dora Member", "member"),
                _account("Charlie Viewer", "viewer"),
            ]
            self.save_together(accounts)
        return Cast(*map(actor_of, accounts))


def _account(name: str, role: str, **values: Any) -> User:
    email = values.pop("email", f"{name.split(maxsplit=1)[0].lower()}@example.org")
    return User(name=name, email=email, role=role, **values)
