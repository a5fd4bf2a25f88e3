"""Which pairs to bring together next, and a plan of several pilots."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.graph.planning import Limits
from tracker.queries.bridges import BridgeRow, bridges
from tracker.queries.places import Titled
from tracker.web.dates import asked_day
from tracker.web.fragments import render
from tracker.web.paging import Page, page_request

blueprint = Blueprint("bridges", __name__)

#: Rows of a page: each says much.
SHOWN = 12
#: What the page plans with unless asked otherwise, and the most of each.
PILOTS, MOST_PILOTS = 5, 12
DEPARTMENT_LIMIT, SPONSOR_LIMIT, MOST_LIMIT = 12, 5, 99


@blueprint.get("/next")
def index() -> Response:
    """Rank the pairs by what a pilot of the two adds; plan so many pilots within the limits in the address."""
    on = asked_day(request.args.get("on"))
    pilots = _number("pilots", PILOTS, MOST_PILOTS)
    limits = Limits(
        _number("department", DEPARTMENT_LIMIT, MOST_LIMIT), _number("sponsor", SPONSOR_LIMIT, MOST_LIMIT)
    )
    asked = page_request(request.args, size=SHOWN)
    found = bridges(db.session, on, limits, pilots, limit=asked.size, offset=asked.offset)
    return render(
        "bridges/index.html",
        found=found,
        page=Page(found.rows, asked.number, asked.size, found.total),
        pilots=pilots,
        most_pilots=MOST_PILOTS,
        most_limit=MOST_LIMIT,
        limits=limits,
        start_url=start_url,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )


def start_url(row: BridgeRow, sponsor: Titled | None = None) -> str:
    """Return the address of the form that starts a pilot of two departments, everything filled in."""
    lead = sponsor or next(iter(row.sponsors), None)
    return url_for(
        "initiatives.new",
        departments=f"{row.a.public_id},{row.b.public_id}",
        title=f"{row.a.name} and {row.b.name} together",
        lead=lead.public_id if lead else None,
    )


def _number(name: str, default: int, most: int) -> int:
    """Read a whole number from one on; anything else is the default."""
    text = request.args.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else default
    return min(max(number, 1), most)
