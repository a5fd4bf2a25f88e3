"""Wins and near misses as streams show them: what each counts and why, and who may vouch for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models.accounts import User
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, Sponsorship, Theme
from tracker.models.moments import Confirmation, Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.queries.named import Named, matches, rows_of_texts
from tracker.queries.vouching import Vouchers, load_vouchers
from tracker.queries.worth import Worth, counted_events, worth_of

#: What a stream can be narrowed to by kind; the kinds of the records behind each.
STREAM_KINDS = {"win": ("win", "measured_win"), "near_miss": ("near_miss",), "moved": ("moved",)}


@dataclass(frozen=True, slots=True)
class MomentFilters:
    """What a stream is narrowed to, by public ids; ``counted`` means only what moves momentum.

    ``sponsor``: moments of the work that this person led on their days. ``division``, ``theme`` and ``work``, a kind
    of initiative: moments of such work, as a story that is narrowed counts them.
    """

    q: str = ""
    kind: str = ""
    department: str = ""
    sponsor: str = ""
    division: str = ""
    theme: str = ""
    work: str = ""
    waiting: bool = False
    counted: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class MomentRow:
    """A moment in a stream. ``recorded_by_id`` is the account that logged it, whose owner never vouches for it."""

    public_id: str
    kind: str
    title: str
    on: date
    initiative: Named
    departments: tuple[Named, ...]
    is_confirmed: bool
    has_lesson: bool
    ok_to_show: bool
    recorded_by_id: int | None
    worth: Worth


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson as it is written."""

    tried: str
    nearly: str
    stopped: str
    next_time: str

    @property
    def is_elsewhere(self) -> bool:
        """Say whether the lesson was written elsewhere, so that its text is not known here."""
        return not (self.tried or self.nearly or self.stopped or self.next_time)


@dataclass(frozen=True, slots=True)
class LessonUse:
    """An initiative that used the lesson."""

    initiative: Named
    on: date
    note: str


@dataclass(frozen=True, slots=True)
class MomentPage:
    """A moment whole."""

    id: int
    row: MomentRow
    version: int
    note: str
    is_binned: bool
    initiative_id: int
    lead: Named | None
    recorded_by: str
    confirmed_by: tuple[str, ...]
    lesson: LessonRow | None
    uses: tuple[LessonUse, ...]
    of: Named | None
    measure: str


def count_moments(session: Session, filters: MomentFilters) -> int:
    """Return how many moments a stream has. 1 query."""
    query = select(func.count(Moment.id)).join(Initiative, Initiative.id == Moment.initiative_id)
    return session.scalar(query.where(*conditions_of(session, filters))) or 0


def list_moments(
    session: Session, filters: MomentFilters, today: date, *, limit: int = 50, offset: int = 0
) -> tuple[MomentRow, ...]:
    """Return one page of a stream, newest first. 5 queries, and those of the facts when their version is new."""
    return rows_where(session, conditions_of(session, filters), today, limit, offset)


def latest_moments(session: Session, today: date, limit: int = 8) -> tuple[MomentRow, ...]:
    """Return the newest moments. 5 queries, and those of the facts when their version is new."""
    return rows_where(session, conditions_of(session, MomentFilters()), today, limit, 0)


def waiting_for_confirmation(
    session: Session, today: date, *, user_id: int | None = None, limit: int = 500
) -> tuple[MomentRow, ...]:
    """Return the moments that wait for a second person, newest first. 5 queries.

    ``user_id``: only those that this account may vouch for, which leaves out the ones it recorded.
    """
    conditions = conditions_of(session, MomentFilters(waiting=True))
    if user_id is not None:
        conditions.append(or_(Moment.created_by_id.is_(None), Moment.created_by_id != user_id))
    return rows_where(session, conditions, today, limit, 0)


def moments_of(session: Session, initiative_id: int, today: date) -> tuple[MomentRow, ...]:
    """Return the moments of an initiative, newest first. 5 queries."""
    conditions = [Moment.binned_at.is_(None), Moment.initiative_id == initiative_id]
    return rows_where(session, conditions, today, 500, 0)


