"""Browsers of the cast, simulated and real, and what the tests of pages say again and again."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from socketserver import ThreadingMixIn
from typing import Any, Literal, Self, TypedDict, Unpack
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.serving import COOKIE
from tests.signing import sign_in
from tracker import clock
from tracker.models.audit import AuditEntry
from tracker.services.actors import Actor

#: What htmx says when it asks for a part of a page.
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
#: Ids that no record has: unknown, mistyped, larger than any column, larger than any row, not a text at all.
NO_IDS = ("nothing", "9223372036854775808", "-1", "x" * 70_000, "%00", "a%20b", "%ED%A0%80", "'--")

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*WCAG, "best-practice")
#: The marks of every test in a real browser.
NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.only_database("sqlite"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no browser here: Debian's package chromium is not installed"
    ),
]
#: What Chromium itself prints when a form comes back with its messages.
REFUSED = ("status of 422", "status of 409")


def browser_of(app: Flask, engine: Engine, actor: Actor) -> FlaskClient:
    """Return a browser in which somebody of the cast is signed in."""
    client = app.test_client()
    sign_in(client, engine, actor.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


def as_sent(form: Mapping[str, object]) -> dict[str, Any]:
    """Return a form as its bytes go over the wire, for values that no well-behaved client sends."""
    body = urlencode(form, doseq=True, encoding="utf-8", errors="surrogatepass")
    return {"data": body, "content_type": "application/x-www-form-urlencoded"}


def entries(engine: Engine) -> int:
    """Return how many lines the audit has: the same number means that nothing was written."""
    with Session(engine) as session:
        return session.scalar(select(func.count(AuditEntry.id))) or 0


class Quiet(WSGIRequestHandler):
    """A handler that prints nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Drop the line."""


class Threaded(ThreadingMixIn, WSGIServer):
    """A server that answers a page and its files at once."""

    daemon_threads = True


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Put an application behind a real port, with the checks of its forms on; return its address."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Options(TypedDict, total=False):
    """How somebody looks at a page."""

    #: The session; nobody is signed in without one.
    cookie: str
    scripts: bool
    width: int
    #: By itself that of a laptop or of a phone.
    height: int
    #: What was chosen on the page; without a choice, what the machine prefers.
    theme: str
    prefers: Literal["light", "dark"]
    #: Reduced motion.
    calm: bool


class Visit:
    """Real browsers on a served application; every fault of a script or of the policy fails the test."""

    def __init__(
        self, browser: Browser, address: str, *, expected: tuple[str, ...] = (), **usual: Unpack[Options]
    ) -> None:
        """Take how pages are looked at as a rule, and parts of the lines that the console may print."""
        self.browser, self.address, self.expected, self.usual = browser, address, expected, usual
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        for context in self.contexts:
            context.close()
        assert self.faults == [], self.faults

    def page(self, **options: Unpack[Options]) -> Page:
        """Return an empty page in a browser of its own."""
        look = self.usual | options
        width = look.get("width", 1280)
        context = self.browser.new_context(
            viewport={"width": width, "height": look.get("height", 810 if width > 800 else 844)},
            java_script_enabled=look.get("scripts", True),
            color_scheme=look.get("prefers", "light"),
            reduced_motion="reduce" if look.get("calm") else "no-preference",
        )
        self.contexts.append(context)
        for name, value in ((COOKIE, look.get("cookie")), ("theme", look.get("theme"))):
            if value:
                context.add_cookies([{"name": name, "value": value, "url": self.address}])
        context.on("weberror", lambda failed: self.faults.append(str(failed.error)))
        context.on("console", self._heard)
        return context.new_page()

    def open(self, path: str, **options: Unpack[Options]) -> Page:
        """Open a page in a browser of its own."""
        page = self.page(**options)
        page.goto(self.address + path)
        return page

    def _heard(self, line: ConsoleMessage) -> None:
        is_fault = line.type == "error" or "Content Security Policy" in line.text
        if is_fault and not any(words in line.text for words in self.expected):
            self.faults.append(line.text)


def violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """Return what the rules of accessibility find on a page, each with where it begins."""
    # Only of violations are the places wanted: to name those of all that is well takes most of the time.
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:90]}" for one in found]


def walk(client: FlaskClient, names: re.Pattern[str], address: str, way: str = "next") -> list[list[str]]:
    """Return the names on every page of a list from an address on, following its links."""
    pages = []
    while address:
        text = client.get(address).text
        pages.append(names.findall(text))
        found = re.search(rf'<a href="([^"]+)" rel="{way}"', text)
        address = found[1].replace("&amp;", "&") if found else ""
    return pages
