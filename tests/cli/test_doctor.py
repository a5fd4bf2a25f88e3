"""What ``flask doctor`` finds, and how it says to mend it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import Engine, text

from tests import databases
from tests.factories import Cast, Register
from tests.test_start import NEWER, set_revision
from tracker.app import create_app
from tracker.graph.ledger import Ledger
from tracker.models.audit import AuditEntry
from tracker.models.base import utc_now
from tracker.models.engines import WRITE
from tracker.models.initiatives import Initiative
from tracker.models.moments import Confirmation, Lesson, Moment

JAN, FEB = date(2026, 1, 5), date(2026, 2, 5)


def examine(app: Flask) -> Result:
    """Run the command."""
    return app.test_cli_runner().invoke(args=["doctor"])


def lines(result: Result, state: str) -> list[str]:
    """Return what stands in the lines of one state, each with how to mend it."""
    found, report = [], result.stdout.splitlines()
    for at, line in enumerate(report):
        if line.startswith(state):
            mend = report[at + 1].strip() if at + 1 < len(report) and "→" in report[at + 1] else ""
            found.append(f"{line[len(state) :].strip()} {mend}".strip())
    return found


def execute(engine: Engine, statement: str) -> None:
    """Write past the application, as another program would."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        connection.execute(text(statement))


def test_all_is_well_with_a_sound_register(app: Flask, register: Register, cast: Cast) -> None:
    register.moment(register.initiative("Storm desk", *register.departments("Claims", "Legal")), FEB)
    result = examine(app)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("All is well.\n")
    assert lines(result, "wrong") == lines(result, "note") == []


def test_it_names_the_database_the_revision_and_the_day(app: Flask) -> None:
    report = examine(app).stdout
    assert "SQLite 3." in report or "PostgreSQL 1" in report
    assert "at the newest revision" in report
    assert "today is 20" in report


def test_it_changes_nothing(app: Flask, engine: Engine, register: Register, cast: Cast) -> None:
    def audited() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM audit_entries")).scalar_one())

    before = audited()
    examine(app)
    assert audited() == before


@pytest.mark.only_database("sqlite")
def test_it_does_not_make_the_database_it_looks_for(tmp_path: Path) -> None:
    app = create_app(databases.config_for(f"sqlite:///{tmp_path / 'register.db'}", tmp_path))
    result = examine(app)
    assert result.exit_code == 1
    assert "there is no file" in lines(result, "wrong")[0]
    assert "flask db upgrade" in lines(result, "wrong")[0]
    assert not (tmp_path / "register.db").exists()


@pytest.mark.only_database("sqlite")
def test_an_empty_database_is_to_be_migrated(tmp_path: Path) -> None:
    (tmp_path / "register.db").touch()
    result = examine(create_app(databases.config_for(f"sqlite:///{tmp_path / 'register.db'}", tmp_path)))
    assert result.exit_code == 1
    assert any("no migration has run" in each for each in lines(result, "wrong"))


def test_it_runs_at_an_older_revision(app: Flask) -> None:
    with app.app_context():
        downgrade()
    result = examine(app)
    assert result.exit_code == 1
    assert len(lines(result, "wrong")) == 1


def test_it_runs_at_a_revision_it_does_not_know(app: Flask, engine: Engine) -> None:
    set_revision(engine, NEWER)
    result = examine(app)
    assert result.exit_code == 1
    assert any(NEWER in each and "Install that version" in each for each in lines(result, "wrong"))


@pytest.mark.only_database("sqlite")
def test_a_database_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "register.db").write_text("this is no database at all, but a text of some length\n" * 40)
    result = examine(create_app(databases.config_for(f"sqlite:///{tmp_path / 'register.db'}", tmp_path)))
    assert result.exit_code == 1
    assert any("not a database" in each for each in lines(result, "wrong"))


@pytest.mark.only_database("sqlite")
def test_a_key_that_others_can_read_is_wrong(tmp_path: Path, database: str) -> None:
    (tmp_path / "tracker.key").write_text("k" * 40)
    (tmp_path / "tracker.key").chmod(0o644)
    config = databases.load_config({"TRACKER_DATABASE_URL": database, "TRACKER_INSTANCE": str(tmp_path)})
    result = examine(create_app(config))
    assert result.exit_code == 1
    assert any("0644" in each and "chmod 600" in each for each in lines(result, "wrong"))


