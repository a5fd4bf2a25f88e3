"""Lists in a real browser: through the rows by keys, several chosen and changed, taken back; and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, REFUSED, Visit, days_ago, served, violations
from tracker.web import downloads

pytestmark = NEEDS_BROWSER


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """Alice's browser on three initiatives and a theme."""
    pair = register.departments("Claims", "Legal")
    for at, title in enumerate(("First", "Second", "Third")):
        register.initiative(title, *pair, start=days_ago(20 + at))
    register.theme()
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie, expected=REFUSED) as found:
        yield found


def test_rows_are_walked_chosen_changed_and_taken_back_by_keyboard(visit: Visit) -> None:
    page = visit.open("/initiatives")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="First", exact=True)).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("link", name="Third", exact=True)).to_be_focused()
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    assert violations(page) == []
    page.get_by_role("button", name="Change the chosen").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change 2 initiatives at once")
    expect(page.get_by_label("Department", exact=True)).to_be_hidden()
    page.get_by_label("Pause them").press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text("Pause: 2 initiatives change")
    assert violations(page) == []
    page.get_by_role("button", name="Change these 2 initiatives").press("Enter")
    expect(page.locator("#said")).to_contain_text("2 initiatives are changed.")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#said")).to_contain_text("Taken back.")
    page.goto(visit.address + "/initiatives")
    for key in ("j", "j", "k", "k"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("First")


def test_a_workbook_that_takes_long_comes_by_itself_from_a_page_that_waits(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "AT_ONCE", 0)
    page = visit.open("/initiatives")
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as brought:
        page.get_by_role("link", name="Excel workbook", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The initiatives as a workbook")
    assert brought.value.suggested_filename.endswith(".xlsx")
    expect(page.get_by_role("link", name="Save the file")).to_be_visible()
    assert violations(page) == []


def test_a_view_is_saved_and_the_list_grouped_without_leaving_it(visit: Visit) -> None:
    page = visit.open("/initiatives")
    page.get_by_label("Group by").select_option("kind")
    expect(page.locator("tr.group")).to_contain_text("Pilot")
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name").fill("By kind")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="By kind", exact=True)).to_have_attribute("aria-current", "page")
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("jxk")
    expect(page.get_by_label("Search")).to_have_value("jxk")
    page.get_by_text("Download").click()
    expect(page.get_by_role("link", name="Excel workbook", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Excel workbook", exact=True)).to_be_hidden()


def test_columns_groups_and_changes_need_no_scripts(visit: Visit) -> None:
    page = visit.open("/initiatives", scripts=False, width=390)
    page.get_by_role("link", name="Columns", exact=True).click()
    page.get_by_role("link", name="Theme", exact=True).last.click()
    page.get_by_role("link", name="Move Theme to the left").click()
    page.get_by_role("link", name="Done").click()
    assert "theme" in page.url
    page.get_by_label("Choose Second").check()
    page.get_by_role("button", name="Change the chosen").click()
    page.get_by_label("Give them a theme").check()
    page.get_by_label("Theme", exact=True).select_option("Storm season")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Change this initiative").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Theme: Storm season: 1 initiative")
