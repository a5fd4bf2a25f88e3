"""The shell in a real browser: keys, dialog, departments field, theme, policy, no script, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browsers import NEEDS_BROWSER, REFUSED, Visit, served, violations
from tests.web.shell_app import make_app

#: A form that is refused, a page that is not there, and a server that cannot be reached.
EXPECTED = (*REFUSED, "status of 404", "net::ERR_FAILED", "Failed to fetch")

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The shell's application behind a real port."""
    with served(make_app()) as found:
        yield found


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    with Visit(browser, address, expected=EXPECTED) as found:
        yield found


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.page()


def test_a_win_is_logged_from_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address + "/?listens=1")
    page.keyboard.press("n")
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    page.keyboard.type("Night shift")
    page.keyboard.press("Tab")
    page.keyboard.type("cla")
    page.keyboard.press("Enter")
    page.keyboard.type("canteen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Chosen: Claims, Café and Catering")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Logged Night shift with d1, d4.")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#shell-part")).to_have_text("After")
    assert page.url.endswith("/?listens=1")


def test_a_page_on_which_nothing_listens_goes_to_the_record(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("n")
    page.get_by_label("Title").fill("Night shift")
    page.get_by_role("combobox", name="Departments").fill("legal")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/moments/7f3a")


def test_an_invalid_form_stays_in_the_dialog_with_its_messages(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.get_by_role("link", name="Log").click()
    page.get_by_label("Title").fill("Night shift")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#dialog .wrongs")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("Night shift")
    assert violations(page) == []


def test_what_was_typed_survives_closing_the_dialog(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("n")
    page.get_by_label("Title").fill("Half a thought")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator('[data-key="n"]')).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_have_value("Half a thought")


def test_keys_do_nothing_while_one_types(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("n?p/")
    expect(page.locator("[data-search]")).to_have_value("n?p/")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_keys_can_be_shown_and_switched_off_for_this_browser(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("?")
    page.get_by_label("Use single-letter keys").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("n")
    page.keyboard.press("p")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.url == address + "/"


def test_the_departments_field_obeys_the_keyboard(page: Page, address: str) -> None:
    page.goto(address + "/log")
    field = page.get_by_role("combobox", name="Departments")
    field.fill("a")
    field.press("ArrowDown")
    field.press("ArrowUp")
    chosen = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    field.fill("sales")
    field.press("Enter")
    expect(page.get_by_role("button", name="Remove Sales")).to_be_visible()
    field.press("Backspace")
    expect(page.get_by_role("button", name="Remove Sales")).to_have_count(0)
    field.fill("nowhere")
    field.press("Enter")
    assert page.url.endswith("/log")
    expect(page.get_by_text("No match")).to_be_visible()


def test_a_grid_is_one_stop_and_arrows_move_in_it(page: Page, address: str) -> None:
    page.goto(address + "/grid")
    page.locator(".cell").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator(".cell:focus")).to_have_attribute("href", "/?pair=3-2")
    expect(page.locator("th.on")).to_have_text(["2", "3"])
    expect(page.locator('.cell[tabindex="0"]')).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?pair=3-2")


def test_the_choice_of_theme_lasts(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(7, 22, 29)"


def test_an_unreachable_server_is_said_and_the_text_stays(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("n")
    page.get_by_label("Title").fill("Night shift")
    page.route("**/log", lambda route: route.abort())
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#dialog #problem")).to_contain_text("The server cannot be reached.")
    expect(page.get_by_label("Title")).to_have_value("Night shift")


def test_everything_works_without_scripts(visit: Visit) -> None:
    page = visit.open("/", scripts=False)
    page.get_by_role("link", name="Log").click()
    page.get_by_label("Title").fill("Night shift")
    page.get_by_label("Claims").check()
    page.get_by_role("button", name="Log it").click()
    assert page.url.endswith("/moments/7f3a")
    assert "Logged Night shift with d1." in page.inner_text("#said")


@pytest.mark.parametrize("path", ["/", "/log", "/nope"])
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_pages_are_accessible_and_never_wider_than_the_screen(
    visit: Visit, path: str, width: int, theme: Literal["light", "dark"]
) -> None:
    page = visit.open(path, width=width, prefers=theme)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == []
