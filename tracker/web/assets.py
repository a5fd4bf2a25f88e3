"""Addresses of static files that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask

FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Offer ``asset("css/base.css")`` and ``font("…woff2")`` to the templates.

    The files are read once, at start. A name that is not there fails when the page is rendered.
    """
    prefix = (app.static_url_path or "/static").rstrip("/")
    versions = _versions(Path(app.static_folder)) if app.static_folder else {}

    def asset(name: str) -> str:
        return f"{prefix}/{name}?v={versions[name]}"

    def font(name: str) -> str:
        # Style sheets name the fonts without a version, and a preload must name the same address.
        return f"{prefix}/fonts/{name}"

    app.jinja_env.globals.update(asset=asset, font=font)


def _versions(folder: Path) -> dict[str, str]:
    """Map each file below ``folder`` to the beginning of its content's SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in {".gz", ".br"}
    }
