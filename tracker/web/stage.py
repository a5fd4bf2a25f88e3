"""The stage for the all-hands: the film of the track that plays, its data, and the notes of the presenter."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date

from flask import Blueprint, Response, abort, request, url_for

from tracker import clock
from tracker.exchange.flagging import flags_of
from tracker.exchange.staging import chart_of, track_of
from tracker.extensions import db
from tracker.queries.film import Caption, Film, caption_at, captions_of, film
from tracker.queries.imports import recorded_until
from tracker.queries.keeping import keep, state_of
from tracker.queries.telling import named_of
from tracker.version import VERSION
from tracker.web import kiosk
from tracker.web.dates import asked_day
from tracker.web.filming import after_number, day_words, document
from tracker.web.fragments import render
from tracker.web.guest_links import for_reader
from tracker.web.narrowing import Choice, asked_filters, choices
from tracker.web.scenes import story_asked
from tracker.web.screens import current_screen
from tracker.web.sessions import current_actor
from tracker.web.stage_links import LiveLinks, StageLinks
from tracker.web.steps import first_steps

blueprint = Blueprint("stage", __name__)


@blueprint.get("/stage")
def show() -> Response:
    """Show a month of the film as a picture; its script plays the others. ``?kiosk`` shows the wallboard."""
    if kiosk.is_asked():
        part = asked_filters().asked
        return kiosk.kiosk_page(
            story_asked(),
            fresh=url_for("stage.show", kiosk="", **part),
            film=url_for("stage.data", **part),
        )
    found, at = _asked()
    return stage_page(
        found,
        at,
        lambda at: caption_at(db.session, found, at),
        LiveLinks(found),
        steps=first_steps(current_actor()),
        narrowed=choices(),
        recorded=recorded_until(db.session),
    )


@blueprint.get("/stage/notes")
def notes() -> Response:
    """Show the presenter's second window: what is told of this month, what comes next, and the time."""
    found, at = _asked()
    return stage_notes(found, at, lambda at: caption_at(db.session, found, at), LiveLinks(found))


@blueprint.get("/stage/data")
def data() -> Response:
    """Answer with the film as JSON; 304 to whoever has it as the register stands today."""
    today, filters = clock.today(), asked_filters()
    on = _day(today)
    state, on_display = state_of(db.session), current_screen() is not None
    asked = f"{state.version} {state.newest_line} {today} {on} {filters}"
    return stage_data(
        asked, lambda: keep(db.session, "stage data", (today, on, filters, on_display), _packed)
    )


def stage_page(
    film: Film,
    at: int,
    said: Callable[[int], Caption],
    links: StageLinks,
    *,
    steps: Sequence[tuple[str, str]] = (),
    narrowed: Sequence[Choice] = (),
    recorded: date | None = None,
) -> Response:
    """Return the page of a month of a film; ``said`` tells what is said of a month, ``links`` where its links lead.

    ``narrowed``: what it can be narrowed to there. ``recorded``: the day until which it tells what a file brought.
    """
    still, links = film.still(at, said(at)), for_reader(links)
    chart = chart_of(still)
    return render(
        "stage/show.html",
        film=film,
        stage=still,
        links=links,
        choices=narrowed,
        compared=links.compared(film, at),
        track=track_of(still, closed=True),
        chart=chart,
        flags=flags_of(film.flags, chart),
        named=named_of(still.told),
        sentence=after_number(film, at),
        name=day_words(film, at),
        first_steps=steps,
        recorded=recorded,
    )


def stage_notes(film: Film, at: int, said: Callable[[int], Caption], links: StageLinks) -> Response:
    """Return the second window to the page of a month."""
    after = at + 1 if at + 1 < len(film.months) else None
    return render(
        "stage/notes.html",
        film=film,
        stage=film.still(at, said(at)),
        links=for_reader(links),
        name=day_words(film, at),
        named=named_of(film.told[at]),
        next=film.still(after, said(after)) if after else None,
        next_name=day_words(film, after) if after else "",
    )


def stage_data(asked: str, packed: Callable[[], bytes]) -> Response:
    """Answer with a film that `pack_film` has packed; 304 to whoever has it for the same that is ``asked``."""
    mark = hashlib.sha256(f"{VERSION} {current_screen() is not None} {asked}".encode()).hexdigest()[:32]
    known = request.if_none_match
    if known and known.contains_weak(mark):
        response = Response(status=304)
    else:
        data = packed()
        response = Response(data, mimetype="application/json")
        if request.accept_encodings["gzip"] > 0:
            response.content_encoding = "gzip"
        else:
            response.set_data(gzip.decompress(data))
    response.vary.add("Accept-Encoding")
    response.set_etag(mark, weak=True)
    return response


def pack_film(film: Film, captions: Sequence[Caption], at: int, links: StageLinks) -> bytes:
    """Return the JSON of a film that opens at a month, compressed: it is made once and sent often."""
    text = json.dumps(
        document(film, captions, at, for_reader(links)), ensure_ascii=False, separators=(",", ":")
    )
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _packed() -> bytes:
    found, at = _asked()
    return pack_film(found, captions_of(db.session, found), at, LiveLinks(found))


def _asked() -> tuple[Film, int]:
    """Return the film that was asked for and the place of its day; 404 for filters that name what is not there."""
    today = clock.today()
    on = _day(today)
    found = film(db.session, on, today, asked_filters())
    if found is None:
        abort(404)
    return found, found.place_of(on)


def _day(today: date) -> date:
    """Return the day asked for; the stage ends today."""
    return min(asked_day(request.args.get("on")), today)
