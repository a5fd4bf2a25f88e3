"""Close a department on a day; that it goes on as part of another is a merge."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.services import merging as services
from tracker.services import policies
from tracker.services.departments import find_department
from tracker.services.errors import Stale
from tracker.web.conflicts import keep_stale
from tracker.web.departments import SAVED
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after
from tracker.web.records import form_page
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor

blueprint = Blueprint("merging", __name__, url_prefix="/departments")


@blueprint.route("/<public_id>/close", methods=["GET", "POST"])
def close(public_id: str) -> Response:
    """Ask for the day, and close the department on it."""
    actor = current_actor()
    record = find_department(db.session, actor, public_id)
    policies.require(actor, "shape")
    name = record.name
    form = FormReader.showing({"on": record.closed_on or clock.today(), "version": record.version})
    status = 200
    if request.method == "POST":
        form = FormReader(request.form)
        on, version = form.day("on", "The day", required=True), form.version()
        try:
            closed = save(
                form,
                lambda: services.close_department(
                    db.session, actor=actor, public_id=public_id, version=version, on=needed(on)
                ),
            )
        except Stale as stale:
            closed, status = None, 409
            keep_stale(form, stale)
        if closed is not None:
            return redirect_after(
                url_for("departments.show", public_id=public_id),
                message=f"{name} is closed from that day on; its days before stay.",
                event=SAVED,
            )
    return form_page(form, "departments/close.html", status=status, public_id=public_id, name=name)
