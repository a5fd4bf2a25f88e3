"""What falls due: decisions, initiatives before they go quiet, checks of routines, and the ends of journeys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.models.base import LAST_DAY
from tracker.models.initiatives import Initiative, Involvement, RoutineCheck, Sponsorship
from tracker.models.journeys import Journey, Step
from tracker.queries.facts import current_portfolio
from tracker.queries.liveness import goes_quiet_by
from tracker.queries.named import rows_of_texts
from tracker.queries.standing import status_on

What = Literal["decide", "quiet", "check", "journey"]

#: What was due so many days ago still stands in the calendar.
LOOK_BACK = timedelta(days=90)
#: A calendar holds so many days at most, the earliest ones.
MOST_DUE = 1_000


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose work it is: recorded by an account, sponsored by a person, or with a department in it."""

    user_id: int | None
    person_id: int | None
    department_id: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due on a day, with the record behind it; the title is "" for a near miss."""

    what: What
    public_id: str
    title: str
    on: date


def due(session: Session, today: date, whose: Whose | None = None) -> tuple[Due, ...]:
    """Return what falls due from `LOOK_BACK` before a day on, the earliest first; of everybody without ``whose``.

    At most `MOST_DUE`. 6 queries, and those of the facts when their version is new.
    """
    found = [
        *_decisions(session, today, whose),
        *_going_quiet(session, today, whose),
        *_checks(session, today, whose),
        *_journeys(session, today, whose),
    ]
    return tuple(sorted(found, key=lambda each: (each.on, each.what, each.public_id))[:MOST_DUE])


def _decisions(session: Session, today: date, whose: Whose | None) -> list[Due]:
    rows = session.execute(
        select(Initiative.public_id, Initiative.title, Initiative.kind, Initiative.decide_by)
        .where(
            Initiative.decide_by >= today - LOOK_BACK,
            status_on(today) != "finished",
            *_of_initiatives(today, whose),
        )
        .order_by(Initiative.decide_by, Initiative.public_id)
        .limit(MOST_DUE)
    )
    return [_due("decide", row, row.decide_by) for row in rows]


def _going_quiet(session: Session, today: date, whose: Whose | None) -> list[Due]:
    """Return the days on which live initiatives go quiet; those of routines are checks."""
    days = goes_quiet_by(session, today, LAST_DAY)
    rows = session.execute(
        select(Initiative.public_id, Initiative.title, Initiative.kind, Initiative.external_id).where(
            Initiative.external_id.in_(rows_of_texts(session, sorted(days))),
            or_(Initiative.routine_from.is_(None), Initiative.routine_from > today),
            *_of_initiatives(today, whose),
        )
    )
    return [_due("quiet", row, days[row.external_id]) for row in rows]


def _checks(session: Session, today: date, whose: Whose | None) -> list[Due]:
    """Return the days by which routines are to be checked: so many days after the last check, or its beginning."""
    _, portfolio = current_portfolio(session)
    good_for = timedelta(days=portfolio.settings.routine_days)
    checked = (
        select(func.max(RoutineCheck.checked_on, type_=Date()))
        .where(
            RoutineCheck.initiative_id == Initiative.id,
            RoutineCheck.checked_on >= Initiative.routine_from,
            RoutineCheck.checked_on <= today,
        )
        .scalar_subquery()
    )
    last = func.coalesce(checked, Initiative.routine_from, type_=Date()).label("last")
    rows = session.execute(
        select(Initiative.public_id, Initiative.title, Initiative.kind, last)
        .where(
            Initiative.routine_from <= today,
            or_(Initiative.routine_until.is_(None), Initiative.routine_until > today),
            last >= today - LOOK_BACK - good_for,
            *_of_initiatives(today, whose),
        )
        .order_by(last, Initiative.public_id)
        .limit(MOST_DUE)
    )
    return [_due("check", row, row.last + good_for) for row in rows]


def _journeys(session: Session, today: date, whose: Whose | None) -> list[Due]:
    """Return the days from which journeys are no longer valid; of somebody, those with a step of the department."""
    query = select(Journey.public_id, Journey.name, Journey.valid_to).where(
        Journey.binned_at.is_(None), Journey.valid_to >= today - LOOK_BACK
    )
    if whose is not None:
        step = exists().where(Step.journey_id == Journey.id, Step.department_id == whose.department_id)
        query = query.where(step)
    rows = session.execute(query.order_by(Journey.valid_to, Journey.public_id).limit(MOST_DUE))
    return [Due("journey", public_id, name, valid_to) for public_id, name, valid_to in rows if valid_to]


def _of_initiatives(today: date, whose: Whose | None) -> Sequence[ColumnElement[bool]]:
    kept = Initiative.binned_at.is_(None)
    if whose is None:
        return (kept,)
    stands_behind = exists().where(
        Sponsorship.initiative_id == Initiative.id,
        Sponsorship.person_id == whose.person_id,
        or_(Sponsorship.to_on.is_(None), Sponsorship.to_on > today),
    )
    takes_part = exists().where(
        Involvement.initiative_id == Initiative.id,
        Involvement.department_id == whose.department_id,
        or_(Involvement.left_on.is_(None), Involvement.left_on > today),
    )
    return kept, or_(Initiative.created_by_id == whose.user_id, stands_behind, takes_part)


def _due(what: What, row: Any, on: date) -> Due:
    return Due(what, row.public_id, "" if row.kind == "near_miss" else row.title, on)
