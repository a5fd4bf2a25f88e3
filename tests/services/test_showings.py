"""Presenting a snapshot: once a day, by whom it may be, and for good."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.audit import AuditEntry
from tracker.models.engines import WRITE
from tracker.models.recording import open_write
from tracker.models.showings import Showing
from tracker.models.snapshots import FrozenForGood, Snapshot
from tracker.services.actors import Actor
from tracker.services.errors import Forbidden, NotFound
from tracker.services.showings import present

TODAY = date(2026, 7, 31)


@pytest.fixture
def snapshot(register: Register) -> Snapshot:
    """A day of three departments, frozen."""
    register.departments("Claims", "Legal", "Sales")
    return register.snapshot(TODAY, TODAY)


def shown(session: Session, actor: Actor, snapshot: str, today: date = TODAY) -> bool:
    """Present a snapshot, save it, and say whether that was new."""
    _, is_new = present(session, actor=actor, snapshot=snapshot, today=today)
    session.commit()
    return is_new


def test_a_showing_says_when_and_by_whom_and_leaves_a_line(
    session: Session, cast: Cast, snapshot: Snapshot
) -> None:
    assert shown(session, cast.bob, snapshot.public_id)
    (row,) = session.scalars(select(Showing)).all()
    assert (row.snapshot_id, row.shown_on, row.shown_by_id) == (snapshot.id, TODAY, cast.bob.user_id)
    line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (line.actor_name, line.action, line.kind, line.subject_kind, line.subject_id, line.label) == (
        "Bob Hale", "created", "showing", "snapshot", snapshot.id, "Snapshot of 2026-07-31",
    )  # fmt: skip


def test_once_a_day_is_enough(session: Session, cast: Cast, snapshot: Snapshot) -> None:
    days = (TODAY, TODAY, TODAY + timedelta(1))
    assert [shown(session, cast.alice, snapshot.public_id, on) for on in days] == [True, False, True]
    assert session.scalar(select(func.count(Showing.id))) == 2


def test_members_and_viewers_may_not(session: Session, cast: Cast, snapshot: Snapshot) -> None:
    for actor in (cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            present(session, actor=actor, snapshot=snapshot.public_id, today=TODAY)
    with pytest.raises(NotFound):
        present(session, actor=cast.alice, snapshot="nothing", today=TODAY)
    assert session.scalar(select(func.count(Showing.id))) == 0


@pytest.mark.parametrize("change", ["shown_on", "gone"])
def test_nothing_changes_a_showing(
    session: Session, register: Register, snapshot: Snapshot, change: str
) -> None:
    row = session.get_one(Showing, register.shown(snapshot, TODAY).id)
    open_write(session, actor_id=None, actor_name="Somebody", via="test")
    if change == "gone":
        session.delete(row)
    else:
        row.shown_on = TODAY + timedelta(1)
    with pytest.raises(FrozenForGood):
        session.flush()


@pytest.mark.parametrize("statement", ["UPDATE showings SET shown_on = '2026-01-01'", "DELETE FROM showings"])
def test_the_database_refuses_it_too(
    engine: Engine, register: Register, snapshot: Snapshot, statement: str
) -> None:
    register.shown(snapshot, TODAY)
    with (
        engine.connect().execution_options(**{WRITE: True}) as connection,
        pytest.raises(DBAPIError, match="stands for good"),
    ):
        connection.execute(text(statement))
