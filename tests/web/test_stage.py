"""The stage as a page, as data and as notes: for whoever may look, without scripts too."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago
from tests.web.filmed import NODE, ring
from tracker import clock
from tracker.bench.filling import fill
from tracker.bench.portfolios import Case, organisation, work
from tracker.queries.film import LONGEST_FLAG, MOST_FLAGS
from tracker.services.actors import actor_of

PATHS = ("/stage", "/stage/data", "/stage/notes")
SCRIPTS = Path(__file__).parents[2] / "static" / "js"
KILOBYTE = 1000


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


def document(browser: FlaskClient, **query: str) -> dict[str, object]:
    answer = browser.get("/stage/data", query_string=query)
    assert answer.status_code == 200
    found: dict[str, object] = json.loads(answer.data)
    return found


def test_an_empty_register_teaches_what_stands_here(alice: FlaskClient) -> None:
    page = alice.get("/stage").text
    assert "Begin with two departments." in page
    assert "Here departments stand on a track." in page


def test_the_number_stands_large_and_opens_its_pairs(alice: FlaskClient, register: Register) -> None:
    ring(register, months=2)
    page = alice.get("/stage").text
    on = clock.today().isoformat()
    assert f'<a id="stage-number" href="/pairs?band=together&amp;on={on}">3</a>' in page
    assert "of 3 department pairs work together." in page


def test_nodes_stand_at_the_same_places_every_month(alice: FlaskClient, register: Register) -> None:
    ring(register, 5, 12)
    pages = [
        alice.get("/stage", query_string={"on": days_ago(back).isoformat()}).text for back in (0, 95, 300)
    ]
    first, second, third = (NODE.findall(page) for page in pages)
    assert len(first) == 5
    assert first == second == third


def test_without_scripts_a_form_and_two_links_lead_through_the_months(
    alice: FlaskClient, register: Register
) -> None:
    ring(register)
    page = alice.get("/stage").text
    values = re.findall(r'<option value="([\d-]+)"', page)
    assert values[-1] == clock.today().isoformat()
    earlier = alice.get("/stage", query_string={"on": values[1]}).text
    assert f'<option value="{values[1]}" selected>' in earlier
    assert f'href="/stage?on={values[0]}"' in earlier
    assert f'href="/stage?on={values[2]}"' in earlier


def test_no_style_and_no_script_stands_in_the_page(alice: FlaskClient, register: Register) -> None:
    ring(register)
    for path in ("/stage", "/stage/notes"):
        page = alice.get(path).text
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("on", ["yesterday", "1899-12-31", "2026-02-30"])
def test_a_day_that_is_none_is_refused(alice: FlaskClient, path: str, on: str) -> None:
    assert alice.get(path, query_string={"on": on}).status_code == 422


@pytest.mark.parametrize("path", [*PATHS, "/momentum/table", "/momentum/take-along", "/pairs"])
def test_a_part_that_is_none_is_not_found(alice: FlaskClient, register: Register, path: str) -> None:
    ring(register)
    for name in ("division", "theme", "kind"):
        for value in ("nothing", "x" * 70, "'--", "\u00fc"):
            assert alice.get(path, query_string={name: value}).status_code == 404
        assert alice.get(path, query_string={name: ""}).status_code == 200


def test_a_day_to_come_shows_today(alice: FlaskClient, register: Register) -> None:
    ring(register)
    found = document(alice, on="2199-01-01")
    assert found["months"][found["at"]]["on"] == clock.today().isoformat()


@pytest.mark.parametrize("path", PATHS)
def test_everybody_who_is_signed_in_may_look_and_nobody_else(
    app: Flask, engine: Engine, cast: Cast, register: Register, path: str
) -> None:
    ring(register)
    assert browser_of(app, engine, cast.charlie).get(path).status_code == 200
    assert app.test_client().get(path).status_code in (302, 303)
    assert browser_of(app, engine, cast.alice).post(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_what_waits_and_near_misses_without_consent_are_not_named(
    alice: FlaskClient, register: Register, path: str
) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=clock.today())
    register.moment(home, clock.today(), title="Shown win")
    register.moment(home, clock.today(), title="Waiting win", confirmed=False)
    register.moment(home, clock.today(), "near_miss", "Silent miss", lesson="We tried.")
    page = alice.get(path).text
    assert ("Shown win" in page, "Waiting win" in page, "Silent miss" in page) == (True, False, False)


def test_names_with_marks_of_html_stay_words(alice: FlaskClient, register: Register) -> None:
    two = register.departments("Sales & <Claims>", "Legal")
    home = register.initiative("Storm desk", *two, start=clock.today())
    register.moment(home, clock.today(), title="<b>Bold</b>")
    for path in ("/stage", "/stage/notes"):
        page = alice.get(path).text
        assert "<b>Bold</b>" not in page
        assert "Sales &amp; &lt;Claims&gt;" in page


def test_the_notes_tell_the_month_and_what_comes_next(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Old desk", legal, sales, start=days_ago(70))
    register.moment(register.initiative("Storm desk", claims, legal, start=clock.today()), clock.today())
    newest = alice.get("/stage/notes").text
    assert "<li>First joint win: Claims and Legal.</li>" in newest
    assert "<li>Claims and Legal now work together.</li>" in newest
    assert "Next: Claims and Sales." in newest
    assert "This is the newest day." in newest
    earlier = alice.get("/stage/notes", query_string={"on": days_ago(65).isoformat()}).text
    assert "1 of 3 department pairs works together." in earlier
    assert "This is the newest day." not in earlier


def test_flags_are_short(alice: FlaskClient, register: Register) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(400))
    for at in range(12):
        register.moment(home, days_ago(390 - 30 * at), title=f"Refund in one call for customer {at}")
    flags = re.findall(r'data-flag="\d+".*?<text[^>]*>([^<]+)</text>', alice.get("/stage").text)
    assert 2 < len(flags) <= MOST_FLAGS
    assert max(map(len, flags)) <= LONGEST_FLAG


def test_the_data_is_known_by_its_mark_until_something_changes(
    alice: FlaskClient, register: Register
) -> None:
    ring(register)
    mark = alice.get("/stage/data").headers["ETag"]
    again = alice.get("/stage/data", headers={"If-None-Match": mark})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
    other = alice.get(
        "/stage/data", query_string={"on": days_ago(40).isoformat()}, headers={"If-None-Match": mark}
    )
    assert other.status_code == 200
    register.initiative("Another", *register.departments("Claims", "Legal"), start=days_ago(9))
    assert alice.get("/stage/data", headers={"If-None-Match": mark}).status_code == 200


def test_the_data_is_compressed_for_whoever_asks(alice: FlaskClient, register: Register) -> None:
    ring(register)
    packed = alice.get("/stage/data", headers={"Accept-Encoding": "gzip"})
    plain = alice.get("/stage/data", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_sixty_months_of_eighteen_departments_that_change_all_the_time_are_under_thirty_kilobytes(
    app: Flask, engine: Engine, register: Register
) -> None:
    somebody = actor_of(register.account("Alice Office", "office"))
    case = Case("18", 18, 2_000, 60, divisions=1)
    fill(register.session, organisation(case), work(case, clock.today()), clock.today())
    browser = browser_of(app, engine, somebody)
    packed = browser.get("/stage/data", headers={"Accept-Encoding": "gzip"}).data
    found = json.loads(gzip.decompress(packed))
    assert (len(found["nodes"]), len(found["ties"])) == (18, 153)
    assert len(found["months"]) >= 60
    assert len(found["batons"]) > 300
    assert len(packed) < 30 * KILOBYTE


def test_the_scripts_are_under_fifteen_kilobytes() -> None:
    text = b"".join((SCRIPTS / name).read_bytes() for name in ("stage.js", "pose.js", "notes.js", "clock.js"))
    assert len(gzip.compress(text)) < 15 * KILOBYTE


def test_divisions_open_from_the_track_and_lead_back(alice: FlaskClient, register: Register) -> None:
    divisions = [register.division(f"Division {at}") for at in range(4)]
    departments = [register.department(f"D{at:02}", division_id=divisions[at % 4].id) for at in range(20)]
    register.initiative("Storm desk", departments[0], departments[4], start=days_ago(40))
    page = alice.get("/stage").text
    here = divisions[0].public_id
    assert len(NODE.findall(page)) == 4
    assert f'href="/stage?division={here}"' in page
    opened = alice.get("/stage", query_string={"division": here}).text
    assert len(NODE.findall(opened)) == 5
    assert "of 10 department pairs works together in Division 0." in opened
    assert '<a href="/stage">All of ' in opened
    number = re.search(r'id="stage-number" href="([^"]+)"', opened)
    assert number
    pairs = alice.get(number[1].replace("&amp;", "&")).text
    assert "D00" in pairs
    assert "D04" in pairs


def test_a_part_is_chosen_without_scripts_and_kept_by_every_link(
    alice: FlaskClient, register: Register
) -> None:
    storm = register.theme("Storm")
    two = register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", *two, start=days_ago(70), theme_id=storm.id)
    for title in ("First", "Second", "Told"):
        register.moment(home, days_ago(1), title=title)
    other = register.initiative("Quotes", *two, start=days_ago(9), kind="quick_win")
    register.moment(other, days_ago(1), title="Left out")
    whole = alice.get("/stage").text
    assert f'<option value="{storm.public_id}">Storm</option>' in whole
    assert 'name="division"' not in whole, "there is none to choose"
    page = alice.get("/stage", query_string={"theme": storm.public_id, "kind": "pilot"}).text
    assert "works together by pilots of the theme “Storm”." in page
    assert f'<option value="{storm.public_id}" selected>Storm</option>' in page
    assert ("Told" in page, "Left out" in page) == (True, False)
    links = re.findall(r'href="(/(?:stage|momentum/table|pairs)[^"]*)"', page)
    kept = [each for each in links if each != "/stage"]
    assert len(kept) >= 3
    assert all(f"theme={storm.public_id}" in each and "kind=pilot" in each for each in kept)
    for each in kept:
        assert "by pilots of the theme “Storm”" in alice.get(each.replace("&amp;", "&")).text
    data = alice.get("/stage/data", query_string={"theme": storm.public_id, "kind": "pilot"}).json
    assert data is not None
    assert f"theme={storm.public_id}&work=pilot" in data["months"][-1]["rest"]


def test_the_data_of_a_part_has_a_mark_of_its_own(alice: FlaskClient, register: Register) -> None:
    ring(register)
    whole = alice.get("/stage/data")
    for kind in ("pilot", "quick_win"):
        part = alice.get(
            "/stage/data", query_string={"kind": kind}, headers={"If-None-Match": whole.headers["ETag"]}
        )
        assert part.status_code == 200
        assert part.headers["ETag"] != whole.headers["ETag"]
    assert document(alice, kind="quick_win")["months"] != document(alice)["months"]


def test_momentum_and_every_page_lead_to_the_stage(alice: FlaskClient, register: Register) -> None:
    ring(register)
    assert f'href="/stage?on={clock.today().isoformat()}" data-key="p"' in alice.get("/momentum").text
    assert 'href="/stage" data-key="p">Present</a>' in alice.get("/initiatives").text


def test_pages_take_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    counts = []
    for round_ in range(2):
        two = register.departments(f"Claims {round_}", f"Legal {round_}")
        register.moment(register.initiative("Storm desk", *two, start=days_ago(9)), days_ago(1))
        for path in PATHS:
            alice.get(path)
        with counting(engine) as sent:
            for path in PATHS:
                alice.get(path)
        counts.append(len(sent))
    assert counts[0] == counts[1]
