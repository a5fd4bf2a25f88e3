"""Signing in and out, and one's own account."""

from __future__ import annotations

from flask import Blueprint, request, session, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.accounts import own_account
from tracker.queries.feeds import feeds_of
from tracker.services import own_account as services
from tracker.services.errors import InvalidInput, TooMany
from tracker.services.own_account import WrongPassword, account_of_link
from tracker.services.persons import NAME_LIMIT
from tracker.services.sessions import end_session as end_own_session
from tracker.services.sessions import sign_out as end_this_session
from tracker.services.sign_in import VISITOR
from tracker.services.sign_in import sign_in as check_sign_in
from tracker.watching import count_sign_in
from tracker.web.browsers import browser_words
from tracker.web.forms import FormReader
from tracker.web.fragments import go_to, redirect_after, render, respond_invalid
from tracker.web.saving import save
from tracker.web.security import local_path_or
from tracker.web.sessions import (
    current_actor,
    current_actor_or_none,
    current_session_id,
    current_token,
    forget_browser,
    living_sessions,
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
        count_sign_in("too_many")
        form.refuse("", str(refused))
        answer = respond_invalid("accounts/sign-in.html", status=429, form=form, onwards=onwards)
        return _later(answer, refused)
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


@blueprint.route("/link/<token>", methods=["GET", "POST"])
def use_link(token: str) -> Response:
    """Let somebody in who was given a link: they set a password, and a name when it is an invitation."""
    user = account_of_link(db.session, token)
    who = {"name": user.name, "email": user.email}
    invited = user.password_hash is None
    form = FormReader(request.form) if request.method == "POST" else FormReader.showing(who)
    if request.method == "POST" and _use_link(form, token, invited=invited):
        return redirect_after(url_for("home.index"), message="Your password is set. Welcome.")
    answer = respond_invalid if form.errors else render
    return answer("accounts/link.html", form=form, token=token, email=who["email"], invited=invited)


@blueprint.get("/account")
def me() -> Response:
    """Show one's own account and the browsers it is signed in with."""
    return _page(FormReader())


@blueprint.post("/account/password")
def change_password() -> Response:
    """Change one's own password; every other browser is signed out."""
    form = FormReader(request.form)
    try:
        services.change_password(
            db.session,
            actor=current_actor(),
            current=form.value("current"),
            new=form.value("new"),
            address=request.remote_addr or "",
            token=current_token(),
        )
    except WrongPassword as refused:
        db.session.commit()  # a wrong password is noted, like a refused sign-in
        form.add(refused.errors)
        return _page(form, status=422)
    except InvalidInput as refused:
        db.session.rollback()
        form.add(refused.errors)
        return _page(form, status=422)
    except TooMany as refused:
        db.session.rollback()
        form.refuse("current", str(refused))
        return _later(_page(form, status=429), refused)
    db.session.commit()
    message = "Your password is changed. Every other browser is signed out."
    return redirect_after(url_for("accounts.me"), message=message)


@blueprint.post("/account/sessions/<public_id>/end")
def end_session(public_id: str) -> Response:
    """Sign one of one's own browsers out."""
    end_own_session(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("accounts.me"), message="That browser is signed out.")


def _page(form: FormReader, *, status: int = 200) -> Response:
    actor = current_actor()
    account = own_account(db.session, actor.user_id or 0)
    browsers = [(each, browser_words(each.browser)) for each in living_sessions(actor.user_id or 0)]
    return render(
        "accounts/me.html",
        status=status,
        form=form,
        account=account,
        browsers=browsers,
        feeds=feeds_of(db.session, actor.user_id or 0),
        here=current_session_id(),
    )


def _later(answer: Response, refused: TooMany) -> Response:
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


def _use_link(form: FormReader, token: str, *, invited: bool) -> bool:
    name = form.text("name", "Your name", required=True, limit=NAME_LIMIT) if invited else ""

    def let_in() -> bool:
        user = services.use_link(
            db.session, actor=VISITOR, token=token, name=name, password=form.value("password")
        )
        session.clear()
        sign_in_as(user)
        return True

    is_in = bool(save(form, let_in))
    if is_in:
        count_sign_in("by_link")
    return is_in


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
    count_sign_in("signed_in" if user is not None else "refused")
    return user is not None