def moment_page(session: Session, public_id: str, on: date) -> MomentPage | None:
    """Return the moment with this public id and its uses by a day, None when there is none. At most 11 queries."""
    rows = rows_where(session, [Moment.public_id == public_id], on, 1, 0)
    if not rows:
        return None
    author, win = aliased(User), aliased(Moment)
    record, lesson, recorded_by, win_id, win_title = session.execute(
        select(Moment, Lesson, author.name, win.public_id, win.title)
        .outerjoin(Lesson, Lesson.moment_id == Moment.id)
        .outerjoin(author, author.id == Moment.created_by_id)
        .outerjoin(win, win.id == Moment.of_id)
        .where(Moment.public_id == public_id)
    ).one()
    return MomentPage(
        id=record.id,
        row=rows[0],
        version=record.version,
        note=record.note,
        is_binned=record.binned_at is not None,
        initiative_id=record.initiative_id,
        lead=_lead(session, record.initiative_id, record.on_day),
        recorded_by=recorded_by or "",
        confirmed_by=_confirmed_by(session, record.id),
        lesson=LessonRow(lesson.tried, lesson.nearly, lesson.stopped, lesson.next_time) if lesson else None,
        uses=_uses(session, record.id, on),
        of=Named(win_id, win_title or "the win") if win_id else None,
        measure=_measure(record),
    )


def conditions_of(session: Session, filters: MomentFilters) -> list[ColumnElement[bool]]:
    """Return the conditions of a stream. No query, 1 when the facts must be asked and their version is known."""
    found: list[ColumnElement[bool]] = [Moment.binned_at.is_(None), Initiative.binned_at.is_(None)]
    if filters.kind:
        found.append(Moment.kind.in_(STREAM_KINDS[filters.kind]))
    if filters.waiting:
        found.append(Moment.is_confirmed.is_(False))
    if filters.counted:
        counted = counted_events(session, filters.since, filters.until)
        found.append(Moment.external_id.in_(rows_of_texts(session, counted)))
    if filters.since:
        found.append(Moment.on_day >= filters.since)
    if filters.until:
        found.append(Moment.on_day <= filters.until)
    if filters.q.strip():
        found.append(matches(filters.q, Moment.title, Moment.note, Initiative.title))
    if filters.department:
        takes_part = exists().where(
            Involvement.initiative_id == Moment.initiative_id,
            Involvement.department_id == Department.id,
            Department.public_id == filters.department,
            or_(Involvement.joined_on.is_(None), Involvement.joined_on <= Moment.on_day),
            or_(Involvement.left_on.is_(None), Involvement.left_on > Moment.on_day),
        )
        found.append(takes_part)
    if filters.sponsor:
        led = exists().where(
            Sponsorship.initiative_id == Moment.initiative_id,
            Sponsorship.role == "lead",
            Sponsorship.person_id == Person.id,
            Person.public_id == filters.sponsor,
            or_(Sponsorship.from_on.is_(None), Sponsorship.from_on <= Moment.on_day),
            or_(Sponsorship.to_on.is_(None), Sponsorship.to_on > Moment.on_day),
        )
        found.append(led)
    return [*found, *_of_work(filters)]


def _of_work(filters: MomentFilters) -> Iterator[ColumnElement[bool]]:
    """Yield what the initiative of a moment has to be: of a theme, a kind, or with a department of a division ever."""
    if filters.theme:
        yield exists().where(Theme.id == Initiative.theme_id, Theme.public_id == filters.theme)
    if filters.work:
        yield Initiative.kind == filters.work
    if filters.division:
        yield exists().where(
            Involvement.initiative_id == Moment.initiative_id,
            Involvement.department_id == Department.id,
            Department.division_id == Division.id,
            Division.public_id == filters.division,
        )


