"""``flask doctor``: look at everything an installation rests on, and say what is wrong and how to mend it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.config import Config
from tracker.extensions import db
from tracker.models.engines import journal_mode, sqlite_driver, wal_is_safe
from tracker.models.revisions import UPGRADE, schema_of
from tracker.queries.measures import check_measures
from tracker.queries.soundness import findings

#: The measures are checked on so many initiatives.
MOST_CHECKED = 20
OK, NOTE, WRONG = "ok", "note", "wrong"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: how it stands, what was looked at, what was found, and how to mend it."""

    state: str
    about: str
    found: str
    mend: str = ""


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check the database, its migrations, the settings and the records. Changes nothing."""
    config: Config = current_app.config["TRACKER"]
    wrong = 0
    for line in (*settings_lines(config), *database_lines(config)):
        click.echo(f"{line.state:<6} {line.about:<11} {line.found}")
        if line.mend:
            click.echo(f"{'':<18} → {line.mend}")
        wrong += line.state == WRONG
    if wrong:
        click.echo(f"{wrong} thing{'s' if wrong > 1 else ''} to mend.")
        raise SystemExit(1)
    click.echo("All is well.")


def settings_lines(config: Config) -> Iterator[Line]:
    """Look at the settings, the key and the clock."""
    yield Line(OK, "settings", f"{_shown(config.database_url)}, instance folder {config.instance}")
    if config.secret_key_file is None:
        yield Line(OK, "key", "from TRACKER_SECRET_KEY")
    else:
        yield _private(config.secret_key_file, "key", WRONG, f"chmod 600 {config.secret_key_file}")
    if not config.https and set(config.trusted_hosts) - {"localhost", "127.0.0.1", "[::1]"}:
        yield Line(
            NOTE,
            "https",
            "other hosts than this machine are trusted, and cookies travel without TLS",
            "Put a proxy with TLS in front, then set TRACKER_HTTPS=yes and TRACKER_PROXY_HOPS=1.",
        )
    yield Line(OK, "clock", f"today is {clock.today()} in {config.timezone.key}")


def database_lines(config: Config) -> Iterator[Line]:
    """Look at the database, as far as it lets itself be looked at."""
    url = make_url(config.database_url)
    is_embedded = url.get_backend_name() == "sqlite"
    if is_embedded and not Path(url.database or "").exists():  # to connect would make it
        yield Line(WRONG, "database", f"there is no file {url.database}", UPGRADE)
        return
    try:
        with db.engine.connect() as connection:
            yield from _engine_lines(connection, url.database or "")
            schema = schema_of(connection)
            if not schema.is_current:
                yield Line(WRONG, "migrations", schema.problem, schema.mend)
                return
            yield Line(OK, "migrations", f"at the newest revision, {schema.needed}")
        with Session(db.engine) as session:
            yield from _record_lines(session)
            yield _measure_line(session)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        mend = "Check that it runs, and TRACKER_DATABASE_URL with its user and password."
        if is_embedded:
            mend = "Check the file and its folder: this user must be able to read and write both."
        yield Line(WRONG, "database", reason, mend)


def _engine_lines(connection: Connection, database: str) -> Iterator[Line]:
    if connection.dialect.name != "sqlite":
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        yield Line(OK, "database", f"PostgreSQL {version}")
        unsure = connection.exec_driver_sql(
            "SELECT conname FROM pg_constraint WHERE NOT convalidated"
        ).scalars()
        for name in unsure:
            mend = f"Run: ALTER TABLE … VALIDATE CONSTRAINT {name}"
            yield Line(WRONG, "database", f"the constraint {name} was never checked", mend)
        return
    yield from _sqlite_lines(Path(database), connection)


def _sqlite_lines(file: Path, connection: Connection) -> Iterator[Line]:
    version = sqlite_driver.sqlite_version
    mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()).upper()
    if mode == "WAL" and not wal_is_safe(sqlite_driver.sqlite_version_info):
        mend = "Stop every server, then start one again: it switches to journal mode DELETE."
        yield Line(WRONG, "database", f"SQLite {version} may corrupt a file in journal mode WAL", mend)
    elif journal_mode() != "WAL":
        yield Line(
            NOTE,
            "database",
            f"SQLite {version}, journal mode {mode}: readers wait while somebody writes",
            "pysqlite3 has no wheel for this machine; a Python with SQLite 3.51.3 or newer, or PostgreSQL, ends that.",
        )
    else:
        yield Line(OK, "database", f"SQLite {version}, journal mode {mode}")
    yield _private(file, "file", NOTE, f"chmod 600 {file}")
    damage = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(5)") if row[0] != "ok"]
    lost = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    if damage:
        yield Line(WRONG, "integrity", "; ".join(damage), "Stop the server and bring back the last backup.")
    if lost:
        tables = ", ".join(sorted({str(row[0]) for row in lost}))
        yield Line(
            WRONG,
            "integrity",
            f"{len(lost)} rows refer to records that are not there, in {tables}",
            "They were written by another program. Bring back the last backup, or delete these rows with it.",
        )
    if not damage and not lost:
        yield Line(OK, "integrity", "no damage, and every reference finds its record")


def _record_lines(session: Session) -> Iterator[Line]:
    found = findings(session, clock.now())
    for each in found:
        more = " …" if each.count > len(each.named) else ""
        names = f" ({', '.join(each.named)}{more})" if each.named else ""
        count = f"{each.count} × " if each.count > 1 else ""
        yield Line(WRONG if each.is_wrong else NOTE, "records", f"{count}{each.what}{names}", each.mend)
    if not any(each.is_wrong for each in found):
        yield Line(OK, "records", "none contradict each other")


def _measure_line(session: Session) -> Line:
    checked, found = check_measures(session, clock.today(), MOST_CHECKED)
    if found:
        mend = "Restart the server, which works them out anew, and report this with the version."
        return Line(
            WRONG, "measures", f"carried over and worked out anew, these differ: {', '.join(found)}", mend
        )
    return Line(OK, "measures", f"the same, carried over {checked:,} changed initiatives or worked out anew")


def _private(file: Path, about: str, otherwise: str, mend: str) -> Line:
    """Say whether a file is its owner's alone; the folder around it may see to that."""
    if os.name != "posix" or not file.exists():
        return Line(OK, about, str(file))
    mode = stat.S_IMODE(file.stat().st_mode)
    around = stat.S_IMODE(file.resolve().parent.stat().st_mode)
    if not mode & 0o077 or (about != "key" and not around & 0o077):
        return Line(OK, about, f"{file}, for its owner alone")
    return Line(otherwise, about, f"{file} can be read by others (mode {mode:04o})", mend)


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
