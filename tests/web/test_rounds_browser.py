"""The Round in a real browser: through it by its keys alone, and by its buttons where no script runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, Visit, days_ago, served, violations

pytestmark = NEEDS_BROWSER


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """Four untouched initiatives, and Alice's browser."""
    claims, legal = register.departments("Claims", "Legal")
    lead = register.person("Priya Raman")
    for at, title in enumerate(("First", "Second", "Third", "Fourth")):
        register.initiative(title, claims, legal, start=days_ago(60 - at), lead=lead)
    cookie = cookie_of(app, engine, cast.alice.user_id)
    with served(app) as address, Visit(browser, address, cookie=cookie, calm=True) as found:
        yield found


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_keys_lead_through_the_round_and_none_answers_while_somebody_types(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="Start the Round: 4 initiatives").click()
    page.get_by_role("button", name="Start the Round: 4 initiatives").click()
    heading(page, "First")
    assert violations(page) == []
    page.get_by_label("How does it go?").fill("1 call, 2 letters.")
    heading(page, "First")
    page.get_by_label("How does it go?").blur()
    page.keyboard.press("1")
    heading(page, "Second")
    page.keyboard.press("2")
    heading(page, "What would help “Second”?")
    page.get_by_label("One sentence").fill("A lawyer for two days.")
    page.get_by_role("button", name="Ask").click()
    heading(page, "Third")
    page.keyboard.press("3")
    heading(page, "How did it end?")
    page.get_by_label("It stopped").check()
    page.get_by_label("What we tried").fill("One desk for both.")
    page.get_by_role("button", name="End it").click()
    heading(page, "Fourth")
    page.keyboard.press("4")
    heading(page, "That is the Round")
    expect(page.get_by_text("2 initiatives heard from, 1 finished, 1 left for next time.")).to_be_visible()
    assert violations(page) == []


def test_without_scripts_buttons_answer_and_undo(visit: Visit) -> None:
    page = visit.open("/round", scripts=False, width=390)
    page.get_by_role("button", name="Start the Round").click()
    page.get_by_role("button", name="Still moving").click()
    heading(page, "Second")
    page.get_by_role("button", name="Undo").click()
    heading(page, "First")
    page.get_by_role("button", name="Next time").click()
    heading(page, "Second")
