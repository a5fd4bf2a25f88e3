"""A look at the numbers is noted once in a while, and what is new stays in sight for the whole day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.services.actors import Actor
from tracker.services.since import Looks, note_look

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(1), MONDAY + timedelta(2)


def look(session: Session, actor: Actor, at: datetime) -> Looks:
    """Look at an instant; return what is kept of it."""
    with time_machine.travel(at, tick=False):
        note_look(session, actor=actor, today_began=at.replace(hour=0, minute=0))
        session.commit()
    return Looks(
        *session.execute(select(User.looked_at, User.looked_before_at).where(User.id == actor.user_id)).one()
    )


def test_a_first_look_has_none_before(session: Session, cast: Cast) -> None:
    assert look(session, cast.alice, MONDAY) == Looks(MONDAY, None)


def test_the_last_look_of_an_earlier_day_is_kept(session: Session, cast: Cast) -> None:
    look(session, cast.alice, MONDAY)
    evening = MONDAY + timedelta(hours=8)
    assert look(session, cast.alice, evening) == Looks(evening, None)
    assert look(session, cast.alice, TUESDAY) == Looks(TUESDAY, evening)
    later = TUESDAY + timedelta(hours=3)
    assert look(session, cast.alice, later) == Looks(later, evening)
    assert look(session, cast.alice, WEDNESDAY) == Looks(WEDNESDAY, later)


def test_looks_within_five_minutes_are_one(session: Session, cast: Cast) -> None:
    look(session, cast.alice, MONDAY)
    assert look(session, cast.alice, MONDAY + timedelta(minutes=4)) == Looks(MONDAY, None)


def test_a_look_is_kept_for_its_owner_alone(session: Session, cast: Cast) -> None:
    look(session, cast.alice, MONDAY)
    assert look(session, cast.bob, TUESDAY) == Looks(TUESDAY, None)


def test_a_look_is_no_edit_of_the_account(session: Session, cast: Cast) -> None:
    before = session.execute(select(User.version, select(func.count(AuditEntry.id)).scalar_subquery())).all()
    look(session, cast.alice, MONDAY)
    after = session.execute(select(User.version, select(func.count(AuditEntry.id)).scalar_subquery())).all()
    assert after == before


@pytest.mark.parametrize(
    ("looks", "before"),
    [
        (Looks(), None),
        (Looks(MONDAY), MONDAY),
        (Looks(TUESDAY, MONDAY), MONDAY),
        (Looks(TUESDAY, None), None),
    ],
)
def test_what_is_new_is_new_since_the_day_before_today(looks: Looks, before: datetime | None) -> None:
    assert looks.before(TUESDAY.replace(hour=0)) == before


def test_an_account_that_is_gone_is_passed_over(session: Session, cast: Cast, register: Register) -> None:
    gone = Actor("Nobody", "member", user_id=9_999)
    note_look(session, actor=gone, today_began=MONDAY)
    session.commit()
    assert session.scalars(select(User.looked_at)).all() == [None] * 5
