"""The settings: environment variables ``TRACKER_…``, read once at start, checked, and kept frozen."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_KEY = 32


class BadSetting(ValueError):
    """A setting cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable, as the README lists it."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("TRACKER_INSTANCE", "instance", "The folder of the embedded database and its key file."),
    Setting(
        "TRACKER_DATABASE_URL",
        "sqlite:///instance/tracker.db",
        "The database: `sqlite:///…` or `postgresql://…`.",
    ),
    Setting("TRACKER_SECRET_KEY", "", "The key that signs cookies, 32 characters or more."),
    Setting(
        "TRACKER_SECRET_KEY_FILE",
        "a file beside the database",
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
)


@dataclass(frozen=True, slots=True)
class Config:
    """The checked settings of one process."""

    instance: Path
    database_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    timezone: ZoneInfo
    trusted_hosts: tuple[str, ...]
    https: bool
    proxy_hops: int
    session_idle_minutes: int
    session_hours: int


def load_config(environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check the settings; raises BadSetting with the name of the first that cannot be used."""
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(name for name in environ if name.startswith("TRACKER_") and name not in known)
    if unknown:
        raise BadSetting(f"There is no setting {', '.join(unknown)}. The README lists those there are.")
    instance = Path(environ.get("TRACKER_INSTANCE") or ROOT / "instance")
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    database_url = environ.get("TRACKER_DATABASE_URL") or f"sqlite:///{instance.resolve() / 'tracker.db'}"
    return Config(
        instance=instance,
        database_url=database_url,
        secret_key=_secret_key(environ, instance),
        secret_key_fallbacks=_listed(environ.get("TRACKER_SECRET_KEY_FALLBACKS", "")),
        timezone=_timezone(environ.get("TRACKER_TIMEZONE") or "UTC"),
        trusted_hosts=_listed(environ.get("TRACKER_TRUSTED_HOSTS") or "localhost,127.0.0.1,[::1]"),
        https=_yes(environ, "TRACKER_HTTPS"),
        proxy_hops=_number(environ, "TRACKER_PROXY_HOPS", 0, 0, 10),
        session_idle_minutes=_number(environ, "TRACKER_SESSION_IDLE_MINUTES", 30, 1, 1440),
        session_hours=_number(environ, "TRACKER_SESSION_HOURS", 12, 1, 168),
    )


def _secret_key(environ: Mapping[str, str], instance: Path) -> str:
    key = environ.get("TRACKER_SECRET_KEY")
    name = "TRACKER_SECRET_KEY"
    if not key:
        file = Path(environ.get("TRACKER_SECRET_KEY_FILE") or instance / "tracker.key")
        name = str(file)
        key = _read_or_make(file)
    if len(key) < SHORTEST_KEY:
        raise BadSetting(f"The key in {name} has {len(key)} characters; it needs {SHORTEST_KEY} or more.")
    return key


def _read_or_make(file: Path) -> str:
    """Return the key in the file; two processes that start together agree on the one that was made first."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        key = secrets.token_urlsafe(48)
        opened.write(key + "\n")
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


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadSetting(f"{name} takes a whole number from {least} to {most}, not {text}.")
    return int(text)
