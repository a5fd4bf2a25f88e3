"""Feeds: the calendar of what falls due and the feed of wins, for whoever brings the address of one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, g, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.queries.due import Due
from tracker.queries.keeping import state_of
from tracker.queries.news import News
from tracker.queries.organisation import frame
from tracker.services import feeds as services
from tracker.services.feeds import DEAD, DeadAddress, OpenedFeed
from tracker.services.sign_in import VISITOR
from tracker.version import VERSION
from tracker.web.fragments import render
from tracker.web.saving import save_in_passing

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")

#: How the answers to every address that carries a token go out, whatever they say. A program may keep what it
#: fetched, to be told later that nothing changed; nobody on the way may.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-cache",
}


@blueprint.get("/<token>/due.ics")
def due(token: str) -> Response:
    """Answer with the calendar of what falls due, to whoever brings its address."""
    feed = services.open_feed(db.session, token, "due")

    def address(each: Due) -> str:
        page = "journeys.show" if each.what == "journey" else "initiatives.show"
        return url_for(page, public_id=each.public_id, _external=True)

    today = clock.today()
    return _unless_known(
        feed,
        "text/calendar",
        lambda: services.due_file(
            db.session,
            feed,
            name=frame(db.session).name,
            today=today,
            said_at=clock.beginning_of(today),
            address=address,
        ),
    )


@blueprint.get("/<token>/wins.atom")
def wins(token: str) -> Response:
    """Answer with the newest wins as an Atom feed, to whoever brings its address."""
    feed = services.open_feed(db.session, token, "wins")

    def address(each: News) -> str:
        return url_for("moments.show", public_id=each.public_id, _external=True)

    return _unless_known(
        feed,
        "application/atom+xml",
        lambda: services.wins_file(
            db.session,
            feed,
            name=frame(db.session).name,
            today=clock.today(),
            page=url_for("moments.index", _external=True),
            address=address,
        ),
    )


@blueprint.errorhandler(DeadAddress)
def dead(_error: DeadAddress) -> Response:
    """Say that an address no longer works, and never why."""
    db.session.rollback()
    return render("guests/dead.html", status=404, advice=DEAD)


@blueprint.after_app_request
def keep_secret(response: Response) -> Response:
    """Keep an address that carries a token out of shared caches, search engines and the next site's logs."""
    if request.path.startswith("/feeds/"):
        response.headers.update(HEADERS)
    return response


@blueprint.teardown_request
def note_use(_error: BaseException | None) -> None:
    """Note the use of an address at most every five minutes, on a connection of its own, once the answer is made."""
    feed: OpenedFeed | None = g.get("opened_feed")
    if feed is not None and feed.is_due:
        save_in_passing(
            "The use of a feed",
            lambda session: services.note_fetched(session, actor=VISITOR, feed_id=feed.id),
        )


def _unless_known(feed: OpenedFeed, mimetype: str, make: Callable[[], bytes]) -> Response:
    """Answer 304 to whoever has the answer of this state of the register and this day already."""
    g.opened_feed = feed
    state = state_of(db.session)
    told = (VERSION, state.version, state.newest_line, clock.today(), feed.public_id, request.url_root)
    mark = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
    is_known = request.if_none_match.contains_weak(mark)
    response = Response(
        b"" if is_known else make(), 304 if is_known else 200, content_type=f"{mimetype}; charset=utf-8"
    )
    response.set_etag(mark, weak=True)
    return response
