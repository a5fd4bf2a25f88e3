"""A merge in a real browser: the alike name first, what it would do, the merge, the old address, the way back."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, Visit, served, violations
from tracker import clock

pytestmark = NEEDS_BROWSER


def test_a_department_that_is_there_twice_becomes_one_and_two_again(
    app: Flask, browser: Browser, engine: Engine, cast: Cast, register: Register
) -> None:
    claims, double, sales = register.departments("Claims", "Claims Dept.", "Sales")
    register.initiative("Storm desk", double, sales, start=clock.today() - timedelta(30))
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie) as visit:
        page = visit.page()
        page.goto(f"{address}/departments/{double.public_id}")
        page.get_by_role("link", name="Merge", exact=True).click()
        expect(page.get_by_label("Day", exact=True)).to_be_hidden()
        page.get_by_label("It goes into the other on a day").check()
        expect(page.get_by_label("Day", exact=True)).to_be_visible()
        page.get_by_label("They are the same department").check()
        page.get_by_label("Goes into", exact=True).select_option("Claims")
        page.get_by_role("button", name="See what it would do").click()
        expect(page.get_by_role("heading", name="Claims Dept. goes into Claims")).to_be_visible()
        expect(page.get_by_role("link", name="Storm desk")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Merge them").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Claims Dept. went into Claims")
        merge = page.url
        page.goto(f"{address}/departments/{double.public_id}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Claims")
        assert page.url == f"{address}/departments/{claims.public_id}"
        page.goto(merge)
        page.get_by_role("button", name="Take the merge back").click()
        expect(page.get_by_text("are two again")).to_be_visible()
        assert violations(page) == []