def rows_where(
    session: Session, conditions: Sequence[ColumnElement[bool]], today: date, limit: int, offset: int = 0
) -> tuple[MomentRow, ...]:
    """Return the moments that meet some conditions, newest first. 5 queries, and those of the facts."""
    records = session.execute(
        select(
            Moment.public_id,
            Moment.external_id,
            Moment.kind,
            Moment.title,
            Moment.on_day,
            Moment.is_confirmed,
            Moment.ok_to_show,
            Moment.created_by_id,
            Moment.initiative_id,
            Initiative.public_id.label("home"),
            Initiative.title.label("home_title"),
            Initiative.external_id.label("home_external_id"),
            exists().where(Lesson.moment_id == Moment.id).label("has_lesson"),
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(*conditions)
        .order_by(Moment.on_day.desc(), Moment.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    if not records:
        return ()
    departments = _departments(session, records)
    vouchers = load_vouchers(session, {row.initiative_id for row in records if not row.is_confirmed})
    counted = worth_of(
        session, [(row.external_id, row.home_external_id, row.kind, row.on_day) for row in records], today
    )
    return tuple(
        MomentRow(
            public_id=row.public_id,
            kind=row.kind,
            title=row.title or row.home_title,
            on=row.on_day,
            initiative=Named(row.home, row.home_title),
            departments=departments[row.public_id],
            is_confirmed=row.is_confirmed,
            has_lesson=bool(row.has_lesson),
            ok_to_show=row.ok_to_show,
            recorded_by_id=row.created_by_id,
            worth=_worth(row, counted, vouchers),
        )
        for row in records
    )


def _worth(row: Any, counted: dict[str, Worth], vouchers: Vouchers) -> Worth:
    """Return what a moment counts; one that waits for a second person names two who may vouch."""
    worth = counted[row.external_id]
    if not worth.waits:
        return worth
    return replace(worth, ask=vouchers.suggested(row.initiative_id, row.created_by_id))


def _departments(session: Session, records: Sequence[Any]) -> dict[str, tuple[Named, ...]]:
    """Return the departments that took part on each moment's day, by name."""
    members: dict[int, list[Any]] = defaultdict(list)
    query = (
        select(
            Involvement.initiative_id,
            Involvement.joined_on,
            Involvement.left_on,
            Department.public_id,
            Department.name,
        )
        .join(Department, Department.id == Involvement.department_id)
        .where(Involvement.initiative_id.in_({row.initiative_id for row in records}))
        .order_by(Department.name)
    )
    for row in session.execute(query):
        members[row.initiative_id].append(row)
    return {
        record.public_id: tuple(
            Named(each.public_id, each.name)
            for each in members[record.initiative_id]
            if (each.joined_on is None or each.joined_on <= record.on_day)
            and (each.left_on is None or record.on_day < each.left_on)
        )
        for record in records
    }


def _lead(session: Session, initiative_id: int, on: date) -> Named | None:
    row = session.execute(
        select(Person.public_id, Person.name)
        .join(Sponsorship, Sponsorship.person_id == Person.id)
        .where(
            Sponsorship.initiative_id == initiative_id,
            Sponsorship.role == "lead",
            or_(Sponsorship.from_on.is_(None), Sponsorship.from_on <= on),
            or_(Sponsorship.to_on.is_(None), Sponsorship.to_on > on),
        )
        .limit(1)
    ).one_or_none()
    return Named(*row) if row else None


def _confirmed_by(session: Session, moment_id: int) -> tuple[str, ...]:
    rows = session.execute(
        select(Person.name, User.name)
        .select_from(Confirmation)
        .outerjoin(Person, Person.id == Confirmation.person_id)
        .outerjoin(User, User.id == Confirmation.user_id)
        .where(Confirmation.moment_id == moment_id)
        .order_by(Confirmation.id)
    )
    return tuple(person or user or "" for person, user in rows)


def _uses(session: Session, moment_id: int, on: date) -> tuple[LessonUse, ...]:
    rows = session.execute(
        select(Initiative.public_id, Initiative.title, LessonReuse.on_day, LessonReuse.note)
        .join(Initiative, Initiative.id == LessonReuse.initiative_id)
        .where(LessonReuse.moment_id == moment_id, LessonReuse.on_day <= on, Initiative.binned_at.is_(None))
        .order_by(LessonReuse.on_day, LessonReuse.id)
    )
    return tuple(LessonUse(Named(public_id, title), on, note) for public_id, title, on, note in rows)


def _measure(record: Moment) -> str:
    """Say what moved, as far as it is known ("CSAT from 78 to 82")."""
    if record.measure_before is None or record.measure_after is None:
        return record.measure_name
    name = record.measure_name or "Measure"
    return f"{name} from {record.measure_before:g} to {record.measure_after:g}"
