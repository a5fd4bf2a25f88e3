"""The wallboard: the film once, then every scene for a while, round after round, with nobody beside it."""

from __future__ import annotations

from flask import Response, request

from tracker import clock
from tracker.queries.stories import Story
from tracker.version import VERSION
from tracker.web.filming import after_number, day_words
from tracker.web.fragments import render
from tracker.web.scene_screens import UNLINKED, screens_of


def is_asked() -> bool:
    """Say whether the address asks for the wallboard (``?kiosk``)."""
    return "kiosk" in request.args


def kiosk_page(story: Story, *, fresh: str, film: str) -> Response:
    """Render the wallboard of a story; its script asks ``fresh`` for the next round and ``film`` for its data."""
    screens = screens_of(story, UNLINKED)
    return render(
        "kiosk/show.html",
        story=story,
        screens=[each for each in screens if each.kind != "film"],
        film_screen=next((each for each in screens if each.kind == "film"), None),
        addresses=UNLINKED,
        fresh=fresh,
        film=film,
        month=day_words(story.film, story.at),
        sentence=after_number(story.film, story.at),
        caption=story.captions[story.at][0],
        known_at=clock.now(),
        version=VERSION,
    )
