"""Share links of those who make them: the form, the link that is shown once, the list, and the end of one."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.share_links import count_links, list_links, sharing
from tracker.services import policies
from tracker.services import share_links as services
from tracker.services.policies import may
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.paging import Page, page_request
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("share_links", __name__, url_prefix="/share-links")

#: The page of each thing that a link can show.
PAGES = {"snapshot": "snapshots.show", "presentation": "presentations.show"}
#: How long a link can work, in days.
LIFETIMES = (
    (1, "A day"),
    (7, "A week"),
    (services.USUAL_DAYS, "30 days"),
    (90, "90 days"),
    (services.LONGEST_DAYS, "A year"),
)


@blueprint.get("")
def index() -> Response:
    """List the links with what became of them: one's own, or everybody's for the office."""
    actor = current_actor()
    policies.require(actor, "share")
    made_by = None if may(actor, "share any") else actor.user_id
    asked = page_request(request.args)
    rows = list_links(db.session, made_by=made_by, limit=asked.size, offset=asked.offset)
    return render(
        "share_links/index.html",
        page=Page(rows, asked.number, asked.size, count_links(db.session, made_by=made_by)),
        everybody=made_by is None,
        allowed=sharing(db.session),
    )


@blueprint.route("/new/<kind>/<target>", methods=["GET", "POST"])
def new(kind: str, target: str) -> Response:
    """Make a link to a snapshot or a presentation, and show it once."""
    actor = current_actor()
    policies.require(actor, "share")
    services.find_target(db.session, kind, target)
    if request.method == "GET":
        return _form(FormReader.showing({"days": services.USUAL_DAYS}), kind, target)
    form = FormReader(request.form)
    days = form.whole("days", "How long it works", low=1, high=services.LONGEST_DAYS, required=True) or 0
    note = form.text("note", "The note", limit=services.NOTE_LIMIT)
    made = save(
        form,
        lambda: services.create(
            db.session,
            actor=actor,
            kind=kind,
            target=target,
            days=days,
            password=form.value("password"),
            note=note,
        ),
    )
    if made is None:
        return _form(form, kind, target)
    link, token = made
    return render(
        "share_links/made.html",
        made=link,
        link=url_for("guests.show", token=token, _external=True),
        embed=url_for("guests.embed", token=token, _external=True),
        allowed=sharing(db.session),
        back=_back(kind, target),
        kind=kind,
    )


@blueprint.post("/<public_id>/revoke")
def revoke(public_id: str) -> Response:
    """End a link at once."""
    services.revoke(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("share_links.index"), message="This link no longer works.")


def _form(form: FormReader, kind: str, target: str) -> Response:
    answer = respond_invalid if form.errors else render
    return answer(
        "share_links/new.html",
        form=form,
        lifetimes=LIFETIMES,
        allowed=sharing(db.session),
        action=url_for("share_links.new", kind=kind, target=target),
        back=_back(kind, target),
        kind=kind,
        limits={"note": services.NOTE_LIMIT},
    )


def _back(kind: str, target: str) -> str:
    """Return the page of what a link shows."""
    return url_for(PAGES[kind], public_id=target)
