"""The expert panel of a large house in a real browser: what takes time comes after the page, with scripts and without."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from itertools import pairwise
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago
from tracker.queries import experts

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

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
def visit(
    app: Flask,
    browser: Browser,
    engine: Engine,
    cast: Cast,
    register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Visit]:
    """Alice's browser in a house where three departments are already many."""
    monkeypatch.setattr(experts, "AT_ONCE", 3)
    for at, (one, other) in enumerate(pairwise(register.departments("Sales", "Claims", "Legal", "People"))):
        register.initiative(f"Desk {at}", one, other, start=days_ago(10))
    client = browser_of(app, engine, cast.alice)
    cookie = client.get_cookie("tracker-session")
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


def test_who_links_whom_follows_the_page_by_itself(visit: Visit) -> None:
    page = visit.open("/expert-panel")
    expect(page.get_by_role("heading", name="Claims and Legal link different circles")).to_be_visible()
    expect(page.locator("#experts-waiting")).to_have_count(0)
    assert page.url.endswith("/expert-panel")


def test_without_scripts_a_link_shows_all_of_it(visit: Visit) -> None:
    page = visit.open("/expert-panel", scripts=False)
    page.get_by_role("link", name="Show it").click()
    expect(page.get_by_role("heading", name="Claims and Legal link different circles")).to_be_visible()
    expect(page.get_by_role("heading", name="The inner circle")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_use_it_with_every_term_unfolded(visit: Visit, width: int) -> None:
    page = visit.open("/expert-panel?whole=yes", width=width)
    page.locator("main details > summary").evaluate_all("all => all.forEach(one => one.click())")
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
