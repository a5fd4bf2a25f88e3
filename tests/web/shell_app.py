"""A small application around the shell alone: no database, one page a behaviour."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale, TooMany
from tracker.web import errors, filters, fragments, htmx, paging, security, shell

ROOT = Path(__file__).resolve().parents[2]
NAV = (
    ("Home", "/"),
    ("Initiatives", "/initiatives"),
    ("Moments", "/moments"),
    ("Departments", "/departments"),
    ("Sponsors", "/sponsors"),
    ("Journeys", "/journeys"),
)
LINKS = shell.ShellLinks(
    log="/log", momentum="/momentum", account="/account", administration="/administration", sign_out="/sign-out",
    numbers="/numbers", import_="/import", remove_sample="/sample/remove",
)  # fmt: skip


def make_app(*, user: str | None = "Alice Marsh", sample: bool = False, csrf: bool = True) -> Flask:
    """Return the application, with ``user`` signed in."""
    app = Flask("shell", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="k" * 32, TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=csrf)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    for module in (security, errors, filters, htmx, paging):
        module.init_app(app)

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "shell": shell.build_shell(
                organisation="Harbour Mutual",
                path=request.path,
                links=LINKS,
                nav=NAV,
                user_name=user,
                user_role="office",
                may=("log", "administer", "import") if user else (),
                sample=sample,
                theme_cookie=request.cookies.get(shell.THEME_COOKIE),
                keys_cookie=request.cookies.get(shell.KEYS_COOKIE),
                version="1.0.0",
            )
        }

    _add_pages(app)
    return app


def _add_pages(app: Flask) -> None:
    failures: dict[str, Exception] = {
        "invalid": InvalidInput({"title": "Title is needed."}),
        "not-found": NotFound("No such initiative."),
        "forbidden": Forbidden("Only the sponsor can do this."),
        "stale": Stale({"title": "Night shift"}),
        "too-many": TooMany("Too many wrong passwords. Wait a minute.", 60),
        "locked": OperationalError("UPDATE", {}, Exception("database is locked")),
        "broken": RuntimeError("a secret detail"),
    }

    @app.get("/")
    def home() -> Response:
        return fragments.render("errors/page.html", problem=errors.PROBLEMS[404])

    @app.get("/part")
    def part() -> Response:
        return fragments.render(
            "errors/page.html", fragment="errors/_problem.html", problem=errors.PROBLEMS[404]
        )

    @app.post("/done")
    def done() -> Response:
        return fragments.redirect_after("/moments/7f3a", message="Logged.", event=request.form.get("event", ""))

    @app.route("/fail/<kind>", methods=["GET", "POST"])
    @app.route("/api/v1/fail/<kind>", methods=["GET", "POST"], endpoint="api_fail")
    def fail(kind: str) -> Response:
        raise failures[kind]
