"""The story of a day or of a snapshot to take along: as a picture, as PDF, and as one file that plays alone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar, get_args

from flask import Blueprint, Response, make_response, request, url_for

from tracker import clock
from tracker.exchange.looks import Theme
from tracker.exchange.picture import Paper, picture
from tracker.exchange.story_pages import story_pdf
from tracker.exchange.typesetting import USUAL_PIXELS, png
from tracker.extensions import db
from tracker.queries.keeping import keep
from tracker.queries.narrowing import Filters
from tracker.queries.scenes import Source
from tracker.queries.stories import Story, ended
from tracker.services.decks import CLASSIFICATION_LIMIT, story_to_give, usual_since
from tracker.services.errors import InvalidInput
from tracker.services.progress import Progress
from tracker.services.snapshots import find_story
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.making import is_large, send_when_made
from tracker.web.narrowing import asked_narrowing
from tracker.web.one_file import one_file
from tracker.web.sessions import current_actor

blueprint = Blueprint("taking", __name__)

T = TypeVar("T", bound=str)

THEMES: tuple[Theme, ...] = get_args(Theme)
PAPERS: tuple[Paper, ...] = get_args(Paper)
#: A picture in pixels is as large as a screen, or so many times as large.
SCALES = ("1", "2")
#: Pixels of an inch on paper.
PRINTED = 300
#: The style of a picture is its typeface alone; opened by itself it may use that, and nothing else.
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@blueprint.get("/momentum/picture.svg")
@blueprint.get("/snapshots/<public_id>/picture.svg")
def svg(public_id: str = "") -> Response:
    """Send the picture of a day or of a snapshot as SVG (``?look=dark``; ``?paper=a4`` or ``a3`` for printing)."""
    theme, paper = _one_of("look", THEMES), _one_of("paper", PAPERS)
    return _given(public_id, "The picture as SVG", partial(_svg, public_id, theme, paper))


def _svg(public_id: str, theme: Theme, paper: Paper) -> Response:
    taken = _taken(
        public_id, "svg", (theme, paper), lambda story: picture(story, address, theme=theme, paper=paper)
    )
    response = sent(taken.data, "image/svg+xml", f"{taken.name(theme, paper)}.svg")
    response.headers["Content-Security-Policy"] = _policy(taken.data.decode())
    return response


@blueprint.get("/momentum/picture.png")
@blueprint.get("/snapshots/<public_id>/picture.png")
def pixels(public_id: str = "") -> Response:
    """Send the picture of a day as PNG, 1920 by 1080 pixels; ``?scale=2`` for twice as many each way.

    ``?paper=a4`` or ``a3`` is for printing, with 300 pixels an inch.
    """
    theme, paper, scale = _one_of("look", THEMES), _one_of("paper", PAPERS), _one_of("scale", SCALES)
    return _given(public_id, "The picture as PNG", partial(_pixels, public_id, theme, paper, scale))


def _pixels(public_id: str, theme: Theme, paper: Paper, scale: str) -> Response:
    size = int(scale) if paper == "screen" else PRINTED / USUAL_PIXELS
    taken = _taken(
        public_id,
        "png",
        (theme, paper, scale),
        lambda story: png(picture(story, address, theme=theme, paper=paper, has_font=False), size),
    )
    return sent(taken.data, "image/png", f"{taken.name(theme, paper, 'large' if scale == '2' else '')}.png")


@blueprint.get("/momentum/story.pdf")
@blueprint.get("/snapshots/<public_id>/story.pdf")
def pages(public_id: str = "") -> Response:
    """Send the story of a day as PDF, a page a scene; ``?notes=yes`` adds what the speaker says."""
    notes = _one_of("notes", ("no", "yes"))
    return _given(public_id, "The story as PDF", partial(_pages, public_id, notes))


def _pages(public_id: str, notes: str) -> Response:
    taken = _taken(
        public_id, "pdf", (notes,), lambda story: story_pdf(story, address, has_notes=notes == "yes")
    )
    return sent(taken.data, "application/pdf", f"{taken.name()}.pdf")


@blueprint.get("/momentum/story.html")
@blueprint.get("/snapshots/<public_id>/story.html")
def film(public_id: str = "") -> Response:
    """Send the story of a day as one file, whose film plays without a network."""
    return _given(public_id, "The film in one file", partial(_film, public_id))


def _film(public_id: str) -> Response:
    taken = _taken(public_id, "html", (), lambda story: one_file(story, partial(url_for, _external=True)))
    return sent(taken.data, "text/html", f"{taken.name()}.html")


def _given(public_id: str, title: str, make: Callable[[], Response]) -> Response:
    """Send a file at once: of a snapshot, which is told already, and of a register that is told in a moment."""
    if public_id or not is_large():
        return make()
    _asked()  # what is wrong with the address is said at once
    return send_when_made(title, partial(telling, make), needs="read")


def telling(make: Callable[[], Response], tell: Progress) -> Response:
    """Return the answer that holds a story; it is told in one go, so nobody can say how far that is."""
    tell("Telling the story", 0, 1)
    return make()


def asked_story() -> Story:
    """Return the story that is asked for: of a day (``?on=``), what came after one (``?since=``), of which part.

    Raises
    ------
    InvalidInput
        When a day or the classification cannot be told.
    """
    current_actor()
    on, since, classification, filters = _asked()
    return story_to_give(
        db.session,
        on=on,
        since=since,
        today=clock.today(),
        classification=classification,
        filters=filters,
    )


def address(source: Source) -> str:
    """Return the full address of what stands behind words: of a page, out of a snapshot of a receipt."""
    if source.receipt:
        return url_for("receipts.show", receipt=source.receipt, _external=True)
    return url_for(source.page, **dict(source.values), _external=True)


def sent(data: bytes, mimetype: str, name: str) -> Response:
    """Send a file to be saved under a name."""
    response = make_response(data)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_name(story: Story, suffix: str) -> str:
    """Return what a file is called: by its day, and by the snapshot it came from."""
    parts = ("momentum", story.on.isoformat(), story.snapshot)
    return f"{'-'.join(each for each in parts if each)}.{suffix}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was made once, and the beginning of its name."""

    data: bytes
    called: str

    def name(self, *looks: str) -> str:
        """Return the name with how it looks, where that is not the usual."""
        return "-".join((self.called, *(each for each in looks if each not in ("", "light", "screen"))))


