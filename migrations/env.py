"""How migrations run: one transaction, on an engine of their own, and nothing lost on the way.

SQLite rebuilds a table to alter it. With foreign keys on, dropping the old table would silently delete the rows
that refer to it, and switching them off inside a transaction does nothing; so they are off before it begins.
Row counts before and after tell whether a table lost rows that its migration did not announce.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, event, inspect, text

from tracker.models.base import Base
from tracker.models.engines import engine_options
from tracker.models.searching import is_of_the_index


class RowsLost(RuntimeError):
    """A migration removed rows that it had not announced; it was rolled back."""


def _set_up_sqlite(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None
    dbapi.execute("PRAGMA busy_timeout=5000")
    dbapi.execute("PRAGMA foreign_keys=OFF")


def _count_rows(connection: Connection) -> dict[str, int]:
    tables = [
        name
        for name in inspect(connection).get_table_names()
        if name != "alembic_version" and not is_of_the_index(name)
    ]
    quote = connection.dialect.identifier_preparer.quote
    return {
        name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()  # noqa: S608 (names from the catalogue, quoted)
        for name in tables
    }


def _compare_rows(before: dict[str, int], after: dict[str, int]) -> None:
    lost = {
        name: (count, after[name]) for name, count in before.items() if name in after and after[name] < count
    }
    if lost:
        raise RowsLost(f"These tables would lose rows: {lost}. Nothing was changed.")


def run_migrations() -> None:
    """Run the migrations asked for, on the database itself: rows are counted before and after."""
    if context.is_offline_mode():
        raise RuntimeError("Migrations look at the rows they move, so they cannot be written out with --sql.")
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, **engine_options(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            _migrate(connection)
    finally:
        engine.dispose()


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # A request is cut off after 30 seconds; a large table may take longer. Waiting for a lock still ends soon.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    before = _count_rows(connection)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        include_name=lambda name, kind, _parents: kind != "table" or not is_of_the_index(name),
        transactional_ddl=True,
    )
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RowsLost(
                f"The migration leaves rows that refer to nothing: {broken[:5]}. Nothing was changed."
            )
    _compare_rows(before, _count_rows(connection))


run_migrations()
