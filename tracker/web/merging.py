"""Close a department on a day, or let it go on as part of another."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.services import merging as services
from tracker.services import policies
from tracker.services.departments import find_department
from tracker.services.errors import Stale
from tracker.services.merging import Merged
from tracker.web.choices import department_options
from tracker.web.conflicts import keep_stale
from tracker.web.departments import SAVED
from tracker.web.filters import plural, sentence_list
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after
from tracker.web.records import form_page
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor

blueprint = Blueprint("merging", __name__, url_prefix="/departments")

WAYS = ("close", "merge")


@blueprint.route("/<public_id>/close", methods=["GET", "POST"])
def close(public_id: str) -> Response:
    """Ask for the day and the way, and do it."""
    actor = current_actor()
    today = clock.today()
    record = find_department(db.session, actor, public_id)
    policies.require(actor, "shape")
    name = record.name
    form = FormReader.showing({"way": "close", "on": record.closed_on or today, "version": record.version})
    status = 200
    if request.method == "POST":
        form = FormReader(request.form)
        try:
            message = _close(form, public_id, name)
        except Stale as stale:
            message, status = None, 409
            keep_stale(form, stale)
        if message is not None:
            url = url_for("departments.show", public_id=public_id)
            return redirect_after(url, message=message, event=SAVED)
    return form_page(
        form,
        "departments/close.html",
        status=status,
        public_id=public_id,
        name=name,
        others=[each[:2] for each in department_options(today) if each[0] != public_id],
    )


def _close(form: FormReader, public_id: str, name: str) -> str | None:
    """Do what was chosen; return what to say, or None when it was refused."""
    actor = current_actor()
    way = form.choice("way", "What happens", WAYS, required=True)
    on, version = form.day("on", "The day", required=True), form.version()
    if way == "close":
        closed = save(
            form,
            lambda: services.close_department(
                db.session, actor=actor, public_id=public_id, version=version, on=needed(on)
            ),
        )
        return f"{name} is closed from that day on; its days before stay." if closed is not None else None
    into = "".join(form.ids("into", "The department", required=True)[:1])
    merged = save(
        form,
        lambda: services.merge_department(
            db.session, actor=actor, public_id=public_id, version=version, into=into, on=needed(on)
        ),
    )
    return _told(name, merged) if merged is not None else None


def _told(name: str, merged: Merged) -> str:
    """Say what went over."""
    parts = [
        plural(count, noun)
        for count, noun in (
            (merged.initiatives, "initiative"),
            (merged.journeys, "journey"),
            (merged.people, "sponsor"),
        )
        if count
    ]
    went = f" What went over: {sentence_list(parts)}." if parts else ""
    return f"{name} goes into {merged.into}; its days before stay.{went}"
