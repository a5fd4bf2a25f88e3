"""The expert panel of a large house in a real browser: what takes time comes after the page, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, Visit, days_ago, served, violations
from tracker.queries import experts

pytestmark = NEEDS_BROWSER


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
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie) as found:
        yield found


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
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
