"""Downloads: each list as CSV or as a workbook, initiatives to edit and bring back, and the template."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from tracker import clock
from tracker.exchange.sheets import Sheet
from tracker.exchange.template import template_sheets
from tracker.services import policies
from tracker.services.errors import NotFound
from tracker.services.progress import Progress, unheard
from tracker.web.filters import sentence
from tracker.web.list_files import Table, csv_response, workbook_response
from tracker.web.list_tables import TABLES
from tracker.web.making import send_when_made
from tracker.web.sessions import current_actor

blueprint = Blueprint("downloads", __name__, url_prefix="/download")

#: A workbook of so many rows is written while whoever asked waits.
AT_ONCE = 2_000
#: What a list is called where it takes long.
TITLES = {
    "initiatives": "the initiatives",
    "initiatives-tidy": "the initiatives to bring back",
    "moments": "the moments",
    "departments": "the departments",
    "sponsors": "the sponsors",
}


@blueprint.get("/<name>.csv")
def as_csv(name: str) -> Response:
    """Send what a list shows as CSV, all its rows, set up as its address says."""
    table = _asked(name)
    return csv_response(table, f"{table.name}-{clock.today()}")


@blueprint.get("/<name>.xlsx")
def as_workbook(name: str) -> Response:
    """Send what a list shows as a workbook, all its rows, set up as its address says."""
    if _asked(name).count() <= AT_ONCE:
        return _workbook(name)
    return send_when_made(f"{sentence(TITLES[name])} as a workbook", partial(_workbook, name))


def _workbook(name: str, tell: Progress = unheard) -> Response:
    table = _asked(name).told(tell)
    sheet = Sheet(table.name.capitalize(), table.header, table.rows)
    return workbook_response([sheet], f"{table.name}-{clock.today()}")


@blueprint.get("/template.csv")
def template_csv() -> Response:
    """Send the header that an import takes, to fill."""
    policies.require(current_actor(), "read")
    first = template_sheets()[0]
    return csv_response(Table("template", first.header, first.rows, lambda: 0), "register-template")


@blueprint.get("/template.xlsx")
def template() -> Response:
    """Send the header that an import takes, an example, and what each column means."""
    policies.require(current_actor(), "read")
    return workbook_response(template_sheets(), "register-template")


def _asked(name: str) -> Table:
    policies.require(current_actor(), "export")
    if name not in TABLES:
        raise NotFound("There is no such list.")
    return TABLES[name]()
