"""Administration of share links: who may open one, and whose pages may embed one."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.models.share_links import MODES
from tracker.queries.share_links import count_links
from tracker.services import policies
from tracker.services import sharing as services
from tracker.services.errors import Stale
from tracker.web.conflicts import conflict
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("sharing", __name__)

#: Who may open a link, in words.
CHOICES = (
    (
        "signed_in",
        "Whoever has the link and is signed in",
        "Somebody who is not sees the sign-in page first.",
    ),
    ("open", "Whoever has the link", "Nobody has to sign in. A link can have a password all the same."),
    (
        "off",
        "Nobody",
        "Every link stops working, and none can be made. What was not ended works again later.",
    ),
)


@blueprint.route("/administration/sharing", methods=["GET", "POST"])
def edit() -> Response:
    """Show what is allowed of share links, and change it; a stale save shows both texts."""
    actor = current_actor()
    policies.require(actor, "administer")
    if request.method == "GET":
        return _page(FormReader.showing(services.standing_sharing(db.session)))
    form = FormReader(request.form)
    mode = form.choice("mode", "Who may open links", MODES, required=True)
    origins, version = form.text("origins", "The sites", lines=True, limit=5_000), form.version()

    def allow() -> bool:
        services.allow(db.session, actor=actor, mode=mode, origins=origins, version=version)
        return True

    try:
        saved = save(form, allow)
    except Stale as stale:
        db.session.rollback()
        return _both(form, stale)
    if saved:
        return redirect_after(url_for("sharing.edit"), message="Saved.")
    return _page(form)


def _page(form: FormReader) -> Response:
    answer = respond_invalid if form.errors else render
    return answer("sharing/edit.html", form=form, choices=CHOICES, links=count_links(db.session))


def _both(form: FormReader, stale: Stale) -> Response:
    here = url_for("sharing.edit")
    return conflict(
        form,
        stale,
        title="Share links",
        action=here,
        back=here,
        labels={
            "mode": ("Who may open links", "select", [each[:2] for each in CHOICES]),
            "origins": ("Sites that may embed a link", "textarea", ()),
        },
    )
