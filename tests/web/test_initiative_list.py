"""The list of initiatives as people set it up: columns, groups, pages by their edges, kept in the address."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago, walk
from tracker.models.departments import Division
from tracker.queries import facts
from tracker.queries.keyset import Edge
from tracker.web.cursors import token_of

HEADS = re.compile(r'<th scope="col"[^>]*>(?:<a class="sort"[^>]*>)?([^<]+)')
TITLES = re.compile(r'<th scope="row">.*?<a href="/initiatives/[^"]+">([^<]+)</a>')
GROUPS = re.compile(r'<th scope="rowgroup"[^>]*>([^<]+?) <span class="meta">(\d+) initiative')


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


def heads(page: str) -> list[str]:
    """Return the headings of the columns."""
    return HEADS.findall(page)


def fill(register: Register, count: int, first: int = 0) -> None:
    """Record pilots, several of which begin on the same day, and some on none."""
    claims, legal = register.departments(f"Claims {first}", f"Legal {first}")
    with register.at_once():
        for at in range(first, first + count):
            start = None if at % 11 == 0 else days_ago(400 - at // 7)
            status = "proposed" if start is None else "live"
            register.initiative(f"Pilot {at:03}", claims, legal, start=start, status=status)


def test_columns_are_chosen_and_ordered_in_the_address(alice: FlaskClient, register: Register) -> None:
    fill(register, 1)
    page = alice.get("/initiatives?columns=theme.status.kind").text
    assert heads(page) == ["Initiative", "Theme", "Status", "Kind"]
    assert heads(alice.get("/initiatives?columns=nothing").text)[1:] == [
        "Departments", "Sponsor", "Status", "Started", "Decide by", "Moments",
    ]  # fmt: skip
    panel = alice.get("/initiatives?columns=theme.status&arrange=columns").text
    assert 'href="/initiatives?arrange=columns&amp;columns=status.theme"' in panel
    assert 'href="/initiatives?arrange=columns&amp;columns=theme.status.description"' in panel


def test_groups_stand_together_with_the_size_of_each(alice: FlaskClient, register: Register) -> None:
    service, sales = (register.save(Division(name=name, external_id=name)) for name in ("Service", "Sales"))
    claims = register.department("Claims", division_id=service.id)
    care = register.department("Care", division_id=service.id)
    shop = register.department("Shop", division_id=sales.id)
    legal = register.department("Legal")
    storm = register.theme("Storm season")
    ann = register.person("Ann Berg")
    register.initiative("Within", claims, care, start=days_ago(30), theme_id=storm.id, lead=ann)
    register.initiative("Between", claims, shop, start=days_ago(20), kind="quick_win", theme_id=storm.id)
    register.initiative("Outside", legal, start=days_ago(10))
    assert GROUPS.findall(alice.get("/initiatives?group=division").text) == [
        ("Across divisions", "1"), ("Service", "1"), ("Not in a division", "1"),
    ]  # fmt: skip
    page = alice.get("/initiatives?group=theme&sort=title").text
    assert GROUPS.findall(page) == [("Storm season", "2"), ("No theme yet", "1")]
    assert TITLES.findall(page) == ["Between", "Within", "Outside"]
    page = alice.get("/initiatives?group=sponsor").text
    assert re.findall(r'<th scope="rowgroup"[^>]*>([^<]+)</th>', page) == ["Ann Berg", "No lead sponsor yet"]
    assert GROUPS.findall(alice.get("/initiatives?group=kind").text) == [("Pilot", "2"), ("Quick win", "1")]
    assert GROUPS.findall(alice.get("/initiatives?group=status").text) == [("Live", "3")]


@pytest.mark.parametrize(
    "state", ["", "sort=started", "sort=title", "sort=-departments&group=status", "group=division&sort=theme"]
)
def test_every_row_stands_on_one_page_forwards_and_backwards(
    alice: FlaskClient, register: Register, state: str
) -> None:
    fill(register, 120)
    pages = walk(alice, TITLES, f"/initiatives?{state}")
    assert [len(each) for each in pages] == [50, 50, 20]
    in_order = [title for each in pages for title in each]
    assert len(set(in_order)) == 120
    back = walk(alice, TITLES, f"/initiatives?{state}&before=end", "prev")
    assert [title for each in reversed(back) for title in each] == in_order


def test_rows_that_come_meanwhile_neither_repeat_nor_drop_others(
    alice: FlaskClient, register: Register
) -> None:
    fill(register, 100)
    pair = register.departments("Sales", "Care")
    before = [title for each in walk(alice, TITLES, "/initiatives") for title in each]
    first = alice.get("/initiatives").text
    after = re.search(r'<a href="([^"]+)" rel="next"', first)
    assert after
    with register.at_once():
        for at in range(60):
            register.initiative(f"New {at:02}", *pair, start=days_ago(1))
            register.initiative(f"Late {at:02}", *pair, start=days_ago(3_000))
    rest = [title for each in walk(alice, TITLES, after[1].replace("&amp;", "&")) for title in each]
    seen = [*TITLES.findall(first), *rest]
    assert [each for each in seen if each.startswith("Pilot")] == before
    assert not any(each.startswith("New") for each in seen)


def test_a_page_says_where_it_stands_and_leads_to_both_ends(alice: FlaskClient, register: Register) -> None:
    fill(register, 120)
    last = alice.get("/initiatives?before=end").text
    assert "71–120 of 120 initiatives" in last
    assert ">First</a>" in last
    assert ">Last</a>" not in last
    assert "51–100 of 120 initiatives" in alice.get("/initiatives?page=2").text


@pytest.mark.parametrize(
    "token",
    [
        "", "x", "W10", "é", "a" * 9_000,
        token_of(Edge(("a text where a day belongs",), 1)),
        token_of(Edge((date(2026, 1, 5), "more"), 1)),
        token_of(Edge((date(2026, 1, 5),), 2**63 - 1)),
        "WyJcdTAwMDAiLDFd", "W1siMTIiXSwxXQ", "W1tdLDFd", "WzEuNSwxXQ", "W3RydWUsMV0", "eyIxIjoyfQ",
    ],
)  # fmt: skip
def test_a_token_that_is_none_never_fails(alice: FlaskClient, register: Register, token: str) -> None:
    fill(register, 3)
    for sort in ("-started", "title", "moments"):
        for way in ("after", "before"):
            answer = alice.get("/initiatives", query_string={way: token, "sort": sort})
            assert answer.status_code == 200


def test_pages_take_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def sent(address: str) -> int:
        facts.forget()
        alice.get("/departments")
        with counting(engine) as found:
            assert alice.get(address).status_code == 200
        return len(found)

    columns = "columns=divisions.co-sponsors.description.theme"
    addresses = [f"/initiatives?{columns}", f"/initiatives?group=division&{columns}&before=end"]
    fill(register, 60)
    before = [sent(each) for each in addresses]
    fill(register, 60, 60)
    assert [sent(each) for each in addresses] == before
