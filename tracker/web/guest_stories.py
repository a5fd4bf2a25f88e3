"""What a share link tells: the story of a snapshot or of a presentation, without the names of persons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from tracker import clock
from tracker.extensions import db
from tracker.graph.captions_scenes import without_people
from tracker.models.snapshots import Snapshot
from tracker.queries.frozen import has_story, story_of
from tracker.queries.keeping import keep, state_of
from tracker.queries.presentations import story_of_presentation
from tracker.queries.share_links import shared_presentation, shared_snapshot
from tracker.queries.snapshots import document_of
from tracker.queries.stories import Story
from tracker.services.errors import NotFound
from tracker.services.share_links import DEAD, Opened
from tracker.web.scene_screens import Addresses


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link shows. A snapshot comes with what it says, and without a story where it was frozen before it had one.

    ``state`` is what the story depends on.
    """

    state: str
    story: Story | None
    snapshot: Snapshot | None = None
    document: dict[str, Any] | None = None


def shared_by(link: Opened) -> Shared:
    """Return what a link shows.

    Raises
    ------
    NotFound
        When it is gone.
    """
    if link.kind == "snapshot":
        snapshot = shared_snapshot(db.session, link.target)
        if snapshot is None:
            raise NotFound(DEAD)
        document = document_of(snapshot)
        story = _nameless(story_of(snapshot)) if has_story(document) else None
        return Shared(link.target, story, snapshot, document)
    presentation = shared_presentation(db.session, link.target)
    if presentation is None:
        raise NotFound(DEAD)
    today, state = clock.today(), state_of(db.session)
    told = keep(
        db.session,
        "shared story",
        (link.target, today),
        lambda: _nameless(story_of_presentation(db.session, presentation, today)),
    )
    return Shared(f"{link.target} {state.version} {state.newest_line} {today}", told)


def addresses_of(token: str) -> Addresses:
    """Return where the scenes of a link lead: to each other and to its film."""
    film = url_for("guests.show", token=token)
    return Addresses(
        scene=lambda number: url_for("guests.scenes", token=token, scene=number),
        source=lambda _: "",
        receipt=lambda _: "",
        notes=lambda _: "",
        film=film,
        close=film,
    )


def _nameless(story: Story) -> Story:
    """Return a story with its sponsors counted and not named."""
    scenes = (replace(each, words=without_people(each.words), notes=()) for each in story.scenes)
    return replace(story, scenes=tuple(scenes))
