"""A snapshot as it is shown and taken along: its stage with the speaker's notes, and its PowerPoint."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.scenes import Source
from tracker.queries.stories import Story
from tracker.services.decks import MEGABYTES
from tracker.services.errors import InvalidInput
from tracker.services.snapshots import find_story
from tracker.web.dates import asked_day
from tracker.web.deck import sent_deck, take_template
from tracker.web.forms import FormReader
from tracker.web.fragments import render, respond_invalid
from tracker.web.sessions import current_actor
from tracker.web.stage import pack_film, stage_data, stage_notes, stage_page
from tracker.web.stage_links import FrozenLinks

blueprint = Blueprint("frozen", __name__, url_prefix="/snapshots/<public_id>")


@blueprint.url_value_preprocessor
def take_templates(endpoint: str | None, _values: object) -> None:
    """Let those who are signed in bring a template."""
    if endpoint == "frozen.make":
        take_template()


@blueprint.get("/stage")
def stage(public_id: str) -> Response:
    """Show a month of the film of a snapshot, as it was known when it was frozen."""
    story = _story(public_id)
    return stage_page(story.film, place_in(story), story.captions.__getitem__, FrozenLinks(story))


@blueprint.get("/stage/notes")
def notes(public_id: str) -> Response:
    """Show the presenter's second window."""
    story = _story(public_id)
    return stage_notes(story.film, place_in(story), story.captions.__getitem__, FrozenLinks(story))


@blueprint.get("/stage/data")
def data(public_id: str) -> Response:
    """Answer with the film as JSON; 304 to whoever has it, since it never changes."""
    story = _story(public_id)
    at = place_in(story)
    return stage_data(
        f"{public_id} {at}", lambda: pack_film(story.film, story.captions, at, FrozenLinks(story))
    )


@blueprint.get("/take-along")
def powerpoint(public_id: str) -> Response:
    """Offer the story of a snapshot in every form there is."""
    return _page(_story(public_id), FormReader.showing({}))


@blueprint.post("/take-along")
def make(public_id: str) -> Response:
    """Send the presentation, in the template that was brought; nothing is written, and the template is not kept."""
    story, brought = _story(public_id), request.files.get("template")
    try:
        return sent_deck(story, brought.read() if brought and brought.filename else None, _receipt)
    except InvalidInput as refused:
        form = FormReader(request.form)
        form.add(refused.errors)
        return _page(story, form)


@blueprint.get("/story.pptx")
def download(public_id: str) -> Response:
    """Send the presentation in our plain design."""
    return sent_deck(_story(public_id), None, _receipt)


def place_in(story: Story) -> int:
    """Return the place of the month that was asked for; the day of the snapshot where it is none of its months."""
    asked = asked_day(request.args.get("on") or story.on.isoformat())
    days = [month.on for month in story.film.months]
    return days.index(asked) if asked in days else story.at


def _story(public_id: str) -> Story:
    """Return the story of a snapshot for somebody who may read; 404 where it keeps none."""
    return find_story(db.session, current_actor(), public_id)


def _receipt(source: Source) -> str:
    """Return the full address of a receipt, as the reader of the slides will open it."""
    return url_for("receipts.show", receipt=source.receipt, _external=True)


def _page(story: Story, form: FormReader) -> Response:
    answer = respond_invalid if form.errors else render
    return answer(
        "snapshots/take_along.html",
        story=story,
        form=form,
        megabytes=MEGABYTES,
        taken=partial(url_for, public_id=story.snapshot),
    )
