"""How connections behave: SQLite's safe settings, and transactions that cannot write unless opened to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url

try:
    import pysqlite3.dbapi2 as sqlite_driver
except ImportError:  # no wheel for this machine: the interpreter's own SQLite, without WAL if it has the bug
    sqlite_driver = sqlite3

#: The execution option that opens a transaction for writing; without it SQLite and PostgreSQL refuse to write.
WRITE = "tracker_write"
BUSY_SECONDS = 5
#: What each connection to SQLite keeps of the file: a save touches some forty pages of indexes, a list far more.
CACHE_KIB = 16 * 1024
BUSY_TIMEOUT = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Say whether this SQLite is free of the WAL-reset bug (3.7.0 to 3.51.2; backports 3.44.6 and 3.50.7)."""
    if version >= (3, 51, 3):
        return True
    return (3, 44, 6) <= version < (3, 45, 0) or (3, 50, 7) <= version < (3, 51, 0)


def journal_mode(driver: ModuleType = sqlite_driver) -> str:
    """Return the journal mode that is safe with this driver's SQLite: WAL, or DELETE where WAL may corrupt."""
    return "WAL" if wal_is_safe(driver.sqlite_version_info) else "DELETE"


def engine_options(url: str) -> dict[str, Any]:
    """Return what ``create_engine`` needs for the database of this URL."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"module": sqlite_driver}
    return {
        "pool_pre_ping": True,
        "connect_args": {
            "options": "-c statement_timeout=30s -c lock_timeout=3s -c idle_in_transaction_session_timeout=60s"
        },
    }


def prepare(engine: Engine) -> None:
    """Attach the settings to an engine; call it once, before its first connection."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


@contextmanager
def impatient(engine: Engine) -> Iterator[Connection]:
    """Give a connection on which nothing waits for the lock of SQLite: for what may as well be left out."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection  # rows are locked there, not the whole register
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA busy_timeout=0")
        try:
            yield connection
        finally:
            connection.rollback()
            driver.execute(BUSY_TIMEOUT)


def _set_up_sqlite(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # SQLAlchemy, not the driver, decides when a transaction begins
    for pragma in (
        "foreign_keys=ON",
        f"journal_mode={journal_mode()}",
        "synchronous=FULL",
        "secure_delete=ON",
        f"cache_size=-{CACHE_KIB}",
        "trusted_schema=OFF",
    ):
        dbapi.execute(f"PRAGMA {pragma}")
    dbapi.execute(BUSY_TIMEOUT)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITE, False)
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    if writes:
        # IMMEDIATE takes the write lock first: two deferred writers would lose updates or be refused at once.
        # Through SQLAlchemy, whose error everybody knows when the lock is held too long.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        driver.execute("BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITE, False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
