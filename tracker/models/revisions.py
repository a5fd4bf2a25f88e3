"""Which revision of the schema a database has, and which one this version of the application needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
UPGRADE = "Run python3 run.py serve, which keeps a copy first, or .venv/bin/flask db upgrade."
GO_BACK = "Install that version, or bring back the copy that was kept before the upgrade."


@dataclass(frozen=True, slots=True)
class Schema:
    """The revision a database has (None: no migration has run on it) beside the one that is needed."""

    found: str | None
    needed: str
    is_known: bool

    @property
    def is_current(self) -> bool:
        """Say whether the application can work on this database."""
        return self.found == self.needed

    @property
    def problem(self) -> str:
        """Return what is wrong, "" when nothing is."""
        if self.is_current:
            return ""
        if self.found is None:
            return "The database is empty: no migration has run on it."
        if self.is_known:
            return f"The database is at revision {self.found}; this version needs {self.needed}."
        return f"The database is at revision {self.found}, which this version does not know: a newer one wrote it."

    @property
    def mend(self) -> str:
        """Return how to mend it, "" when nothing is wrong."""
        if self.is_current:
            return ""
        return UPGRADE if self.found is None or self.is_known else GO_BACK


@cache
def needed_revision() -> str:
    """Return the newest revision among the migrations."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    if head is None:
        raise RuntimeError(f"There are no migrations in {FOLDER}.")
    return head


@cache
def known_revisions() -> frozenset[str]:
    """Return every revision that the migrations can come from or go to."""
    return frozenset(each.revision for each in ScriptDirectory(str(FOLDER)).walk_revisions())


def schema_of(connection: Connection) -> Schema:
    """Return the state of a database; it may have any revision, or none."""
    found = None
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return Schema(found, needed_revision(), found in known_revisions())
