"""A share link in a real browser: three clicks, opened by a stranger, put into a frame, and ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.web.browsers import NEEDS_BROWSER, Visit, browser_of, days_ago, served, violations
from tracker import clock
from tracker.services import sharing

pytestmark = NEEDS_BROWSER
#: What Chromium itself prints of a dead link, and of a frame that is refused.
EXPECTED = ("status of 404", "frame-ancestors", "Refused to frame", "Framing")


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """Bob's browser on a snapshot that has something to tell, where everybody may open links."""
    desk = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(200))
    register.moment(desk, days_ago(90), title="Refund in one call")
    register.moment(desk, days_ago(1), title="One letter less")
    register.snapshot(clock.today())
    cookie = browser_of(app, engine, cast.bob).get_cookie("tracker-session")
    assert cookie is not None
    with served(app) as address, Visit(browser, address, expected=EXPECTED, cookie=cookie.value) as found:
        yield found


def allow(register: Register, cast: Cast, origins: str, *, version: int) -> None:
    """Let everybody open links, and these sites embed one."""
    sharing.allow(register.session, actor=cast.ada, mode="open", origins=origins, version=version)
    register.session.commit()


def made(visit: Visit) -> tuple[Page, str]:
    """Make a link as somebody does: three clicks from the page of the snapshot; return the page and the link."""
    page = visit.open("/snapshots")
    page.locator("tbody a").click()
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("button", name="Make the link").click()
    field = page.get_by_label("The link")
    expect(field).to_be_focused()
    link = field.input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    return page, link


@contextmanager
def site(frame: str) -> Iterator[int]:
    """Serve a page of somebody else that puts an address into a frame; yield its port."""

    class Intranet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{frame}" width="1200" height="700"></iframe>'.encode())

        def log_message(self, *_words: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Intranet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_three_clicks_make_a_link_that_a_stranger_opens_until_it_is_ended(
    visit: Visit, register: Register, cast: Cast
) -> None:
    allow(register, cast, "", version=0)
    page, link = made(visit)
    stranger, elsewhere = visit.page(cookie=""), []

    def only_here(route: Route) -> None:
        if route.request.url.startswith(visit.address):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    stranger.context.route("**/*", only_here)
    sent: list[str] = []
    stranger.on("request", lambda request: sent.append(request.headers.get("referer", "")))
    stranger.goto(link)
    stranger.wait_for_load_state("networkidle")
    expect(stranger.get_by_text("One letter less").first).to_be_visible()
    assert violations(stranger) == []
    assert (elsewhere, set(sent)) == ([], {""})
    assert stranger.context.cookies() == []
    page.goto(visit.address + "/share-links")
    expect(page.get_by_role("cell", name="Today")).to_be_visible()
    page.get_by_role("button", name="End this link").click()
    expect(page.get_by_text("This link no longer works.")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="This link no longer works.")).to_be_visible()
    assert violations(stranger) == []


def test_a_frame_shows_it_on_the_sites_that_were_listed_and_on_no_other(
    visit: Visit, register: Register, cast: Cast
) -> None:
    allow(register, cast, "https://nobody.example.org", version=0)
    _, link = made(visit)
    with site(f"{link}/embed") as port:
        page = visit.page(cookie="")
        page.goto(f"http://localhost:{port}/")
        page.wait_for_load_state("networkidle")
        assert page.frames[1].get_by_text("One letter less").count() == 0
        allow(register, cast, f"http://localhost:{port}", version=1)
        page.reload()
        expect(page.frame_locator("iframe").get_by_text("One letter less").first).to_be_visible()
