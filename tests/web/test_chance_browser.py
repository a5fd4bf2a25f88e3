"""Beyond chance in a real browser: the page follows the shuffles by itself, and without scripts by looking again."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from threading import Event
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago
from tracker.graph.chance import Table, Tally
from tracker.web import chance, shuffling
from tracker.web.shuffling import Shuffling

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 20.0

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_database("sqlite"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no browser here: Debian's package chromium is not installed"
    ),
]


class Quiet(WSGIRequestHandler):
    """A handler that prints nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Drop the line."""


class Threaded(ThreadingMixIn, WSGIServer):
    """A server that answers a page and its files at once."""

    daemon_threads = True


class Visit:
    """Alice's browser; every fault of a script or of the policy fails the test."""

    def __init__(self, browser: Browser, address: str, cookie: str) -> None:
        self.browser, self.address, self.cookie = browser, address, cookie
        self.faults: list[str] = []

    def open(self, path: str, *, scripts: bool = True, width: int = 1280) -> Page:
        """Open a page."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=scripts
        )
        context.add_cookies([{"name": "tracker-session", "value": self.cookie, "url": self.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        page.goto(self.address + path)
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Let the shuffles stop at 120 until this is set."""
    found = Event()

    def hold(_table: Table, count: int, **_more: Any) -> Iterator[Tally]:
        for at in range(count):
            if at == 120:
                found.wait(PATIENCE)
            yield Tally(1, 1, at)

    monkeypatch.setattr(chance, "shuffling", Shuffling())
    monkeypatch.setattr(shuffling, "shuffles", hold)
    yield found
    found.set()


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """Three pilots of four departments, behind a real port."""
    claims, legal, sales, digital = register.departments("Claims", "Legal", "Sales", "Digital")
    for at, pair in enumerate(((claims, legal), (claims, legal), (sales, digital))):
        register.initiative(f"Pilot {at}", *pair, start=days_ago(10))
    cookie = browser_of(app, engine, cast.alice).get_cookie("tracker-session")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = Visit(browser, f"http://127.0.0.1:{server.server_port}", cookie.value)
    yield found
    for context in browser.contexts:
        context.close()
    server.shutdown()
    server.server_close()
    thread.join()
    assert found.faults == []


def violations(page: Page) -> list[str]:
    """Return what axe finds."""
    return [each["id"] for each in Axe().run(page, options={"runOnly": RULES}).response["violations"]]


def test_the_page_follows_the_shuffles_and_says_the_result_without_a_reload(
    visit: Visit, go_on: Event
) -> None:
    page = visit.open("/beyond-chance")
    page.get_by_role("button", name="Shuffle now").click()
    expect(page.get_by_text("120 of 200 shuffles")).to_be_visible()
    expect(page.get_by_role("progressbar", name="120 of 200 shuffles")).to_be_visible()
    assert violations(page) == []
    page.evaluate("window.stayed = document.querySelector('[role=status]:not(#said)')")
    go_on.set()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Chance alone would give 1 of 6; yours is more than in all 200 shuffles.")
    status = "window.stayed.isConnected && window.stayed.textContent"
    assert page.evaluate(status).startswith("Chance alone would give 1 of 6"), "it is announced"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    assert asked == [], "it looks no more"
    assert violations(page) == []


def test_without_scripts_a_link_looks_again(visit: Visit, go_on: Event) -> None:
    page = visit.open("/beyond-chance", scripts=False)
    page.get_by_role("button", name="Shuffle now").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    go_on.set()
    end = time.monotonic() + PATIENCE
    while page.get_by_role("link", name="See how far it is").is_visible():
        assert time.monotonic() < end
        page.get_by_role("link", name="See how far it is").click()
    expect(page.get_by_role("heading", name="Yours among 200 shuffles")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_result_fits_and_can_be_read_by_everybody(visit: Visit, go_on: Event, width: int) -> None:
    go_on.set()
    page = visit.open("/beyond-chance?shuffle=now", width=width)
    expect(page.get_by_role("heading", name="Yours among 200 shuffles")).to_be_visible()
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("cell", name="yours: 2", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
