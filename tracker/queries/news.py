"""Wins as news: what was confirmed, and near misses whose teams agreed to show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement
from tracker.models.moments import Moment

#: A feed holds so many entries, the newest.
MOST_NEWS = 50


@dataclass(frozen=True, slots=True)
class News:
    """A win or a near miss that may be told: its day, its work, who took part, and when its record changed."""

    public_id: str
    kind: str
    title: str
    on: date
    initiative: str
    departments: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


def latest_news(session: Session, today: date) -> tuple[News, ...]:
    """Return the newest `MOST_NEWS` by a day that two people stand behind, the newest first. 3 queries.

    What moved a measure later belongs to its win and is no news of its own.
    """
    rows = session.execute(_told_by(today)).all()
    changed = _changed(session, [row.id for row in rows])
    members = _members(session, {row.initiative_id for row in rows})
    return tuple(
        News(
            public_id=row.public_id,
            kind=row.kind,
            title=row.title or ("" if row.work_kind == "near_miss" else row.work),
            on=row.on_day,
            initiative="" if row.work_kind == "near_miss" else row.work,
            departments=tuple(
                name
                for initiative, joined, left, name in members
                if initiative == row.initiative_id
                and (joined is None or joined <= row.on_day)
                and (left is None or row.on_day < left)
            ),
            created_at=row.created_at,
            updated_at=max(row.created_at, changed.get(row.id, row.created_at)),
        )
        for row in rows
    )


def _told_by(today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Moment.id,
            Moment.public_id,
            Moment.kind,
            Moment.title,
            Moment.on_day,
            Moment.created_at,
            Moment.initiative_id,
            Initiative.title.label("work"),
            Initiative.kind.label("work_kind"),
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(
            Moment.binned_at.is_(None),
            Initiative.binned_at.is_(None),
            Moment.is_confirmed,
            Moment.on_day <= today,
            or_(
                Moment.kind.in_(("win", "measured_win")), and_(Moment.kind == "near_miss", Moment.ok_to_show)
            ),
        )
        .order_by(Moment.on_day.desc(), Moment.id.desc())
        .limit(MOST_NEWS)
    )


def _changed(session: Session, ids: list[int]) -> dict[int, datetime]:
    """Return when each moment, its lesson or its confirmations were last changed. 1 query."""
    rows = session.execute(
        select(AuditEntry.subject_id, func.max(AuditEntry.at))
        .where(AuditEntry.subject_kind == "moment", AuditEntry.subject_id.in_(ids))
        .group_by(AuditEntry.subject_id)
    )
    return {id_: at for id_, at in rows if id_ is not None}


def _members(session: Session, ids: set[int]) -> list[tuple[int, date | None, date | None, str]]:
    """Return who takes part in initiatives, by the departments' names. 1 query."""
    rows = session.execute(
        select(Involvement.initiative_id, Involvement.joined_on, Involvement.left_on, Department.name)
        .join(Department, Department.id == Involvement.department_id)
        .where(Involvement.initiative_id.in_(ids))
        .order_by(Department.name)
    )
    return [(id_, joined, left, name) for id_, joined, left, name in rows]
