"""The first start: a page for the token from the console, then what to begin with."""

from __future__ import annotations

from flask import Blueprint, request, session, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.accounts import count_accounts
from tracker.services import policies
from tracker.services import set_up as services
from tracker.services.passwords import SHORTEST
from tracker.services.persons import EMAIL_LIMIT, NAME_LIMIT
from tracker.services.sign_in import VISITOR
from tracker.web.forms import FormReader
from tracker.web.fragments import go_to, render, respond_invalid
from tracker.web.saving import save
from tracker.web.sessions import current_actor, current_actor_or_none, sign_in_as

blueprint = Blueprint("set_up", __name__)


@blueprint.route("/set-up", methods=["GET", "POST"])
def show() -> Response:
    """Make the first administrator with the token from the console; once there is one, go and sign in."""
    if count_accounts(db.session):
        signed_in = current_actor_or_none() is not None
        return go_to(url_for("home.index" if signed_in else "accounts.sign_in"))
    given = {"token": request.args.get("token", "")}
    form = FormReader(request.form) if request.method == "POST" else FormReader.showing(given)
    if request.method == "POST" and _set_up(form):
        return go_to(url_for("set_up.begin"))
    answer = respond_invalid if form.errors else render
    limits = {"name": NAME_LIMIT, "email": EMAIL_LIMIT, "password": SHORTEST}
    return answer("set_up/show.html", form=form, limits=limits)


@blueprint.get("/set-up/begin")
def begin() -> Response:
    """Offer the sample, one's own spreadsheet, or an empty register."""
    policies.require(current_actor(), "administer")
    return render("set_up/begin.html")


def _set_up(form: FormReader) -> bool:
    """Make the administrator and sign in as them, in one transaction."""
    token = form.value("token")
    organisation = form.text("organisation", "The name of the organisation", required=True)
    name = form.text("name", "Your name", required=True)
    email = form.text("email", "Your e-mail address", required=True, limit=EMAIL_LIMIT)
    password = form.value("password")

    def first_administrator() -> bool:
        user = services.set_up(
            db.session,
            actor=VISITOR,
            token=token,
            organisation=organisation,
            name=name,
            email=email,
            password=password,
        )
        session.clear()
        sign_in_as(user)
        return True

    return bool(save(form, first_administrator))
