"""The daily work in a real browser: log from anywhere, end, edit together, vouch; by keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, REFUSED, Visit, days_ago, served, violations
from tracker.models.departments import Department, DepartmentAlias
from tracker.models.initiatives import Initiative

pytestmark = NEEDS_BROWSER


@pytest.fixture
def adas(app: Flask, engine: Engine, cast: Cast) -> str:
    """The cookie of Ada's browser."""
    return cookie_of(app, engine, cast.ada.user_id)


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast) -> Iterator[Visit]:
    """Alice's browser, unless a page is opened with the cookie of somebody else."""
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie, expected=REFUSED) as found:
        yield found


@pytest.fixture
def two(register: Register) -> list[Department]:
    return [
        register.department("Claims", aliases=[DepartmentAlias(name="Damage desk")]),
        register.department("Legal"),
    ]


@pytest.fixture
def storm(register: Register, two: list[Department]) -> Initiative:
    return register.initiative("Storm desk", *two, start=days_ago(30), lead=register.person("Priya Raman"))


def log_by_keyboard(page: Page, title: str) -> None:
    """Press n, type a title and two departments, and send."""
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    page.keyboard.type("damage")
    page.keyboard.press("Enter")
    page.keyboard.type("leg")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def focused(page: Page) -> str:
    """Return the element that has the focus."""
    return str(page.evaluate("document.activeElement.tagName"))


def test_a_win_is_logged_from_home_by_keyboard_alone(visit: Visit, two: list[Department]) -> None:
    page = visit.open("/")
    log_by_keyboard(page, "Refund in one call")
    said = page.locator("#said")
    expect(said).to_contain_text("Logged on its own: “Refund in one call”. Waits for a second person")
    expect(said.locator(".cheer")).to_have_count(1)
    page.goto(visit.address + "/moments")
    expect(page.locator("#moments-stream")).to_contain_text("Refund in one call")
    expect(page.locator("#moments-stream")).to_contain_text("Claims, Legal")
    expect(page.locator(".cheer")).to_have_count(0)


def test_a_list_that_listens_shows_the_win_and_keeps_the_focus(visit: Visit, two: list[Department]) -> None:
    page = visit.open("/moments?kind=win")
    log_by_keyboard(page, "Refund in one call")
    expect(page.locator("#moments-stream .rows")).to_contain_text("Refund in one call")
    expect(page.locator("#dialog")).not_to_be_visible()
    assert page.url.endswith("/moments?kind=win")
    assert focused(page) == "A"
    assert violations(page) == []


def test_the_cheer_stands_still_for_those_who_asked_for_calm(visit: Visit, two: list[Department]) -> None:
    moves = "getComputedStyle(document.querySelector('.cheer'), '::before').animationName"
    for calm in (True, False):
        page = visit.open("/moments", calm=calm)
        log_by_keyboard(page, "Refund in one call")
        expect(page.locator(".cheer")).to_have_count(1)
        assert (page.evaluate(moves) == "none") == calm


def test_a_near_miss_brings_its_lesson(visit: Visit, two: list[Department]) -> None:
    page = visit.open("/moments")
    page.keyboard.press("n")
    lesson = page.get_by_label("What stopped it")
    expect(lesson).to_be_hidden()
    page.get_by_text("Near miss", exact=True).click()
    expect(lesson).to_be_visible()
    page.get_by_label("Title").fill("Nobody at noon")
    departments = page.get_by_role("combobox", name="Departments that took part")
    for name in ("claims", "legal"):
        departments.fill(name)
        departments.press("Enter")
    lesson.fill("Noon had nobody.")
    assert violations(page) == []
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#moments-stream")).to_contain_text("Nobody at noon")
    page.locator("#moments-stream").get_by_role("link", name="Nobody at noon").click()
    expect(page.locator(".lesson")).to_contain_text("Noon had nobody.")


def test_similar_titles_show_while_one_types_and_take_the_moment_in(visit: Visit, storm: Initiative) -> None:
    page = visit.open("/moments")
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Storm desk answers")
    expect(page.locator("#moments-similar")).to_contain_text("Storm desk")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Departments that took part")).to_be_focused()
    page.locator("#moments-similar").get_by_label("Storm desk").check()
    expect(page.get_by_role("combobox", name="Departments that took part")).to_be_hidden()
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#said")).to_contain_text("Logged in “Storm desk”")


def test_a_form_that_is_refused_stays_open_with_the_focus_on_what_is_wrong(
    visit: Visit, two: list[Department]
) -> None:
    page = visit.open("/moments")
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Half a thought")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog .wrongs")).to_be_focused()
    expect(page.locator("#dialog .wrongs")).to_contain_text("Name the departments that took part.")
    expect(page.get_by_label("Title")).to_have_value("Half a thought")
    assert violations(page) == []


def test_an_initiative_ends_as_routine_and_its_page_follows(
    visit: Visit, register: Register, storm: Initiative
) -> None:
    register.person("Efua Mensah")
    page = visit.open(f"/initiatives/{storm.public_id}")
    page.get_by_role("link", name="End it", exact=True).click()
    page.get_by_label("Claims", exact=True).select_option(label="Priya Raman")
    expect(page.get_by_label("What stopped it")).to_be_hidden()
    page.get_by_label("Legal", exact=True).select_option(label="Efua Mensah")
    assert violations(page) == []
    page.get_by_role("button", name="End it").click()
    expect(page.locator("#initiatives-next")).to_contain_text("Became routine")
    expect(page.locator("#initiatives-next")).to_contain_text("Efua Mensah")
    expect(page.locator("#said")).to_contain_text("It has ended; its history stays.")
    assert focused(page) != "BODY"
    assert violations(page) == []


