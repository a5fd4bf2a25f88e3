"""The page from which the story of a day is taken along, and the story as PowerPoint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from hashlib import sha256

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from tracker import clock
from tracker.extensions import db
from tracker.queries.narrowing import Filters
from tracker.queries.scenes import Source
from tracker.queries.stories import Story
from tracker.services.decks import (
    CLASSIFICATION_LIMIT,
    MEGABYTES,
    powerpoint,
    refuse_story,
    story_to_give,
    usual_since,
)
from tracker.services.errors import InvalidInput
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.fragments import render, respond_invalid
from tracker.web.making import is_large, send_when_made
from tracker.web.narrowing import asked_narrowing, choices, read_filters
from tracker.web.saving import needed
from tracker.web.sessions import current_actor, current_actor_or_none
from tracker.web.taking import address, asked_story, file_name, sent, telling

blueprint = Blueprint("deck", __name__)

MIMETYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
#: What the form may take beside the template.
AROUND = 64 * 1024
LARGEST_BODY = MEGABYTES * 1024 * 1024 + AROUND
TITLE = "The story as PowerPoint"
#: What the page was asked for, and every file of it is.
KEPT = ("on", "since", "division", "theme", "kind", "classification")


@blueprint.url_value_preprocessor
def take_templates(endpoint: str | None, _values: object) -> None:
    """Let those who are signed in bring a template."""
    if endpoint == "deck.make":
        take_template()


def take_template() -> None:
    """Raise the limit of a request for those who are signed in, before anything reads the body."""
    if current_actor_or_none() is None:
        return
    request.max_content_length = LARGEST_BODY
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge(
            f"A template can have {MEGABYTES} MB. Take pictures and films out of it, and bring it again."
        )


@blueprint.get("/momentum/take-along")
def show() -> Response:
    """Offer the story of a day (``?on=``) in every form there is."""
    current_actor()
    on = min(asked_day(request.args.get("on")), clock.today())
    form = FormReader(request.args)
    form.replace("on", on.isoformat())
    for name, value in asked_narrowing().filters.asked.items():
        form.replace(name, value)
    since = form.day("since", "The day before") or usual_since(on)
    if since >= on:
        form.refuse("since", "Choose a day before the day that is told.")
    if not form.errors:
        form.replace("since", since.isoformat())
    form.text("classification", "The classification", limit=CLASSIFICATION_LIMIT)
    return _page(form)


@blueprint.post("/momentum/take-along")
def make() -> Response:
    """Send the presentation, in the template that was brought; nothing is written, and the template is not kept."""
    current_actor()
    form = FormReader(request.form)
    on = form.day("on", "The day", required=True)
    since = form.day("since", "The day before")
    classification = form.text("classification", "The classification", limit=CLASSIFICATION_LIMIT)
    brought = request.files.get("template")
    if form.errors:
        return _page(form)
    template = brought.read() if brought and brought.filename else None
    try:
        make = partial(_sent, needed(on), since, classification, template, read_filters(request.form))
        if not is_large():
            return make()
        refuse_story(needed(on), since or usual_since(needed(on)), clock.today(), classification)
        asked = f"{sorted(request.form.items())} {sha256(template or b'').hexdigest()}"
        return send_when_made(TITLE, partial(telling, make), asked, needs="read")
    except InvalidInput as refused:
        form.add(refused.errors)
        return _page(form)


@blueprint.get("/momentum/story.pptx")
def download() -> Response:
    """Send the presentation of ``?on=`` in our plain design; ``?since=`` and ``?classification=`` as on the page."""
    if not is_large():
        return sent_deck(asked_story(), None, address)
    return send_when_made(
        TITLE, partial(telling, lambda: sent_deck(asked_story(), None, address)), needs="read"
    )


def _sent(
    on: date, since: date | None, classification: str, template: bytes | None, filters: Filters
) -> Response:
    story = story_to_give(
        db.session,
        on=on,
        since=since or usual_since(on),
        today=clock.today(),
        classification=classification,
        filters=filters,
    )
    return sent_deck(story, template, address)


def sent_deck(story: Story, template: bytes | None, address: Callable[[Source], str]) -> Response:
    """Send a story as a PowerPoint file, named for its day."""
    return sent(powerpoint(story, address=address, template=template), MIMETYPE, file_name(story, "pptx"))


def _page(form: FormReader) -> Response:
    answer = respond_invalid if form.errors else render
    asked = {name: form.value(name) for name in KEPT if form.value(name)}
    return answer(
        "deck/show.html",
        form=form,
        choices=choices(),
        kept=KEPT,
        limit=CLASSIFICATION_LIMIT,
        megabytes=MEGABYTES,
        today=clock.today(),
        taken=lambda endpoint, **more: url_for(endpoint, **asked, **more),
    )
