"""Take the register along: files that another tracker, a spreadsheet or a program for graphs takes in."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Literal

from flask import Blueprint, Response, make_response, request

from tracker import clock
from tracker.extensions import db
from tracker.services import policies
from tracker.services.exports import day_graph_file, history_graph_file, portfolio_text
from tracker.services.progress import Progress, unheard
from tracker.web.dates import asked_day
from tracker.web.filters import day
from tracker.web.forms import FormReader
from tracker.web.fragments import render
from tracker.web.making import is_large, send_when_made
from tracker.web.sessions import current_actor

blueprint = Blueprint("exporting", __name__, url_prefix="/export")

#: How files of graphs are called on the way, by the end of their names.
MIMETYPES = {"graphml": "application/graphml+xml", "gexf": "application/gexf+xml"}


@blueprint.get("")
def index() -> Response:
    """Show every file that the register can be taken along as."""
    policies.require(current_actor(), "export")
    return render("exporting/index.html", form=FormReader.showing({"on": clock.today().isoformat()}))


@blueprint.get("/portfolio.json")
def portfolio() -> Response:
    """Send the register as portfolio JSON, to keep as a file."""
    policies.require(current_actor(), "export")
    return send_when_made("The whole register", _portfolio) if is_large() else _portfolio()


@blueprint.get("/departments.<any(graphml, gexf):form>")
def departments(form: Literal["graphml", "gexf"]) -> Response:
    """Send the departments of ``?on=`` and their ties, to keep as a file."""
    policies.require(current_actor(), "export")
    on = asked_day(request.args.get("on"))
    if is_large():
        return send_when_made(f"Who is tied to whom on {day(on)}", partial(_departments, on, form))
    return _departments(on, form)


@blueprint.get("/history.gexf")
def history() -> Response:
    """Send all departments and ties there ever were, with their days, to keep as a file."""
    policies.require(current_actor(), "export")
    return send_when_made("All days in one file", _history) if is_large() else _history()


def _portfolio(tell: Progress = unheard) -> Response:
    return _file(portfolio_text(db.session, tell), f"portfolio-{clock.today()}.json", "application/json")


def _departments(on: date, form: Literal["graphml", "gexf"], tell: Progress = unheard) -> Response:
    tell("Working out the ties", 0, 1)
    return _file(day_graph_file(db.session, on, form), f"departments-{on}.{form}", MIMETYPES[form])


def _history(tell: Progress = unheard) -> Response:
    today = clock.today()
    return _file(history_graph_file(db.session, today, tell), f"history-{today}.gexf", MIMETYPES["gexf"])


def _file(content: str | bytes, name: str, mimetype: str) -> Response:
    response = make_response(content)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
