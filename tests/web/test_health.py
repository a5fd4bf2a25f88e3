"""What a load balancer hears from ``/healthz``."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests import databases
from tests.counting import counting
from tests.test_start import NEWER, set_revision
from tracker.app import create_app
from tracker.extensions import db


def test_a_sound_application_is_ok_for_everybody(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "problem": None}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_of_another_version_is_not_ready(client: FlaskClient, engine: Engine) -> None:
    set_revision(engine, NEWER)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert NEWER in str(answer.json)


@pytest.mark.only_database("sqlite")
def test_a_database_that_does_not_answer_is_not_ready(tmp_path: Path) -> None:
    app = create_app(databases.config_for(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}", tmp_path))
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "problem": "The database does not answer."}


@pytest.mark.only_database("sqlite")
def test_it_asks_for_no_more_than_life_and_the_revision(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        engine = db.engine
    with counting(engine) as sent:
        client.get("/healthz")
    assert [each for each in sent if "sqlite_master" not in each] == [
        "SELECT 1",
        "SELECT version_num FROM alembic_version",
    ]


def test_it_takes_nothing(client: FlaskClient) -> None:
    assert client.post("/healthz").status_code == 405
