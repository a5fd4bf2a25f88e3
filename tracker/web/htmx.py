"""The one module that reads the request headers of htmx 4."""

from __future__ import annotations

from typing import Literal
from urllib.parse import unquote

from flask import Flask, request
from flask_htmx import HTMX

#: Every request header that decides what is sent back, for ``Vary``.
READ_HEADERS = ("HX-Request", "HX-Request-Type", "HX-Boosted", "HX-History-Restore-Request")


class Htmx4(HTMX):
    """Flask-HTMX taught the headers of htmx 4.

    htmx 4 sends ``HX-Source`` where 2 sent ``HX-Trigger``, writes ``HX-Target`` as ``tag#id`` and says with
    ``HX-Request-Type`` whether it wants a whole page (``full``) or a part of one (``partial``).
    """

    @property
    def wants(self) -> Literal["full", "partial", ""]:
        """Return what the browser says it will do with the answer, "" when it does not say."""
        kind = request.headers.get("HX-Request-Type")
        if kind == "full":
            return "full"
        return "partial" if kind == "partial" else ""

    @property
    def target(self) -> str | None:
        """Return the id of the element that will be replaced, None when it has none."""
        return _id_of(request.headers.get("HX-Target"))

    @property
    def source(self) -> str | None:
        """Return the id of the element that sent the request, None when it has none."""
        return _id_of(request.headers.get("HX-Source"))

    trigger = source

    @property
    def trigger_name(self) -> str | None:
        """Return None: htmx 4 does not send the name of the element."""
        return None

    @property
    def prompt(self) -> str | None:
        """Return None: the vendored htmx has no prompt extension."""
        return None


def _id_of(element: str | None) -> str | None:
    """Return the id of an element written ``tag#id`` with the id percent-encoded."""
    if not element or "#" not in element:
        return None
    return unquote(element.partition("#")[2]) or None


htmx = Htmx4()


def init_app(app: Flask) -> None:
    """Offer ``htmx`` to the templates of an application."""
    htmx.init_app(app)
