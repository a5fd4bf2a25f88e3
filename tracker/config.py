"""The settings: environment variables ``TRACKER_…``, read once at start, checked, and kept frozen."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_KEY = 32
KINDS_OF_DATABASE = ("sqlite", "postgresql")
LOG_LEVELS = ("debug", "info", "warning")
#: How long a process waits for the key that another one, started with it, is writing.
KEY_SECONDS = 2.0


class BadSetting(ValueError):
    """A setting cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable, as the README lists it."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "TRACKER_INSTANCE",
        "instance",
        "The folder of the embedded database, its key file and what takes long to make; made, for its owner alone, when it is not there.",
    ),
    Setting(
        "TRACKER_DATABASE_URL",
        "sqlite:///instance/tracker.db",
        "The database: `sqlite:///…` (a relative path begins at the project's folder) or `postgresql://…`.",
    ),
    Setting("TRACKER_SECRET_KEY", "", "The key that signs cookies, 32 characters or more."),
    Setting(
        "TRACKER_SECRET_KEY_FILE",
        "instance/tracker.key",
        "The file that holds the key; made with a new key, readable by its owner alone, when it is not there.",
    ),
    Setting(
        "TRACKER_SECRET_KEY_FALLBACKS",
        "",
        "Earlier keys, separated by commas, still accepted while a key changes.",
    ),
    Setting(
        "TRACKER_TIMEZONE", "UTC", "The time zone that decides when a day begins, such as `Europe/Berlin`."
    ),
    Setting(
        "TRACKER_TRUSTED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "The host names the application answers to, separated by commas.",
    ),
    Setting("TRACKER_HTTPS", "no", "`yes` behind TLS: secure cookies and HSTS."),
    Setting("TRACKER_PROXY_HOPS", "0", "How many proxies in front may set `X-Forwarded-…`."),
    Setting("TRACKER_SESSION_IDLE_MINUTES", "30", "Minutes without a request after which a session ends."),
    Setting("TRACKER_SESSION_HOURS", "12", "Hours after which a session ends in any case."),
    Setting(
        "TRACKER_METRICS_TOKEN",
        "",
        "What a monitoring system sends to read `/metrics`, 32 characters or more; without it administrators alone can.",
    ),
    Setting(
        "TRACKER_LOG_LEVEL",
        "info",
        "From where on the log tells: `debug` (also each time that only what changed was read), `info` or `warning`.",
    ),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The checked settings of one process."""

    instance: Path
    database_url: str
    secret_key: str
    secret_key_file: Path | None
    secret_key_fallbacks: tuple[str, ...]
    timezone: ZoneInfo
    trusted_hosts: tuple[str, ...]
    https: bool
    proxy_hops: int
    session_idle_minutes: int
    session_hours: int
    metrics_token: str
    log_level: str


def load_config(environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check the settings; raises BadSetting with the name of the first that cannot be used."""
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(name for name in environ if name.startswith("TRACKER_") and name not in known)
    if unknown:
        raise BadSetting(f"There is no setting {', '.join(unknown)}. The README lists those there are.")
    instance = _instance(environ)
    return Config(
        instance=instance,
        database_url=_database_url(environ, instance),
        secret_key=_secret_key(environ, instance),
        secret_key_file=None if environ.get("TRACKER_SECRET_KEY") else key_file(environ, instance),
        secret_key_fallbacks=_listed(environ.get("TRACKER_SECRET_KEY_FALLBACKS", "")),
        timezone=_timezone(environ.get("TRACKER_TIMEZONE") or "UTC"),
        trusted_hosts=_listed(environ.get("TRACKER_TRUSTED_HOSTS") or "localhost,127.0.0.1,[::1]"),
        https=_yes(environ, "TRACKER_HTTPS"),
        proxy_hops=_number(environ, "TRACKER_PROXY_HOPS", 0, 0, 10),
        session_idle_minutes=_number(environ, "TRACKER_SESSION_IDLE_MINUTES", 30, 1, 1440),
        session_hours=_number(environ, "TRACKER_SESSION_HOURS", 12, 1, 168),
        metrics_token=_metrics_token(environ),
        log_level=_log_level(environ),
    )


