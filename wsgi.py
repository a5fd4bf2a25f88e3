"""The WSGI entry point: what a server imports and what the ``flask`` command finds."""

from __future__ import annotations

import os

from tracker.app import create_app, preload, refuse_wrong_schema
from tracker.config import BadSetting, load_config

try:
    app = create_app(load_config(os.environ))
except BadSetting as bad:
    raise SystemExit(f"A setting cannot be used. {bad}") from bad

# Commands must run at any revision, or none could mend a database; a server must not.
if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
    refuse_wrong_schema(app)
    preload(app)
