"""Migrations: the head is what the models say, and rows survive the way up and down."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, text

from tests.factories import Register
from tracker.app import ROOT
from tracker.models.base import Base

MIGRATIONS = ROOT / "migrations"


def test_the_newest_revision_is_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_named_constraint_of_the_models_is_in_the_database(engine: Engine) -> None:
    found = inspect(engine)
    for table in Base.metadata.sorted_tables:
        expected = {
            str(each.name) for each in table.constraints if each.name and str(each.name).startswith("ck_")
        }
        assert {each["name"] for each in found.get_check_constraints(table.name)} == expected, table.name


def test_the_first_revision_goes_down_and_up_again_with_rows_in_it(app: Flask, register: Register) -> None:
    initiative = register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    register.moment(initiative, date(2026, 2, 1), "near_miss", lesson="Uploads at peak")
    with app.app_context():
        downgrade(revision="base")
        upgrade()


LOSING = """
from alembic import op

revision = "ffffffffffff"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DELETE FROM departments")


def downgrade():
    pass
"""


def test_a_migration_that_loses_rows_is_rolled_back(
    app: Flask, engine: Engine, register: Register, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    register.department("Claims")
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions" / "losing.py").write_text(LOSING.format(head=head))
    with app.app_context(), pytest.raises(SystemExit):
        upgrade(directory=str(folder))
    assert "would lose rows: {'departments': (1, 0)}" in caplog.text
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM departments")).scalar_one() == 1
