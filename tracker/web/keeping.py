"""What pages show the same to several readers: read and drawn once per state of the register, then given again.

A page asks `kept` for what it shows, and its template puts in ``{{ part("home/_lead.html") }}`` where another would
include that fragment: the same fragment with the same context, but drawn once. A fragment that is put in as a
part may depend on the context it is given, on ``may``, ``today``, the address and the token of its forms, and on
nothing else; `tests/web/test_keeping.py` holds that.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, g, request
from flask_wtf.csrf import generate_csrf

from tracker import clock
from tracker.extensions import db
from tracker.queries.keeping import keep
from tracker.web.sessions import current_actor

#: Stands in parts where each reader's own token belongs; nobody can write it, since no answer ever holds it.
TOKEN = secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read for a page, and the parts of it that were drawn, by their templates."""

    values: Mapping[str, Any]
    parts: dict[str, str] = field(default_factory=dict)

    def part(self, template: str) -> str:
        """Return a fragment drawn with the values, with the token of this reader in its forms."""
        drawn = self.parts.get(template)
        if drawn is None:
            drawn = self.parts[template] = _draw(template, self.values)
        return drawn.replace(TOKEN, generate_csrf()) if TOKEN in drawn else drawn


def init_app(app: Flask) -> None:
    """Let the forms of a part hold the place of a token, and all others the token itself."""
    app.jinja_env.globals["csrf_token"] = _csrf_token


def _csrf_token() -> str:
    return TOKEN if g.get("draws_part") else generate_csrf()


def _draw(template: str, values: Mapping[str, Any]) -> str:
    """Return what a template makes of some values: markup already, which a page puts in as it is."""
    context = dict(values, csrf_token=_csrf_token)
    current_app.update_template_context(context)
    g.draws_part = True
    try:
        drawn: str = current_app.jinja_env.get_template(template).make_module(context).__html__()
    finally:
        g.draws_part = False
    return drawn


def kept(page: str, *key: Hashable, read: Callable[[], Mapping[str, Any]]) -> Kept:
    """Return what a page shows to everybody of the reader's role at this address today. 2 queries, and `read`'s.

    `key` names what `read` depends on beside the register, the day, the role and the address.
    """
    state = (clock.today(), current_actor().role, request.full_path, key)
    return keep(db.session, f"page {page}", state, lambda: Kept(read()))
