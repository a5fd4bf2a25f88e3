"""The stream of moments: by month, narrowed, in parts that hold while others come."""

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
def storm(register: Register) -> Initiative:
    return register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(200))


def titles(page: str) -> list[str]:
    """Return the titles of the stream in their order."""
    stream = page.split('id="moments-waiting"', 1)[0]
    return re.findall(r'<p class="t"><a href="/moments/[^"]+">([^<]+)</a>', stream)


def test_an_empty_stream_teaches_the_first_step(alice: FlaskClient) -> None:
    page = alice.get("/moments").text
    assert "The first win opens this stream." in page
    assert 'href="/log" data-dialog' in page


def test_the_stream_is_by_month_newest_first_and_says_what_each_counts(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    register.moment(storm, days_ago(70), title="Earlier")
    register.moment(storm, days_ago(2), "near_miss", "Nearly", lesson="Ask first.")
    page = alice.get("/moments").text
    assert titles(page) == ["Nearly", "Earlier"]
    assert "Counts 1 point: its lesson is written" in page
    assert "Counts 3 points" in page
    assert page.count('<h2 class="group">') == 2


def test_a_moved_measure_is_not_called_a_win(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    win = register.moment(storm, days_ago(70))
    register.moment(storm, days_ago(2), "moved", "CSAT", of_id=win.id, measure_name="CSAT")
    assert "Customer measure moved" in alice.get("/moments").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=win", ["Today", "Long ago"]),
        ("kind=near_miss", ["Nearly"]),
        ("kind=none-such", ["Today", "Nearly", "Long ago"]),
        ("q=long", ["Long ago"]),
        ("q=storm", ["Today", "Nearly", "Long ago"]),
        ("q=%25", []),
        ("waiting=1", ["Today"]),
        ("counted=1", ["Long ago"]),
        ("period=30-days", ["Today", "Nearly"]),
        ("period=eternity", ["Today", "Nearly", "Long ago"]),
        ("since=SINCE", ["Today", "Nearly"]),
        ("until=SINCE", ["Long ago"]),
        ("since=never", ["Today", "Nearly", "Long ago"]),
        ("department=nobody", []),
    ],
)
def test_filters_narrow_the_stream(
    alice: FlaskClient, register: Register, storm: Initiative, query: str, found: list[str]
) -> None:
    register.moment(storm, days_ago(100), title="Long ago")
    register.moment(storm, days_ago(3), "near_miss", "Nearly")
    register.moment(storm, days_ago(0), title="Today", confirmed=False)
    assert titles(alice.get(f"/moments?{query.replace('SINCE', str(days_ago(50)))}").text) == found


def test_a_fragment_is_the_stream_alone_and_puts_its_state_into_the_address(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    register.moment(storm, days_ago(5), confirmed=False)
    answer = alice.get("/moments?q=refund&kind=&waiting=1", headers=PART)
    assert answer.text.lstrip().startswith('<div id="moments-stream"')
    assert answer.headers["HX-Replace-Url"] == "/moments?q=refund&waiting=1"


def test_a_long_stream_has_pages(alice: FlaskClient, register: Register, storm: Initiative) -> None:
    with register.at_once():
        for at in range(52):
            register.moment(storm, days_ago(100 - at), title=f"Win {at}")
    assert "1–50 of 52 moments" in alice.get("/moments").text
    assert len(titles(alice.get("/moments?page=2").text)) == 2


def test_the_stream_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        made = register.initiative(f"Pilot {round_}", *register.departments(f"A{round_}", f"B{round_}"))
        for at in range(6):
            register.moment(made, days_ago(10 + at), confirmed=at % 2 == 0)
        alice.get("/moments")
        with counting(engine) as sent:
            alice.get("/moments")
        return len(sent)

    assert fill(1) == fill(2)


# vouching


def test_the_stream_of_a_part_says_which_it_is_and_keeps_it(alice: FlaskClient, register: Register) -> None:
    theme, front = register.theme("Storm season"), register.division("Front")
    claims = register.department("Claims Desk", division_id=front.id)
    two = (claims, register.department("Legal Desk"))
    home = register.initiative("Storm desk", *two, theme_id=theme.id)
    register.moment(home, days_ago(5), title="Told")
    register.moment(register.initiative("Quotes", *two, kind="quick_win"), days_ago(5), title="Left out")
    for part in ({"theme": theme.public_id}, {"work": "pilot"}):
        assert titles(alice.get("/moments", query_string=part).text) == ["Told"]
    assert len(titles(alice.get("/moments", query_string={"division": front.public_id}).text)) == 2
    asked = {"theme": theme.public_id, "division": front.public_id, "work": "pilot"}
    page = alice.get("/moments", query_string=asked).text
    for name, value in asked.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert all(f"</span>{words}<" in page for words in ("Theme: Storm season", "In Front", "Pilots"))
    assert titles(alice.get("/moments", query_string={"theme": "nothing"}).text) == []


def test_moments_that_come_meanwhile_neither_repeat_nor_drop_others(
    alice: FlaskClient, register: Register
) -> None:
    made = register.initiative("Storm desk", *register.departments("Sales", "Care"), start=days_ago(90))
    with register.at_once():
        for at in range(60):
            register.moment(made, days_ago(40 - at // 9), title=f"Win {at:02}")
    title = re.compile(r'<p class="t"><a href="/moments/[^"]+">(Win \d\d)</a>')
    first = alice.get("/moments").text
    assert "1–50 of 60 moments" in first
    for at in range(3):
        register.moment(made, days_ago(1), title=f"New {at}")
    link = re.search(r'href="([^"]+)" rel="next"', first)
    assert link
    rest = alice.get(link[1].replace("&amp;", "&")).text
    assert "54–63 of 63 moments" in rest
    seen = [*title.findall(first), *title.findall(rest)]
    assert len(set(seen)) == len(seen) == 60
    assert len(title.findall(alice.get("/moments?page=2").text)) == 13
