"""How long the server takes for the pages people open most, signed in, through the whole application."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from tracker.bench.registers import Scratch
from tracker.bench.timing import Result, say, timed, together
from tracker.extensions import db
from tracker.models.initiatives import Initiative
from tracker.services.actors import command_actor
from tracker.services.writing import open_write

TIMES = 25
EDITS = 5
SETUP = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET ")


def measure_pages(here: Scratch, pages: dict[str, str]) -> Result:
    """Time each page, after one visit that warms what a process keeps, and count its queries."""
    with here.app.app_context():
        engine = db.engine
    found: Result = {}
    for name, address in pages.items():
        say(f"  {name} {address}")
        first = visit(here.client, address)
        with _counting(engine) as sent:
            size = visit(here.client, address)[1]
        taken = timed(lambda address=address: visit(here.client, address), times=TIMES)
        found[name] = taken.summary() | {
            "first_ms": round(first[0], 1),
            "queries": len(sent),
            "kilobytes": round(size / 1000, 1),
        }
    return found


def measure_after_edit(here: Scratch, pages: dict[str, str]) -> Result:
    """Time each page right after an edit, when what the process keeps is of an older version."""
    say("  the same right after an edit")
    found: Result = {}
    for name, address in pages.items():
        runs = []
        for _ in range(EDITS):
            _edit(here)
            runs.append(timed(lambda address=address: visit(here.client, address), times=1))
        found[name] = together(runs).summary()
    return found


def _edit(here: Scratch) -> None:
    """Move the start of an initiative by a day, as an edit that every measure depends on."""
    with here.app.app_context():
        open_write(db.session, command_actor())
        query = select(Initiative).where(Initiative.started_on.is_not(None)).order_by(Initiative.id).limit(1)
        first = db.session.scalars(query).one()
        if first.started_on is not None:
            first.started_on -= timedelta(days=1)
        db.session.commit()


def visit(client: FlaskClient, address: str) -> tuple[float, int]:
    """Return how long the answer took, in milliseconds, and how many bytes it has."""
    begin = time.perf_counter()
    answer = client.get(address)
    taken = (time.perf_counter() - begin) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}, which is not worth timing.")
    return taken, len(answer.data)


@contextmanager
def _counting(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(SETUP):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
