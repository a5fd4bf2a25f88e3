"""Said then, known now in a real browser: the line follows the film, and a part is chosen by hand with and without scripts."""

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
from tracker.graph.captions_shown import shown_sentence

pytestmark = NEEDS_BROWSER


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """A snapshot of ninety days ago that was presented, with work logged since, and Alice's browser."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    until, storm = clock.today() + timedelta(1), register.theme("Storm season")
    desk = register.initiative(
        "Desk", claims, legal, start=days_ago(160), declared_until=until, theme_id=storm.id
    )
    register.moment(desk, days_ago(100))
    register.shown(register.snapshot(days_ago(90), days_ago(90)), days_ago(90))
    register.initiative("Late", legal, sales, start=days_ago(120), declared_until=until)
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie, theme="dark") as found:
        yield found


def test_the_line_follows_the_film_and_its_numbers_open_their_pages(visit: Visit) -> None:
    page = visit.open("/stage")
    line, days = page.locator("#stage-compared"), (days_ago(90), days_ago(90))
    expect(page.locator("#stage-play")).to_be_enabled()
    expect(line).to_have_text(shown_sentence(1, 2, *days, clock.today()))
    page.keyboard.press("Home")
    expect(line).to_be_hidden()
    page.keyboard.press("End")
    expect(line).to_have_text(shown_sentence(1, 2, *days, clock.today()))
    assert violations(page) == []
    line.get_by_role("link", name="1").click()
    expect(page.get_by_text("Known now").first).to_be_visible()
    page.go_back()
    line.get_by_role("link", name="2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Work together: 2 pairs")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_part_is_chosen_by_key_and_by_hand(visit: Visit, *, scripts: bool) -> None:
    page = visit.open("/stage", scripts=scripts)
    if scripts:
        expect(page.locator("#stage-play")).to_be_enabled()
        page.keyboard.press("ArrowLeft")
    page.get_by_text("What to show").focus()
    page.keyboard.press("Space")
    if scripts:
        assert violations(page) == []
    page.get_by_label("Theme", exact=True).select_option("Storm season")
    page.get_by_role("button", name="Show", exact=True).last.click()
    expect(page.locator("#stage-sentence")).to_have_text(
        "of 3 department pairs works together by initiatives of the theme “Storm season”."
    )
    assert ("on=" + (clock.today().replace(day=1) - timedelta(1)).isoformat() in page.url) == scripts
    page.get_by_role("link", name="All of").click()
    expect(page.locator("#stage-sentence")).to_have_text("of 3 department pairs work together.")
