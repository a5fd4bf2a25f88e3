"""A presentation on the stage: its scenes as screens, its film with its flags, the speaker's notes, and the wallboard."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.keeping import state_of
from tracker.queries.presentations import story_of_presentation
from tracker.queries.stories import Story
from tracker.services.presentations import find_presentation
from tracker.web import kiosk
from tracker.web.dates import asked_day
from tracker.web.scene_screens import Addresses
from tracker.web.scenes import notes_page, page_of, receipt_of, scene_page
from tracker.web.sessions import current_actor
from tracker.web.stage import pack_film, stage_data, stage_notes, stage_page
from tracker.web.stage_links import LiveLinks

blueprint = Blueprint("presenting", __name__, url_prefix="/presentations/<public_id>/stage")


class PresentingLinks(LiveLinks):
    """The pages of the register behind the film of a presentation; the film itself is its own, with its flags."""

    def __init__(self, public_id: str, story: Story) -> None:
        super().__init__(story.film)
        self.public_id, self.whose = public_id, story.title
        self.aside = story.classification
        self.up = self.close = url_for("presentations.show", public_id=public_id)

    @property
    def asked(self) -> dict[str, str]:
        """Return nothing: the presentation itself says which part it tells."""
        return {}

    def page(self, on: date | None) -> str:
        """Return the film at a month."""
        return url_for("presenting.film", public_id=self.public_id, on=on)

    def data(self, on: date) -> str:
        """Return the film as data."""
        return url_for("presenting.film_data", public_id=self.public_id, on=on)

    def notes(self, on: date) -> str:
        """Return the presenter's second window."""
        return url_for("presenting.film_notes", public_id=self.public_id, on=on)

    def scenes(self, _on: date) -> str:
        """Return the scenes of the presentation."""
        return url_for("presenting.show", public_id=self.public_id)


@blueprint.get("")
def show(public_id: str) -> Response:
    """Show a scene of a presentation as a screen of the stage. ``?kiosk`` shows all of it as a wallboard."""
    story = _story(public_id)
    if kiosk.is_asked():
        return kiosk.kiosk_page(
            story,
            fresh=url_for("presenting.show", public_id=public_id, kiosk=""),
            film=url_for("presenting.film_data", public_id=public_id),
        )
    return scene_page(story, _addresses(public_id))


@blueprint.get("/notes")
def notes(public_id: str) -> Response:
    """Show what the speaker reads with a scene of a presentation, and what comes next."""
    return notes_page(_story(public_id), _addresses(public_id))


@blueprint.get("/film")
def film(public_id: str) -> Response:
    """Show a month of the film of a presentation; its script plays the others."""
    story = _story(public_id)
    links = PresentingLinks(public_id, story)
    return stage_page(story.film, _place(story), story.captions.__getitem__, links)


@blueprint.get("/film/notes")
def film_notes(public_id: str) -> Response:
    """Show the presenter's second window to the film."""
    story = _story(public_id)
    links = PresentingLinks(public_id, story)
    return stage_notes(story.film, _place(story), story.captions.__getitem__, links)


@blueprint.get("/film/data")
def film_data(public_id: str) -> Response:
    """Answer with the film as JSON; 304 to whoever has it as the register stands today."""
    story, state = _story(public_id), state_of(db.session)
    at = _place(story)
    return stage_data(
        f"{state.version} {state.newest_line} {story.on} {public_id} {at}",
        lambda: pack_film(story.film, story.captions, at, PresentingLinks(public_id, story)),
    )


def _story(public_id: str) -> Story:
    presentation = find_presentation(db.session, current_actor(), public_id)
    return story_of_presentation(db.session, presentation, clock.today())


def _place(story: Story) -> int:
    """Return the place of the month that was asked for; the last day of the period where it is none of the months."""
    asked = asked_day(request.args.get("on") or story.on.isoformat())
    days = [month.on for month in story.film.months]
    return days.index(asked) if asked in days else story.at


def _addresses(public_id: str) -> Addresses:
    return Addresses(
        scene=lambda number: url_for("presenting.show", public_id=public_id, scene=number),
        source=page_of,
        receipt=receipt_of,
        notes=lambda number: url_for("presenting.notes", public_id=public_id, scene=number),
        film=url_for("presenting.film", public_id=public_id),
        close=url_for("presentations.show", public_id=public_id),
    )
