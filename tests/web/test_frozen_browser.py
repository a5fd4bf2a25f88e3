"""A snapshot on the stage in a real browser: frozen by a button, played, and questioned by its receipts."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, Visit, days_ago, served, violations

pytestmark = NEEDS_BROWSER

#: Where what is told on the stage leads.
LEADS = """[...document.querySelectorAll('#stage-number, #stage-told a, #stage-rest a')].map(each => each.getAttribute('href'))"""


def test_what_is_frozen_plays_as_it_was_known_and_answers_for_its_numbers(
    browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.moment(register.initiative("Old desk", claims, sales, start=days_ago(90)), days_ago(70))
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(50))
    for back in (20, 18, 16):
        register.moment(desk, days_ago(back), title=f"Refund {back}")
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie) as visit:
        page = visit.open("/snapshots")
        page.get_by_label("Title").fill("All hands")
        page.get_by_role("button", name="Freeze this day").click()
        expect(page.get_by_role("heading", name="All hands")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="Play on the stage").click()
        expect(page.locator("#stage-play")).to_be_enabled()
        expect(page.get_by_text("All hands · As it was known on")).to_be_visible()
        assert violations(page) == []
        newest = page.evaluate(LEADS)
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        earlier = page.evaluate(LEADS)
        assert newest[0] != earlier[0]
        assert all(each.startswith("/receipt/") for each in (*newest, *earlier))
        register.moment(desk, days_ago(1), title="Late win")
        page.keyboard.press("End")
        page.reload()
        expect(page.locator("#stage-play")).to_be_enabled()
        assert page.evaluate(LEADS) == newest
        page.locator("#stage-number").click()
        expect(page.get_by_role("heading", name="Is this still true? Yes.")).to_be_visible()
