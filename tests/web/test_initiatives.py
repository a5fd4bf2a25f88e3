"""The list of initiatives: what it shows, how it is narrowed and sorted, and what it refuses."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of, days_ago
from tracker.models.initiatives import Initiative


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.charlie)


@pytest.fixture
def storm(register: Register) -> Initiative:
    return register.initiative(
        "Storm desk",
        *register.departments("Claims", "Legal"),
        start=days_ago(40),
        lead=register.person("Priya Raman"),
    )


def titles(page: str) -> list[str]:
    """Return the titles of a list in their order."""
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)


def test_an_empty_list_teaches_the_first_step(alice: FlaskClient) -> None:
    page = alice.get("/initiatives").text
    assert "The first initiative opens this list." in page
    assert "Start an initiative" in page


def test_a_viewer_is_not_offered_to_start_one(charlie: FlaskClient) -> None:
    page = charlie.get("/initiatives").text
    assert "The first initiative opens this list." in page
    assert "/initiatives/new" not in page


def test_the_list_names_departments_sponsor_dates_and_moments(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    register.moment(storm, days_ago(5))
    register.moment(storm, days_ago(4), "near_miss", "No cover at noon", lesson="")
    page = alice.get("/initiatives").text
    for words in (
        "Storm desk",
        "Claims",
        "Legal",
        "Priya Raman",
        "Live",
        '1<span class="vh"> win<',
        "1 initiative",
    ):
        assert words in page


def test_the_sentence_links_to_what_it_counts(alice: FlaskClient, register: Register) -> None:
    pair = register.departments("Claims", "Legal")
    register.initiative("Late", *pair, start=days_ago(100), decide_by=days_ago(10))
    page = alice.get("/initiatives").text
    assert 'href="/initiatives?attention=past-decide-by">1 waits</a> for a decision' in page
    assert titles(alice.get("/initiatives?attention=past-decide-by").text) == ["Late"]


def test_a_fragment_is_the_table_alone_and_puts_its_state_into_the_address(
    alice: FlaskClient, storm: Initiative
) -> None:
    answer = alice.get("/initiatives?q=storm&kind=&status=live&page=1", headers=PART)
    assert answer.text.lstrip().startswith('<div id="initiatives-table"')
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == "/initiatives?q=storm&status=live&page=1"
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=storm", ["Storm desk"]),
        ("q=legal", ["Storm desk"]),
        ("q=priya", ["Storm desk"]),
        ("q=storm+priya", ["Storm desk"]),
        ("q=storm+nobody", []),
        ("q=100%25", []),
        ("q=_", []),
        ("kind=pilot", ["Storm desk", "Old letters"]),
        ("kind=near_miss", []),
        ("status=live", ["Storm desk"]),
        ("status=finished", ["Old letters"]),
        ("status=proposed", []),
        ("theme=THEME", ["Old letters"]),
        ("department=LEGAL", ["Storm desk"]),
        ("sponsor=PRIYA", ["Storm desk"]),
        ("kind=unheard-of", ["Storm desk", "Old letters"]),
        ("department=nobody", []),
    ],
)
def test_filters_narrow_the_list(
    alice: FlaskClient, register: Register, storm: Initiative, query: str, found: list[str]
) -> None:
    theme = register.theme()
    sales = register.department("Sales")
    register.initiative(
        "Old letters", sales, start=days_ago(90), ended_on=days_ago(60), status="finished", theme_id=theme.id
    )
    offered = alice.get("/initiatives/new").text
    ids = {
        "THEME": theme.public_id,
        "LEGAL": re.findall(r'value="([^"]+)"[^>]*> <span>Legal<', offered)[0],
        "PRIYA": re.findall(r'<option value="([^"]+)">Priya Raman', offered)[0],
    }
    for word, id_ in ids.items():
        query = query.replace(word, id_)
    assert titles(alice.get(f"/initiatives?{query}").text) == found


@pytest.mark.parametrize(
    "sort", ["title", "started", "decide-by", "status", "sponsor", "departments", "moments"]
)
def test_every_column_sorts_both_ways_and_keeps_the_filters(
    alice: FlaskClient, register: Register, storm: Initiative, sort: str
) -> None:
    first = register.initiative(
        "Answers by noon",
        register.department("Sales"),
        start=days_ago(50),
        decide_by=days_ago(1),
        ended_on=days_ago(30),
        lead=register.person("Amara Osei"),
    )
    register.moment(storm, days_ago(3))
    assert first.title
    up = titles(alice.get(f"/initiatives?sort={sort}").text)
    down = titles(alice.get(f"/initiatives?sort=-{sort}").text)
    assert sorted(up) == ["Answers by noon", "Storm desk"]
    assert down == up[::-1] or sort == "decide-by"  # what has no such day comes last either way
    assert "q=o&amp;sort=" in alice.get(f"/initiatives?q=o&sort={sort}").text


@pytest.mark.parametrize("sort", ["", "password", "--title", "title; drop", "x" * 5000])
def test_a_sort_that_is_none_is_the_usual_one(alice: FlaskClient, storm: Initiative, sort: str) -> None:
    assert titles(alice.get("/initiatives", query_string={"sort": sort}).text) == ["Storm desk"]


@pytest.mark.parametrize("page", ["0", "-1", "two", "9" * 40, "\u0663"])
def test_a_page_that_is_none_is_the_first(alice: FlaskClient, storm: Initiative, page: str) -> None:
    assert titles(alice.get("/initiatives", query_string={"page": page}).text) == ["Storm desk"]


def test_a_page_past_the_end_leads_back(alice: FlaskClient, storm: Initiative) -> None:
    assert "This page is past the end." in alice.get("/initiatives?page=7").text


def test_nothing_that_matches_offers_the_whole_list(alice: FlaskClient, storm: Initiative) -> None:
    page = alice.get("/initiatives?q=zebra").text
    assert "Nothing matches." in page
    assert 'value="zebra"' in page


def test_a_long_list_has_pages_that_keep_the_filters(alice: FlaskClient, register: Register) -> None:
    pair = register.departments("Claims", "Legal")
    with register.at_once():
        for at in range(52):
            register.initiative(f"Pilot {at:02}", *pair, start=days_ago(80 - at))
    page = alice.get("/initiatives?q=pilot").text
    assert "1–50 of 52 initiatives" in page
    assert re.search(r'href="/initiatives\?q=pilot&amp;after=\w+" rel="next"', page)
    assert len(titles(alice.get("/initiatives?q=pilot&page=2").text)) == 2


def test_a_past_day_lists_what_had_begun_and_stood_then(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative(
        "Ended since", claims, legal, start=days_ago(60), ended_on=days_ago(10), status="finished"
    )
    register.initiative("Begun since", claims, legal, start=days_ago(5))
    page = alice.get(f"/initiatives?on={days_ago(30)}").text
    assert titles(page) == ["Ended since"]
    assert ">1 initiative was</a> live." in page
    assert 'data-label="Status">Live' in page
    assert "Ended since" in alice.get(f"/initiatives?status=live&on={days_ago(30)}").text


def test_a_planned_initiative_is_live_from_its_start_though_nobody_touches_it(
    alice: FlaskClient, register: Register
) -> None:
    pair = register.departments("Claims", "Legal")
    made = register.initiative("Planned in spring", *pair, start=days_ago(3), status="proposed")
    assert titles(alice.get("/initiatives?status=live").text) == ["Planned in spring"]
    assert "Running" in alice.get(f"/initiatives/{made.public_id}").text


@pytest.mark.parametrize("on", ["yesterday", "1899-12-31", "2201-01-01", "2026-02-30"])
def test_a_day_that_is_none_is_refused_by_list_and_page(
    alice: FlaskClient, storm: Initiative, on: str
) -> None:
    for path in ("/initiatives", f"/initiatives/{storm.public_id}"):
        assert alice.get(path, query_string={"on": on}).status_code == 422


def test_the_list_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        lead = register.person(f"Priya {round_}")
        for at in range(6):
            made = register.initiative(f"Pilot {round_}-{at}", a, b, start=days_ago(80 - at), lead=lead)
            register.moment(made, days_ago(10 + at))
        alice.get("/initiatives")
        with counting(engine) as sent:
            alice.get("/initiatives")
        return len(sent)

    assert fill(1) == fill(2)


def test_titles_are_escaped_wherever_they_stand(alice: FlaskClient, register: Register) -> None:
    pair = register.departments("<b>Claims", "Legal")
    made = register.initiative(
        "<script>alert(1)</script>", *pair, start=days_ago(3), description="<img src=x>"
    )
    for path in ("/initiatives", f"/initiatives/{made.public_id}", f"/initiatives/{made.public_id}/edit"):
        page = alice.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
        assert "<b>Claims" not in page
