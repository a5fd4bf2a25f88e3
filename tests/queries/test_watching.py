"""Reading the facts leaves its traces: counted, timed, and told in the log."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import Register
from tests.web.test_watching import risen, value
from tracker.models.recording import RecordingSession
from tracker.queries import facts
from tracker.queries.measures import measures_on

READS = "tracker_read_seconds_count"
LOG = "tracker.queries.facts"


@pytest.fixture
def look(session: Session) -> Callable[[], None]:
    """Somebody who looks at the numbers."""

    def once() -> None:
        facts.current_portfolio(session)
        session.rollback()

    return once


def test_the_first_read_reads_everything(register: Register, look: Callable[[], None]) -> None:
    register.initiative("Storm desk")
    assert risen(look, READS, how="rebuilt") == 1


def test_a_read_of_what_is_kept_is_counted_as_unchanged(register: Register, look: Callable[[], None]) -> None:
    register.initiative("Storm desk")
    look()
    assert risen(look, READS, how="unchanged") == 1
    assert risen(look, READS) == 1
    assert 0 < risen(look, "tracker_read_seconds_sum", how="unchanged") < 1


def test_a_read_after_an_edit_catches_up(register: Register, look: Callable[[], None]) -> None:
    made = register.initiative("Storm desk")
    look()
    register.update(made, date(2026, 2, 1))
    assert risen(look, READS, how="caught_up") == 1
    assert risen(look, READS) == 1


def test_a_measure_is_worked_out_anew_and_then_carried_over(
    app: Flask, session: Session, register: Register
) -> None:
    made = register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    name, day = "tracker_work_seconds_count", date(2026, 6, 30)

    def work() -> None:
        measures_on(session, day)
        session.rollback()

    assert risen(work, name, measure="verdicts", how="anew") == 1
    assert risen(work, name) == 0
    register.moment(made, date(2026, 2, 1))
    assert risen(work, name, measure="verdicts", how="carried_over") == 1
    assert 0 < value("tracker_work_seconds_sum", measure="verdicts", how="carried_over") < 60


def test_threads_that_ask_at_once_wait_for_one_of_them(engine: Engine, register: Register) -> None:
    register.initiative("Storm desk")

    def ask(_: int) -> None:
        with RecordingSession(engine) as session:
            facts.current_portfolio(session)

    def all_at_once() -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, range(8)))

    before = value(READS, how="rebuilt")
    assert risen(all_at_once, READS) == 8
    assert value(READS, how="rebuilt") - before == 1


def test_the_version_and_the_size_of_what_is_kept_are_told(
    register: Register, look: Callable[[], None]
) -> None:
    made = register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    register.moment(made, date(2026, 2, 1))
    look()
    assert value("tracker_version") == 3  # the departments, the initiative, the win
    kept = {what: value("tracker_kept_facts", what=what) for what in ("departments", "initiatives", "events")}
    assert kept == {"departments": 2, "initiatives": 1, "events": 1}


def test_a_rebuild_is_told_at_info_with_its_reason_and_its_time(
    register: Register, look: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    register.initiative("Storm desk")
    with caplog.at_level("DEBUG", LOG):
        look()
    (line,) = [each for each in caplog.records if each.name == LOG]
    assert line.levelname == "INFO"
    assert re.fullmatch(
        r"Read the whole register at version 1, since none is kept yet: 1 initiatives and 0 events in \d+ ms\.",
        line.message,
    )


def test_a_catch_up_is_told_at_debug_with_its_version_and_its_time(
    register: Register, look: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    made = register.initiative("Storm desk")
    look()
    register.update(made, date(2026, 2, 1))
    with caplog.at_level("DEBUG", LOG):
        look()
        look()
    (line,) = [each for each in caplog.records if each.name == LOG]
    assert line.levelname == "DEBUG"
    assert re.fullmatch(r"Caught up with version 2 in \d+\.\d ms\.", line.message)