def _instance(environ: Mapping[str, str]) -> Path:
    folder = Path(environ.get("TRACKER_INSTANCE") or ROOT / "instance")
    folder = folder if folder.is_absolute() else ROOT / folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"TRACKER_INSTANCE: the folder {folder} cannot be made ({error.strerror}). "
            "Name one that this user may write to."
        ) from error
    return folder


def _database_url(environ: Mapping[str, str], instance: Path) -> str:
    """Return the URL with an absolute path: commands and servers may start in different folders."""
    given = environ.get("TRACKER_DATABASE_URL") or f"sqlite:///{instance / 'tracker.db'}"
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise BadSetting(
            "TRACKER_DATABASE_URL is no address of a database. Write sqlite:///path or postgresql://user@host/name."
        ) from error
    if url.drivername not in KINDS_OF_DATABASE:
        raise BadSetting(
            f"TRACKER_DATABASE_URL begins with {url.drivername}://; it takes {' or '.join(KINDS_OF_DATABASE)}."
        )
    if url.drivername != "sqlite":
        return given
    if not url.database or url.database == ":memory:":
        raise BadSetting("TRACKER_DATABASE_URL names no file. Write sqlite:/// and a path.")
    return url.set(database=str(ROOT / url.database)).render_as_string(hide_password=False)


def _secret_key(environ: Mapping[str, str], instance: Path) -> str:
    key = environ.get("TRACKER_SECRET_KEY")
    name = "TRACKER_SECRET_KEY"
    if not key:
        file = key_file(environ, instance)
        name = str(file)
        try:
            key = _read_or_make(file)
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it holds no plain text"
            raise BadSetting(f"The key file {file} cannot be used: {reason}.") from error
    if len(key) < SHORTEST_KEY:
        raise BadSetting(f"The key in {name} has {len(key)} characters; it needs {SHORTEST_KEY} or more.")
    return key


def key_file(environ: Mapping[str, str], instance: Path) -> Path:
    """Return where the key is kept when no setting brings it."""
    given = environ.get("TRACKER_SECRET_KEY_FILE")
    return ROOT / given if given else instance / "tracker.key"


def _read_or_make(file: Path) -> str:
    """Return the key in the file; two processes that start together agree on the one that was made first."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_when_written(file)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        key = secrets.token_urlsafe(48)
        opened.write(key + "\n")
    return key


def _read_when_written(file: Path) -> str:
    """Return the key, waiting a little for a process that has made the file and is about to write it."""
    until = time.monotonic() + KEY_SECONDS
    while not (key := file.read_text(encoding="ascii").strip()) and time.monotonic() < until:
        time.sleep(0.05)
    return key


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting(f"TRACKER_TIMEZONE: there is no time zone {name}. Try Europe/Berlin.") from error


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _yes(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "no").strip().lower() or "no"
    if text not in ("yes", "no"):
        raise BadSetting(f"{name} takes yes or no, not {text}.")
    return text == "yes"


def _metrics_token(environ: Mapping[str, str]) -> str:
    token = environ.get("TRACKER_METRICS_TOKEN", "")
    if token and (len(token) < SHORTEST_KEY or not token.isascii()):
        raise BadSetting(
            f"TRACKER_METRICS_TOKEN has {len(token)} characters; it needs {SHORTEST_KEY} or more, of ASCII. "
            'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return token


def _log_level(environ: Mapping[str, str]) -> str:
    level = environ.get("TRACKER_LOG_LEVEL", "").strip().lower() or "info"
    if level not in LOG_LEVELS:
        raise BadSetting(f"TRACKER_LOG_LEVEL takes {', '.join(LOG_LEVELS)}, not {level}.")
    return level


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadSetting(f"{name} takes a whole number from {least} to {most}, not {text}.")
    return int(text)
