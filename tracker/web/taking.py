"""The story of a day to take along: as a picture, as PDF, and as one file that plays without a network."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TypeVar, get_args

from flask import Blueprint, Response, make_response, request, url_for

from tracker import clock
from tracker.exchange.looks import Theme
from tracker.exchange.picture import Paper, picture
from tracker.exchange.story_pages import story_pdf
from tracker.exchange.typesetting import png
from tracker.extensions import db
from tracker.queries.keeping import keep
from tracker.queries.scenes import Source
from tracker.queries.stories import Story
from tracker.services.decks import CLASSIFICATION_LIMIT, story_to_take, usual_since
from tracker.services.errors import InvalidInput
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.one_file import one_file
from tracker.web.sessions import current_actor

blueprint = Blueprint("taking", __name__)

T = TypeVar("T", bound=str)

THEMES: tuple[Theme, ...] = get_args(Theme)
PAPERS: tuple[Paper, ...] = get_args(Paper)
#: A picture in pixels is as large as a screen, or so many times as large.
SCALES = ("1", "2")
#: The style of a picture is its typeface alone; opened by itself it may use that, and nothing else.
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@blueprint.get("/momentum/picture.svg")
def svg() -> Response:
    """Send the picture of a day as SVG (``?theme=dark``; ``?paper=a4`` or ``a3`` for printing)."""
    theme, paper = _one_of("theme", THEMES), _one_of("paper", PAPERS)
    data = _kept("svg", lambda story: picture(story, address, theme=theme, paper=paper), theme, paper)
    response = sent(data, "image/svg+xml", _name("svg", theme, paper))
    response.headers["Content-Security-Policy"] = _policy(data.decode())
    return response


@blueprint.get("/momentum/picture.png")
def pixels() -> Response:
    """Send the picture of a day as PNG, 1920 by 1080 pixels; ``?scale=2`` for twice as many each way."""
    theme, scale = _one_of("theme", THEMES), _one_of("scale", SCALES)
    data = _kept(
        "png",
        lambda story: png(picture(story, address, theme=theme, has_font=False), int(scale)),
        theme,
        scale,
    )
    return sent(data, "image/png", _name("png", theme, "large" if scale == "2" else ""))


@blueprint.get("/momentum/story.pdf")
def pages() -> Response:
    """Send the story of a day as PDF, a page a scene; ``?notes=yes`` adds what the speaker says."""
    notes = _one_of("notes", ("no", "yes")) == "yes"
    data = _kept("pdf", lambda story: story_pdf(story, address, has_notes=notes), notes)
    return sent(data, "application/pdf", _name("pdf"))


@blueprint.get("/momentum/story.html")
def film() -> Response:
    """Send the story of a day as one file, whose film plays without a network."""
    data = _kept("html", lambda story: one_file(story, partial(url_for, _external=True)))
    return sent(data, "text/html", _name("html"))


def asked_story() -> Story:
    """Return the story that is asked for: of a day (``?on=``), what came after one (``?since=``), its classification.

    Raises
    ------
    InvalidInput
        When a day or the classification cannot be told.
    """
    current_actor()
    on, since, classification = _asked()
    return story_to_take(db.session, on=on, since=since, today=clock.today(), classification=classification)


def address(source: Source) -> str:
    """Return the full address of a page, as the reader of what was taken along will open it."""
    return url_for(source.page, **dict(source.values), _external=True)


def sent(data: bytes, mimetype: str, name: str) -> Response:
    """Send a file to be saved under a name."""
    response = make_response(data)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked() -> tuple[date, date, str]:
    on, asked = asked_day(request.args.get("on")), request.args.get("since")
    since = asked_day(asked, field="since") if asked else usual_since(on)
    form = FormReader(request.args)
    classification = form.text("classification", "The classification", limit=CLASSIFICATION_LIMIT)
    if form.errors:
        raise InvalidInput(form.errors)
    return on, since, classification


def _kept(what: str, make: Callable[[Story], bytes], *options: object) -> bytes:
    """Return a file as it was made of this state of the register; its links lead to where it was asked for."""
    current_actor()
    key = (what, _asked(), options, clock.today(), request.url_root)
    return keep(db.session, "taken along", key, lambda: make(asked_story()))


def _one_of(name: str, choices: tuple[T, ...]) -> T:
    """Return what is asked for of some choices, the first of them where nothing is."""
    asked = request.args.get(name) or choices[0]
    for each in choices:
        if each == asked:
            return each
    raise InvalidInput({name: f"Choose one of these: {', '.join(choices)}."})


def _name(suffix: str, *parts: str) -> str:
    said = [each for each in parts if each not in ("", "light", "screen")]
    return f"{'-'.join(('momentum', _asked()[0].isoformat(), *said))}.{suffix}"


def _policy(svg: str) -> str:
    """Return what a picture may do when it is opened by itself: use the letters inside it."""
    found = _STYLE.search(svg)
    mark = base64.b64encode(hashlib.sha256((found[1] if found else "").encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{mark}'; font-src data:; frame-ancestors 'none'"
