"""The search of everything, its results while one types."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from tracker.extensions import db
from tracker.queries.search_sources import GROUPS
from tracker.queries.searching import search
from tracker.web.fragments import at_address, render
from tracker.web.sessions import current_actor

blueprint = Blueprint("searching", __name__)

#: What the hits of a group are called together, and the page that one of them opens.
WORDS = {
    "initiatives": ("Initiatives", "initiatives.show"),
    "moments": ("Wins and near misses", "moments.show"),
    "lessons": ("Lessons", "moments.show"),
    "departments": ("Departments", "departments.show"),
    "divisions": ("Divisions", ""),
    "sponsors": ("Sponsors", "sponsors.show"),
    "journeys": ("Journeys", "journeys.show"),
    "themes": ("Themes", "themes.show"),
    "presentations": ("Presentations", "presentations.show"),
    "snapshots": ("Snapshots", "snapshots.show"),
}
#: How many hits of each kind are shown together, and of one kind alone.
TOGETHER, ALONE = 6, 50


@blueprint.get("/search")
def show() -> Response:
    """Show what the words of ``?q=`` find, by kind of record or of one kind (``?kind=``)."""
    current_actor()
    asked = " ".join(request.args.get("q", "")[:200].split())
    kind = request.args.get("kind", "")
    kind = kind if kind in GROUPS else ""
    found = search(db.session, asked, group=kind, limit=ALONE if kind else TOGETHER)
    response = render(
        "searching/show.html",
        fragment="searching/_results.html",
        asked=asked,
        kind=kind,
        found=found,
        words=WORDS,
        alone=ALONE,
    )
    return at_address(response, url_for("searching.show", q=asked or None, kind=kind or None))
