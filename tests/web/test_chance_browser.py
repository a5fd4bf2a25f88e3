"""Beyond chance in a real browser: the page follows the shuffles by itself, and without scripts by looking again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, Visit, days_ago, served, violations
from tracker.graph.chance import Table, Tally
from tracker.web import chance, shuffling
from tracker.web.shuffling import Shuffling

PATIENCE = 20.0

pytestmark = NEEDS_BROWSER


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
    """Three pilots of four departments, and Alice's browser."""
    claims, legal, sales, digital = register.departments("Claims", "Legal", "Sales", "Digital")
    for at, pair in enumerate(((claims, legal), (claims, legal), (sales, digital))):
        register.initiative(f"Pilot {at}", *pair, start=days_ago(10))
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie) as found:
        yield found


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
