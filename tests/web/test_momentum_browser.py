"""The stage, home and the numbers in a real browser: by keyboard, by drag, without scripts, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, Visit, days_ago, served, violations
from tracker import clock

NAMES = ("Claims", "Legal", "Sales", "Digital", "Finance")
PLACES = "[...document.querySelectorAll('.node')].map(node => [node.id, node.getAttribute('transform')])"

pytestmark = NEEDS_BROWSER


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """A year of pilots in a ring of five departments, and Alice's browser."""
    departments = [register.department(name, track_position=at) for at, name in enumerate(NAMES)]
    for at in range(5):
        start = days_ago(330 - 60 * at)
        home = register.initiative(
            f"Pilot {at}",
            departments[at],
            departments[(at + 1) % 5],
            start=start,
            declared_until=days_ago(-1),
        )
        register.moment(home, start + timedelta(9), title=f"Win {at}")
    register.moment(home, days_ago(1), title="Waits", confirmed=False)
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with (
        served(app) as address,
        Visit(browser, address, cookie=cookie, width=1440, theme="light") as found,
    ):
        yield found


def test_arrows_move_through_the_months_and_no_node_moves(visit: Visit) -> None:
    page = visit.open("/momentum")
    before = page.evaluate(PLACES)
    last = page.locator("#momentum-on option").count() - 1
    number = page.locator(".big").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#scrub")).to_have_value(str(last - 1))
    page.keyboard.press("Home")
    expect(page.locator("#scrub")).to_have_value("0")
    expect(page.locator(".big")).not_to_have_text(number)
    assert "on=" in page.url
    page.keyboard.press("End")
    expect(page.locator(".big")).to_have_text(number)
    expect(page.locator("#scrub")).to_have_value(str(last))
    assert page.evaluate(PLACES) == before


def test_steps_by_button_keep_the_page_and_the_history_short(visit: Visit) -> None:
    page = visit.open("/momentum")
    page.evaluate("window.stays = 1; window.steps = history.length")
    month = page.locator(".month").inner_text()
    page.get_by_role("link", name="Month before").click()
    expect(page.locator(".month")).not_to_have_text(month)
    assert page.evaluate("[window.stays, history.length - window.steps]") == [1, 0]


def test_the_slider_and_a_drag_on_the_chart_choose_a_month(visit: Visit) -> None:
    page = visit.open("/momentum")
    page.locator("#scrub").focus()
    page.keyboard.press("Home")
    expect(page.locator("#momentum-on")).to_have_js_property("selectedIndex", 0)
    box = page.locator("#momentum-chart").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 48, box["y"] + 60, steps=12)
    page.mouse.up()
    expect(page.locator(".month")).to_contain_text(str(clock.today().day))
    expect(page.locator("[data-step='1']")).to_have_count(0)


def test_a_department_in_focus_fades_what_it_does_not_touch_and_stays_in_focus(visit: Visit) -> None:
    page = visit.open("/momentum")
    page.locator(".node").first.focus()
    expect(page.locator("#momentum-track")).to_have_class("focus-one")
    assert page.locator(".tie-path.on").count() == 4
    faded = page.locator(".tie-path:not(.on)").first
    assert faded.evaluate("tie => getComputedStyle(tie).opacity") == "0.05"
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-step='1']")).to_have_count(1)
    expect(page.locator("#momentum-track")).to_have_class("focus-one")
    expect(page.locator(".node:focus")).to_have_count(1)


def test_single_letters_change_the_theme_and_lead_to_the_table_and_back(visit: Visit) -> None:
    page = visit.open("/momentum", theme="dark")
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("a")
    page.wait_for_url("**/momentum/table?on=*")
    page.keyboard.press("a")
    page.wait_for_url("**/momentum?on=*")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")


def test_without_scripts_the_form_shows_another_month(visit: Visit) -> None:
    page = visit.open("/momentum", scripts=False)
    number = page.locator(".big").inner_text()
    page.locator("#momentum-on").select_option(index=0)
    page.get_by_role("button", name="Show").click()
    assert "on=" in page.url
    assert page.locator(".big").inner_text() != number


def test_everything_fits_the_screen_of_the_stage(visit: Visit) -> None:
    page = visit.open("/momentum")
    page.evaluate("document.fonts.ready.then(() => 0)")
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    wide = "[...document.querySelectorAll('.bar, .head, .timeline')].map(part => part.scrollWidth - part.clientWidth)"
    assert max(page.evaluate(wide)) <= 0


def test_the_triangle_is_walked_by_arrows_and_enter_opens_the_pair(visit: Visit) -> None:
    page = visit.open("/")
    page.locator('.cell[tabindex="0"]').focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    name = page.locator(".cell:focus").get_attribute("aria-label")
    assert name is not None
    page.keyboard.press("Enter")
    pair = name.split(":", maxsplit=1)[0].split(" and ")
    expect(page.locator("#pairs-panel h2")).to_have_text(" and ".join(sorted(pair)))
    expect(page.locator('.cell[aria-current="true"]')).to_have_count(1)
    assert page.url == visit.address + "/"


def test_confirming_all_counts_at_once_and_keeps_home_open(visit: Visit) -> None:
    page = visit.open("/")
    wins = page.locator(".pace-said a").first.inner_text()
    page.get_by_role("button", name="Confirm it").click()
    expect(page.locator("#said")).to_contain_text("It counts now.")
    expect(page.locator(".pace-said a").first).not_to_have_text(wins)
    expect(page.get_by_role("button", name="Confirm it")).to_have_count(0)
    assert page.url == visit.address + "/"


@pytest.mark.parametrize("path", ["/", "/pairs", "/momentum", "/momentum/table", "/how-the-numbers-are-made"])
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_pages_are_accessible_and_never_wider_than_the_screen(
    visit: Visit, path: str, width: int, theme: str
) -> None:
    page = visit.open(path, width=width, theme=theme)
    page.evaluate("document.fonts.ready.then(() => 0)")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == []
