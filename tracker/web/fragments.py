"""The one place that decides between a page and a part of it, and how a form answers."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, make_response, redirect, render_template

from tracker.web.htmx import READ_HEADERS, htmx


def wants_fragment() -> bool:
    """Say whether the answer will replace a part of the page that is open.

    A boosted link, a step back in the history and a request of type ``full`` come through htmx as well, and
    need the whole page.
    """
    if not htmx or htmx.boosted or htmx.history_restore_request:
        return False
    return htmx.wants != "full"


def render(page: str, /, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render ``fragment`` for a request that replaces a part, else ``page``, with the same context.

    Sets ``Vary`` on the headers it read. Without ``fragment`` the page is always sent.
    """
    template = fragment if fragment is not None and wants_fragment() else page
    response = make_response(render_template(template, **context), status)
    response.vary.update(READ_HEADERS)
    return response


def respond_invalid(
    page: str, /, *, fragment: str | None = None, status: int = 422, **context: Any
) -> Response:
    """Send the same form back with what was typed and what is wrong: 422, which htmx 4 swaps."""
    return render(page, fragment=fragment, status=status, **context)


def at_address(response: Response, url: str) -> Response:
    """Let a part that shows the state of a list put that state into the browser's address."""
    if wants_fragment():
        response.headers["HX-Replace-Url"] = url
    return response


def redirect_after(url: str, *, message: str = "", event: str = "", cheer: bool = False) -> Response:
    """Answer a write that succeeded.

    A plain form gets 303 to ``url`` and the message on the page that follows. Through htmx, with ``event``
    the page stays: 204, the event on ``<body>`` for every part that listens (``hx-trigger="moment-logged
    from:body"``), the message announced, an open dialog closed; a page on which nothing listens goes to
    ``url``. Without ``event`` the browser goes to ``url``. ``cheer``: the message of a win, which arrives.
    """
    if not wants_fragment():
        _say(message, "win" if cheer else "message")
        return _as_response(redirect(url, code=303))
    if not event:
        _say(message)
        return go_to(url)
    response = make_response("", 204)
    said = {"message": message, "url": url, "event": event, "cheer": cheer, "target": "body"}
    response.headers["HX-Trigger"] = json.dumps({event: {"target": "body", "url": url}, "tracker:done": said})
    response.vary.update(READ_HEADERS)
    return response


def go_to(url: str, *, status: int = 204, code: int = 303) -> Response:
    """Send the whole browser to ``url``: 303, or another ``code``, for a plain request, ``HX-Redirect`` through htmx.

    A bare redirect would be followed by htmx inside the part it replaces.
    """
    if not wants_fragment():
        return _as_response(redirect(url, code=code))
    response = make_response("", status)
    response.headers["HX-Redirect"] = url
    response.vary.update(READ_HEADERS)
    return response


def _say(message: str, category: str = "message") -> None:
    if message:
        flash(message, category)


def _as_response(answer: Any) -> Response:
    response = make_response(answer)
    response.vary.update(READ_HEADERS)
    return response