@pytest.mark.only_database("sqlite")
def test_rows_that_refer_to_nothing_are_counted(app: Flask, engine: Engine) -> None:
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for each in (
            "ROLLBACK",
            "PRAGMA query_only=OFF",
            "PRAGMA foreign_keys=OFF",
            "INSERT INTO updates (initiative_id, on_day, text, created_at) VALUES (77, '2026-01-01', '', '2026-01-01')",
        ):
            if each != "ROLLBACK" or raw.in_transaction:  # type: ignore[attr-defined]  # the driver's own
                raw.execute(each)  # type: ignore[attr-defined]  # as above
    result = examine(app)
    assert any(
        "1 rows refer to records that are not there, in updates" in each for each in lines(result, "wrong")
    )


def test_somebody_who_vouched_for_a_moment_of_their_own_is_found(
    app: Flask, register: Register, cast: Cast
) -> None:
    win = register.moment(register.initiative(), FEB, created_by_id=cast.dora.user_id)
    register.save(Confirmation(moment_id=win.id, user_id=cast.dora.user_id))
    assert any("Refund in one call" in each for each in lines(examine(app), "wrong"))


def test_a_lesson_of_a_win_is_found(app: Flask, register: Register) -> None:
    win = register.moment(register.initiative(), FEB)
    register.save(Lesson(moment_id=win.id, tried="Uploads at peak"))
    assert any("no near miss" in each for each in lines(examine(app), "wrong"))


def test_a_measure_that_moved_for_another_initiatives_win_is_found(app: Flask, register: Register) -> None:
    win = register.moment(register.initiative("One"), FEB)
    other = register.initiative("Two")
    register.save(Moment(initiative_id=other.id, kind="moved", of_id=win.id, on_day=FEB, title="CSAT moved"))
    assert any("CSAT moved" in each for each in lines(examine(app), "wrong"))


def test_a_scaled_initiative_without_its_heir_is_found(app: Flask, register: Register) -> None:
    register.save(
        Initiative(title="Storm desk", started_on=JAN, ended_on=FEB, outcome="scaled", status="finished")
    )
    assert any("Storm desk" in each for each in lines(examine(app), "wrong"))


def test_departments_that_merged_into_each_other_are_found(
    app: Flask, engine: Engine, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    for one, other in ((claims, legal), (legal, claims)):
        execute(engine, f"UPDATE departments SET merged_into_id = {other.id} WHERE id = {one.id}")
    assert any("Claims" in each and "Legal" in each for each in lines(examine(app), "wrong"))


def test_accounts_without_an_administrator_are_found(app: Flask, register: Register) -> None:
    register.account("Alice Office", "office")
    assert any("flask init" in each for each in lines(examine(app), "wrong"))


def test_a_counter_behind_its_log_is_found(app: Flask, engine: Engine, register: Register) -> None:
    register.department("Claims")
    execute(engine, "UPDATE change_counter SET version = 0")
    assert any("counter of versions" in each for each in lines(examine(app), "wrong"))


def test_changes_from_the_future_are_found(app: Flask, register: Register) -> None:
    register.save(
        AuditEntry(
            at=utc_now() + timedelta(days=2), actor_name="Alice", via="page", action="changed", kind="moment",
            subject_kind="moment",
        )
    )  # fmt: skip
    assert any("Set the clock" in each for each in lines(examine(app), "wrong"))


def test_what_is_recorded_without_counting_is_noted_and_is_not_wrong(app: Flask, register: Register) -> None:
    initiative = register.initiative("Storm desk", ended_on=FEB)
    register.moment(initiative, FEB + timedelta(days=9), title="Too late")
    register.save(Initiative(title="Night desk", started_on=JAN, ended_on=FEB, routine_from=FEB))
    register.journey("Making a claim", register.department("Claims"))
    register.account("Bob Hale", "sponsor")
    register.account("Ada Admin", "admin")
    result = examine(app)
    assert result.exit_code == 0, result.output
    notes = " ".join(lines(result, "note"))
    assert all(each in notes for each in ("Too late", "Night desk", "Making a claim", "Bob Hale"))


def test_it_checks_the_measures_on_a_sample(
    app: Flask, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    assert any("carried over 1 changed initiatives" in each for each in lines(examine(app), "ok"))
    monkeypatch.setattr(Ledger, "replace", lambda *_: None)
    (found,) = lines(examine(app), "wrong")
    assert "these differ: coverage over time, ledger" in found
