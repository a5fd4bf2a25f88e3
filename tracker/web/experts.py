"""The expert panel: what network analysts ask of a day, each in a plain sentence with its term one click down."""

from __future__ import annotations

from flask import Blueprint, Response, request

from tracker import clock
from tracker.exchange.staging import track_of
from tracker.extensions import db
from tracker.graph.experts import MOST_EXACT, MOST_MEASURED, MOST_WEIGHED
from tracker.queries.experts import panel
from tracker.web.dates import asked_day
from tracker.web.fragments import render

blueprint = Blueprint("experts", __name__)


@blueprint.get("/expert-panel")
def show() -> Response:
    """Show the panel of a day; with many departments who links whom is its own part (``?whole=yes`` for all)."""
    on = asked_day(request.args.get("on"))
    found = panel(db.session, on, whole=request.args.get("whole") == "yes")
    return render(
        "experts/show.html",
        fragment="experts/_links.html" if found.links else None,
        found=found,
        links=found.links,
        track=track_of(found.track) if found.track else None,
        marked={place.public_id for place in found.links.marked} if found.links else set(),
        most_exact=MOST_EXACT,
        most_weighed=MOST_WEIGHED,
        most_measured=MOST_MEASURED,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )
