"""What every template may use beside its own context: the shell, and whether the reader may do a thing."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, url_for
from werkzeug.routing import BuildError

from tracker import clock
from tracker.extensions import db
from tracker.queries.organisation import frame
from tracker.services.actors import Actor
from tracker.services.policies import GRANTS, may
from tracker.version import VERSION
from tracker.web.dates import keep_day
from tracker.web.sessions import current_actor_or_none
from tracker.web.shell import KEYS_COOKIE, THEME_COOKIE, Shell, ShellLinks, build_shell

#: The blueprints of what is shown to whoever brings a link.
GUESTS = frozenset({"guests", "feeds"})

NAVIGATION = (
    ("Home", "home.index"),
    ("Initiatives", "initiatives.index"),
    ("Moments", "moments.index"),
    ("Departments", "departments.index"),
    ("Sponsors", "sponsors.index"),
    ("Journeys", "journeys.index"),
)


def init_app(app: Flask) -> None:
    """Give every template the shell, ``may`` and today's date; let its links keep the day of its page."""
    app.context_processor(_context)
    app.url_defaults(keep_day)


def _context() -> dict[str, Any]:
    actor = _reader()

    def actor_may(action: str) -> bool:
        return actor is not None and may(actor, action)

    return {"shell": _shell(actor), "may": actor_may, "today": clock.today()}


def _reader() -> Actor | None:
    """Return whom the page is for: what a share link shows is the same for everybody."""
    return None if request.blueprint in GUESTS else current_actor_or_none()


def _shell(actor: Actor | None) -> Shell:
    here = frame(db.session)
    granted = [] if actor is None else [action for action in GRANTS if may(actor, action)]
    names = {"log near miss": "log", "administer": "administer", "import": "import", "bin": "bin"}
    return build_shell(
        organisation=here.name,
        path=request.path,
        links=_links(),
        nav=[(label, _url(endpoint)) for label, endpoint in NAVIGATION],
        user_name=actor.name if actor and actor.role != "display" else None,
        user_role=actor.role if actor else "",
        may=[names[action] for action in granted if action in names],
        sample=here.has_sample,
        theme_cookie=request.cookies.get(THEME_COOKIE),
        keys_cookie=request.cookies.get(KEYS_COOKIE),
        version=VERSION,
        is_guest=request.blueprint in GUESTS,
    )


def _links() -> ShellLinks:
    return ShellLinks(
        home=_url("home.index"),
        log=_url("moments.log"),
        stage=_url("stage.show"),
        account=_url("accounts.me"),
        administration=_url("administration.index"),
        sign_out=_url("accounts.sign_out"),
        numbers=_url("measures.show"),
        import_=_url("importing.show"),
        bin=_url("bin.index"),
        search=_url("searching.show"),
        remove_sample=_url("importing.remove_sample"),
    )


def _url(endpoint: str) -> str:
    try:
        return url_for(endpoint)
    except BuildError:
        return ""
