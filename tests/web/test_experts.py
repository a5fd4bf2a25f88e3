"""The expert panel: each question in a plain sentence, its term one click down, what takes time after the page."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tests.web.browsers import PART, days_ago
from tracker import clock
from tracker.graph import experts as measured
from tracker.queries import experts


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


def words_of(page: str) -> str:
    """Return what a page says, without its markup."""
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    return re.sub(r" ([,.;:])", r"\1", words)


def surface_of(page: str) -> str:
    """Return what a page says before anything is unfolded."""
    main = page[page.index("<main") : page.index("</main>")]
    return words_of(re.sub(r"(?s)<details.*?</details>", "", main))


@pytest.fixture
def chain(register: Register) -> Register:
    """Sales – Claims – Legal share work along a line; People is open for a first bridge."""
    sales, claims, legal, _ = register.departments("Sales", "Claims", "Legal", "People")
    register.initiative("Storm desk", sales, claims, start=days_ago(10))
    register.initiative("Letter desk", claims, legal, start=days_ago(10))
    return register


def test_every_question_is_answered_in_a_sentence(alice: FlaskClient, chain: Register) -> None:
    said = surface_of(alice.get("/expert-panel").text)
    assert "3 of 4 departments reach each other through shared work." in said
    assert "2 islands" in said
    assert "Open for a first bridge People" in said
    assert "Claims links different circles" in said
    assert "Claims has most partners: 2 of 3. A department has 1.0 on average." in said
    assert "3 departments, each of which shares work with at least 1 other of the circle." in said
    assert "Nobody: they share live work 2 1 other department 1 No way yet, from island to island 3" in said


def test_the_terms_and_formulas_stand_behind_a_disclosure_only(alice: FlaskClient, chain: Register) -> None:
    page = alice.get("/expert-panel").text
    said, surface = words_of(page), surface_of(page)
    for term in ("constraint", "etweenness", "centralisation", "Global efficiency", "k-core", "components"):
        assert term in said
        assert term not in surface


def test_every_department_named_opens_its_page(alice: FlaskClient, register: Register) -> None:
    sales, claims = register.departments("Sales", "Claims")
    register.initiative("Storm desk", sales, claims, start=days_ago(10))
    page = alice.get("/expert-panel").text
    for each in (sales, claims):
        assert f'href="/departments/{each.public_id}"' in page


def test_the_picture_marks_those_who_link_and_the_table_says_the_same(
    alice: FlaskClient, chain: Register
) -> None:
    page = alice.get("/expert-panel").text
    picture = page[page.index("<figure") : page.index("</figure>")]
    assert "Claims, works together with 2 others, links different circles" in picture
    assert picture.count(", links different circles") == 1
    assert "Claims 2 1 33.3 %" in words_of(page)


def test_closed_circles_say_so(alice: FlaskClient, register: Register) -> None:
    register.initiative("Desk", *register.departments("Sales", "Claims", "Legal"), start=days_ago(10))
    said = surface_of(alice.get("/expert-panel").text)
    assert "All 3 departments reach each other through shared work." in said
    assert "Nobody has to stand between" in said


def test_divisions_are_compared_with_all_pairs_and_with_chance(
    alice: FlaskClient, register: Register
) -> None:
    x, y = register.division("Front"), register.division("Back")
    made = [register.department(name, division_id=x.id) for name in "ABC"]
    made += [register.department(name, division_id=y.id) for name in "DEF"]
    for one, other in pairwise(made[:5]):
        register.initiative(f"{one.name}{other.name}", one, other, start=days_ago(10))
    page = alice.get("/expert-panel").text
    said = words_of(page)
    assert "1 of 4 pairs that share work crosses divisions" in said
    assert "If every pair shared work, 9 of 15 would." in said
    assert "75 % of shared work stays within a division; placed by chance" in said
    assert "it would be 53 %" in said
    assert "E the pairs across and I those within: −0.500; 0.200 if every pair shared work" in said
    assert "added up: 0.219" in said
    assert "1/d = 0 between islands: 0.428" in said


def test_departments_outside_divisions_are_not_in_the_counts_and_that_is_said(
    alice: FlaskClient, register: Register
) -> None:
    x, y = register.division("Front"), register.division("Back")
    sales = register.department("Sales", division_id=x.id)
    claims = register.department("Claims", division_id=y.id)
    register.initiative("Desk", sales, claims, register.department("Legal"), start=days_ago(10))
    said = surface_of(alice.get("/expert-panel").text)
    assert "1 of 1 pairs that share work crosses divisions" in said
    assert "1 department outside divisions is not in these counts." in said


def test_no_departments_teach_what_the_page_will_say(alice: FlaskClient) -> None:
    said = surface_of(alice.get("/expert-panel").text)
    assert "Two departments make the first pair." in said


def test_no_shared_work_leads_to_the_first_pair(alice: FlaskClient, register: Register) -> None:
    register.departments("Sales", "Claims")
    page = alice.get("/expert-panel").text
    assert "No pair shares live work on this day." in page
    assert 'href="/next"' in page


def test_no_divisions_say_what_they_would_show(alice: FlaskClient, chain: Register) -> None:
    assert "Two divisions make a border to cross." in surface_of(alice.get("/expert-panel").text)


def test_a_small_house_has_all_of_it_with_the_page(alice: FlaskClient, chain: Register) -> None:
    page = alice.get("/expert-panel").text
    assert 'id="experts-links"' in page
    assert 'id="experts-waiting"' not in page


def test_a_large_house_fetches_who_links_whom_after_the_page_or_by_a_plain_link(
    alice: FlaskClient, chain: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experts, "AT_ONCE", 3)
    page = unescape(alice.get("/expert-panel").text)
    assert 'hx-trigger="load"' in page
    assert page.count('"/expert-panel?whole=yes"') == 2, "for htmx, and as a link"
    assert 'id="experts-links"' not in page
    whole = alice.get("/expert-panel?whole=yes").text
    assert 'id="experts-links"' in whole
    assert "<h1>" in whole


def test_the_part_comes_alone(alice: FlaskClient, chain: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experts, "AT_ONCE", 3)
    answer = alice.get("/expert-panel?whole=yes", headers=PART)
    assert answer.text.lstrip().startswith('<div class="section wide-side" id="experts-links">')
    assert "<h1" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_an_estimate_is_labelled_as_one(
    alice: FlaskClient, chain: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "MOST_EXACT", 3)
    monkeypatch.setattr(measured, "PIVOTS", 2)
    said = surface_of(alice.get("/expert-panel").text)
    assert "Estimate: with 4 departments the ways are counted from 2 of them" in said
    assert "Ways through it, estimate" in said


def test_what_would_take_seconds_is_left_out_and_that_is_said(
    alice: FlaskClient, chain: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "MOST_MEASURED", 3)
    assert "Left out above 1,000 departments" in surface_of(alice.get("/expert-panel").text)


def test_a_past_day_has_its_own_islands_and_a_way_back(alice: FlaskClient, register: Register) -> None:
    sales, claims = register.departments("Sales", "Claims")
    register.initiative("Old desk", sales, claims, start=days_ago(300), ended_on=days_ago(250))
    assert "No pair shares live work" in alice.get("/expert-panel").text
    page = alice.get(f"/expert-panel?on={days_ago(280)}").text
    assert "All 2 departments reach each other" in page
    assert "Back to today" in page
    assert f'href="/departments/{sales.public_id}?on={days_ago(280)}"' in page


@pytest.mark.parametrize("on", ["yesterday", "2026-02-30", "1066-10-14"])
def test_a_day_that_is_none_is_refused(alice: FlaskClient, on: str) -> None:
    assert alice.get("/expert-panel", query_string={"on": on}).status_code == 422


def test_home_the_how_and_the_table_of_momentum_lead_here(alice: FlaskClient, chain: Register) -> None:
    assert 'href="/expert-panel"' in alice.get("/").text
    assert 'href="/expert-panel"' in alice.get("/how-the-numbers-are-made").text
    assert f'href="/expert-panel?on={clock.today()}"' in alice.get("/momentum/table").text


def test_it_leads_to_beyond_chance(alice: FlaskClient, chain: Register) -> None:
    assert 'href="/beyond-chance"' in alice.get("/expert-panel").text


def test_who_may_only_look_sees_it(client: FlaskClient, cast: Cast, engine: Engine, chain: Register) -> None:
    sign_in(client, engine, cast.charlie.user_id)
    assert client.get("/expert-panel").status_code == 200


def test_nobody_signed_in_sees_it(app: Flask) -> None:
    assert app.test_client().get("/expert-panel").status_code in (302, 303)


def test_it_takes_the_same_queries_with_twice_the_departments(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        register.initiative(f"Pilot {round_}", a, b, start=days_ago(8))
        alice.get("/expert-panel")
        with counting(engine) as sent:
            alice.get("/expert-panel")
        return len(sent)

    assert fill(1) == fill(2)
