"""A register brought by page in a real browser: choose, look, tick, import; the same without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.exchange.test_tables import rows_of, workbook
from tests.factories import Cast
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, REFUSED, Visit, served, violations
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


def test_an_offices_own_workbook_goes_in_and_is_taken_back(page: Page, address: str, engine: Engine) -> None:
    book = workbook(
        ("Cover", rows_of(["What we try"])),
        (
            "Pilots",
            rows_of(
                ["No", "What we try", "Art", "Who"],
                [1, "Nightdesk", "POC", "Library / Museum"],
                [2, "Olddesk", "POC", "Zoo"],
            ),
        ),
    )
    page.goto(f"{address}/import")
    page.set_input_files("#file", {"name": "pilots.xlsx", "mimeType": "application/zip", "buffer": book})
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How this file is read")
    page.get_by_label("What the column What we try is").select_option("title")
    page.get_by_label("What the column Who is").select_option("departments")
    page.get_by_label("Between names in a cell").select_option("/")
    page.get_by_label("POC").select_option("quick_win")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 rows new.")
    page.get_by_label("Import Olddesk").uncheck()
    page.get_by_role("button", name="Leave the unticked ones out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 row new, 1 left out.")
    page.get_by_role("button", name="Import 1 row").click()
    page.wait_for_url("**/import/done?*")
    assert count(engine) == 1
    page.get_by_role("link", name="What this import did, and the way back").click()
    page.get_by_role("button", name="Take the import back").click()
    expect(page.locator("main")).to_contain_text("Taken back by")
    assert count(engine) == 0


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with scripts"])
def test_every_page_of_it_is_free_of_barriers(page: Page, address: str) -> None:
    page.goto(f"{address}/import")
    assert violations(page) == []
    page.set_input_files("#file", FILE)
    page.get_by_role("button", name="See what it would do").click()
    page.wait_for_url("**/import/*")
    assert violations(page) == []
    page.get_by_label("Leave the two refused rows out").check()
    page.get_by_role("button", name="Import 5 rows").click()
    page.wait_for_url("**/import/done?on=*")
    assert violations(page) == []
