"""Pairs of departments: the records behind every count of pairs, and the panel of one pair."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.queries.facts import current_portfolio
from tracker.queries.pairs import VIEWS, pair_panel, pair_rows
from tracker.services.errors import NotFound
from tracker.web.dates import asked_day
from tracker.web.fragments import render
from tracker.web.paging import Page, page_request

blueprint = Blueprint("pairs", __name__)

WORDS = {
    "": "All pairs",
    "together": "Work together",
    "begun": "Begun",
    "quiet": "Not heard from",
    "open": "No shared work",
    "short": "Room to grow",
}
EXPLANATIONS = {
    "": "Every pair that is counted, the most important first.",
    "together": "These share at least half a share of attention: one live initiative of up to three departments, or several larger ones.",
    "begun": "These share live work, though less than half a share yet.",
    "quiet": "A running initiative holds these together, and nobody has written a line on it for a while.",
    "open": "Nothing is shared here yet: a small pilot of the two opens the way.",
    "short": "One more pilot of the two would add to each of these.",
}


@blueprint.get("/pairs")
def index() -> Response:
    """List the counted pairs of a day by how they work."""
    on = asked_day(request.args.get("on"))
    view = request.args.get("band", "")
    view = view if view in VIEWS else ""
    rows = pair_rows(db.session, on, view)
    asked = page_request(request.args)
    shown = rows[asked.offset : asked.offset + asked.size]
    page = Page(shown, asked.number, asked.size, len(rows))
    _, portfolio = current_portfolio(db.session)
    return render(
        "pairs/index.html",
        fragment="pairs/_table.html",
        page=page,
        heading=f"{WORDS[view]}: {len(rows)} {'pair' if len(rows) == 1 else 'pairs'}",
        explanation=EXPLANATIONS[view],
        views=[
            (words, url_for("pairs.index", band=name or None, on=request.args.get("on")), name == view)
            for name, words in WORDS.items()
        ],
        has_crossings=bool(portfolio.journeys),
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )


@blueprint.get("/pairs/<a>/<b>")
def show(a: str, b: str) -> Response:
    """Show the panel of two departments on a day."""
    on = asked_day(request.args.get("on"))
    panel = pair_panel(db.session, a, b, on)
    if panel is None:
        raise NotFound("There is no such pair of departments.")
    return render("pairs/show.html", fragment="pairs/_panel.html", panel=panel, on=on)
