"""The form of a journey in a real browser: what is typed into a step goes where the step goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, Visit, served

pytestmark = NEEDS_BROWSER


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """Alice's browser, with three departments to choose from."""
    register.departments("Claims", "Legal", "Sales")
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie) as found:
        yield found


def test_a_step_is_moved_with_what_was_typed_into_it_and_keeps_the_focus(visit: Visit) -> None:
    page = visit.open("/journeys/new")
    names = page.locator("[data-row] input[name$='-name']")
    owners = page.locator("[data-row] select[name$='-department']")
    page.get_by_label("Name", exact=True).fill("Making a claim")
    for at, (name, owner) in enumerate(
        (("Reports it", "Sales"), ("Hears back", "Claims"), ("Is paid", "Legal"))
    ):
        names.nth(at).fill(name)
        owners.nth(at).select_option(label=owner)

    def shown() -> list[tuple[str, str]]:
        chosen = owners.evaluate_all("all => all.map(one => one.selectedOptions[0].text)")
        return list(zip(names.evaluate_all("all => all.map(one => one.value)"), chosen, strict=True))

    page.get_by_role("button", name="Move step 3 up").click()
    expect(names.nth(1)).to_have_value("Is paid")
    assert shown() == [("Reports it", "Sales"), ("Is paid", "Legal"), ("Hears back", "Claims")]
    expect(names.nth(1)).to_be_focused()
    page.keyboard.type("!")
    names.nth(1).fill("Is paid at once")
    names.nth(1).press("Alt+ArrowUp")
    expect(names.nth(0)).to_have_value("Is paid at once")
    assert shown() == [("Is paid at once", "Legal"), ("Reports it", "Sales"), ("Hears back", "Claims")]
    page.get_by_role("button", name="Take out step 2").click()
    expect(names).to_have_count(2)
    page.get_by_role("button", name="Add a step").click()
    expect(names.nth(2)).to_be_focused()
    page.get_by_role("button", name="Take out step 3").click()
    expect(names).to_have_count(2)
    page.get_by_role("button", name="Draw it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Making a claim")
    expect(page.locator("main")).to_contain_text("Is paid at once")