def test_two_people_edit_and_neither_text_is_lost(visit: Visit, adas: str, storm: Initiative) -> None:
    here = f"/initiatives/{storm.public_id}"
    alice, ada = visit.open(here), visit.open(here, cookie=adas)
    for page, words in ((alice, "Alice wrote this."), (ada, "Ada wrote <b>this</b>.")):
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_label("Description").fill(words)
    ada.get_by_role("button", name="Save").click()
    expect(ada.locator("#initiatives-show")).to_contain_text("Ada wrote <b>this</b>.")
    alice.get_by_role("button", name="Save").click()
    both = alice.locator("#initiatives-conflict")
    expect(both).to_contain_text("Somebody saved “Storm desk” before you")
    expect(both).to_contain_text("Ada wrote <b>this</b>.")
    expect(alice.get_by_label("Description: what you wrote")).to_have_value("Alice wrote this.")
    assert violations(alice) == []
    alice.get_by_role("button", name="Save mine").click()
    expect(alice.locator("#initiatives-show")).to_contain_text("Alice wrote this.")


def test_vouching_keeps_the_place_and_the_focus(
    visit: Visit, adas: str, register: Register, storm: Initiative
) -> None:
    for at in (3, 4):
        register.moment(storm, days_ago(at), title=f"Win of day {at}", confirmed=False)
    page = visit.open("/moments", cookie=adas)
    page.get_by_role("button", name="Confirm Win of day 3").press("Enter")
    row = page.locator("#moments-stream li").filter(has_text="Win of day 3").first
    expect(row).to_contain_text("Counts 3 points")
    expect(row.get_by_role("link", name="Win of day 3")).to_be_focused()
    page.get_by_role("button", name="Confirm it").press("Enter")
    expect(page.locator("#moments-waiting")).to_have_count(0)
    assert focused(page) != "BODY"


def test_searching_narrows_the_list_while_one_types_and_stands_in_the_address(
    visit: Visit, register: Register, storm: Initiative
) -> None:
    register.initiative("Old letters", start=days_ago(10))
    page = visit.open("/initiatives")
    page.keyboard.press("/")
    page.keyboard.type("letters")
    expect(page.locator("#initiatives-table tbody tr")).to_have_count(1)
    expect(page.locator("#list-search")).to_be_focused()
    expect(page.locator("#list-search")).to_have_value("letters")
    page.wait_for_url("**/initiatives?q=letters")
    page.get_by_label("Status").select_option("finished")
    expect(page.locator("#initiatives-table")).to_contain_text("Nothing matches.")
    page.wait_for_url("**/initiatives?q=letters&status=finished")


def test_everything_works_without_scripts(
    visit: Visit, register: Register, two: list[Department], storm: Initiative
) -> None:
    register.person("Efua Mensah")
    page = visit.open("/moments", scripts=False)
    page.get_by_role("link", name="Log", exact=True).click()
    page.get_by_label("Title").fill("Refund in one call")
    page.get_by_role("button", name="Log it").click()
    assert "Name the departments that took part." in page.inner_text(".wrongs")
    for name in ("Claims", "Legal"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Log it").click()
    assert "/moments/" in page.url
    assert "Logged on its own" in page.inner_text("#said")
    page.goto(f"{visit.address}/initiatives/{storm.public_id}")
    page.get_by_role("link", name="End it", exact=True).click()
    page.get_by_label("Claims", exact=True).select_option(label="Priya Raman")
    page.get_by_label("Legal", exact=True).select_option(label="Efua Mensah")
    page.get_by_role("button", name="End it").click()
    assert "Became routine" in page.inner_text("#initiatives-next")


def test_two_people_edit_without_scripts_and_neither_text_is_lost(
    visit: Visit, adas: str, storm: Initiative
) -> None:
    here = f"/initiatives/{storm.public_id}/edit"
    alice, ada = visit.open(here, scripts=False), visit.open(here, scripts=False, cookie=adas)
    for page, words in ((ada, "Ada wrote this."), (alice, "Alice wrote this.")):
        page.get_by_label("Description").fill(words)
        page.get_by_role("button", name="Save").click()
    assert "Ada wrote this." in alice.inner_text("#initiatives-conflict")
    alice.get_by_role("button", name="Save mine").click()
    assert "Alice wrote this." in alice.inner_text("#initiatives-show")


@pytest.mark.parametrize("is_empty", [True, False])
def test_pages_are_accessible_and_never_wider_than_the_screen(
    visit: Visit, adas: str, register: Register, is_empty: bool
) -> None:
    paths = ["/initiatives", "/moments", "/log", "/initiatives/new"]
    if not is_empty:
        pair = register.departments(
            "Claims", "An office with a very long name indeed, of the north and the west"
        )
        made = register.initiative("W" * 120, *pair, start=days_ago(100), decide_by=days_ago(3))
        miss = register.moment(made, days_ago(9), "near_miss", "x" * 90, lesson="y" * 300, confirmed=False)
        paths += [f"/initiatives/{made.public_id}{rest}" for rest in ("", "/end", "/edit", "/sponsors")]
        paths += [f"/moments/{miss.public_id}{rest}" for rest in ("", "/lesson", "/reuse", "/edit")]
    page = visit.page(cookie=adas)
    for at, path in enumerate(paths, is_empty):
        page.goto(visit.address + path)
        # The rules are asked on a phone and on a laptop in turn, the other way round for an empty register.
        for width in (390, 1440) if at % 2 else (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert violations(page) == [], (path, width)
