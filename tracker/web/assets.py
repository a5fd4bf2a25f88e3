"""Static files: served by WhiteNoise, compressed at start, named by a version that changes with their content."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import brotli
from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from tracker.config import Config
from tracker.web.security import HEADERS

#: Pages name files by version and style sheets name fonts that never change, so browsers may keep them.
ONE_YEAR = 31_536_000
FOREVER = f"public, max-age={ONE_YEAR}, immutable"
#: Text files gain from being compressed; fonts are compressed already.
TEXT = {".css", ".js", ".svg", ".txt"}
#: Quality 5 takes 5 ms for all of them and leaves a tenth more than 11, which takes twenty times as long.
COMPRESSORS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "br": (".br", lambda data: bytes(brotli.compress(data, quality=5))),
    "gzip": (".gz", lambda data: gzip.compress(data, compresslevel=9, mtime=0)),
}


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
    config: Config | None = app.config.get("TRACKER")
    app.wsgi_app = _Static(  # type: ignore[method-assign]  # how Flask wraps middleware
        app.wsgi_app,
        kept=config.instance / "static" if config else None,
        root=str(folder),
        prefix=prefix,
        max_age=ONE_YEAR,
        add_headers_function=_add_headers,
    )


class _Static(WhiteNoise):  # type: ignore[misc]  # WhiteNoise has no types
    """WhiteNoise with compressed files that lie in the instance folder under the hash of their content.

    Beside the originals they would be served when they are out of date, and a release may be read-only.
    """

    def __init__(self, application: Any, *, kept: Path | None, **options: Any) -> None:
        self.kept = kept
        super().__init__(application, **options)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve a file that is read; other methods get the application's own refusal, with its headers."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        return super().__call__(environ, start_response)

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """Describe a file with its compressed forms; they are made now if this content has none yet."""
        file = Path(path)
        if self.kept is None or file.suffix not in TEXT:
            return super().get_static_file(path, url, stat_cache=stat_cache)
        headers = Headers()
        self.add_mime_headers(headers, path, url)
        _add_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings=_compressed(file, self.kept))


def _compressed(file: Path, kept: Path) -> dict[str, str]:
    """Return the compressed forms of a file by encoding, and make those that are not there."""
    data = file.read_bytes()
    name = hashlib.sha256(data).hexdigest()[:24]
    found = {}
    for encoding, (suffix, compress) in COMPRESSORS.items():
        target = kept / f"{name}{suffix}"
        if not target.exists():
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Two processes may start at once: each writes a file of its own, and the last one stands.
            begun = target.with_name(f"{target.name}.{os.getpid()}")
            begun.write_bytes(compress(data))
            begun.replace(target)
        found[encoding] = str(target)
    return found


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
