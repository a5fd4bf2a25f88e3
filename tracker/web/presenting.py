"""A presentation on the stage: its scenes as screens, and the speaker's notes beside."""

from __future__ import annotations

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.presentations import story_of_presentation
from tracker.queries.stories import Story
from tracker.services.presentations import find_presentation
from tracker.web import kiosk
from tracker.web.scene_screens import Addresses
from tracker.web.scenes import notes_page, page_of, scene_page
from tracker.web.sessions import current_actor

blueprint = Blueprint("presenting", __name__, url_prefix="/presentations/<public_id>/stage")


@blueprint.get("")
def show(public_id: str) -> Response:
    """Show a scene of a presentation as a screen of the stage. ``?kiosk`` shows all of it as a wallboard."""
    story = _story(public_id)
    if kiosk.is_asked():
        return kiosk.kiosk_page(
            story,
            fresh=url_for("presenting.show", public_id=public_id, kiosk=""),
            film=url_for("stage.data", on=story.on.isoformat()),
        )
    return scene_page(story, _addresses(public_id, story))


@blueprint.get("/notes")
def notes(public_id: str) -> Response:
    """Show what the speaker reads with a scene of a presentation, and what comes next."""
    story = _story(public_id)
    return notes_page(story, _addresses(public_id, story))


def _story(public_id: str) -> Story:
    return story_of_presentation(
        db.session, find_presentation(db.session, current_actor(), public_id), clock.today()
    )


def _addresses(public_id: str, story: Story) -> Addresses:
    return Addresses(
        scene=lambda number: url_for("presenting.show", public_id=public_id, scene=number),
        source=page_of,
        receipt=lambda receipt: url_for("receipts.show", receipt=receipt),
        notes=lambda number: url_for("presenting.notes", public_id=public_id, scene=number),
        film=url_for("stage.show", on=story.on.isoformat()),
        close=url_for("presentations.show", public_id=public_id),
    )
