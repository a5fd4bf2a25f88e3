"""How the application starts: at the right revision, or not at all and with words that help."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import Engine, text

from tests import databases
from tests.factories import Register
from tests.sources import ROOT
from tracker.app import create_app, preload, refuse_wrong_schema
from tracker.extensions import db
from tracker.models.engines import WRITE
from tracker.models.revisions import needed_revision, schema_of
from tracker.queries.facts import current_portfolio

NEWER = "ffffffffffff"


def set_revision(engine: Engine, revision: str) -> None:
    """Say in the database that it is at another revision."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a server that nothing else is set for."""
    for name in [each for each in os.environ if each.startswith(("TRACKER_", "FLASK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))
    return tmp_path


def refusal() -> str:
    """Import the entry point as a server does, in this process; return the line that Python would end with."""
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(ROOT / "wsgi.py"))
    return str(stopped.value)


def test_it_starts_at_the_newest_revision(app: Flask) -> None:
    refuse_wrong_schema(app)


def test_it_does_not_start_on_an_older_revision(app: Flask) -> None:
    with app.app_context():
        downgrade()
    with pytest.raises(SystemExit, match=rf"needs {needed_revision()}\. Run python3 run\.py serve"):
        refuse_wrong_schema(app)


def test_it_does_not_start_on_a_revision_it_does_not_know(app: Flask, engine: Engine) -> None:
    set_revision(engine, NEWER)
    with pytest.raises(SystemExit, match=r"a newer one wrote it\. Install that version"):
        refuse_wrong_schema(app)


@pytest.mark.only_database("sqlite")
def test_a_database_that_no_migration_has_run_on_has_no_revision(tmp_path: Path) -> None:
    app = create_app(databases.config_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path))
    with pytest.raises(SystemExit, match=r"The database is empty.*flask db upgrade"):
        refuse_wrong_schema(app)


def test_the_revision_of_a_database_is_read_without_writing(engine: Engine) -> None:
    with engine.connect() as connection:
        schema = schema_of(connection)
    assert schema.is_current
    assert (schema.problem, schema.mend) == ("", "")


@pytest.mark.usefixtures("instance")
def test_a_server_says_in_one_line_that_the_database_is_empty() -> None:
    command = [sys.executable, "-c", "import wsgi"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The database is empty: no migration has run on it. "
        "Run python3 run.py serve, which keeps a copy first, or .venv/bin/flask db upgrade."
    )


@pytest.mark.usefixtures("instance")
def test_a_server_says_in_one_line_which_setting_it_cannot_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_TIMEZONE", "Europe/Atlantis")
    assert refusal() == (
        "A setting cannot be used. TRACKER_TIMEZONE: there is no time zone Europe/Atlantis. Try Europe/Berlin."
    )


@pytest.mark.usefixtures("instance")
def test_a_server_says_in_one_line_that_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://127.0.0.1:1/tracker")
    assert refusal().startswith("The database does not answer: ")


def test_the_numbers_are_ready_before_the_first_request(
    app: Flask, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    preload(app)
    assert [each.message.split(" after")[0] for each in caplog.records if each.name == "tracker"] == [
        "Reading the register …",
        "1 initiatives at version 2. Working out the numbers …",
        "The numbers are ready",
    ]
    with app.app_context():
        _, portfolio = current_portfolio(db.session)
    assert "stage months" in portfolio.derived
