"""The WSGI entry point: what a server imports and what the ``flask`` command finds."""

from __future__ import annotations

from tracker.app import create_app

app = create_app()
