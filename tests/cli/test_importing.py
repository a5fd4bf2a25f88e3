"""``flask import`` and ``flask export``: results on standard output, everything else on standard error."""

from __future__ import annotations

import getpass
import json
from io import BytesIO
from pathlib import Path

import networkx as nx
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import config_for
from tracker.app import create_app
from tracker.extensions import db
from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.initiatives import Initiative

HEADER = "external_id,title,kind,status,started_on,ended_on,lead_department,departments,sponsor,owner,url,summary\n"
GOOD = "i1,Storm desk,stable,,2025-01-10,,Claims,Claims;Legal,@tom,,,\n"
BAD = "i2,,,,2025-01-10,,,Claims,,,,\n"


def run(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(each) for each in args])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(HEADER + GOOD)
    return path


def test_it_imports_into_a_database_without_an_account(app: Flask, session: Session, file: Path) -> None:
    result = run(app, "import", file, "--as-of", "2026-01-31")
    assert result.exit_code == 0
    assert result.stdout == "created    1\nupdated    0\nunchanged  0\nrefused    0\n"
    assert (
        "warning: The kind “stable” is not known here: new rows are recorded as pilot. (once)"
        in result.stderr
    )
    assert "new departments: 2 (Claims, Legal)" in result.stderr
    assert session.scalar(select(func.count(User.id))) == 0


def test_the_operating_system_user_stands_in_the_audit(app: Flask, session: Session, file: Path) -> None:
    run(app, "import", file, "--as-of", "2026-01-31")
    lines = {tuple(each) for each in session.execute(select(AuditEntry.actor_name, AuditEntry.via))}
    assert lines == {(f"{getpass.getuser()} (command line)", "command, file of 2026-01-31")}


def test_a_second_run_changes_nothing(app: Flask, session: Session, file: Path) -> None:
    run(app, "import", file, "--as-of", "2026-01-31")
    before = session.scalar(select(func.count(AuditEntry.id)))
    session.rollback()
    assert "unchanged  1" in run(app, "import", file, "--as-of", "2026-01-31").stdout
    assert session.scalar(select(func.count(AuditEntry.id))) == before


def test_a_dry_run_lists_every_row_and_changes_nothing(app: Flask, session: Session, file: Path) -> None:
    result = run(app, "import", file, "--dry-run")
    assert result.exit_code == 0
    assert "create     initiative i1 “Storm desk”" in result.stdout
    assert session.scalar(select(func.count(Initiative.id))) == 0


def test_a_refused_row_changes_nothing_and_exits_1(app: Flask, session: Session, file: Path) -> None:
    file.write_text(HEADER + GOOD + BAD)
    result = run(app, "import", file)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "created    0",
        "updated    0",
        "unchanged  0",
        "refused    1",
        "refused    line 3, title: A title is needed. (initiative i2)",
    ]
    assert "so nothing was changed" in result.stderr
    assert session.scalar(select(func.count(Initiative.id))) == 0


def test_a_dry_run_with_a_refused_row_exits_1_too(app: Flask, file: Path) -> None:
    file.write_text(HEADER + GOOD + BAD)
    result = run(app, "import", file, "--dry-run")
    assert result.exit_code == 1
    assert "created    1" in result.stdout
    assert run(app, "import", file, "--dry-run", "--skip-refused").exit_code == 0


def test_the_others_go_in_when_the_refused_are_left_out(app: Flask, session: Session, file: Path) -> None:
    file.write_text(HEADER + GOOD + BAD)
    result = run(app, "import", file, "--skip-refused")
    assert result.exit_code == 0
    assert session.scalars(select(Initiative.external_id)).all() == ["i1"]


@pytest.mark.parametrize("data", [b"", b"\0\0\0\0", b"PK\x03\x04", b"<html>", b'{"departments": 3}'])
def test_a_file_that_is_no_register_is_a_clear_error(app: Flask, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "register.bin"
    path.write_bytes(data)
    result = run(app, "import", path)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert result.stdout == ""


def test_a_file_that_is_not_there_is_a_clear_error(app: Flask) -> None:
    assert "does not exist" in run(app, "import", "nowhere.csv").stderr


def test_an_export_imports_back(app: Flask, file: Path, tmp_path: Path) -> None:
    run(app, "import", file, "--as-of", "2026-01-31")
    out = tmp_path / "out.json"
    result = run(app, "export", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert [each["id"] for each in json.loads(out.read_text())["initiatives"]] == ["i1"]
    assert "unchanged  5" in run(app, "import", out).stdout


def test_an_export_to_standard_output_is_the_document_alone(app: Flask, file: Path) -> None:
    run(app, "import", file)
    result = run(app, "export", "-")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["people"][0]["name"] == "@tom"


def test_an_export_is_the_department_graph_where_its_name_says_so(
    app: Flask, file: Path, tmp_path: Path
) -> None:
    run(app, "import", file, "--as-of", "2026-01-31")
    for name, day, is_dynamic in (
        ("day.graphml", "2025-02-01", False),
        ("day.gexf", "2025-02-01", False),
        ("all.gexf", "", True),
    ):
        result = run(app, "export", tmp_path / name, *(("--on", day) if day else ()))
        assert result.exit_code == 0, result.output
        data = (tmp_path / name).read_bytes()
        graph = (nx.read_graphml if name.endswith("graphml") else nx.read_gexf)(BytesIO(data))
        assert (len(graph), len(graph.edges), b"<spell " in data) == (2, 1, is_dynamic)


def test_an_export_of_every_day_takes_no_day(app: Flask, tmp_path: Path) -> None:
    result = run(app, "export", tmp_path / "out.json", "--on", "2026-01-31")
    assert result.exit_code == 2
    assert "Leave the day out" in result.stderr


def test_an_export_that_cannot_be_written_leaves_nothing_behind(app: Flask, tmp_path: Path) -> None:
    result = run(app, "export", tmp_path / "missing" / "out.json")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert list(tmp_path.glob("**/*out.json*")) == []


def test_a_database_without_its_tables_is_a_clear_error(tmp_path: Path, file: Path) -> None:
    app = create_app(config_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path))
    result = run(app, "import", file)
    assert result.exit_code == 1
    assert "run flask db upgrade first" in result.stderr
    with app.app_context():
        db.engine.dispose()
