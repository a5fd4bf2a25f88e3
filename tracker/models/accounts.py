"""Accounts: who may sign in, the sessions they hold, and links that work once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Versioned, key, new_public_id, one_of, utc_now
from tracker.models.departments import Department
from tracker.models.people import Person

ROLES = ("admin", "office", "sponsor", "member", "viewer")
LINK_PURPOSES = ("set_up", "invitation", "reset")


class User(Versioned, Base):
    """An account. Without a password hash it was invited and has not signed in yet.

    ``looked_at`` is when its owner last saw the two numbers, ``looked_before_at`` the same on an earlier day.
    """

    __tablename__ = "users"
    __table_args__ = (one_of("role", ROLES), CheckConstraint("email = lower(email)", name="email_lower_case"))

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20), default="member")
    password_hash: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), unique=True)
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id", ondelete="SET NULL"), index=True
    )
    is_disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    looked_at: Mapped[datetime | None]
    looked_before_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    department: Mapped[Department | None] = relationship(lazy="raise_on_sql")


class UserSession(Base):
    """A signed-in browser: the cookie holds a random token, this row its hash, and deleting the row ends it."""

    __tablename__ = "user_sessions"

    id: Mapped[key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    browser: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class OneTimeLink(Base):
    """A link that works once: the first set-up, an invitation, or a password reset. Only its hash is kept."""

    __tablename__ = "one_time_links"
    __table_args__ = (one_of("purpose", LINK_PURPOSES),)

    id: Mapped[key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="raise_on_sql")


class SignInFailure(Base):
    """A refused sign-in, counted by account and by address; limits hold across processes and restarts."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_account_at", "account", "at"),
        Index("ix_sign_in_failures_address_at", "address", "at"),
    )

    id: Mapped[key]
    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=utc_now)
