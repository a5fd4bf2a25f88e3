"""The story of a day as PowerPoint: choose its days, its template and its classification, and take it along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, make_response, request, url_for
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
    story_to_give,
    usual_since,
)
from tracker.services.errors import InvalidInput
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.fragments import render, respond_invalid
from tracker.web.narrowing import asked_narrowing, choices, read_filters
from tracker.web.saving import needed
from tracker.web.sessions import current_actor, current_actor_or_none

blueprint = Blueprint("deck", __name__)

MIMETYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
#: What the form may take beside the template.
AROUND = 64 * 1024
LARGEST_BODY = MEGABYTES * 1024 * 1024 + AROUND


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


@blueprint.get("/momentum/powerpoint")
def show() -> Response:
    """Offer the story of a day (``?on=``) as PowerPoint."""
    current_actor()
    on = min(asked_day(request.args.get("on")), clock.today())
    asked = asked_narrowing().filters.asked
    return _page(FormReader.showing({"on": on, "since": usual_since(on), **asked}))


@blueprint.post("/momentum/powerpoint")
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
        return _sent(needed(on), since, classification, template, read_filters(request.form))
    except InvalidInput as refused:
        form.add(refused.errors)
        return _page(form)


@blueprint.get("/momentum/powerpoint.pptx")
def download() -> Response:
    """Send the presentation of ``?on=`` in our plain design; ``?since=`` and ``?classification=`` as in the form."""
    current_actor()
    asked = request.args.get("since")
    since = asked_day(asked, field="since") if asked else None
    form = FormReader(request.args)
    classification = form.text("classification", "The classification", limit=CLASSIFICATION_LIMIT)
    if form.errors:
        raise InvalidInput(form.errors)
    filters = asked_narrowing().filters
    return _sent(asked_day(request.args.get("on")), since, classification, None, filters)


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
    return sent_deck(story, template, _page_behind)


def sent_deck(story: Story, template: bytes | None, address: Callable[[Source], str]) -> Response:
    """Send a story as a PowerPoint file, named for its day."""
    response = make_response(powerpoint(story, address=address, template=template))
    response.mimetype = MIMETYPE
    name = "-".join(each for each in ("momentum", story.on.isoformat(), story.snapshot) if each)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pptx"'
    return response


def _page_behind(source: Source) -> str:
    """Return the full address of a page, as the reader of the slides will open it."""
    return url_for(source.page, **dict(source.values), _external=True)


def _page(form: FormReader) -> Response:
    answer = respond_invalid if form.errors else render
    return answer(
        "deck/show.html",
        form=form,
        choices=choices(),
        limit=CLASSIFICATION_LIMIT,
        megabytes=MEGABYTES,
        today=clock.today(),
    )
