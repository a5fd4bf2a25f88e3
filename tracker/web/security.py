"""What every request must pass and every response carries, whatever the page does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, Forbidden

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)

#: On every response, also on errors and static files.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
MAX_PATH = 4_000
MAX_QUERY = 16_000

_CONTROL = re.compile(r"[\x00-\x20\x7f]")


def init_app(app: Flask) -> None:
    """Put the checks before everything else and the headers on every response."""
    # In front of every other check, also those of extensions bound earlier: the CSRF page offers to send the
    # form again, and must never do so for a form that came from another site.
    app.before_request_funcs.setdefault(None, [])[:0] = [refuse_unreadable_address, refuse_cross_site]
    # Flask runs these in reverse order, so the first one has the last word.
    app.after_request_funcs.setdefault(None, [])[:0] = [add_headers]


def refuse_unreadable_address() -> None:
    """Raise 400 for a path or query that is over-long, not UTF-8, or holds a NUL or a lone surrogate."""
    path = request.environ.get("PATH_INFO", "").encode("latin-1", "replace")
    query = unquote_to_bytes(request.query_string)
    if len(path) > MAX_PATH or len(request.query_string) > MAX_QUERY:
        raise BadRequest("This address is too long.")
    for part in (path, query):
        try:
            text = part.decode("utf-8")
        except UnicodeDecodeError as problem:
            raise BadRequest("This address holds characters that cannot be read.") from problem
        if "\0" in text:
            raise BadRequest("This address holds characters that cannot be read.")


def refuse_cross_site() -> None:
    """Raise 403 for a write that another site's page asked the browser to make."""
    if request.method not in SAFE_METHODS and is_cross_site():
        raise Forbidden(
            "This came from another site, so nothing was changed. Open the page here and try again."
        )


def is_cross_site() -> bool:
    """Say whether a browser sent this request for another site's page.

    Browsers tell by ``Sec-Fetch-Site``, but only over https or to this machine, so ``Origin`` decides where
    it is missing. A request with neither does not come from a page; it still needs its token.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def is_local_path(target: str | None) -> bool:
    """Say whether ``target`` is a path of this site that is safe to redirect to.

    One leading slash, no backslash, no blank or control character (browsers drop some of them and then read
    ``//host``), no second slash at the start.
    """
    if not target or len(target) > MAX_PATH or not target.isprintable():
        return False
    if not target.startswith("/") or target.startswith("//"):
        return False
    return "\\" not in target and not _CONTROL.search(target) and not _CONTROL.search(_decoded(target))


def _decoded(target: str) -> str:
    """Decode the path of ``target`` once: ``/%09/host`` is no honest path."""
    path = target.partition("?")[0].partition("#")[0]
    return unquote_to_bytes(path).decode("utf-8", "replace").replace(" ", "_")


def local_path_or(target: str | None, otherwise: str) -> str:
    """Return ``target`` if it is a path of this site, else ``otherwise``."""
    return target if target is not None and is_local_path(target) else otherwise


def let_embed(origins: Sequence[str]) -> None:
    """Let pages of these origins put the answer to this request into a frame; no other answer can be framed."""
    g.embedding_origins = tuple(origins)


def said_path() -> str:
    """Return the path of this request as logs may tell it: a token in it stands by its name alone."""
    if request.url_rule is not None and "token" in (request.view_args or {}):
        return request.url_rule.rule
    return request.path


def add_headers(response: Response) -> Response:
    """Add the headers of every response; pages are never stored by browsers or proxies."""
    headers = dict(HEADERS)
    if origins := g.get("embedding_origins"):
        # X-Frame-Options cannot name another site, and would contradict the policy that does.
        del headers["X-Frame-Options"]
        frames = f"frame-ancestors {' '.join(origins)}"
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", frames)
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    if response.mimetype == "text/html" or "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("Cookie")
    return response
