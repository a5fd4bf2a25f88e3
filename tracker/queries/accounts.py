"""Accounts, their sessions, and how many people can vouch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User, UserSession
from tracker.models.departments import Department
from tracker.models.people import Person


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in the list of administration."""

    public_id: str
    name: str
    email: str
    role: str
    sponsor: str
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

    public_id: str
    browser: str
    created_at: datetime
    last_seen_at: datetime


def count_accounts(session: Session) -> int:
    """Return how many accounts there are. 1 query."""
    return session.scalar(select(func.count(User.id))) or 0


def count_confirmers(session: Session) -> int:
    """Return how many accounts may vouch for a moment. 1 query."""
    query = select(func.count(User.id)).where(User.is_disabled.is_(False), User.role != "viewer")
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


def list_accounts(session: Session) -> tuple[AccountRow, ...]:
    """Return all accounts by name. 1 query."""
    rows = session.execute(
        select(User, Person.name)
        .outerjoin(Person, Person.id == User.person_id)
        .order_by(func.lower(User.name), User.id)
    )
    return tuple(
        AccountRow(
            user.public_id,
            user.name,
            user.email,
            user.role,
            person or "",
            user.is_disabled,
            user.password_hash is not None,
        )
        for user, person in rows
    )


def sessions_of(session: Session, user_id: int) -> tuple[SessionRow, ...]:
    """Return the sessions of an account, the one used last first. 1 query."""
    rows = session.execute(
        select(UserSession.public_id, UserSession.browser, UserSession.created_at, UserSession.last_seen_at)
        .where(UserSession.user_id == user_id)
        .order_by(UserSession.last_seen_at.desc())
    )
    return tuple(SessionRow(*row) for row in rows)
