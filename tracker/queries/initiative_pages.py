"""One initiative with everything its page shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models.accounts import User
from tracker.models.departments import Department
from tracker.models.initiatives import (
    BuildsOn,
    Initiative,
    Involvement,
    RoutineCheck,
    RoutineOwner,
    Sponsorship,
    Theme,
    Update,
)
from tracker.models.moments import Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.queries.liveness import quiet_days_of
from tracker.queries.moments import LessonRow, MomentRow, moments_of
from tracker.queries.named import Named
from tracker.queries.standing import status_on


@dataclass(frozen=True, slots=True)
class InvolvementRow:
    """A department in the initiative, from a day to a day (None: from its start, for good)."""

    department: Named
    role: str
    joined_on: date | None
    left_on: date | None

    def takes_part_on(self, day: date) -> bool:
        """Say whether the department takes part on a day."""
        return (self.joined_on is None or self.joined_on <= day) and (
            self.left_on is None or day < self.left_on
        )


@dataclass(frozen=True, slots=True)
class SponsorshipRow:
    """A sponsor of the initiative, leading or beside the lead, from a day to a day."""

    person: Named
    title: str
    role: str
    from_on: date | None
    to_on: date | None

    def holds_on(self, day: date) -> bool:
        """Say whether the person stands behind the initiative on a day."""
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """A dated sentence; without a text it says only "still moving". ``asked`` names whom a stuck one asks for help."""

    on: date
    text: str
    author: str
    asked: Named | None = None


@dataclass(frozen=True, slots=True)
class TaughtRow:
    """A near miss of the initiative with its lesson as it is written."""

    moment: Named
    on: date
    lesson: LessonRow


@dataclass(frozen=True, slots=True)
class ReuseRow:
    """A lesson of another initiative that was used here."""

    lesson: str
    moment: str
    origin: Named
    on: date
    note: str


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """The named owner of a routine in a department."""

    department: Named
    person: Named


@dataclass(frozen=True, slots=True)
class InitiativePage:
    """An initiative whole. ``quiet_on``: the day it goes quiet unless something happens, None when it is not live."""

    id: int
    public_id: str
    external_id: str
    version: int
    title: str
    kind: str
    status: str
    started_on: date | None
    ended_on: date | None
    decide_by: date | None
    declared_until: date | None
    outcome: str | None
    outcome_note: str
    routine_from: date | None
    routine_until: date | None
    is_binned: bool
    theme: Named | None
    contact: str
    link: str
    description: str
    scaled_into: Named | None
    recorded_by: str
    quiet_on: date | None
    involvements: tuple[InvolvementRow, ...]
    sponsorships: tuple[SponsorshipRow, ...]
    updates: tuple[UpdateRow, ...]
    moments: tuple[MomentRow, ...]
    taught: tuple[TaughtRow, ...]
    reuses: tuple[ReuseRow, ...]
    builds_on: tuple[Named, ...]
    grew_into: tuple[Named, ...]
    owners: tuple[OwnerRow, ...]
    checks: tuple[date, ...]

    @property
    def is_standing(self) -> bool:
        """Say whether it became routine and was not given up."""
        return self.routine_from is not None and self.routine_until is None

    def until(self, day: date) -> InitiativePage:
        """Return the page without what is dated after a past day: it shows what had happened and who was there."""
        had_ended = self.ended_on is not None and self.ended_on <= day
        was_routine = self.routine_from is not None and self.routine_from <= day
        given_up = self.routine_until is not None and self.routine_until <= day
        return replace(
            self,
            ended_on=self.ended_on if had_ended else None,
            outcome=self.outcome if had_ended or self.outcome == "extended" else None,
            outcome_note=self.outcome_note if had_ended or self.outcome == "extended" else "",
            scaled_into=self.scaled_into if had_ended else None,
            routine_from=self.routine_from if was_routine else None,
            routine_until=self.routine_until if given_up else None,
            owners=self.owners if was_routine else (),
            involvements=tuple(
                replace(each, left_on=each.left_on if each.left_on and each.left_on <= day else None)
                for each in self.involvements
                if each.joined_on is None or each.joined_on <= day
            ),
            sponsorships=tuple(
                replace(each, to_on=each.to_on if each.to_on and each.to_on <= day else None)
                for each in self.sponsorships
                if each.from_on is None or each.from_on <= day
            ),
            updates=tuple(each for each in self.updates if each.on <= day),
            moments=tuple(each for each in self.moments if each.on <= day),
            taught=tuple(each for each in self.taught if each.on <= day),
            reuses=tuple(each for each in self.reuses if each.on <= day),
            checks=tuple(each for each in self.checks if each <= day),
        )

    def departments_on(self, day: date) -> tuple[Named, ...]:
        """Return the departments that take part on a day, by name."""
        return tuple(each.department for each in self.involvements if each.takes_part_on(day))

    def sponsors_on(self, day: date, role: str) -> tuple[SponsorshipRow, ...]:
        """Return the lead or co-sponsors of a day."""
        return tuple(each for each in self.sponsorships if each.role == role and each.holds_on(day))


def initiative_page(
    session: Session, public_id: str, today: date, begun_by: date | None = None
) -> InitiativePage | None:
    """Return the initiative with this public id, None when there is none. At most 17 queries.

    ``begun_by``: a past day, whose page shows nothing that is dated later.
    """
    row = session.execute(_whole(public_id, today)).one_or_none()
    if row is None:
        return None
    record: Initiative = row[0]
    earlier, later = _links(session, record.id, begun_by)
    page = InitiativePage(
        id=record.id,
        public_id=record.public_id,
        external_id=record.external_id,
        version=record.version,
        title=record.title,
        kind=record.kind,
        status=row[6],
        started_on=record.started_on,
        ended_on=record.ended_on,
        decide_by=record.decide_by,
        declared_until=record.declared_until,
        outcome=record.outcome,
        outcome_note=record.outcome_note,
        routine_from=record.routine_from,
        routine_until=record.routine_until,
        is_binned=record.binned_at is not None,
        theme=Named(row[1], row[2]) if row[1] else None,
        contact=record.contact,
        link=record.link,
        description=record.description,
        scaled_into=Named(row[3], row[4]) if row[3] else None,
        recorded_by=row[5] or "",
        quiet_on=quiet_days_of(session, [record.external_id], today).get(record.external_id),
        involvements=_involvements(session, record.id),
        sponsorships=_sponsorships(session, record.id),
        updates=_updates(session, record.id),
        moments=moments_of(session, record.id, today),
        taught=_taught(session, record.id),
        reuses=_reuses(session, record.id),
        builds_on=earlier,
        grew_into=later,
        owners=_owners(session, record.id),
        checks=_checks(session, record.id),
    )
    return page.until(begun_by) if begun_by else page


def _whole(public_id: str, today: date) -> Select[Initiative, str, str, str, str, str, str]:
    """Return the query of an initiative with its theme, what it was scaled into, its author and its status."""
    larger = aliased(Initiative)
    return (
        select(
            Initiative,
            Theme.public_id,
            Theme.name,
            larger.public_id,
            larger.title,
            User.name,
            status_on(today),
        )
        .outerjoin(Theme, Theme.id == Initiative.theme_id)
        .outerjoin(larger, larger.id == Initiative.scaled_into_id)
        .outerjoin(User, User.id == Initiative.created_by_id)
        .where(Initiative.public_id == public_id)
    )


def _involvements(session: Session, id_: int) -> tuple[InvolvementRow, ...]:
    rows = session.execute(
        select(
            Department.public_id,
            Department.name,
            Involvement.role,
            Involvement.joined_on,
            Involvement.left_on,
        )
        .join(Department, Department.id == Involvement.department_id)
        .where(Involvement.initiative_id == id_)
        .order_by(Involvement.joined_on.is_not(None), Involvement.joined_on, Department.name)
    )
    return tuple(InvolvementRow(Named(row[0], row[1]), *row[2:]) for row in rows)


def _sponsorships(session: Session, id_: int) -> tuple[SponsorshipRow, ...]:
    rows = session.execute(
        select(
            Person.public_id,
            Person.name,
            Person.title,
            Sponsorship.role,
            Sponsorship.from_on,
            Sponsorship.to_on,
        )
        .join(Person, Person.id == Sponsorship.person_id)
        .where(Sponsorship.initiative_id == id_)
        .order_by(Sponsorship.role.desc(), Sponsorship.from_on.is_not(None), Sponsorship.from_on, Person.name)
    )
    return tuple(SponsorshipRow(Named(row[0], row[1]), *row[2:]) for row in rows)


def _updates(session: Session, id_: int) -> tuple[UpdateRow, ...]:
    rows = session.execute(
        select(Update.on_day, Update.text, User.name, Person.public_id, Person.name)
        .outerjoin(User, User.id == Update.author_id)
        .outerjoin(Person, Person.id == Update.asked_of_id)
        .where(Update.initiative_id == id_)
        .order_by(Update.on_day.desc(), Update.id.desc())
    )
    return tuple(
        UpdateRow(on, text, author or "", Named(asked_id, asked) if asked_id else None)
        for on, text, author, asked_id, asked in rows
    )


def _taught(session: Session, id_: int) -> tuple[TaughtRow, ...]:
    """Return the lessons that were written here, the newest first; one written elsewhere has no text to show."""
    rows = session.execute(
        select(
            Moment.public_id,
            Moment.title,
            Initiative.title,
            Moment.on_day,
            Lesson.tried,
            Lesson.nearly,
            Lesson.stopped,
            Lesson.next_time,
        )
        .join(Lesson, Lesson.moment_id == Moment.id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(Moment.initiative_id == id_, Moment.binned_at.is_(None))
        .order_by(Moment.on_day.desc(), Moment.id.desc())
    )
    written = (
        TaughtRow(Named(public_id, title or name), on, LessonRow(*texts))
        for public_id, title, name, on, *texts in rows
    )
    return tuple(each for each in written if not each.lesson.is_elsewhere)


def _reuses(session: Session, id_: int) -> tuple[ReuseRow, ...]:
    rows = session.execute(
        select(
            Moment.title,
            Moment.public_id,
            Initiative.public_id,
            Initiative.title,
            LessonReuse.on_day,
            LessonReuse.note,
        )
        .join(Moment, Moment.id == LessonReuse.moment_id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(LessonReuse.initiative_id == id_, Moment.binned_at.is_(None), Initiative.binned_at.is_(None))
        .order_by(LessonReuse.on_day.desc())
    )
    return tuple(
        ReuseRow(title or name, moment, Named(public_id, name), on, note)
        for title, moment, public_id, name, on, note in rows
    )


def _links(session: Session, id_: int, begun_by: date | None) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """Return the earlier initiatives it builds on, and the later ones that grew from it."""
    other = aliased(Initiative)
    rows = session.execute(
        select(BuildsOn.initiative_id, other.public_id, other.title)
        .join(
            other,
            or_(
                (BuildsOn.initiative_id == id_) & (other.id == BuildsOn.earlier_id),
                (BuildsOn.earlier_id == id_) & (other.id == BuildsOn.initiative_id),
            ),
        )
        .where(other.binned_at.is_(None), *((other.started_on <= begun_by,) if begun_by else ()))
        .order_by(other.title)
    ).all()
    return (
        tuple(Named(public_id, title) for from_id, public_id, title in rows if from_id == id_),
        tuple(Named(public_id, title) for from_id, public_id, title in rows if from_id != id_),
    )


def _checks(session: Session, id_: int) -> tuple[date, ...]:
    """Return the days on which the routine was checked, in order."""
    query = (
        select(RoutineCheck.checked_on)
        .where(RoutineCheck.initiative_id == id_)
        .order_by(RoutineCheck.checked_on)
    )
    return tuple(session.scalars(query))


def _owners(session: Session, id_: int) -> tuple[OwnerRow, ...]:
    rows = session.execute(
        select(Department.public_id, Department.name, Person.public_id, Person.name)
        .select_from(RoutineOwner)
        .join(Department, Department.id == RoutineOwner.department_id)
        .join(Person, Person.id == RoutineOwner.person_id)
        .where(RoutineOwner.initiative_id == id_)
        .order_by(Department.name)
    )
    return tuple(OwnerRow(Named(row[0], row[1]), Named(row[2], row[3])) for row in rows)
