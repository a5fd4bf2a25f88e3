"""Screens nobody is signed in on: the cookie of a display, and the only pages that it opens."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from tracker.config import Config
from tracker.extensions import db
from tracker.services.displays import Screen, find_screen, note_used
from tracker.web.saving import save_in_passing

#: Everything that a display may look at, beside what nobody has to be signed in for. All else is refused to it.
PAGES = frozenset(
    {
        "stage.show", "stage.data", "stage.notes", "scenes.show", "scenes.notes",
        "frozen.stage", "frozen.data", "frozen.notes", "frozen_scenes.show", "frozen_scenes.notes",
        "presenting.show", "presenting.notes", "presenting.film", "presenting.film_data", "presenting.film_notes",
    }
)  # fmt: skip
#: Looking is all that a display does.
METHODS = frozenset({"GET", "HEAD"})
#: As long as browsers keep a cookie; the display itself is ended by whoever administers.
COOKIE_SECONDS = 400 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    """Note the use of displays, and let templates ask whether this browser is one."""
    app.teardown_request(_note_use)
    app.context_processor(_context)


def current_screen() -> Screen | None:
    """Return the display that asks for one of its pages; None when none does, or somebody signed in on it. 1 query."""
    if request.endpoint not in PAGES or request.method not in METHODS or current_user.is_authenticated:
        return None
    if "screen" not in g:
        token = request.cookies.get(cookie_name())
        g.screen = find_screen(db.session, token) if token else None
    screen: Screen | None = g.screen
    return screen


def is_kept() -> bool:
    """Say whether this browser is a display that lives, whoever is signed in on it. 1 query where it has the cookie."""
    token = request.cookies.get(cookie_name())
    return bool(token) and find_screen(db.session, str(token)) is not None


def let_in(response: Response, token: str, *, seconds: int = COOKIE_SECONDS) -> Response:
    """Give the browser the token of its display: for this site alone, and no script reads it."""
    secure = _config().https
    response.set_cookie(
        cookie_name(), token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="Lax"
    )
    return response


def cookie_name() -> str:
    """Return what the cookie is called; over https its name binds it to this host."""
    return "__Host-display" if _config().https else "tracker-display"


def _config() -> Config:
    config: Config = current_app.config["TRACKER"]
    return config


def _context() -> dict[str, Any]:
    return {"stays_on_screen": is_kept}


def _note_use(_error: BaseException | None) -> None:
    """Note the use of a display at most every five minutes, once the page is done."""
    screen: Screen | None = g.get("screen")
    if screen is not None and screen.is_due:
        save_in_passing(
            "The use of a display",
            lambda session: note_used(session, actor=screen.actor, display_id=screen.id),
        )
