"""A small application around the shell alone: no database, one address a behaviour."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from sqlalchemy.exc import OperationalError

from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale, TooMany
from tracker.web import assets, errors, filters, fragments, htmx, security, shell
from tracker.web.forms import FormReader

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
    log="/log", stage="/momentum", account="/account", administration="/administration",
    sign_out="/sign-out", numbers="/numbers", import_="/import", remove_sample="/sample/remove",
)  # fmt: skip
DEPARTMENTS = [("d1", "Claims"), ("d2", "Legal"), ("d3", "Sales"), ("d4", "Café and Catering", "canteen")]

TEMPLATES = {
    "page.html": """{% extends "base.html" %}
{% from "components/lists.html" import search_field %}
{% block title %}Moments{% endblock %}
{% block main %}
<h1>Moments</h1>
<form class="filters" method="get" action="/" role="search">{{ search_field("") }}</form>
{% include "_part.html" %}
{% endblock %}""",
    "_part.html": '<p id="shell-part"{% if listens %} hx-get="/part" hx-trigger="moment-logged from:body" '
    'hx-swap="outerHTML"{% endif %}>{{ words }}</p>',
    "grid.html": """{% extends "base.html" %}
{% block more_scripts %}<script src="{{ asset("js/matrix.js") }}" defer></script>{% endblock %}
{% block main %}<h1>Pairs</h1><table class="mileage" data-grid>
{% for r in range(4) %}<tr>
{% for c in range(r) %}<td>
<a class="cell" data-r="{{ r }}" data-c="{{ c }}" href="/?pair={{ r }}-{{ c }}">
{{ r }}-{{ c }}</a></td>{% endfor %}<th data-i="{{ r }}">{{ r }}</th></tr>{% endfor %}</table>
{% endblock %}""",
    "log.html": """{% extends "base.html" %}{% block main %}{% include "_log.html" %}{% endblock %}""",
    "_log.html": """{% from "components/forms.html" import hidden, text, departments_picker, segments,
  error_summary, submit_row %}
<form id="log-form" class="form" method="post" action="/log" hx-post="/log" hx-target="this"
  hx-swap="outerHTML">
  <h1>Log</h1>{{ hidden() }}{{ error_summary(form) }}
  {{ segments(form, "kind", "What happened?", [("quick_win", "Win"), ("near_miss", "Miss")], marks=true) }}
  {{ text(form, "title", "Title", autofocus=true) }}
  {{ departments_picker(form, "departments", "Departments", departments) }}
  {{ submit_row("Log it", cancel_url="/") }}
</form>""",
}


def make_app(*, user: str | None = "Alice Marsh", sample: bool = False, csrf: bool = True) -> Flask:
    """Return the application, with ``user`` signed in."""
    app = Flask("shell", static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="k" * 32, TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=csrf)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), DictLoader(TEMPLATES)])  # type: ignore[assignment]  # Flask reads any loader
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    for module in (security, errors, filters, htmx, assets):
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
    _add_failures(app)
    return app


def _add_pages(app: Flask) -> None:
    @app.get("/")
    @app.get("/momentum", endpoint="momentum")
    @app.get("/moments/7f3a", endpoint="moment")
    def home() -> Response:
        return fragments.render(
            "page.html", fragment="_part.html", words="Before", listens="listens" in request.args
        )

    @app.get("/grid")
    def grid() -> Response:
        return fragments.render("grid.html")

    @app.get("/part")
    def part() -> Response:
        return fragments.render("page.html", fragment="_part.html", words="After")

    @app.route("/log", methods=["GET", "POST"])
    def log() -> Response:
        form = (
            FormReader(request.form)
            if request.method == "POST"
            else FormReader.showing({"kind": "quick_win"})
        )
        if request.method == "POST":
            form.text("title", "Title", required=True)
            form.ids("departments", "Departments", required=True)
        if request.method == "GET" or form.errors:
            answer = fragments.respond_invalid if form.errors else fragments.render
            return answer("log.html", fragment="_log.html", form=form, departments=DEPARTMENTS)
        words = f"Logged {form.value('title')} with {', '.join(form.values('departments'))}."
        return fragments.redirect_after("/moments/7f3a", message=words, event="moment-logged")

    @app.post("/saved")
    def saved() -> Response:
        return fragments.redirect_after("/moments/7f3a", message="Saved.")

    @app.post("/api/v1/open")
    def api_open() -> Response:
        return Response("{}", mimetype="application/json")


def _add_failures(app: Flask) -> None:
    failures: dict[str, Exception] = {
        "invalid": InvalidInput({"title": "Title is needed."}),
        "not-found": NotFound("No such initiative."),
        "forbidden": Forbidden("Only the sponsor can do this."),
        "stale": Stale({"title": "Night shift"}),
        "too-many": TooMany("Too many wrong passwords. Wait a minute.", 60),
        "locked": OperationalError("UPDATE", {}, Exception("database is locked")),
        "full": OperationalError("INSERT", {}, Exception("database or disk is full")),
        "mistyped": OperationalError("SELEC", {}, Exception('near "SELEC": syntax error')),
        "broken": RuntimeError("a secret detail"),
    }

    @app.route("/fail/<kind>", methods=["GET", "POST"])
    @app.route("/api/v1/fail/<kind>", methods=["GET", "POST"], endpoint="api_fail")
    def fail(kind: str) -> Response:
        raise failures[kind]
