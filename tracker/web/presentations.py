"""Presentations: the list, one of them, and the composer with its preview."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.divisions import division_choices
from tracker.queries.history import history_of
from tracker.queries.presentations import (
    Choice,
    Composition,
    choice_of,
    compose,
    count_presentations,
    list_presentations,
    proposed_scenes,
    story_of,
    story_of_presentation,
)
from tracker.services import policies
from tracker.services import presentations as services
from tracker.services.errors import InvalidInput, Stale
from tracker.services.presentations import find_presentation
from tracker.web.choices import options_of, theme_options
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.making import is_large
from tracker.web.narrowing import KIND_OPTIONS
from tracker.web.paging import Page, page_request
from tracker.web.presentation_forms import (
    LIMITS,
    SCENE_WORDS,
    USUAL_MONTHS,
    changed,
    flag_options,
    moment_options,
    read_choice,
    scenes_in,
    seen_choice,
    showing,
)
from tracker.web.records import form_page
from tracker.web.saving import save
from tracker.web.scene_screens import UNLINKED, screens_of
from tracker.web.sessions import current_actor
from tracker.web.snapshots import FROZEN, freeze_in_background

blueprint = Blueprint("presentations", __name__, url_prefix="/presentations")


@blueprint.get("")
def index() -> Response:
    """List the presentations, the newest first."""
    current_actor()
    asked = page_request(request.args)
    rows = list_presentations(db.session, limit=asked.size, offset=asked.offset)
    page = Page(rows, asked.number, asked.size, count_presentations(db.session))
    return render("presentations/index.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Put a presentation together, beginning with what is proposed today."""
    actor, today = current_actor(), clock.today()
    policies.require(actor, "present")
    if request.method == "GET":
        usual = Choice("", months=USUAL_MONTHS)
        return _form("new", showing(replace(usual, scenes=proposed_scenes(db.session, usual, today))))
    form = FormReader(request.form)
    redrawn = changed(form)
    if redrawn is not None:
        return _form("new", redrawn)
    choice = read_choice(form)
    made = save(form, lambda: services.add_presentation(db.session, actor=actor, choice=choice, today=today))
    if made is None:
        return _form("new", form)
    url = url_for("presentations.show", public_id=made.public_id)
    return redirect_after(url, message=f"“{made.title}” is saved. It can be played now.")


@blueprint.post("/preview")
def preview() -> Response:
    """Show the scenes of a form that is being filled, small; nothing is written."""
    policies.require(current_actor(), "present")
    today = clock.today()
    composition = compose(db.session, seen_choice(FormReader(request.form), today), today)
    return render(
        "presentations/preview.html", fragment="presentations/_preview.html", **_preview(composition)
    )


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show what a presentation tells today, and the ways to show and send it."""
    actor = current_actor()
    presentation = find_presentation(db.session, actor, public_id)
    story = story_of_presentation(db.session, presentation, clock.today())
    return render(
        "presentations/show.html",
        presentation=presentation,
        story=story,
        screens=screens_of(story, UNLINKED),
        addresses=UNLINKED,
        history=history_of(db.session, "presentation", presentation.id)
        if policies.may(actor, "present")
        else (),
    )


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Edit a presentation whole; a stale save shows both."""
    actor, today = current_actor(), clock.today()
    record = find_presentation(db.session, actor, public_id)
    policies.require(actor, "present")
    name, standing = record.title, choice_of(record)
    if request.method == "GET":
        return _form("edit", showing(standing, record.version), public_id=public_id, name=name)
    form = FormReader(request.form)
    redrawn = changed(form)
    if redrawn is not None:
        return _form("edit", redrawn, public_id=public_id, name=name)
    choice, version = read_choice(form), form.version()
    try:
        saved = save(
            form,
            lambda: services.edit_presentation(
                db.session, actor=actor, public_id=public_id, version=version, choice=choice, today=today
            ),
        )
    except Stale as stale:
        db.session.rollback()
        form.replace("version", stale.current["version"])
        now = choice_of(find_presentation(db.session, actor, public_id))
        return _form("edit", form, status=409, public_id=public_id, name=name, standing=now)
    if saved is None:
        return _form("edit", form, public_id=public_id, name=name)
    return redirect_after(url_for("presentations.show", public_id=public_id), message="Saved.")


@blueprint.post("/<public_id>/copy")
def copy(public_id: str) -> Response:
    """Save a copy, and open it to be changed."""
    made = services.copy_presentation(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    url = url_for("presentations.edit", public_id=made.public_id)
    return redirect_after(url, message=f"“{made.title}” is saved. Give it a title of its own.")


@blueprint.post("/<public_id>/freeze")
def freeze(public_id: str) -> Response:
    """Freeze what it tells as it is known now, for good."""
    actor = current_actor()
    find_presentation(db.session, actor, public_id)
    policies.require(actor, "freeze")
    do = partial(services.freeze_presentation, actor=actor, public_id=public_id, today=clock.today())
    if is_large():
        return freeze_in_background(do, "This is frozen already, as it is known now.")
    try:
        snapshot, is_new = do(db.session)
    except InvalidInput as refused:
        db.session.rollback()
        flash(str(refused), "error")
        return redirect_after(url_for("presentations.show", public_id=public_id))
    db.session.commit()
    message = FROZEN if is_new else "This is frozen already, as it is known now."
    return redirect_after(url_for("snapshots.show", public_id=snapshot.public_id), message=message)


@blueprint.post("/<public_id>/bin")
def bin_(public_id: str) -> Response:
    """Put it into the bin."""
    services.bin_presentation(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("presentations.index"), message="It is in the bin; the bin gives it back.")


@blueprint.post("/<public_id>/restore")
def restore(public_id: str) -> Response:
    """Bring it back from the bin."""
    services.restore_presentation(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("presentations.show", public_id=public_id), message="It is back.")


def _preview(composition: Composition) -> dict[str, object]:
    """Return what the preview draws: the screens as the stage has them, without links."""
    screens = screens_of(composition.story, UNLINKED)
    return {"story": composition.story, "screens": screens, "addresses": UNLINKED}


def _form(
    way: str,
    form: FormReader,
    *,
    status: int = 200,
    public_id: str = "",
    name: str = "",
    standing: Choice | None = None,
) -> Response:
    """Render the composer: 422 with messages, 409 beside what stands now, 200 while its rows change."""
    today = clock.today()
    choice = seen_choice(form, today)
    composition = compose(db.session, choice, today)
    return form_page(
        form,
        f"presentations/{way}.html",
        status=status,
        rows=range(scenes_in(form)),
        proposed=composition.proposed,
        public_id=public_id,
        name=name,
        standing=standing,
        standing_story=story_of(db.session, standing, today) if standing else None,
        divisions=options_of(division_choices(db.session)),
        themes=theme_options(),
        kinds=list(KIND_OPTIONS),
        wins=moment_options(composition.wins, today),
        near_misses=moment_options(composition.near_misses, today),
        over=flag_options(composition, today),
        scene_words=SCENE_WORDS,
        limits=LIMITS,
        latest=today.isoformat(),
        **_preview(composition),
    )
