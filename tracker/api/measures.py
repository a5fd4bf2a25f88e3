"""``GET /api/v1/measures``: coverage, momentum and the next best pairs of a day."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from tracker.extensions import db
from tracker.queries.measures import measures_on
from tracker.web.dates import asked_day

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/measures")
def measures() -> Response:
    """Answer with the measures of ``?on=`` (today by default); 422 with the field's name for what is no day."""
    return jsonify(measures_on(db.session, asked_day(request.args.get("on"))))
