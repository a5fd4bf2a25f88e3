"""Give the whole register away: one file that another tracker, or this one, takes back in."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from tracker import clock
from tracker.extensions import db
from tracker.services import policies
from tracker.services.exports import portfolio_text
from tracker.web.sessions import current_actor

blueprint = Blueprint("exporting", __name__, url_prefix="/export")


@blueprint.get("/portfolio.json")
def portfolio() -> Response:
    """Send the register as portfolio JSON, to keep as a file."""
    policies.require(current_actor(), "export")
    response = make_response(portfolio_text(db.session))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="portfolio-{clock.today()}.json"'
    return response
