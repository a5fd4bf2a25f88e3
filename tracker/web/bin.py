"""The bin: what was taken away, by whom and when, the way back, and after a month the way out."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.models.base import utc_now
from tracker.queries.bin import binned_rows, count_binned
from tracker.services import bin as services
from tracker.services import policies
from tracker.services.bin import KEPT_DAYS, find_binned, may_go
from tracker.services.errors import InvalidInput
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.paging import Page, page_request
from tracker.web.sessions import current_actor

blueprint = Blueprint("bin", __name__, url_prefix="/bin")

#: The feature whose page shows a record of this kind and brings it back.
FEATURES = {
    "initiative": "initiatives",
    "moment": "moments",
    "department": "departments",
    "sponsor": "sponsors",
    "journey": "journeys",
    "presentation": "presentations",
}


@blueprint.get("")
def index() -> Response:
    """List what is in the bin, what came last first."""
    policies.require(current_actor(), "bin")
    asked = page_request(request.args)
    now = utc_now()
    rows = binned_rows(db.session, limit=asked.size, offset=asked.offset)
    return render(
        "bin/index.html",
        fragment="bin/_table.html",
        page=Page(rows, asked.number, asked.size, count_binned(db.session)),
        may_go={(row.kind, row.public_id) for row in rows if may_go(row.binned_at, now)},
        features=FEATURES,
        kept_days=KEPT_DAYS,
    )


@blueprint.route("/<kind>/<public_id>/remove", methods=["GET", "POST"])
def remove(kind: str, public_id: str) -> Response:
    """Ask once more, then remove a record for good."""
    actor = current_actor()
    record = find_binned(db.session, actor, kind, public_id)
    policies.require(actor, "administer")
    name = getattr(record, "title", "") or getattr(record, "name", "") or kind
    form = FormReader(request.form)
    if request.method == "POST":
        try:
            services.remove_for_good(db.session, actor=actor, kind=kind, public_id=public_id, now=utc_now())
        except InvalidInput as refused:
            db.session.rollback()
            form.add(refused.errors)
        else:
            db.session.commit()
            return redirect_after(url_for("bin.index"), message=f"“{name}” is gone for good.")
    return render(
        "bin/remove.html",
        fragment="bin/_remove.html",
        status=422 if form.errors else 200,
        form=form,
        kind=kind,
        public_id=public_id,
        name=name,
    )
