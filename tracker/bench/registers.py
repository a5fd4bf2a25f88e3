"""Scratch registers: a database of its own in a folder that goes away, filled by the real importer."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from tracker.app import create_app
from tracker.bench.timing import Result, say
from tracker.config import load_config
from tracker.extensions import db
from tracker.models.accounts import User, UserSession
from tracker.services.actors import command_actor
from tracker.services.imports import apply_import
from tracker.services.sessions import hash_of
from tracker.services.writing import open_write


@dataclass(frozen=True, slots=True)
class Scratch:
    """An application on a scratch database, and a browser that somebody of the office is signed in with."""

    app: Flask
    client: FlaskClient


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Make an empty, migrated register in a temporary folder; it goes away afterwards."""
    with TemporaryDirectory(prefix="tracker-bench-") as folder:
        database = f"sqlite:///{Path(folder) / 'bench.db'}"
        app = create_app(load_config({"TRACKER_INSTANCE": folder, "TRACKER_DATABASE_URL": database}))
        with app.app_context():
            upgrade()
            token = _account()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        try:
            yield Scratch(app, client)
        finally:
            with app.app_context():
                db.engine.dispose()


def _account() -> str:
    """Make an account of the office with an open session; return the session's token."""
    token = secrets.token_urlsafe(32)
    open_write(db.session, command_actor())
    somebody = User(email="bench@example.org", name="Bench", role="office")
    db.session.add(somebody)
    db.session.flush()  # the session row needs the account's id
    db.session.add(UserSession(token_hash=hash_of(token), user_id=somebody.id))
    db.session.commit()
    return token


def import_portfolio(here: Scratch, made: dict[str, Any], today: date) -> Result:
    """Load a whole portfolio, and tell how many rows a second the importer takes."""
    rows = sum(len(each) for each in made.values() if isinstance(each, list))
    return _import(here, f"{made['id']}.json", json.dumps(made).encode(), rows, today)


def import_csv(here: Scratch, text: str, today: date) -> Result:
    """Load initiatives as a tidy CSV, and tell how many rows a second the importer takes."""
    return _import(here, "bench.csv", text.encode(), text.count("\n") - 1, today)


def _import(here: Scratch, name: str, data: bytes, rows: int, today: date) -> Result:
    say(f"  importing {name}: {rows:,} rows")
    with here.app.app_context():
        begin = time.perf_counter()
        plan = apply_import(db.session, actor=command_actor(), name=name, data=data, as_of=today, today=today)
        db.session.commit()
        taken = time.perf_counter() - begin
    if plan.refused:
        raise RuntimeError(f"{plan.refused} rows of {name} were refused, so its time says nothing.")
    return {"rows": rows, "seconds": round(taken, 2), "rows_per_second": round(rows / taken)}
