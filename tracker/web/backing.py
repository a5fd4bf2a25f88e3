"""What needs a second sponsor: for the office everything, for a sponsor what rests on them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.queries.backing import backing
from tracker.services.errors import Forbidden
from tracker.web.dates import asked_day
from tracker.web.fragments import render
from tracker.web.sessions import current_actor

blueprint = Blueprint("backing", __name__)


@blueprint.get("/second-sponsor")
def index() -> Response:
    """List the pairs that rest on one lead sponsor, today unless asked otherwise, and what each initiative carries."""
    actor = current_actor()
    if not actor.is_office and actor.person_id is None:
        raise Forbidden("The transformation office and the sponsor concerned see this.")
    on = asked_day(request.args.get("on"))
    return render(
        "backing/index.html",
        found=backing(db.session, on, None if actor.is_office else actor.person_id),
        is_office=actor.is_office,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )
