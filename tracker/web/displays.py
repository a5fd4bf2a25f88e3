"""Displays: the list of an administrator, the address that makes a browser one, and a presenter's own screen."""

from __future__ import annotations

from flask import Blueprint, g, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.displays import count_displays, list_displays
from tracker.services import displays as services
from tracker.services import policies
from tracker.web.browsers import browser_words
from tracker.web.forms import FormReader
from tracker.web.fragments import go_to, redirect_after, render, respond_invalid
from tracker.web.paging import Page, page_request
from tracker.web.saving import save
from tracker.web.screens import let_in
from tracker.web.security import local_path_or
from tracker.web.sessions import current_actor

blueprint = Blueprint("displays", __name__)

#: What a display opens with, in words.
SHOWS = (
    ("stage", "The stage", "Somebody presents, by hand."),
    ("wallboard", "The wallboard", "The scenes follow each other, and renew themselves."),
)


@blueprint.route("/administration/displays", methods=["GET", "POST"])
def index() -> Response:
    """List the displays, and make one: its address is shown once."""
    actor = current_actor()
    policies.require(actor, "administer")
    if request.method == "GET":
        return _index(FormReader.showing({"shows": "wallboard"}))
    form = FormReader(request.form)
    name = form.text("name", "The name", required=True, limit=services.NAME_LIMIT)
    shows = form.choice("shows", "What it shows", [each[0] for each in SHOWS], required=True)
    made = save(form, lambda: services.create(db.session, actor=actor, name=name, shows=shows))
    if made is None:
        return _index(form)
    display, token = made
    return render(
        "displays/made.html", name=display.name, link=url_for("displays.open_", token=token, _external=True)
    )


@blueprint.post("/administration/displays/<public_id>/revoke")
def revoke(public_id: str) -> Response:
    """End a display: what it shows stays until its next page."""
    services.revoke(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("displays.index"), message="This display is ended.")


@blueprint.get("/display/<token>")
def open_(token: str) -> Response:
    """Make this browser a display, and go to what it shows."""
    screen = services.find_screen(db.session, token)
    if screen is None:
        return render("guests/dead.html", status=404, advice=services.DEAD)
    g.screen = screen
    kiosk = "" if screen.shows == "wallboard" else None
    return let_in(go_to(url_for("stage.show", kiosk=kiosk)), token)


@blueprint.post("/stage/stay")
def stay() -> Response:
    """Keep the stage open on this screen when the session of its presenter ends."""
    actor = current_actor()
    browser = browser_words(request.user_agent.string)
    token = services.keep_on_screen(db.session, actor=actor, browser=browser)
    db.session.commit()
    hours = int(services.ON_THIS_SCREEN.total_seconds() // 3600)
    message = f"The stage stays open on this screen for {hours} hours, even when you are signed out."
    onwards = local_path_or(request.form.get("next"), url_for("stage.show"))
    answer = redirect_after(onwards, message=message)
    return let_in(answer, token, seconds=int(services.ON_THIS_SCREEN.total_seconds()))


def _index(form: FormReader) -> Response:
    asked = page_request(request.args)
    rows = list_displays(db.session, limit=asked.size, offset=asked.offset)
    answer = respond_invalid if form.errors else render
    return answer(
        "displays/index.html",
        form=form,
        shows=SHOWS,
        limits={"name": services.NAME_LIMIT},
        page=Page(rows, asked.number, asked.size, count_displays(db.session)),
    )