def _taken(public_id: str, what: str, looks: tuple[str, ...], make: Callable[[Story], bytes]) -> Taken:
    """Return a file made of the story that is asked for, once for a state of the register.

    Its links lead to where it was asked for, so that is part of what is kept.
    """
    actor = current_actor()
    asked = () if public_id else _asked()

    def made() -> Taken:
        story = ended(find_story(db.session, actor, public_id) if public_id else asked_story())
        return Taken(make(story), file_name(story, "").rstrip("."))

    key = (what, looks, public_id, asked, clock.today(), request.url_root)
    return keep(db.session, "taken along", key, made)


def _asked() -> tuple[date, date, str, Filters]:
    on, asked = asked_day(request.args.get("on")), request.args.get("since")
    since = asked_day(asked, field="since") if asked else usual_since(on)
    form = FormReader(request.args)
    classification = form.text("classification", "The classification", limit=CLASSIFICATION_LIMIT)
    if form.errors:
        raise InvalidInput(form.errors)
    return on, since, classification, asked_narrowing().filters


def _one_of(name: str, choices: tuple[T, ...]) -> T:
    """Return what is asked for of some choices, the first of them where nothing is."""
    asked = request.args.get(name) or choices[0]
    for each in choices:
        if each == asked:
            return each
    raise InvalidInput({name: f"Choose one of these: {', '.join(choices)}."})


def _policy(svg: str) -> str:
    """Return what a picture may do when it is opened by itself: use the letters inside it."""
    found = _STYLE.search(svg)
    mark = base64.b64encode(hashlib.sha256((found[1] if found else "").encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{mark}'; font-src data:; frame-ancestors 'none'"
