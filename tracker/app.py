"""The factory: one application from one configuration."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import clock
from tracker.api.routes import API_BLUEPRINTS
from tracker.cli.commands import COMMANDS
from tracker.config import Config, load_config
from tracker.extensions import compress, csrf, db, login, migrate
from tracker.models import engines
from tracker.models.revisions import schema_of
from tracker.queries.dashboard import pace_line
from tracker.queries.facts import current_portfolio
from tracker.queries.stage import stage
from tracker.web import assets, context, errors, filters, htmx, keeping, runs, security, sessions, watching
from tracker.web.routes import BLUEPRINTS

ROOT = Path(__file__).resolve().parent.parent
MAX_BODY = 2 * 1024 * 1024
MAX_FORM_FIELDS = 200 * 1024
MAX_FORM_PARTS = 400
#: How many objects come before a server's garbage collector looks at the young, how often before it looks at all.
COLLECT_AFTER = 20_000, 20, 50


def create_app(config: Config | None = None) -> Flask:
    """Return the application for this configuration, by default that of the environment."""
    config = config or load_config(os.environ)
    app = Flask(
        "tracker",
        root_path=str(ROOT / "tracker"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(config.instance.resolve()),
    )
    _configure(app, config)
    _extend(app)
    for module in (security, errors, filters, htmx, assets, sessions, context, keeping, runs, watching):
        module.init_app(app)
    for blueprint in (*BLUEPRINTS, *API_BLUEPRINTS):
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # how Flask wraps middleware
    return app


def refuse_wrong_schema(app: Flask) -> None:
    """Stop a server whose database has another revision than this version needs, or does not answer.

    Raises
    ------
    SystemExit
        With what is wrong and how to mend it.
    """
    try:
        with app.app_context(), db.engine.connect() as connection:
            schema = schema_of(connection)
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise SystemExit(f"The database does not answer: {reason}") from error
    if not schema.is_current:
        raise SystemExit(f"{schema.problem} {schema.mend}")


def preload(app: Flask) -> None:
    """Read the register and work out the numbers of today before the first request, and say so in the log.

    The connections are given back: a server that forks its processes after this shares the numbers, not those.
    """
    begun, today = time.perf_counter(), clock.today()
    config: Config = app.config["TRACKER"]
    app.logger.setLevel(config.log_level.upper())
    app.logger.info("Reading the register …")
    with app.app_context():
        version, portfolio = current_portfolio(db.session)
        app.logger.info(
            "%d initiatives at version %d. Working out the numbers …", len(portfolio.initiatives), version
        )
        stage(db.session, today, today)
        pace_line(db.session, today)
        db.session.remove()
        db.engine.dispose()
    rest_collector()
    app.logger.info("The numbers are ready after %.1f s.", time.perf_counter() - begun)


def rest_collector() -> None:
    """Let the garbage collector of a server look less often, and never through what is there now, since that stays.

    A request makes some thousands of objects that nearly all go by themselves, while what an edit carries over
    is large: with the collector's own numbers it would be looked through several times a page.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _configure(app: Flask, config: Config) -> None:
    clock.configure(config.timezone)
    app.config.update(
        TRACKER=config,
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.secret_key_fallbacks),
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engines.engine_options(config.database_url),
        TRUSTED_HOSTS=list(config.trusted_hosts),
        SESSION_COOKIE_NAME="__Host-session" if config.https else "tracker-session",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PREFERRED_URL_SCHEME="https" if config.https else "http",
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_FIELDS,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session it is bound to
        WTF_CSRF_SSL_STRICT=False,  # the cross-site check in web/security.py decides by Origin instead
        COMPRESS_MIMETYPES=["text/html", "application/json", "image/svg+xml", "text/plain"],
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _extend(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        engines.prepare(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    login.init_app(app)
    csrf.init_app(app)
    compress.init_app(app)
