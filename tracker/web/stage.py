"""The stage for the all-hands: the film of the track that plays, its data, and the notes of the presenter."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date

from flask import Blueprint, Response, abort, request

from tracker import clock
from tracker.extensions import db
from tracker.queries.film import Film, caption_at, captions_of, film
from tracker.queries.imports import recorded_until
from tracker.queries.keeping import keep, state_of
from tracker.version import VERSION
from tracker.web.dates import asked_day
from tracker.web.filming import after_number, day_words, document, flags_of
from tracker.web.fragments import render
from tracker.web.momentum import named_of
from tracker.web.sessions import current_actor
from tracker.web.staging import chart_of, track_of
from tracker.web.steps import first_steps

blueprint = Blueprint("stage", __name__)


@blueprint.get("/stage")
def show() -> Response:
    """Show a month of the film as a picture; its script plays the others."""
    found, at = _asked()
    still = found.still(at, caption_at(db.session, found, at))
    chart = chart_of(still)
    return render(
        "stage/show.html",
        film=found,
        stage=still,
        track=track_of(still, closed=True),
        chart=chart,
        flags=flags_of(found, chart),
        named=named_of(still.told),
        sentence=after_number(found, at),
        name=day_words(found, at),
        first_steps=first_steps(current_actor()),
        recorded=recorded_until(db.session),
    )


@blueprint.get("/stage/notes")
def notes() -> Response:
    """Show the presenter's second window: what is told of this month, what comes next, and the time."""
    found, at = _asked()
    after = at + 1 if at + 1 < len(found.months) else None
    return render(
        "stage/notes.html",
        film=found,
        stage=found.still(at, caption_at(db.session, found, at)),
        name=day_words(found, at),
        named=named_of(found.told[at]),
        next=found.still(after, caption_at(db.session, found, after)) if after else None,
        next_name=day_words(found, after) if after else "",
    )


@blueprint.get("/stage/data")
def data() -> Response:
    """Answer with the film as JSON; 304 to whoever has it as the register stands today."""
    today, division = clock.today(), request.args.get("division", "")
    on = _day(today)
    state = state_of(db.session)
    asked = f"{VERSION} {state.version} {state.newest_line} {today} {on} {division}"
    mark = hashlib.sha256(asked.encode()).hexdigest()[:32]
    known = request.if_none_match
    if known and known.contains_weak(mark):
        response = Response(status=304)
    else:
        packed = keep(db.session, "stage data", (today, on, division), _packed)
        response = Response(packed, mimetype="application/json")
        if request.accept_encodings["gzip"] > 0:
            response.content_encoding = "gzip"
        else:
            response.set_data(gzip.decompress(packed))
    response.vary.add("Accept-Encoding")
    response.set_etag(mark, weak=True)
    return response


def _packed() -> bytes:
    """Return the JSON of the film that was asked for, compressed: it is made once and sent often."""
    found, at = _asked()
    text = json.dumps(
        document(found, captions_of(db.session, found), at), ensure_ascii=False, separators=(",", ":")
    )
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _asked() -> tuple[Film, int]:
    """Return the film that was asked for and the place of its day; 404 for a division that has no department."""
    today = clock.today()
    on = _day(today)
    found = film(db.session, on, today, request.args.get("division", ""))
    if found is None:
        abort(404)
    return found, found.place_of(on)


def _day(today: date) -> date:
    """Return the day asked for; the stage ends today."""
    return min(asked_day(request.args.get("on")), today)
