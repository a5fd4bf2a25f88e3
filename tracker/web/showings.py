"""Present a snapshot: one button, and what was shown is compared with from then on."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.services.showings import present as write_down
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("showings", __name__, url_prefix="/snapshots")

#: Where a snapshot that is presented is shown.
SHOWN_AT = "snapshots.show"


@blueprint.post("/<public_id>/present")
def present(public_id: str) -> Response:
    """Note that a snapshot is presented today, and show it."""
    actor, today = current_actor(), clock.today()
    form = FormReader(request.form)
    made = save(form, lambda: write_down(db.session, actor=actor, snapshot=public_id, today=today))
    is_new = made is not None and made[1]
    message = "Presented today. From tomorrow on, the stage compares with it." if is_new else ""
    return redirect_after(url_for(SHOWN_AT, public_id=public_id), message=message)
