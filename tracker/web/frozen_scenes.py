"""The scenes of a snapshot on the stage, as they were told, each number with its receipt."""

from __future__ import annotations

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.stories import Story
from tracker.services.snapshots import find_story
from tracker.web.scene_screens import Addresses
from tracker.web.scenes import notes_page, receipt_of, scene_page
from tracker.web.sessions import current_actor

blueprint = Blueprint("frozen_scenes", __name__, url_prefix="/snapshots/<public_id>/scenes")


@blueprint.get("")
def show(public_id: str) -> Response:
    """Show a scene of a snapshot as a screen of the stage."""
    return scene_page(_story(public_id), _addresses(public_id))


@blueprint.get("/notes")
def notes(public_id: str) -> Response:
    """Show what the speaker reads with a scene of a snapshot, and what comes next."""
    return notes_page(_story(public_id), _addresses(public_id))


def _story(public_id: str) -> Story:
    return find_story(db.session, current_actor(), public_id)


def _addresses(public_id: str) -> Addresses:
    """Return the addresses of a snapshot: its receipts, and nothing of what is known now."""
    return Addresses(
        scene=lambda number: url_for("frozen_scenes.show", public_id=public_id, scene=number),
        source=lambda _: "",
        receipt=receipt_of,
        notes=lambda number: url_for("frozen_scenes.notes", public_id=public_id, scene=number),
        film=url_for("frozen.stage", public_id=public_id),
        close=url_for("snapshots.show", public_id=public_id),
    )
