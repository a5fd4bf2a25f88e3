"""A register brought by page in a real browser: choose, look, tick, import; the same without JavaScript."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Cast
from tests.signing import sign_in
from tracker.models.initiatives import Initiative

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FILE = Path(__file__).parent.parent / "fixtures" / "register.csv"

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


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application behind a real port, with CSRF checks on."""
    app.config.update(WTF_CSRF_ENABLED=True)
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def cookie(client: FlaskClient, engine: Engine, cast: Cast, address: str) -> dict[str, str]:
    """The cookie of Alice's browser."""
    sign_in(client, engine, cast.alice.user_id)
    found = client.get_cookie("tracker-session")
    assert found is not None
    return {"name": "tracker-session", "value": found.value, "url": address}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, cookie: dict[str, str]) -> Iterator[Page]:
    """Alice's page, once with JavaScript and once without; a fault of a script or of the policy fails the test."""
    context = browser.new_context(java_script_enabled=request.param)
    context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict is what it takes
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None
    )
    yield opened
    context.close()
    assert faults == []


def count(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count(Initiative.id))) or 0


def test_a_register_goes_in_once_the_refused_rows_are_left_out(
    page: Page, address: str, engine: Engine, request: pytest.FixtureRequest
) -> None:
    has_scripts = "with scripts" in request.node.callspec.id
    page.goto(f"{address}/import")
    page.set_input_files("#file", FILE)
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 rows refused, 5 new.")
    button = page.get_by_role("button", name="Import 5 rows")
    if has_scripts:
        expect(button).to_be_disabled()
    else:
        button.click()  # the browser asks for the tick itself
        expect(page.get_by_role("heading", level=1)).to_have_text("2 rows refused, 5 new.")
    assert count(engine) == 0
    page.get_by_label("Leave the two refused rows out").check()
    expect(button).to_be_enabled()
    button.click()
    page.wait_for_url("**/import/done?on=*")
    expect(page.locator("#said")).to_contain_text("5 new; 2 refused rows left out.")
    assert count(engine) == 5


def test_a_file_that_cannot_be_read_says_why_and_asks_for_another(page: Page, address: str) -> None:
    page.goto(f"{address}/import")
    page.set_input_files(
        "#file", {"name": "register.csv", "mimeType": "text/csv", "buffer": b"<p>not a register</p>"}
    )
    page.get_by_role("button", name="See what it would do").click()
    expect(page.locator(".wrongs")).to_contain_text("The first line is not the tidy header.")
    page.set_input_files("#file", FILE)
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 rows refused, 5 new.")


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with scripts"])
def test_every_page_of_it_is_free_of_barriers(page: Page, address: str) -> None:
    def barriers() -> list[str]:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        return [each["id"] for each in found]

    page.goto(f"{address}/import")
    assert barriers() == []
    page.set_input_files("#file", FILE)
    page.get_by_role("button", name="See what it would do").click()
    page.wait_for_url("**/import/*")
    assert barriers() == []
    page.get_by_label("Leave the two refused rows out").check()
    page.get_by_role("button", name="Import 5 rows").click()
    page.wait_for_url("**/import/done?on=*")
    assert barriers() == []
