"""What a share link shows to whoever brings it: one frozen thing, and no way into the application."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, current_app, g, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import Unauthorized

from tracker.config import Config
from tracker.extensions import db
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.snapshots import said_of_day, said_of_months
from tracker.services import share_links as services
from tracker.services.errors import InvalidInput, NotFound, TooMany
from tracker.services.share_links import DEAD, Opened
from tracker.services.sign_in import VISITOR
from tracker.web.forms import FormReader
from tracker.web.fragments import go_to, render, respond_invalid
from tracker.web.frozen import place_in
from tracker.web.guest_links import GuestLinks
from tracker.web.guest_stories import addresses_of, shared_by
from tracker.web.saving import save_in_passing
from tracker.web.scenes import scene_page
from tracker.web.security import let_embed
from tracker.web.sessions import current_actor_or_none
from tracker.web.snapshots import FIGURES, period, shown, ties_of
from tracker.web.stage import pack_film, stage_data, stage_page

blueprint = Blueprint("guests", __name__, url_prefix="/s")

#: How the answers to every address that carries a token go out, whatever they say.
SECRET_PATHS = ("/s/", "/display/")
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}
#: A right password opens its link in this browser for so long.
UNLOCKED_SECONDS = 60 * 60
COOKIE = "tracker-link"


@blueprint.get("/<token>")
def show(token: str) -> Response:
    """Show what a link was made for."""
    link = services.open_link(db.session, token)
    return _refusal(link, token) or _shown(link, token)


@blueprint.post("/<token>")
def unlock(token: str) -> Response:
    """Open a link with its password, in this browser and for an hour."""
    form = FormReader(request.form)
    if refusal := _sign_in_first(services.open_link(db.session, token), token):
        return refusal
    try:
        link = services.unlock(
            db.session,
            actor=VISITOR,
            token=token,
            password=form.value("password"),
            address=request.remote_addr or "",
        )
    except InvalidInput as refused:
        db.session.commit()  # a wrong password is noted, like a refused sign-in
        form.add(refused.errors)
        return respond_invalid("guests/password.html", form=form, token=token)
    except TooMany as refused:
        db.session.rollback()
        form.refuse("password", str(refused))
        answer = respond_invalid("guests/password.html", status=429, form=form, token=token)
        answer.headers["Retry-After"] = str(refused.retry_after)
        return answer
    db.session.rollback()
    answer = go_to(url_for("guests.show", token=token))
    answer.set_cookie(
        COOKIE,
        _signer().dumps(_proof(link)),
        max_age=UNLOCKED_SECONDS,
        path=url_for("guests.show", token=token),
        secure=_config().https,
        httponly=True,
        samesite="Lax",
    )
    return answer


@blueprint.get("/<token>/scenes")
def scenes(token: str) -> Response:
    """Show a scene as a screen of the stage."""
    link = services.open_link(db.session, token)
    if refusal := _refusal(link, token):
        return refusal
    found = shared_by(link)
    return scene_page(found.story, addresses_of(token)) if found.story else _shown(link, token)


@blueprint.get("/<token>/table")
def table(token: str) -> Response:
    """Show the same in words and tables, each number of a snapshot with its receipt."""
    link = services.open_link(db.session, token)
    return _refusal(link, token) or _shown(link, token, as_table=True)


@blueprint.get("/<token>/data")
def data(token: str) -> Response:
    """Answer with the film as JSON, to whoever may see it."""
    link = services.open_link(db.session, token)
    if _refusal(link, token) is not None:
        raise Unauthorized
    found = shared_by(link)
    if (story := found.story) is None:
        raise NotFound(DEAD)
    at, links = place_in(story), GuestLinks(story, token, in_frame=False)
    return stage_data(f"{found.state} {at}", lambda: pack_film(story.film, story.captions, at, links))


@blueprint.get("/<token>/embed")
def embed(token: str) -> Response:
    """Show the same in a frame of the sites that an administrator listed, where it needs no sign-in and no password."""
    link = services.open_link(db.session, token)
    if not link.origins:
        raise NotFound(DEAD)
    let_embed(link.origins)
    if link.mode != "open" or link.password_hash is not None:
        return render("guests/outside.html", link=url_for("guests.show", token=token, _external=True))
    return _shown(link, token, in_frame=True, as_table=request.args.get("table") == "yes")


@blueprint.errorhandler(NotFound)
def dead(_error: NotFound) -> Response:
    """Say that a link no longer works, and never why."""
    db.session.rollback()
    return render("guests/dead.html", status=404, advice=DEAD)


@blueprint.errorhandler(InvalidInput)
def unreadable(_error: InvalidInput) -> Response:
    """Show the link as it is to whoever asks it for a day or a scene that is none."""
    return go_to(url_for("guests.show", token=(request.view_args or {})["token"]))


@blueprint.after_app_request
def keep_secret(response: Response) -> Response:
    """Keep an address that carries a token out of caches, search engines and the next site's logs."""
    if request.path.startswith(SECRET_PATHS):
        response.headers.update(HEADERS)
    return response


@blueprint.teardown_request
def note_use(_error: BaseException | None) -> None:
    """Note the use of a link at most every five minutes, on a connection of its own, once the page is done."""
    link: Opened | None = g.get("opened_link")
    if link is not None and link.is_due:
        save_in_passing(
            "The use of a share link",
            lambda session: services.note_used(session, actor=VISITOR, link_id=link.id),
        )


def _sign_in_first(link: Opened, token: str) -> Response | None:
    """Return the sign-in page that leads back here, None where it is not needed."""
    if link.mode == "open" or current_actor_or_none() is not None:
        return None
    onwards = url_for("guests.show", token=token)
    return render("guests/sign-in.html", status=401, form=FormReader(), onwards=onwards)


def _refusal(link: Opened, token: str) -> Response | None:
    """Return the page that asks who this is, or for the password; None for whoever may see the link."""
    if stranger := _sign_in_first(link, token):
        return stranger
    if link.password_hash is not None and not _is_unlocked(link):
        return render("guests/password.html", form=FormReader(), token=token)
    return None


def _shown(link: Opened, token: str, *, in_frame: bool = False, as_table: bool = False) -> Response:
    """Return the film of a link, or what it says in words and tables; that alone where it keeps no film."""
    found = shared_by(link)
    g.opened_link = link
    story, document = found.story, found.document
    links = GuestLinks(story, token, in_frame=in_frame) if story else None
    if story and links and not as_table:
        return stage_page(story.film, place_in(story), story.captions.__getitem__, links)
    return render(
        "guests/table.html",
        story=story,
        snapshot=found.snapshot,
        document=document,
        figures=said_of_day(document) if document else [],
        months=list(reversed(list(said_of_months(document)))) if document else [],
        ties=list(ties_of(document)) if document else [],
        bands=BAND_WORDS,
        words=FIGURES,
        period=period,
        shown=shown,
        stage=links.page(None) if links else "",
    )


def _proof(link: Opened) -> list[str]:
    """Return what the cookie vouches for: this link with this password."""
    return [link.public_id, hashlib.sha256((link.password_hash or "").encode()).hexdigest()]


def _is_unlocked(link: Opened) -> bool:
    try:
        return bool(
            _signer().loads(request.cookies.get(COOKIE, ""), max_age=UNLOCKED_SECONDS) == _proof(link)
        )
    except BadData:
        return False


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="share link")


def _config() -> Config:
    config: Config = current_app.config["TRACKER"]
    return config
