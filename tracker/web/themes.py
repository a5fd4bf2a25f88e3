"""Themes: the list, a new one, another name, and the page of one with its initiatives."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.history import history_of
from tracker.queries.initiative_lists import Arrangement, listing_of
from tracker.queries.initiatives import InitiativeFilters, count_initiatives, rows_of
from tracker.queries.themes import theme_rows
from tracker.services import policies
from tracker.services import themes as services
from tracker.services.naming import NAME_LIMIT
from tracker.services.themes import find_theme
from tracker.web.cursors import read_page
from tracker.web.dates import asked_day, begun_by
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.records import form_page, move, save_edit
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("themes", __name__, url_prefix="/themes")

SAVED = "theme-saved"


@blueprint.get("")
def index() -> Response:
    """List the themes, with what carries them today or on a past day (``?on=``)."""
    current_actor()
    on = asked_day(request.args.get("on"))
    rows = theme_rows(db.session, begun_by(on))
    return render("themes/index.html", fragment="themes/_list.html", rows=rows, on=on)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Open a theme."""
    actor = current_actor()
    policies.require(actor, "shape")
    form = FormReader(request.form)
    if request.method == "POST":
        name = form.text("name", "The name", required=True, limit=NAME_LIMIT)
        added = save(form, lambda: services.add_theme(db.session, actor=actor, name=name))
        if added is not None:
            url = url_for("themes.show", public_id=added.public_id)
            return redirect_after(url, message=f"“{added.name}” is a theme now.", event=SAVED)
    return form_page(form, "themes/new.html", limit=NAME_LIMIT)


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show a theme with its initiatives, today or on a past day (``?on=``)."""
    return _page(public_id)


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Give a theme another name; a stale save shows both."""
    actor = current_actor()
    record = find_theme(db.session, actor, public_id)
    policies.require(actor, "shape")
    name = record.name
    back = url_for("themes.show", public_id=public_id)
    form = FormReader.showing({"name": name, "version": record.version})
    if request.method == "POST":
        form = FormReader(request.form)
        text, version = form.text("name", "The name", required=True, limit=NAME_LIMIT), form.version()
        done = save_edit(
            form,
            lambda: services.rename_theme(
                db.session, actor=actor, public_id=public_id, version=version, name=text
            ),
            title=name,
            here=url_for("themes.edit", public_id=public_id),
            back=back,
            labels=lambda: {"name": ("Name", "text", ())},
            event=SAVED,
        )
        if done is not None:
            return done
    return form_page(form, "themes/edit.html", public_id=public_id, name=name, limit=NAME_LIMIT)


@blueprint.post("/<public_id>/remove")
def remove(public_id: str) -> Response:
    """Take away a theme that no initiative carries."""
    return move(
        lambda: services.remove_theme(db.session, actor=current_actor(), public_id=public_id),
        to=url_for("themes.index"),
        message="The theme is gone; no initiative carried it.",
        refused=lambda why: _page(public_id, refused=why),
    )


def _page(public_id: str, refused: str = "") -> Response:
    """Render a theme's page; with ``refused``, why what was asked for could not be done (422)."""
    actor = current_actor()
    on = asked_day(request.args.get("on"))
    record = find_theme(db.session, actor, public_id)
    filters = InitiativeFilters(theme=public_id, begun_by=begun_by(on))
    today, may_shape = clock.today(), policies.may(actor, "shape")
    return render(
        "themes/show.html",
        fragment="themes/_show.html",
        status=422 if refused else 200,
        refused=refused,
        name=record.name,
        public_id=public_id,
        page=read_page(
            listing_of(db.session, Arrangement(filters), on),
            count_initiatives(db.session, filters, on),
            lambda edges: rows_of(db.session, [each.id for each in edges], on),
        ),
        on=on,
        history=history_of(db.session, "theme", record.id) if may_shape and on >= today else (),
    )
