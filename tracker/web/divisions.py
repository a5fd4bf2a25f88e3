"""Divisions: the list with the departments of each, a new one, another name, away."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.divisions import division_rows
from tracker.services import divisions as services
from tracker.services import policies
from tracker.services.divisions import find_division
from tracker.services.naming import NAME_LIMIT
from tracker.web.filters import plural
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.records import form_page, save_edit
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("divisions", __name__, url_prefix="/departments/divisions")

SAVED = "division-saved"


@blueprint.route("", methods=["GET", "POST"])
def index() -> Response:
    """List the divisions; the form below opens one."""
    actor = current_actor()
    form = FormReader(request.form)
    if request.method == "POST":
        policies.require(actor, "shape")
        name = form.text("name", "The name", required=True, limit=NAME_LIMIT)
        added = save(form, lambda: services.add_division(db.session, actor=actor, name=name))
        if added is not None:
            return redirect_after(url_for("divisions.index"), message=f"{added.name} is a division now.")
    return render(
        "divisions/index.html",
        fragment="divisions/_list.html",
        status=422 if form.errors else 200,
        form=form,
        rows=division_rows(db.session),
        limit=NAME_LIMIT,
    )


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Give a division another name; a stale save shows both."""
    actor = current_actor()
    record = find_division(db.session, actor, public_id)
    policies.require(actor, "shape")
    name = record.name
    form = FormReader.showing({"name": name, "version": record.version})
    if request.method == "POST":
        form = FormReader(request.form)
        text, version = form.text("name", "The name", required=True, limit=NAME_LIMIT), form.version()
        done = save_edit(
            form,
            lambda: services.rename_division(
                db.session, actor=actor, public_id=public_id, version=version, name=text
            ),
            title=name,
            here=url_for("divisions.edit", public_id=public_id),
            back=url_for("divisions.index"),
            labels=lambda: {"name": ("Name", "text", ())},
            event=SAVED,
        )
        if done is not None:
            return done
    return form_page(form, "divisions/edit.html", public_id=public_id, name=name, limit=NAME_LIMIT)


@blueprint.post("/<public_id>/remove")
def remove(public_id: str) -> Response:
    """Take a division away; its departments stay."""
    left = services.remove_division(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    message = (
        f"The division is gone; {plural(left, 'department')} stand without one."
        if left
        else "The division is gone."
    )
    return redirect_after(url_for("divisions.index"), message=message)
