"""Signing in and out, and one's own account."""

from __future__ import annotations

from flask import Blueprint, request, session, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.accounts import own_account, sessions_of
from tracker.services.errors import TooMany
from tracker.services.sessions import sign_out as end_this_session
from tracker.services.sign_in import VISITOR
from tracker.services.sign_in import sign_in as check_sign_in
from tracker.web.forms import FormReader
from tracker.web.fragments import go_to, render, respond_invalid
from tracker.web.security import local_path_or
from tracker.web.sessions import (
    current_actor,
    current_actor_or_none,
    current_token,
    forget_browser,
    sign_in_as,
)

blueprint = Blueprint("accounts", __name__)

#: The same words for an unknown address, a wrong password and a disabled account.
NO_MATCH = "This e-mail address and password do not belong together. Check both and try again."


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """Sign in, then go on to where the visitor wanted to go."""
    onwards = local_path_or(request.values.get("next"), url_for("home.index"))
    if current_actor_or_none() is not None:
        return go_to(onwards)
    form = FormReader(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return render("accounts/sign-in.html", form=form, onwards=onwards)
    try:
        fits = _sign_in(form)
    except TooMany as refused:
        db.session.rollback()
        form.refuse("", str(refused))
        answer = respond_invalid("accounts/sign-in.html", status=429, form=form, onwards=onwards)
        answer.headers["Retry-After"] = str(refused.retry_after)
        return answer
    if fits:
        return go_to(onwards)
    return respond_invalid("accounts/sign-in.html", form=form, onwards=onwards)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session, here and in the database."""
    end_this_session(db.session, actor=current_actor(), token=current_token())
    db.session.commit()
    forget_browser()
    session.clear()
    return go_to(url_for("accounts.sign_in"))


@blueprint.get("/account")
def me() -> Response:
    """Show one's own account and the browsers it is signed in with."""
    actor = current_actor()
    account = own_account(db.session, actor.user_id or 0)
    return render("accounts/me.html", account=account, sessions=sessions_of(db.session, actor.user_id or 0))


def _sign_in(form: FormReader) -> bool:
    email, password = form.value("email"), form.value("password")
    if not email.strip() or not password:
        form.refuse("", "Give your e-mail address and your password.")
        return False
    address = request.remote_addr or ""
    user = check_sign_in(db.session, actor=VISITOR, email=email, password=password, address=address)
    if user is not None:
        session.clear()  # what a visitor's cookie held, and its form token, end here
        sign_in_as(user)
    else:
        form.refuse("", NO_MATCH)
    db.session.commit()
    return user is not None
