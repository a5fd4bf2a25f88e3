"""Present a snapshot: one button, and what was shown is compared with from then on."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.frozen import has_story
from tracker.queries.snapshots import document_of
from tracker.services.showings import present as write_down
from tracker.services.snapshots import find_snapshot
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("showings", __name__, url_prefix="/snapshots")


@blueprint.post("/<public_id>/present")
def present(public_id: str) -> Response:
    """Note that a snapshot is presented today, and play it; one that keeps no story opens its page."""
    actor, today = current_actor(), clock.today()
    is_played = has_story(document_of(find_snapshot(db.session, actor, public_id)))
    form = FormReader(request.form)
    made = save(form, lambda: write_down(db.session, actor=actor, snapshot=public_id, today=today))
    if is_played:  # without a word: a room looks at this page
        return redirect_after(url_for("frozen.stage", public_id=public_id))
    is_new = made is not None and made[1]
    message = "Presented today. From tomorrow on, the stage compares with it." if is_new else ""
    return redirect_after(url_for("snapshots.show", public_id=public_id), message=message)
