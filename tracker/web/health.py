"""``/healthz``: whether this process can work on its database, for a load balancer or a watchdog."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker.extensions import db
from tracker.models.revisions import schema_of

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def live() -> Response:
    """Answer 200 when the database answers at the revision that is needed, else 503 with the reason."""
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            schema = schema_of(connection)
    except SQLAlchemyError:
        return _answer(503, "The database does not answer.")
    return _answer(200, "") if schema.is_current else _answer(503, schema.problem)


def _answer(status: int, problem: str) -> Response:
    response = jsonify(status="ok" if not problem else "not ready", problem=problem or None)
    response.status_code = status
    return response
