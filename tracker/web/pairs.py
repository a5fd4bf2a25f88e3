"""Pairs of departments: the records behind every count of pairs, and the panel of one pair."""

from __future__ import annotations

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.queries.pairs import pair_panel
from tracker.services.errors import NotFound
from tracker.web.dates import asked_day
from tracker.web.fragments import at_address, render
from tracker.web.paging import url_with
from tracker.web.pair_list import read_list
from tracker.web.sessions import current_actor
from tracker.web.views import views_on

blueprint = Blueprint("pairs", __name__)


@blueprint.get("/pairs")
def index() -> Response:
    """List the pairs of a day by how they work: view, filters, columns, sort and page stand in the address."""
    answer = render(
        "pairs/index.html",
        fragment="pairs/_table.html",
        views=views_on(current_actor(), "pairs"),
        **read_list(asked_day(request.args.get("on"))),
    )
    return at_address(answer, url_with())


@blueprint.get("/pairs/<a>/<b>")
def show(a: str, b: str) -> Response:
    """Show the panel of two departments on a day."""
    on = asked_day(request.args.get("on"))
    panel = pair_panel(db.session, a, b, on)
    if panel is None:
        raise NotFound("There is no such pair of departments.")
    on_arg = on.isoformat() if on != clock.today() else None
    return render("pairs/show.html", fragment="pairs/_panel.html", panel=panel, on=on, on_arg=on_arg)
