"""Accounts, their sessions, and how many people can vouch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User, UserSession
from tracker.models.departments import Department
from tracker.models.people import Person
from tracker.queries.named import matches


@dataclass(frozen=True, slots=True)
class AccountFilters:
    """What a list of accounts is narrowed to: words of the name or the address, and a role."""

    q: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in the list of administration."""

    public_id: str
    name: str
    email: str
    role: str
    sponsor: str
    department: str
    is_disabled: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its owner sees it."""

    name: str
    email: str
    role: str
    sponsor: str
    sponsor_id: str
    department: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser of an account."""

    id: int
    public_id: str
    browser: str
    created_at: datetime
    last_seen_at: datetime


def count_accounts(session: Session, filters: AccountFilters | None = None) -> int:
    """Return how many accounts there are, or how many a list holds. 1 query."""
    query = select(func.count(User.id)).where(*_conditions(filters or AccountFilters()))
    return session.scalar(query) or 0


def count_confirmers(session: Session) -> int:
    """Return how many people may vouch for a moment, invited ones among them. 1 query.

    The person of the sample who recorded what waits there has no password and never will.
    """
    query = select(func.count(User.id)).where(
        User.is_disabled.is_(False),
        User.role != "viewer",
        or_(User.password_hash.is_not(None), User.is_sample.is_(False)),
    )
    return session.scalar(query) or 0


def own_account(session: Session, user_id: int) -> OwnAccount | None:
    """Return an account with the sponsor and the department it is linked to. 1 query."""
    row = session.execute(
        select(User.name, User.email, User.role, Person.name, Person.public_id, Department.name)
        .outerjoin(Person, Person.id == User.person_id)
        .outerjoin(Department, Department.id == User.department_id)
        .where(User.id == user_id)
    ).one_or_none()
    return OwnAccount(*(value or "" for value in row)) if row else None


def list_accounts(
    session: Session, filters: AccountFilters, *, limit: int = 50, offset: int = 0
) -> tuple[AccountRow, ...]:
    """Return one page of the accounts by name, those that are disabled last. 1 query."""
    rows = session.execute(
        select(User, Person.name, Department.name)
        .outerjoin(Person, Person.id == User.person_id)
        .outerjoin(Department, Department.id == User.department_id)
        .where(*_conditions(filters))
        .order_by(User.is_disabled, func.lower(User.name), User.id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        AccountRow(
            public_id=user.public_id,
            name=user.name,
            email=user.email,
            role=user.role,
            sponsor=person or "",
            department=department or "",
            is_disabled=user.is_disabled,
            has_password=user.password_hash is not None,
        )
        for user, person, department in rows
    )


def sessions_of(
    session: Session, user_id: int, *, used_since: datetime, begun_since: datetime
) -> tuple[SessionRow, ...]:
    """Return the sessions of an account that still hold, the one used last first. 1 query."""
    rows = session.execute(
        select(
            UserSession.id,
            UserSession.public_id,
            UserSession.browser,
            UserSession.created_at,
            UserSession.last_seen_at,
        )
        .where(
            UserSession.user_id == user_id,
            UserSession.last_seen_at >= used_since,
            UserSession.created_at >= begun_since,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return tuple(SessionRow(*row) for row in rows)


def _conditions(filters: AccountFilters) -> list[ColumnElement[bool]]:
    found = [matches(filters.q, User.name, User.email)] if filters.q.strip() else []
    return [*found, User.role == filters.role] if filters.role else found
