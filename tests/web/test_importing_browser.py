"""A register brought by page in a real browser: choose, look, tick, import; the same without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Cast
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, REFUSED, WCAG, Visit, served, violations
from tracker.models.initiatives import Initiative

FILE = Path(__file__).parent.parent / "fixtures" / "register.csv"

pytestmark = NEEDS_BROWSER


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application behind a real port."""
    with served(app) as found:
        yield found


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(
    request: pytest.FixtureRequest, app: Flask, browser: Browser, engine: Engine, cast: Cast, address: str
) -> Iterator[Page]:
    """Alice's page, once with JavaScript and once without."""
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with Visit(browser, address, cookie=cookie, scripts=request.param, expected=REFUSED) as visit:
        yield visit.page()


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
        "#file", {"name": "register.csv", "mimeType": "text/csv", "buffer": b"<html><p>not a register</p>"}
    )
    page.get_by_role("button", name="See what it would do").click()
    expect(page.locator(".wrongs")).to_contain_text("This is a web page.")
    page.set_input_files("#file", FILE)
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 rows refused, 5 new.")


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with scripts"])
def test_every_page_of_it_is_free_of_barriers(page: Page, address: str) -> None:
    page.goto(f"{address}/import")
    assert violations(page, WCAG) == []
    page.set_input_files("#file", FILE)
    page.get_by_role("button", name="See what it would do").click()
    page.wait_for_url("**/import/*")
    assert violations(page, WCAG) == []
    page.get_by_label("Leave the two refused rows out").check()
    page.get_by_role("button", name="Import 5 rows").click()
    page.wait_for_url("**/import/done?on=*")
    assert violations(page, WCAG) == []
