"""Migrations: the head is what the models say, and rows survive the way up and down, however it is interrupted."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, text

from tests import databases
from tests.factories import Register
from tests.migrations.filling import content, empty, fill, shape, shared
from tests.sources import ROOT
from tracker.models.base import Base
from tracker.models.engines import WRITE, engine_options
from tracker.models.revisions import needed_revision, schema_of
from tracker.models.searching import is_of_the_index

MIGRATIONS = ROOT / "migrations"
REVISIONS = [each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


def filled(engine: Engine) -> set[str]:
    """Fill every table that the database has at its revision."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        return fill(connection)


def copied_migrations(folder: Path, **files: str) -> Path:
    """Return a copy of the migrations with more of them, each after the head."""
    target = folder / "migrations"
    shutil.copytree(MIGRATIONS, target, ignore=shutil.ignore_patterns("__pycache__"))
    for name, body in files.items():
        (target / "versions" / f"{name}.py").write_text(HEADING.format(head=needed_revision()) + body)
    return target


HEADING = """
import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "ffffffffffff"
down_revision = {head!r}
branch_labels = None
depends_on = None
"""


def test_there_is_one_newest_revision() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [needed_revision()]


def test_files_are_named_by_their_day_and_what_they_do() -> None:
    names = [path.name for path in (MIGRATIONS / "versions").glob("*.py")]
    assert len(names) == len(REVISIONS)
    assert [
        each for each in names if not re.fullmatch(r"\d{8}_\d{4}_[0-9a-f]{12}_[a-z0-9_]+\.py", each)
    ] == []


def test_the_newest_revision_is_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _parents: kind != "table" or not is_of_the_index(name),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.only_database("sqlite")
def test_a_migrated_sqlite_file_is_what_the_models_would_make(engine: Engine, tmp_path: Path) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'made.db'}", **engine_options("sqlite://"))
    Base.metadata.create_all(made)
    with engine.connect() as migrated, made.connect() as other:
        assert shape(migrated) == shape(other)
    made.dispose()


@pytest.mark.only_database("postgresql")
def test_a_migrated_postgresql_database_is_what_the_models_would_make(engine: Engine) -> None:
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin() as transaction:
        connection.execute(text("CREATE SCHEMA made"))
        Base.metadata.create_all(connection.execution_options(schema_translate_map={None: "made"}))
        assert shape(connection, "made") == shape(connection)
        transaction.rollback()


def test_every_table_of_the_models_can_be_filled(engine: Engine) -> None:
    names = {table.name for table in Base.metadata.sorted_tables}
    assert filled(engine) == names - {"change_counter"}


def test_every_revision_goes_down_and_up_again_with_rows_in_every_table(app: Flask, engine: Engine) -> None:
    # One walk from the first to the newest: each test of one alone would walk there again.
    with app.app_context():
        downgrade(revision="base")
        for revision in REVISIONS:
            upgrade(revision=revision)
            filled(engine)
            with engine.connect() as connection:
                before = content(connection)
            downgrade(revision="-1")
            with engine.connect() as connection:
                below = content(connection)
            assert shared(below, before) == shared(before, below), revision
            upgrade(revision=revision)
            with engine.connect() as connection:
                after = content(connection)
                assert schema_of(connection).found == revision
            assert shared(below, after) == shared(after, below), revision
            with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
                empty(connection)


def test_rows_of_the_first_revision_reach_the_newest(app: Flask, engine: Engine) -> None:
    with app.app_context():
        downgrade(revision=REVISIONS[0])
        filled(engine)
        with engine.connect() as connection:
            before = content(connection)
        upgrade()
    with engine.connect() as connection:
        after = content(connection)
        assert schema_of(connection).is_current
    assert shared(before, after) == shared(after, before)


LOSING = """
def upgrade():
    op.execute("DELETE FROM departments")


def downgrade():
    pass
"""


