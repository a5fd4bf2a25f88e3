"""Momentum: the stage of a day and the same as a table, for whoever may look, without scripts too."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of, days_ago
from tests.web.filmed import NODE, ring
from tracker import clock
from tracker.exchange.staging import MARK_LEAST, MONTH_WIDTH


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


def test_an_empty_register_teaches_what_stands_here(alice: FlaskClient) -> None:
    page = alice.get("/momentum").text
    assert "Begin with two departments." in page
    assert "Here departments stand on a track." in page
    assert "Bring a spreadsheet" in page
    assert "The line begins with the first confirmed win." in page


def test_the_number_stands_large_and_opens_its_pairs(alice: FlaskClient, register: Register) -> None:
    ring(register, months=2)
    page = alice.get("/momentum").text
    on = clock.today().isoformat()
    assert f'<p class="big"><a href="/pairs?band=together&amp;on={on}">3</a></p>' in page
    assert "of 3 department pairs work together." in page


def test_nodes_stand_still_from_month_to_month(alice: FlaskClient, register: Register) -> None:
    ring(register, 5, 12)
    pages = [
        alice.get("/momentum", query_string={"on": days_ago(back).isoformat()}).text for back in (0, 95, 300)
    ]
    first, second, third = (NODE.findall(page) for page in pages)
    assert len(first) == 5
    assert first == second == third


def test_no_number_and_no_ring_stands_in_a_node(alice: FlaskClient, register: Register) -> None:
    ring(register)
    page = alice.get("/momentum").text
    track = page[page.index('id="momentum-track"') : page.index("</svg>", page.index('id="momentum-track"'))]
    assert re.findall(r"<text[^>]*>([^<]*)</text>", track) == ["D00", "D01", "D02"]
    assert "alone" not in track


def test_a_part_of_the_page_is_the_stage(alice: FlaskClient, register: Register) -> None:
    ring(register)
    part = alice.get("/momentum", headers=PART).text
    assert part.lstrip().startswith('<div class="stage-grid" id="momentum-stage"')


def test_without_scripts_a_form_chooses_the_month(alice: FlaskClient, register: Register) -> None:
    ring(register)
    page = alice.get("/momentum").text
    values = re.findall(r'<option value="([\d-]+)"', page)
    assert values[-1] == clock.today().isoformat()
    assert '<button class="no-js" type="submit">Show</button>' in page
    earlier = alice.get("/momentum", query_string={"on": values[0]}).text
    assert f'<option value="{values[0]}" selected>' in earlier
    assert 'data-step="-1"' not in earlier
    assert f'data-step="1" href="/momentum?on={values[1]}"' in earlier


def test_a_day_to_come_shows_today(alice: FlaskClient, register: Register) -> None:
    ring(register)
    page = alice.get("/momentum?on=2199-01-01").text
    assert f'<option value="{clock.today().isoformat()}" selected>' in page


@pytest.mark.parametrize("path", ["/momentum", "/momentum/table"])
@pytest.mark.parametrize("on", ["yesterday", "1899-12-31", "2026-02-30"])
def test_a_day_that_is_none_is_refused(alice: FlaskClient, path: str, on: str) -> None:
    assert alice.get(path, query_string={"on": on}).status_code == 422


def test_what_waits_and_near_misses_without_consent_are_not_named(
    alice: FlaskClient, register: Register
) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=clock.today())
    register.moment(home, clock.today(), title="Shown win")
    register.moment(home, clock.today(), title="Waiting win", confirmed=False)
    register.moment(home, clock.today(), "near_miss", "Silent miss", lesson="We tried.")
    for path in ("/momentum", "/momentum/table"):
        page = alice.get(path).text
        assert ("Shown win" in page, "Waiting win" in page, "Silent miss" in page) == (True, False, False)
    stage = alice.get("/momentum", headers=PART).text
    track = stage[stage.index('id="momentum-track"') : stage.index("momentum-chart")]
    assert "near mark" not in track
    assert 'class="near"' in stage[stage.index("momentum-chart") : stage.index('class="bar"')]


def test_marks_of_a_busy_month_stay_within_its_width(alice: FlaskClient, register: Register) -> None:
    two = register.departments("Claims", "Legal")
    with register.at_once():
        for at in range(30):
            home = register.initiative(f"Pilot {at}", *two, start=days_ago(400))
            register.moment(home, clock.today().replace(day=1), title=f"Win {at}")
    page = alice.get("/momentum").text
    drawn = re.search(r'<path class="win" d="([^"]+)" data-at=', page)
    assert drawn
    xs = [float(x) for x in re.findall(r"M([\d.]+) 195", drawn[1])]
    assert 3 < len(xs) <= MONTH_WIDTH / MARK_LEAST
    assert max(xs) - min(xs) <= MONTH_WIDTH


def test_every_month_of_ten_years_renders(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Long ago", claims, legal, start=date(2016, 12, 4), ended_on=date(2020, 5, 5))
    values = re.findall(r'<option value="([\d-]+)"', alice.get("/momentum").text)
    assert len(values) > 100
    for on in values[::12]:
        assert alice.get("/momentum", query_string={"on": on}, headers=PART).status_code == 200
    ticks = re.findall(r'class="tick year"[^>]*>(\d{4})<', alice.get("/momentum").text)
    assert ticks[:2] == ["2017", "2018"]


def test_the_table_says_the_same_as_the_picture(alice: FlaskClient, register: Register) -> None:
    ring(register, months=2)
    page = alice.get("/momentum/table").text
    assert "3 of 3 department pairs work together." in page
    assert "D00 and D01" in page.replace("D01 and D00", "D00 and D01")
    assert "Works together" in page
    months = re.findall(r'<option value="([\d-]+)"', alice.get("/momentum").text)
    for on in months:
        assert f'href="/momentum/table?on={on}"' in page


def test_what_changed_is_spoken_on_the_stage_and_written_in_the_table(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal, sales = register.departments("Sales & <Claims>", "Legal", "Pricing")
    register.initiative("Old desk", legal, sales, start=days_ago(70))
    home = register.initiative("Storm desk", claims, legal, start=clock.today())
    register.moment(home, clock.today())
    won = "First joint win: Legal and Sales &amp; &lt;Claims&gt;."
    together = "Legal and Sales &amp; &lt;Claims&gt; now work together."
    stage = alice.get("/momentum").text
    assert f'<p class="compare">{won}</p>' in stage
    assert f'<p class="vh">{together}</p>' in stage
    table = alice.get("/momentum/table").text
    assert f"<li>{won}</li><li>{together}</li><li>Next: Pricing and Sales &amp; &lt;Claims&gt;." in table
    assert "What changed since " in table


def test_an_empty_table_teaches(alice: FlaskClient) -> None:
    assert "Two departments make the first pair." in alice.get("/momentum/table").text


def test_everybody_who_is_signed_in_may_look_and_nobody_else(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    ring(register)
    for path in ("/momentum", "/momentum/table"):
        assert browser_of(app, engine, cast.charlie).get(path).status_code == 200
        assert app.test_client().get(path).status_code in (302, 303)
        assert browser_of(app, engine, cast.alice).post(path).status_code == 405


def test_the_stage_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    counts = []
    for round_ in range(2):
        two = register.departments(f"Claims {round_}", f"Legal {round_}")
        register.moment(register.initiative("Storm desk", *two, start=days_ago(9)), days_ago(1))
        alice.get("/momentum")
        with counting(engine) as sent:
            alice.get("/momentum")
        counts.append(len(sent))
    assert counts[0] == counts[1]
