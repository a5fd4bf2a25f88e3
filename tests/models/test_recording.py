"""Every change leaves an audit line and, where it moves a measure, a version."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, selectinload

from tests.factories import Register
from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.changelog import ChangeLog
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson, Moment
from tracker.models.recording import UnattributedChange, open_write


def write(session: Session) -> None:
    """Open the write transaction as Alice."""
    open_write(session, actor_id=None, actor_name="Alice", via="test")


def newest(session: Session) -> AuditEntry:
    """Return the last line of the audit."""
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def changed_after(session: Session, version: int) -> set[tuple[str, int]]:
    """Return what the versions after this one changed."""
    rows = session.execute(select(ChangeLog.kind, ChangeLog.initiative_id).where(ChangeLog.version > version))
    return {(kind, id_) for kind, id_ in rows}


def last_version(session: Session) -> int:
    """Return the newest version in the change log."""
    return session.scalars(select(ChangeLog.version).order_by(ChangeLog.version.desc()).limit(1)).one()


def test_a_change_says_who_made_it_and_what_stood_there_before(session: Session, register: Register) -> None:
    claims = register.department("Claims")
    write(session)
    session.get_one(Department, claims.id).name = "Claims and care"
    session.commit()
    line = newest(session)
    assert (line.actor_name, line.action, line.kind, line.via) == ("Alice", "changed", "department", "test")
    assert line.changes == {"name": ["Claims", "Claims and care"]}


def test_an_involvement_stands_in_the_history_of_its_initiative(session: Session, register: Register) -> None:
    initiative = register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    lines = session.scalars(select(AuditEntry).where(AuditEntry.kind == "involvement")).all()
    assert {(line.subject_kind, line.subject_id) for line in lines} == {("initiative", initiative.id)}


def test_a_row_taken_out_of_a_list_leaves_its_line_and_its_version(
    session: Session, register: Register
) -> None:
    initiative = register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    before = last_version(session)
    write(session)
    loaded = selectinload(Initiative.involvements)
    found = session.get_one(Initiative, initiative.id, options=[loaded])
    found.involvements.pop()
    session.commit()
    line = newest(session)
    assert (line.action, line.kind, line.subject_id) == ("deleted", "involvement", initiative.id)
    assert line.changes["department_id"][0] is not None
    assert changed_after(session, before) == {("initiative", initiative.id)}


def test_going_to_the_bin_and_back_is_called_that(session: Session, register: Register) -> None:
    claims = register.department("Claims")
    actions = []
    for moment in (datetime(2026, 3, 1, tzinfo=UTC), None):
        write(session)
        session.get_one(Department, claims.id).binned_at = moment
        session.commit()
        actions.append(newest(session).action)
    assert actions == ["moved to the bin", "brought back"]


def test_a_password_hash_never_reaches_the_audit(session: Session, register: Register) -> None:
    account = register.account("Dora Member", "member")
    write(session)
    session.get_one(User, account.id).password_hash = "$argon2id$secret"
    session.commit()
    assert newest(session).changes == {"password_hash": [None, "set"]}


def test_a_change_without_an_actor_is_refused(session: Session, register: Register) -> None:
    session.connection(execution_options={"tracker_write": True})
    session.add(Department(name="Claims"))
    with pytest.raises(UnattributedChange):
        session.flush()


def test_a_session_that_was_not_opened_to_write_cannot_write(session: Session) -> None:
    session.add(Department(name="Claims"))
    with pytest.raises(DBAPIError):
        session.flush()


def test_a_commit_closes_the_session_to_writing_again(session: Session, register: Register) -> None:
    write(session)
    session.add(Department(name="Claims"))
    session.commit()
    session.add(Department(name="Legal"))
    with pytest.raises(DBAPIError):
        session.flush()


def test_a_change_to_an_initiative_logs_that_initiative(session: Session, register: Register) -> None:
    first = register.initiative("Storm desk")
    register.initiative("Refund in one call")
    before = last_version(session)
    session.rollback()
    write(session)
    session.get_one(Initiative, first.id).ended_on = date(2026, 4, 1)
    session.commit()
    assert changed_after(session, before) == {("initiative", first.id)}


def test_a_change_to_a_department_logs_the_structure(session: Session, register: Register) -> None:
    claims = register.department("Claims")
    before = last_version(session)
    session.rollback()
    write(session)
    session.get_one(Department, claims.id).closed_on = date(2026, 4, 1)
    session.commit()
    assert changed_after(session, before) == {("structure", 0)}


def test_a_lesson_logs_every_initiative_that_reuses_it(session: Session, register: Register) -> None:
    origin, reuser, other = (register.initiative(title) for title in ("Origin", "Reuser", "Other"))
    miss = register.moment(origin, date(2026, 2, 1), "near_miss")
    register.reuse(miss, reuser, date(2026, 3, 1))
    before = last_version(session)
    session.rollback()
    write(session)
    session.add(Lesson(moment_id=miss.id, tried="Uploads at peak"))
    session.commit()
    assert changed_after(session, before) == {("initiative", origin.id), ("initiative", reuser.id)}
    assert other.id not in {id_ for _, id_ in changed_after(session, before)}


def test_a_moment_that_moves_to_another_initiative_logs_both(session: Session, register: Register) -> None:
    left, joined = register.initiative("Left"), register.initiative("Joined")
    win = register.moment(left, date(2026, 2, 1))
    before = last_version(session)
    session.rollback()
    write(session)
    session.get_one(Moment, win.id).initiative_id = joined.id
    session.commit()
    assert changed_after(session, before) == {("initiative", left.id), ("initiative", joined.id)}


def test_a_rolled_back_change_leaves_no_line(session: Session, register: Register) -> None:
    claims = register.department("Claims")
    lines = len(session.scalars(select(AuditEntry.id)).all())
    session.rollback()
    write(session)
    session.get_one(Department, claims.id).name = "Elsewhere"
    session.flush()
    session.rollback()
    assert len(session.scalars(select(AuditEntry.id)).all()) == lines
