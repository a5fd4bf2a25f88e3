"""Static files: served by WhiteNoise, named by a version that changes with their content."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from tracker.web.security import HEADERS

#: Pages name files by version and style sheets name fonts that never change, so browsers may keep them.
ONE_YEAR = 31_536_000
FOREVER = f"public, max-age={ONE_YEAR}, immutable"


def init_app(app: Flask) -> None:
    """Serve the static folder and offer ``asset("css/base.css")`` and ``font("…woff2")`` to the templates.

    The files are read once, at start. A name that is not there fails when the page is rendered.
    """
    prefix = (app.static_url_path or "/static").rstrip("/")
    folder = Path(app.static_folder or app.root_path)
    versions = _versions(folder)

    def asset(name: str) -> str:
        return f"{prefix}/{name}?v={versions[name]}"

    def font(name: str) -> str:
        # Style sheets name the fonts without a version, and a preload must name the same address.
        return f"{prefix}/fonts/{name}"

    app.jinja_env.globals.update(asset=asset, font=font)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # how Flask wraps middleware
        app.wsgi_app, root=str(folder), prefix=prefix, max_age=ONE_YEAR, add_headers_function=_add_headers
    )


def _add_headers(headers: MutableMapping[str, str], path: str, url: str) -> None:  # noqa: ARG001  # WhiteNoise's signature
    for name, value in HEADERS.items():
        headers[name] = value
    headers["Cache-Control"] = FOREVER


def _versions(folder: Path) -> dict[str, str]:
    """Map each file below ``folder`` to the beginning of its content's SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in {".gz", ".br"}
    }