def test_a_migration_that_loses_rows_is_rolled_back(
    app: Flask, engine: Engine, register: Register, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    register.department("Claims")
    folder = copied_migrations(tmp_path, losing=LOSING)
    with app.app_context(), pytest.raises(SystemExit):
        upgrade(directory=str(folder))
    assert "would lose rows: {'departments': (1, 0)}" in caplog.text
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM departments")).scalar_one() == 1


REBUILDING = """
def upgrade():
    with op.batch_alter_table("initiatives") as table:
        table.alter_column("title", type_=sa.String(400), existing_type=sa.String(300), existing_nullable=False)


def downgrade():
    with op.batch_alter_table("initiatives") as table:
        table.alter_column("title", type_=sa.String(300), existing_type=sa.String(400), existing_nullable=False)
"""


def test_a_table_that_is_rebuilt_keeps_the_rows_that_refer_to_it_and_its_rules(
    app: Flask, engine: Engine, tmp_path: Path
) -> None:
    filled(engine)
    folder = copied_migrations(tmp_path, rebuilding=REBUILDING)
    with engine.connect() as connection:
        before, rules = content(connection), shape(connection)
    with app.app_context():
        upgrade(directory=str(folder))
        engine.dispose()
        with engine.connect() as connection:
            assert content(connection) == before
            changed = shape(connection)
        downgrade(directory=str(folder))
    assert changed["initiatives"]["columns"]["title"][0] == "VARCHAR(400)"
    assert {name: each["checks"] for name, each in changed.items()} == {
        name: each["checks"] for name, each in rules.items()
    }
    engine.dispose()
    with engine.connect() as connection:
        assert content(connection) == before
        assert shape(connection) == rules


KILLED = """
def upgrade():
    op.create_table("half_made", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("initiatives") as table:
        table.alter_column("title", type_=sa.String(400), existing_type=sa.String(300), existing_nullable=False)
    if not os.environ.get("LET_LIVE"):
        os.kill(os.getpid(), signal.SIGKILL)


def downgrade():
    op.drop_table("half_made")
"""


def migrate_elsewhere(url: str, folder: Path, instance: Path) -> int:
    """Migrate in a process of its own; return how it ended."""
    script = (
        f"from tests.databases import config_for; from pathlib import Path; from flask_migrate import upgrade\n"
        f"from tracker.app import create_app\n"
        f"with create_app(config_for({url!r}, Path({str(instance)!r}))).app_context(): upgrade({str(folder)!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    return done.returncode


def test_an_upgrade_that_is_killed_half_way_leaves_the_old_revision_and_can_be_run_again(
    database: str, app: Flask, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(engine)
    folder = copied_migrations(tmp_path, killed=KILLED)
    with engine.connect() as connection:
        before, rules = content(connection), shape(connection)
    engine.dispose()
    assert migrate_elsewhere(database, folder, tmp_path) == -signal.SIGKILL
    with engine.connect() as connection:
        assert schema_of(connection).is_current
        assert content(connection) == before
        assert shape(connection) == rules
    engine.dispose()
    monkeypatch.setenv("LET_LIVE", "yes")
    with app.app_context():
        upgrade(directory=str(folder))
    with engine.connect() as connection:
        assert schema_of(connection).found == "ffffffffffff"
        assert shared(before, content(connection)) == before


@pytest.mark.only_database("sqlite")
def test_an_upgrade_killed_at_any_instant_leaves_the_old_or_the_new_revision(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    script = f"from tests.databases import migrate; from pathlib import Path\nmigrate({url!r}, Path({str(tmp_path)!r}))"
    for delay in (0.9, 1.2, 1.5, 1.8):
        with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(delay)
            except subprocess.TimeoutExpired:
                process.kill()
        engine = create_engine(url, **engine_options(url))
        with engine.connect() as connection:
            assert schema_of(connection).found in (None, needed_revision())
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        engine.dispose()
    databases.migrate(url, tmp_path)
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        assert schema_of(connection).is_current
    engine.dispose()
