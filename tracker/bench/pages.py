"""How long the server takes for the pages people open most, signed in, through the whole application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tracker.bench.timing import Result, milliseconds, say, summary

TIMES = 25
SETUP = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET ")


def measure_pages(engine: Engine, client: FlaskClient, pages: dict[str, str]) -> Result:
    """Time each page, after one visit that warms what a process keeps, and count its queries."""
    found: Result = {}
    for name, address in pages.items():
        say(f"  {name} {address}")
        _visit(client, address)
        with _counting(engine) as sent:
            _visit(client, address)
        taken = milliseconds(lambda address=address: _visit(client, address), times=TIMES, warm=0)
        found[name] = summary(taken) | {"queries": len(sent)}
    return found


def _visit(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}, which is not worth timing.")


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
