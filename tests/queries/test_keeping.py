"""What is kept between requests: given again while nothing changes, and never after something has."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tracker.models import recording
from tracker.models.people import Person
from tracker.models.recording import RecordingSession
from tracker.queries.facts import forget
from tracker.queries.keeping import keep, state_of
from tracker.queries.organisation import frame
from tracker.services.persons import NAME_LIMIT


def kept_by(engine: Engine, numbers: count[int], key: object = None) -> int:
    """Ask for something kept, as a request would: in a session of its own."""
    with RecordingSession(engine) as session:
        return keep(session, "a number", key, lambda: next(numbers))


def test_what_is_kept_is_given_again_while_nothing_changes(engine: Engine, register: Register) -> None:
    register.department("Claims")
    numbers = count()
    assert [kept_by(engine, numbers) for _ in range(3)] == [0, 0, 0]


def test_each_key_has_its_own(engine: Engine, register: Register) -> None:
    register.department("Claims")
    numbers = count()
    assert [kept_by(engine, numbers, key) for key in ("a", "b", "a")] == [0, 1, 0]


def test_a_name_that_no_measure_depends_on_makes_it_new(engine: Engine, register: Register) -> None:
    ann = register.person("Ann Berg")
    numbers = count()
    before = kept_by(engine, numbers)
    with RecordingSession(engine) as session:
        version = state_of(session).version
    recording.open_write(register.session, actor_id=None, actor_name="Somebody", via="test")
    ann.name = "Ann Berg-Lund"
    register.save(ann)
    with RecordingSession(engine) as session:
        assert state_of(session).version == version
    assert kept_by(engine, numbers) == before + 1


def test_nothing_is_kept_inside_a_write_transaction(engine: Engine, register: Register) -> None:
    register.department("Claims")
    numbers = count()
    with RecordingSession(engine) as session:
        recording.open_write(session, actor_id=None, actor_name="Ann", via="test")
        session.add(Person(name="Never saved"))
        session.flush()  # its line of the audit is there, and goes away
        assert keep(session, "a number", None, lambda: next(numbers)) == 0
        session.rollback()
    register.person("Ann Berg")  # takes the id that the line had on SQLite
    assert kept_by(engine, numbers) == 1


def test_the_state_is_asked_once_in_a_transaction(engine: Engine, register: Register) -> None:
    register.department("Claims")
    with RecordingSession(engine) as session:
        state_of(session)
        session.rollback()
        with counting(engine) as sent:
            state_of(session)
            state_of(session)
            frame(session)
            frame(session)
        assert len(sent) == 3
        session.rollback()
        with counting(engine) as sent:
            frame(session)
        assert len(sent) == 2


def test_what_was_kept_goes_with_the_facts(engine: Engine, register: Register) -> None:
    register.department("Claims")
    numbers = count()
    kept_by(engine, numbers)
    forget()
    assert kept_by(engine, numbers) == 1


@pytest.mark.only_database("postgresql")
def test_lines_of_the_audit_become_visible_in_their_order(engine: Engine, cast: Cast) -> None:
    """The second writer waits with its line until the first has ended, so no older line turns up later."""
    with RecordingSession(engine) as first, Session(engine) as reading, RecordingSession(engine) as second:
        for session, name in ((first, "Ann"), (second, "Ben")):
            recording.open_write(session, actor_id=None, actor_name=name, via="test")
        first.add(Person(name="Ann Berg"[:NAME_LIMIT]))
        first.flush()
        before = state_of(reading).newest_line
        reading.rollback()
        second.connection().exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
        second.add(Person(name="Ben Lund"))
        with pytest.raises(Exception, match="lock timeout"):
            second.flush()
        second.rollback()
        first.commit()
        assert state_of(reading).newest_line > before
