"""Which pairs to bring together next, and a plan of several pilots."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.graph.planning import Limits
from tracker.graph.wording import listed
from tracker.queries.bridges import BridgeRow, PlannedRow, TrioRow, bridges
from tracker.queries.named import Named
from tracker.queries.places import Place, Titled
from tracker.web.dates import asked_day
from tracker.web.fragments import render
from tracker.web.paging import Page, page_request
from tracker.web.what_if import draft_of

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
        start_trio_url=start_trio_url,
        try_url=try_url,
        try_plan_url=try_plan_url,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )


def start_url(row: BridgeRow, sponsor: Titled | None = None) -> str:
    """Return the address of the form that starts a pilot of two departments, everything filled in."""
    return _start_url((row.a, row.b), sponsor or next(iter(row.sponsors), None), row.theme)


def start_trio_url(row: TrioRow) -> str:
    """Return the same for a pilot of three."""
    return _start_url(row.departments, next(iter(row.sponsors), None), row.theme)


def try_url(departments: Sequence[Place], sponsors: Sequence[Titled], on: str | None) -> str:
    """Return the address that shows the day with a pilot of these departments, nothing written."""
    return url_for("what_if.show", draft=_draft(departments, next(iter(sponsors), None)), on=on)


def try_plan_url(planned: Sequence[PlannedRow], on: str | None) -> str:
    """Return the address that shows the day with all pilots of a plan, nothing written."""
    drafts = [_draft((each.row.a, each.row.b), each.sponsor) for each in planned]
    return url_for("what_if.show", draft=drafts, on=on)


def _draft(departments: Sequence[Place], lead: Titled | None) -> str:
    return draft_of((each.public_id for each in departments), lead.public_id if lead else None)


def _start_url(departments: Sequence[Place], lead: Titled | None, theme: Named | None) -> str:
    return url_for(
        "initiatives.new",
        departments=",".join(each.public_id for each in departments),
        title=f"{listed([each.name for each in departments])} together",
        lead=lead.public_id if lead else None,
        theme=theme.public_id if theme else None,
    )


def _number(name: str, default: int, most: int) -> int:
    """Read a whole number from one on; anything else is the default."""
    text = request.args.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else default
    return min(max(number, 1), most)
