"""Scenes in a real browser: told by key and followed by the notes, put together with a live preview, on a wallboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.signing import sign_in
from tests.web.browsers import NEEDS_BROWSER, Visit, days_ago, served, violations
from tracker.models.moments import Lesson

pytestmark = NEEDS_BROWSER

#: The least size of what is written on a screen, in rems of the stage (LOOK.md, section 3).
SMALLEST = """() => { const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return Math.min(...[...document.querySelectorAll('.scenes-grid *')]
        .filter(one => !one.closest('svg, .vh') && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .map(one => parseFloat(getComputedStyle(one).fontSize) / rem)); }"""
#: What runs out of the screen or out of its place.
OUTSIDE = """() => [...document.querySelectorAll('.scenes-grid .tells, .scenes-grid .bar, .scenes-grid .picture svg')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || one.scrollHeight > one.clientHeight + 1; }).map(one => one.className)"""
STATION = "[...document.querySelectorAll('.station')].findIndex(one => one.classList.contains('on'))"


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """Alice's browser; eight departments won things together and learned something."""
    departments = [register.department(f"Department {at}", track_position=at) for at in range(8)]
    for at in range(6):
        home = register.initiative(f"Pilot {at}", departments[at], departments[at + 1], start=days_ago(150))
        register.moment(home, days_ago(9 * at + 3), title=f"Win {at} that everybody here was waiting for")
    miss = register.moment(home, days_ago(5), "near_miss", ok_to_show=True)
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time="Test uploads at peak."))
    token = sign_in(app.test_client(), engine, cast.alice.user_id)
    client = app.test_client()
    sign_in(client, engine, cast.alice.user_id)
    cookie = client.get_cookie("tracker-session")
    assert token
    assert cookie is not None
    with served(app) as address, Visit(browser, address, cookie=cookie.value) as found:
        yield found


def title(page: Page) -> str:
    return page.locator(".scenes-grid .title").inner_text()


def test_scenes_are_told_by_key_in_both_themes_and_the_notes_follow(visit: Visit) -> None:
    page = visit.open("/stage/scenes", theme="dark")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value
    titles = [title(page)]
    for _ in range(8):
        assert violations(page) == []
        page.keyboard.press("t")
        assert violations(page, ["wcag143"]) == [], "the light theme differs by its colours alone"
        page.keyboard.press("t")
        assert page.evaluate(SMALLEST) >= 1.18
        assert page.evaluate(OUTSIDE) == []
        page.keyboard.press("ArrowRight")
        expect(page.locator(".place")).to_have_text(f"{len(titles) + 1} of 9")
        titles.append(title(page))
    assert violations(page) == []
    expect(page.locator("#scenes-said")).to_contain_text("Thank you.")
    expect(notes.locator(".notes-month")).to_have_text("9 of 9")
    assert violations(notes) == []
    notes.get_by_role("button", name="Scene before").click()
    expect(page.locator(".place")).to_have_text("8 of 9")
    page.keyboard.press("Home")
    expect(page.locator(".place")).to_have_text("1 of 9")
    page.keyboard.press(" ")
    expect(page.get_by_role("link", name="Play the film")).to_be_visible()
    assert "scene=2" in page.url
    assert len(set(titles)) == 9


def test_scenes_fit_a_small_projector_and_a_phone_and_go_without_scripts(visit: Visit) -> None:
    page = visit.open("/stage/scenes?scene=4", width=1024)
    page.set_viewport_size({"width": 1024, "height": 768})
    assert page.evaluate(OUTSIDE) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    plain = visit.open("/stage/scenes", scripts=False)
    plain.get_by_role("link", name="Scene after").click()
    assert "2 of 9" in plain.locator(".place").inner_text()


def test_a_presentation_is_put_together_beside_a_live_preview(visit: Visit) -> None:
    page = visit.open("/presentations/new")
    told = page.locator("#presentations-preview .title")
    page.get_by_label("Title", exact=True).first.fill("All-hands")
    page.locator("[data-row='2'] summary").click()
    page.locator("[name=scene-2-title]").fill("Paid the same day")
    expect(told.nth(3)).to_have_text("Paid the same day")
    page.locator("[data-row='0'] input[type=checkbox]").uncheck()
    expect(told.nth(2)).to_have_text("Paid the same day")
    page.locator("[data-row='2'] input[type=checkbox]").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-row='1'] input[type=checkbox]")).to_be_focused()
    expect(page.locator("[name=scene-1-title]")).to_have_value("Paid the same day")
    expect(page.locator("[name=scene-2-title]")).to_have_value("")
    expect(told.nth(1)).to_have_text("Paid the same day")
    assert violations(page) == []
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("link", name="Play").click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".title")).to_have_text("Paid the same day")


def test_a_wallboard_goes_round_by_itself_and_survives_a_server_that_is_away(visit: Visit) -> None:
    visit.expected = ("ERR_INTERNET_DISCONNECTED",)
    page = visit.page()
    page.clock.install()
    page.goto(visit.address + "/stage?kiosk")
    page.wait_for_load_state("networkidle")
    page.clock.run_for(1_000)
    assert page.evaluate(STATION) == 0
    months = {page.locator("[data-says=name]").inner_text()}
    page.clock.run_for(9_000)
    months.add(page.locator("[data-says=name]").inner_text())
    assert len(months) == 2, "the film plays"
    rounds = page.locator("#kiosk-round").evaluate_handle("round => round")

    def turn_until(station: int) -> None:
        for _ in range(40):
            if page.evaluate(STATION) == station:
                return
            page.clock.run_for(4_000)
        raise AssertionError(station)

    turn_until(8)
    page.context.set_offline(True)
    turn_until(0)
    expect(page.locator("#kiosk-as-of")).to_contain_text("Data from")
    page.context.set_offline(False)
    turn_until(8)
    for _ in range(40):
        page.clock.run_for(400)
        page.wait_for_timeout(20)
    expect(page.locator("#kiosk-as-of")).to_be_empty()
    assert page.evaluate("old => old.isConnected", rounds) is False
    assert violations(page) == []
