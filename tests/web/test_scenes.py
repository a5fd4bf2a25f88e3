"""The pages of scenes: a screen each, their parts, the speaker's notes, and the wallboard."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of, days_ago
from tracker.models.moments import Lesson, Moment


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def win(register: Register) -> Moment:
    """Claims and Legal won something that was measured, and learned something; Sales is there too."""
    claims, legal, _ = register.departments("Claims", "Legal", "Sales")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(40))
    miss = register.moment(desk, days_ago(12), "near_miss", "Photos lost", ok_to_show=True)
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time="Test uploads at peak."))
    return register.moment(
        desk,
        days_ago(10),
        title="Refund in one call",
        measure_name="Calls",
        measure_before=3,
        measure_after=1,
    )


def scene(client: FlaskClient, kind: str, base: str = "/stage/scenes") -> str:
    """Return the page of the first scene of a kind."""
    for number in range(1, 9):
        page = client.get(base, query_string={"scene": number}).text
        if f"scene is-{kind}" in page:
            return page
    raise AssertionError(kind)


def text_of(page: str) -> str:
    """Return the words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def lit(page: str) -> list[str]:
    """Return the departments that are lit on the small track, by name."""
    return re.findall(r'<g class="node lit".*?<text[^>]*>([^<]+)<', page)


@pytest.mark.usefixtures("win")
def test_the_scenes_of_a_day_are_screens_in_order_with_the_film_behind_the_headline(
    alice: FlaskClient,
) -> None:
    kinds = []
    for number in range(1, 8):
        page = alice.get(f"/stage/scenes?scene={number}").text
        kinds += re.findall(r"scene is-([\w-]+)", page)
        assert f"{number} of 7" in page
    assert kinds == ["headline", "film", "changed", "win", "near-miss", "next", "thanks"]


@pytest.mark.usefixtures("win")
def test_the_headline_has_one_large_number_whose_records_open(alice: FlaskClient) -> None:
    page = scene(alice, "headline")
    number = re.search(r'<p class="number"><a href="([^"]+)">(\d+)</a>', page)
    assert number is not None
    assert number[2] == "1"
    assert alice.get(number[1].replace("&amp;", "&")).status_code == 200
    assert "of 3 department pairs" in text_of(page)


def test_a_win_lights_those_who_brought_it_and_links_its_record(alice: FlaskClient, win: Moment) -> None:
    page = scene(alice, "win")
    assert lit(page) == ["Claims", "Legal"]
    assert "3 → 1 Calls" in text_of(page)
    assert f"/moments/{win.public_id}" in page


@pytest.mark.usefixtures("win")
def test_a_near_miss_is_told_by_its_lesson_and_what_comes_next_by_its_two(alice: FlaskClient) -> None:
    miss, following = scene(alice, "near-miss"), scene(alice, "next")
    assert "Test uploads at peak" in miss
    assert "Photos lost" not in miss
    assert len(lit(following)) == 2
    assert 'class="bridge"' in following


@pytest.mark.usefixtures("win")
def test_an_address_may_name_the_days_and_its_links_keep_them(alice: FlaskClient) -> None:
    page = alice.get(f"/stage/scenes?since={days_ago(30)}&on={days_ago(5)}").text
    assert f"/stage/scenes?on={days_ago(5)}&amp;since={days_ago(30)}&amp;scene=2" in page


@pytest.mark.usefixtures("win")
def test_a_scene_past_the_last_is_the_last(alice: FlaskClient) -> None:
    assert "scene is-thanks" in alice.get("/stage/scenes?scene=99").text


@pytest.mark.parametrize("query", ["scene=soon", "scene=0", "on=2026-01-05&since=2026-01-05", "since=x"])
def test_what_is_no_scene_and_no_period_is_refused(alice: FlaskClient, query: str) -> None:
    assert alice.get(f"/stage/scenes?{query}").status_code == 422


@pytest.mark.usefixtures("win")
def test_the_next_scene_comes_as_a_part_of_the_page(alice: FlaskClient) -> None:
    part = alice.get("/stage/scenes?scene=2", headers=PART).text.strip()
    assert part.startswith('<div class="scenes-grid" id="scenes-screen"')
    assert "<html" not in part


def test_an_empty_register_has_a_first_scene_that_says_how_to_begin(alice: FlaskClient) -> None:
    page = alice.get("/stage/scenes").text
    assert "Begin with two departments." in page
    assert "1 of 1" in page


@pytest.mark.usefixtures("win")
def test_the_notes_say_what_the_speaker_reads_and_what_comes_next(alice: FlaskClient) -> None:
    words = text_of(alice.get("/stage/scenes/notes?scene=4").text)
    assert "4 of 7" in words
    assert "Refund in one call By Claims and Legal." not in words, "the measure is read first"
    assert "Calls: 3 → 1." in words
    assert "Next Test uploads at peak" in words
    assert "This is the last scene." in alice.get("/stage/scenes/notes?scene=7").text


def test_more_records_send_no_more_queries(alice: FlaskClient, engine: Engine, register: Register) -> None:
    def visit(name: str) -> int:
        home = register.initiative(name, *register.departments(f"A {name}", f"B {name}"), start=days_ago(30))
        register.moment(home, days_ago(9))
        alice.get("/stage/scenes?scene=3")
        with counting(engine) as statements:
            alice.get("/stage/scenes?scene=4")
        return len(statements)

    assert visit("one") == visit("two")


@pytest.mark.usefixtures("win")
def test_the_wallboard_holds_the_film_and_all_scenes_and_asks_only_for_itself(alice: FlaskClient) -> None:
    page = alice.get("/stage?kiosk").text
    assert page.count('class="station ') == 7
    assert 'data-fresh="/stage?kiosk="' in page
    assert 'data-film="/stage/data"' in page
    board = page[page.index('id="kiosk"') :].partition("</main>")[0]
    assert "<a " not in board
    assert "<button" not in board
