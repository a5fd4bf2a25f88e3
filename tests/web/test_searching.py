"""The search page: what it shows to whom, while one types and without scripts, and what it says when there is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.serving import cookie_of
from tests.web.browsers import NEEDS_BROWSER, PART, Visit, browser_of, days_ago, served, violations


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """The browser of somebody who may only look."""
    return browser_of(app, engine, cast.charlie)


def test_it_names_what_it_found_with_its_words_marked(charlie: FlaskClient, register: Register) -> None:
    pilot = register.initiative("One storm-claim handler", description="Where a <b>storm</b> calls first.")
    page = charlie.get("/search?q=storms").text
    assert f'<a href="/initiatives/{pilot.public_id}">One <mark>storm</mark>-claim handler</a>' in page
    assert "&lt;b&gt;<mark>storm</mark>&lt;/b&gt; calls first." in page


def test_a_part_of_it_has_the_results_alone_and_keeps_the_address(
    charlie: FlaskClient, register: Register
) -> None:
    register.initiative("One storm-claim handler")
    part = charlie.get("/search?q=storm", headers=PART)
    assert part.text.lstrip().startswith('<div id="searching-results">')
    assert part.headers["HX-Replace-Url"] == "/search?q=storm"


def test_only_the_first_of_each_kind_are_shown_until_one_asks_for_more(
    charlie: FlaskClient, register: Register
) -> None:
    for at in range(8):
        register.initiative(f"Storm desk {at}")
    assert charlie.get("/search?q=storm").text.count("Storm</mark> desk") == 6
    assert "/search?q=storm&amp;kind=initiatives" in charlie.get("/search?q=storm").text
    assert charlie.get("/search?q=storm&kind=initiatives").text.count("Storm</mark> desk") == 8
    assert charlie.get("/search?q=storm&kind=nothing").status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Type a word or two."),
        ("refnud", "This is what the nearest words find: refund"),
        ("refund letter", "Nothing has all of “refund letter”. These words are there: refund letter"),
        ("xylophone", "Nothing says “xylophone”."),
        ("'--\"*(", "Type a word or two."),
    ],
)
def test_it_says_what_to_do_when_there_is_nothing(
    charlie: FlaskClient, register: Register, asked: str, said: str
) -> None:
    register.initiative("Refund in one call")
    register.initiative("Desk by letter")
    answer = charlie.get("/search", query_string={"q": asked})
    assert answer.status_code == 200
    assert said in " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_nobody_searches_without_signing_in(client: FlaskClient) -> None:
    assert client.get("/search?q=storm").status_code == 303


def test_it_asks_as_often_however_much_it_finds(
    charlie: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        for at in range(4):
            register.moment(register.initiative(f"Storm desk {round_}-{at}"), days_ago(3), title="Storm call")
        charlie.get("/search?q=storm")
        with counting(engine) as sent:
            charlie.get("/search?q=storm")
        return len(sent)

    assert fill(1) == fill(2)


class TestInABrowser:
    """By key, while one types, and without scripts."""

    pytestmark = NEEDS_BROWSER

    @pytest.fixture
    def visit(
        self, app: Flask, browser: Browser, engine: Engine, cast: Cast, register: Register
    ) -> Iterator[Visit]:
        """Charlie's browser, with a pilot and a near miss to find."""
        pilot = register.initiative("One storm-claim handler", register.department("Claims"))
        register.moment(pilot, days_ago(5), "near_miss", "Storm letters", lesson="Phone them first.")
        cookie = cookie_of(app, engine, cast.charlie.user_id)
        with served(app) as address, Visit(browser, address, cookie=cookie) as found:
            yield found

    def test_a_slash_leads_to_it_from_any_page_and_results_come_while_one_types(self, visit: Visit) -> None:
        page = visit.open("/how-the-numbers-are-made")
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox", name="Find anything")).to_be_focused()
        page.keyboard.type("handlers")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="One storm-claim handler")).to_be_visible()
        page.keyboard.press("/")
        page.keyboard.press("Escape")
        page.get_by_role("searchbox").fill("phne them")
        expect(page.get_by_role("heading", name="Lessons")).to_be_visible()
        expect(page).to_have_url(f"{visit.address}/search?q=phne+them")
        assert violations(page) == []

    def test_without_scripts_a_button_searches_on_a_phone(self, visit: Visit) -> None:
        page = visit.open("/search", scripts=False, width=390)
        page.get_by_role("searchbox").fill("storm")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", name="Wins and near misses")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out"
