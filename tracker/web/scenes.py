"""The scenes of a day on the stage: a screen a scene, the film among them, and the speaker's notes beside."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.queries.keeping import keep
from tracker.queries.scenes import Source
from tracker.queries.stories import Story, story_now
from tracker.services.decks import usual_since
from tracker.services.errors import InvalidInput
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.fragments import render
from tracker.web.guest_links import addresses_for_reader
from tracker.web.narrowing import asked_narrowing
from tracker.web.scene_screens import Addresses, number_of, screens_of
from tracker.web.sessions import current_actor

blueprint = Blueprint("scenes", __name__, url_prefix="/stage/scenes")


@blueprint.get("")
def show() -> Response:
    """Show a scene of a day (``?on=``, ``?since=``, ``?scene=``) as a screen of the stage."""
    current_actor()
    story = story_asked()
    return scene_page(story, _addresses(story))


@blueprint.get("/notes")
def notes() -> Response:
    """Show what the speaker reads with a scene, and what comes next."""
    current_actor()
    story = story_asked()
    return notes_page(story, _addresses(story))


def scene_page(story: Story, addresses: Addresses) -> Response:
    """Render the scene of a story that ``?scene=`` asks for, or its part of the page that is open."""
    addresses = addresses_for_reader(addresses)
    screens = screens_of(story, addresses)
    number = number_of(screens, asked_scene())
    return render(
        "scenes/show.html",
        fragment="scenes/_screen.html",
        story=story,
        addresses=addresses,
        screens=screens,
        screen=screens[number - 1],
    )


def notes_page(story: Story, addresses: Addresses) -> Response:
    """Render the speaker's notes of the scene that ``?scene=`` asks for, or their part of the page that is open."""
    addresses = addresses_for_reader(addresses)
    screens = screens_of(story, addresses)
    number = number_of(screens, asked_scene())
    return render(
        "scenes/notes.html",
        fragment="scenes/_notes.html",
        story=story,
        addresses=addresses,
        screens=screens,
        screen=screens[number - 1],
        next=screens[number] if number < len(screens) else None,
    )


def asked_scene() -> int | None:
    """Read the number of the scene in the address, None where there is none."""
    form = FormReader(request.args)
    number = form.whole("scene", "The scene", low=1, high=999)
    if form.errors:
        raise InvalidInput(form.errors)
    return number


def page_of(source: Source) -> str:
    """Return the address of the page behind a number, for somebody who is signed in."""
    return url_for(source.page, **dict(source.values))


def receipt_of(receipt: str) -> str:
    """Return the address of a receipt by its id."""
    return url_for("receipts.show", receipt=receipt)


def story_asked() -> Story:
    """Return the story of the day asked for (``?on=``, which ends today) and of what came after ``?since=``."""
    today = clock.today()
    on = min(asked_day(request.args.get("on")), today)
    asked = request.args.get("since")
    since = asked_day(asked, field="since") if asked else usual_since(on)
    if since >= on:
        raise InvalidInput({"since": "Choose a day before the day that is told."})
    filters = asked_narrowing().filters
    try:
        return keep(
            db.session,
            "story",
            (since, on, today, filters),
            lambda: story_now(db.session, since=since, on=on, today=today, filters=filters),
        )
    except LookupError:  # a division without departments
        abort(404)


def _addresses(story: Story) -> Addresses:
    on, part = story.on.isoformat(), story.film.narrowing.filters.asked
    asked = {"on": on, "since": request.args.get("since") or None, **part}
    return Addresses(
        scene=lambda number: url_for("scenes.show", **asked, scene=number),
        source=page_of,
        receipt=receipt_of,
        notes=lambda number: url_for("scenes.notes", **asked, scene=number),
        film=url_for("stage.show", on=on, **part),
        close=url_for("stage.show", on=on, **part),
    )
