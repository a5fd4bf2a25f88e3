"""What if we stop these? Live initiatives to choose, and the numbers with and without them. Nothing is written."""

from __future__ import annotations

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.graph.ties import BANDS
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS
from tracker.queries.what_if import outlook
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.fragments import render
from tracker.web.staging import track_of
from tracker.web.why import signed

blueprint = Blueprint("what_if", __name__)

#: Initiatives chosen at once, and the longest id that is looked for.
MOST_CHOSEN, LONGEST_ID = 200, 64


@blueprint.get("/what-if")
def show() -> Response:
    """Show a day with and without the chosen initiatives (``?stop=`` as often as wanted)."""
    on = asked_day(request.args.get("on"))
    q = FormReader(request.args).text("q", "Search", limit=200)
    asked = [each for value in request.args.getlist("stop") for each in value.split(",")]
    stopped = frozenset(each for each in asked[:MOST_CHOSEN] if each and len(each) <= LONGEST_ID)
    found = outlook(db.session, on, stopped, q)
    return render(
        "what_if/show.html",
        found=found,
        q=q,
        bands=[(band, BAND_WORDS[band], BAND_MARKS[band]) for band in BANDS],
        tracks=[track_of(each) for each in found.tracks or ()],
        signed=signed,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )
