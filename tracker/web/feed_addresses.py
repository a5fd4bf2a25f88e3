"""The secret addresses of one's own feeds: made, shown once, and ended."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from tracker.extensions import db
from tracker.services import feeds as services
from tracker.web.fragments import redirect_after, render
from tracker.web.sessions import current_actor

blueprint = Blueprint("feed_addresses", __name__, url_prefix="/account/feeds")

#: Where programs fetch each kind of feed.
ENDPOINTS = {"due": "feeds.due", "wins": "feeds.wins"}


@blueprint.post("/<any(due, wins):kind>")
def make(kind: str) -> Response:
    """Make one's own address for a feed, and show it once; an earlier one ends."""
    token = services.make_address(db.session, actor=current_actor(), kind=kind)
    db.session.commit()
    address = url_for(ENDPOINTS[kind], token=token, _external=True)
    return render("feeds/made.html", kind=kind, address=address)


@blueprint.post("/<any(due, wins):kind>/end")
def end(kind: str) -> Response:
    """End one's own address for a feed at once."""
    services.end_address(db.session, actor=current_actor(), kind=kind)
    db.session.commit()
    return redirect_after(url_for("accounts.me"), message="This address no longer works.")
