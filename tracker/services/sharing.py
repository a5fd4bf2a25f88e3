"""What an administrator allows of share links: who may open one, and whose pages may embed one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from tracker.models.share_links import MODES, Sharing
from tracker.queries.share_links import sharing
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import Stale
from tracker.services.writing import open_write

MOST_ORIGINS = 20
ORIGIN_LIMIT = 200
#: Hosts that a page of this machine alone can have, so that it needs no TLS.
LOCAL = ("localhost", "127.0.0.1")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z"
)


def allow(session: Session, *, actor: Actor, mode: str, origins: str, version: int) -> None:
    """Save who may open share links, and the origins that may embed one, one a line.

    Raises
    ------
    InvalidInput
        With a message for each field.
    Stale
        When somebody saved them after the form was opened.
    """
    policies.require(actor, "administer")
    checks = Checks()
    if mode not in MODES:
        checks.refuse("mode", "Choose one of those offered.")
    listed = check_origins(checks, origins)
    checks.done()
    open_write(session, actor)
    standing = sharing(session)
    if standing.version != version:
        raise Stale(standing_sharing(session))
    found = session.get(Sharing, 1)
    if found is None:
        found = Sharing(id=1)
        session.add(found)
    found.mode, found.embed_origins = mode, "\n".join(listed)


def standing_sharing(session: Session) -> dict[str, str]:
    """Return the texts that stand now, by the fields of the form. 1 query."""
    now = sharing(session)
    return {"mode": now.mode, "origins": "\n".join(now.origins), "version": str(now.version)}


def check_origins(checks: Checks, text: str) -> list[str]:
    """Return the origins of a text, one a line, each once; refuse what no header can carry as one."""
    found: dict[str, None] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        origin = origin_of(line.strip())
        if not origin:
            shown = line.strip()[:80]
            checks.refuse(
                "origins", f"“{shown}” is no address of a site. Write it as https://intranet.example.org."
            )
            continue
        found[origin] = None
    if len(found) > MOST_ORIGINS:
        checks.refuse("origins", f"{MOST_ORIGINS} sites at most; these are {len(found)}.")
    return list(found)


def origin_of(text: str) -> str:
    """Return the origin that a text names, "" when it names none: https, or http of this machine alone.

    >>> origin_of("https://Intranet.example.org/"), origin_of("http://localhost:8001")
    ('https://intranet.example.org', 'http://localhost:8001')
    >>> origin_of("http://intranet.example.org"), origin_of("https://*.example.org"), origin_of("https://a;b")
    ('', '', '')
    """
    if len(text) > ORIGIN_LIMIT or not text.isascii() or not text.isprintable() or " " in text:
        return ""
    try:
        parts = urlsplit(text.lower())
        port = parts.port
    except ValueError:
        return ""
    if parts.username is not None or parts.path not in ("", "/") or "?" in text or "#" in text:
        return ""
    host = parts.netloc.rsplit("@", 1)[-1]
    host = host.removesuffix(f":{port}") if port is not None else host
    if not _HOST.match(host) or parts.scheme not in ("https", "http"):
        return ""
    if parts.scheme == "http" and host not in LOCAL:
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
