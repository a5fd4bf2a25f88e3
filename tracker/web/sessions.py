"""Who is asking: Flask-Login over server-side sessions, and the rule that every page needs one unless it says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, jsonify, request, url_for
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import Unauthorized

from tracker import clock
from tracker.config import Config
from tracker.extensions import db, login
from tracker.models.accounts import User
from tracker.queries.accounts import SessionRow, count_accounts, sessions_of
from tracker.services.actors import Actor, actor_of
from tracker.services.errors import Forbidden
from tracker.services.sessions import Lifetime, find_session, note_seen, start_session
from tracker.services.since import Looks, looks_of
from tracker.web import screens
from tracker.web.fragments import go_to
from tracker.web.saving import save_in_passing
from tracker.web.security import SAFE_METHODS

#: Endpoints that nobody has to be signed in for; `/metrics`, share links, displays and feeds then ask for their token.
PUBLIC = frozenset(
    {"static", "accounts.sign_in", "accounts.use_link", "set_up.show", "health.live", "watching.metrics"}
    | {
        "displays.open_",
        "feeds.due",
        "feeds.wins",
        "guests.show",
        "guests.unlock",
        "guests.table",
        "guests.scenes",
        "guests.data",
        "guests.embed",
    }
)


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Somebody who is signed in, as Flask-Login knows them: its id is the session's token, never the account's."""

    token: str
    actor: Actor
    session_id: int
    is_due: bool
    looks: Looks

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return self.token


def init_app(app: Flask) -> None:
    """Load who asks from the session's token, and refuse everybody else."""
    login.session_protection = None
    login.user_loader(_load)
    app.before_request(_require_somebody)
    app.teardown_request(_note_use)
    screens.init_app(app)


def lifetime() -> Lifetime:
    """Return how long sessions live here."""
    config: Config = current_app.config["TRACKER"]
    return Lifetime(timedelta(minutes=config.session_idle_minutes), timedelta(hours=config.session_hours))


def living_sessions(user_id: int) -> tuple[SessionRow, ...]:
    """Return the sessions of an account that still hold. 1 query."""
    now, lives = clock.now(), lifetime()
    return sessions_of(db.session, user_id, used_since=now - lives.idle, begun_since=now - lives.absolute)


def current_actor_or_none() -> Actor | None:
    """Return who asks, on a display's own pages the display; None when it is neither."""
    if current_user.is_authenticated:
        actor: Actor = current_user.actor
        return actor
    screen = screens.current_screen()
    return screen.actor if screen else None


def current_actor() -> Actor:
    """Return who asks; pages that need nobody must not call it."""
    actor = current_actor_or_none()
    if actor is None:
        raise Forbidden("Sign in first.")
    return actor


def current_looks() -> Looks:
    """Return when whoever asks looked at the numbers; nobody never did."""
    return current_user.looks if current_user.is_authenticated else Looks()


def current_token() -> str:
    """Return the token of the session that asks, "" when nobody is signed in."""
    return current_user.token if current_user.is_authenticated else ""


def current_session_id() -> int:
    """Return the row id of the session that asks, 0 when there is none."""
    return current_user.session_id if current_user.is_authenticated else 0


def sign_in_as(user: User) -> None:
    """Open a session for an account under a new token, and hand it to the browser. The caller commits."""
    actor = actor_of(user)
    browser = request.user_agent.string
    token = start_session(db.session, actor=actor, user=user, browser=browser, lifetime=lifetime())
    login_user(SignedIn(token, actor, 0, is_due=False, looks=looks_of(user)))


def forget_browser() -> None:
    """Take the token out of the browser."""
    logout_user()


def _load(token: str) -> SignedIn | None:
    found = find_session(db.session, token, lifetime())
    if found is None:
        return None
    looks = Looks(found.looked_at, found.looked_before_at)
    return SignedIn(token, found.actor, found.id, found.is_due, looks)


def _require_somebody() -> Any:
    if request.endpoint is None or request.endpoint in PUBLIC or current_user.is_authenticated:
        return None
    if screens.current_screen() is not None:
        return None
    if request.path.startswith("/api/"):
        answer: Response = jsonify(error={"message": "Sign in first.", "field": None})
        answer.status_code = 401
        return answer
    if not count_accounts(db.session):
        return go_to(url_for("set_up.show"))
    if request.method not in SAFE_METHODS and _brought_text():
        raise Unauthorized(
            "You were signed out meanwhile, so nothing was saved. Sign in in another tab, then send it again here."
        )
    asked = request.full_path.rstrip("?") if request.method == "GET" else None
    return go_to(url_for("accounts.sign_in", next=asked if asked != "/" else None))


def _brought_text() -> bool:
    """Say whether a form holds anything that a way round by the sign-in page would lose."""
    return any(value.strip() for name, value in request.form.items() if name != "csrf_token")


def _note_use(_error: BaseException | None) -> None:
    """Note the use of a session at most every five minutes, on a connection of its own, once the page is done."""
    if not (request.endpoint and current_user and current_user.is_authenticated and current_user.is_due):
        return
    signed_in: SignedIn = current_user
    save_in_passing(
        "The use of a session",
        lambda session: note_seen(session, actor=signed_in.actor, session_id=signed_in.session_id),
    )
