"""Lists of pairs, departments, sponsors, journeys and of a theme's work: pages by their edges, columns, files, views."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago, walk
from tracker.queries import facts
from tracker.queries.keyset import Edge
from tracker.web.cursors import token_of

NAMES = re.compile(r'(?:<th scope="row">|<p class="t">)<a href="[^"]+">([^<]+)</a>')
HEADS = re.compile(r'<th scope="col"[^>]*>(?:<a class="sort"[^>]*>)?([^<]+)')


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


def file_rows(client: FlaskClient, address: str) -> list[list[str]]:
    """Return the rows of a CSV file."""
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def pairs(register: Register, count: int) -> None:
    """Make departments for more pairs than a page shows; every third joins the first of them in a pilot."""
    made = register.departments(*(f"Desk {at:02}" for at in range(count)))
    for at in range(3, count, 3):
        register.initiative(f"Pilot {at}", made[0], made[at], start=days_ago(at), decide_by=days_ago(-at))


def departments(register: Register, count: int) -> None:
    pairs(register, count)


def sponsors(register: Register, count: int) -> None:
    """Add sponsors of whom many share a title, and some have none."""
    home = register.department("Claims")
    for at in range(count):
        title = f"Director {at % 3}" if at % 5 else ""
        register.person(f"Person {at:03}", title=title, department_id=home.id if at % 2 else None)


def journeys(register: Register, count: int) -> None:
    a, b = register.departments("Claims", "Legal")
    for at in range(count):
        register.journey(f"Journey {at:03}", a, b, importance=1 + at % 3)


LISTS: list[tuple[str, Callable[[Register, int], None], int, tuple[str, ...]]] = [
    ("pairs", pairs, 12, ("-importance", "pair", "-pair", "work", "-strength", "-since", "heard", "next")),
    ("departments", departments, 60, ("name", "-name", "division", "-together", "live", "-moments")),
    ("sponsors", sponsors, 58, ("name", "-name", "title", "-title", "department")),
    ("journeys", journeys, 53, ("-importance", "importance", "name", "-name")),
]


@pytest.mark.parametrize(("name", "fill", "count", "sorts"), LISTS, ids=[each[0] for each in LISTS])
def test_pages_by_their_edges_hold_every_row_once_in_every_order(
    alice: FlaskClient,
    register: Register,
    name: str,
    fill: Callable[[Register, int], None],
    count: int,
    sorts: tuple[str, ...],
) -> None:
    fill(register, count)
    for sort in sorts:
        forwards = walk(alice, NAMES, f"/{name}?sort={sort}")
        assert len(forwards) == 2
        assert len(forwards[0]) == 50
        rows = [each for page in forwards for each in page]
        assert len(set(rows)) == len(rows)
        backwards = walk(alice, NAMES, f"/{name}?sort={sort}&before=end", "prev")
        assert [each for page in backwards[::-1] for each in page] == rows


def test_a_page_goes_on_after_a_row_that_is_gone(alice: FlaskClient, register: Register) -> None:
    pairs(register, 12)
    listed = [each for page in walk(alice, NAMES, "/pairs?sort=pair") for each in page]
    gone = Edge(("desk 04", "desk 04a", "no such id", "nor this"), 0)
    after = NAMES.findall(alice.get(f"/pairs?sort=pair&after={token_of(gone)}").text)
    assert after[0] == "Desk 04 and Desk 05"
    assert after == listed[listed.index(after[0]) :]
    for token in ("nonsense", token_of(Edge((1, 2), 3)), token_of(Edge((None,) * 4, 0))):
        assert alice.get(f"/pairs?sort=pair&after={token}").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/pairs?sort=next&columns=next.strength.since", "/departments?columns=headcount.open", "/sponsors"],
)
def test_a_list_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register, address: str
) -> None:
    def sent(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        lead = register.person(f"Priya {round_}", department_id=a.id)
        register.initiative(f"Pilot {round_}", a, b, start=days_ago(8), lead=lead)
        facts.forget()
        alice.get("/measures")
        with counting(engine) as found:
            alice.get(address)
        return len(found)

    assert sent(1) == sent(2)


def test_a_pair_tells_since_when_it_works_together_and_what_comes_next(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(40), decide_by=days_ago(-9))
    register.update(desk, days_ago(4))
    rows = file_rows(alice, "/download/pairs.csv")
    assert rows[0] == [
        "Department", "And department", "How they work", "Together since", "Last heard from", "Decide by",
        "Goes quiet on", "Live initiatives",
    ]  # fmt: skip
    quiet = days_ago(-86)
    assert rows[1] == [
        "Claims", "Legal", "Works together", f"{days_ago(40)}", f"{days_ago(4)}", f"{days_ago(-9)}", f"{quiet}",
        "Storm desk",
    ]  # fmt: skip
    assert rows[2] == ["Claims", "Sales", "No shared work", "", "", "", "", ""]
    page = alice.get("/pairs?columns=since.next.strength")
    assert HEADS.findall(page.text) == ["Pair", "Together since", "Next", "Shares of attention"]
    for words in ("decide by", "goes quiet", ">1.00</td>"):
        assert words in page.text
    assert file_rows(alice, "/download/pairs.csv?columns=strength&band=together")[1:] == [
        ["Claims", "Legal", "1.0"]
    ]


def test_the_pairs_that_never_met_have_a_view_and_all_departments_can_be_shown(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal, sales, care = register.departments("Claims", "Legal", "Sales", "Care")
    register.journey("Claiming", claims, legal, sales)
    register.initiative("Long ago", claims, legal, start=days_ago(300), ended_on=days_ago(200))
    register.initiative("Now", sales, care, start=days_ago(20))
    assert NAMES.findall(alice.get("/pairs?sort=pair").text) == ["Claims and Legal", "Legal and Sales"]
    assert NAMES.findall(alice.get("/pairs?band=never").text) == ["Legal and Sales"]
    assert NAMES.findall(alice.get("/pairs?scope=all&band=together").text) == ["Care and Sales"]
    assert NAMES.findall(alice.get("/pairs?scope=all&q=care+leg").text) == ["Care and Legal"]
    page = alice.get(f"/pairs?on={date.fromordinal(days_ago(350).toordinal())}&band=never").text
    assert len(NAMES.findall(page)) == 2


def test_views_of_pairs_are_saved_shared_and_kept_with_their_columns(
    alice: FlaskClient, app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    register.departments("Claims", "Legal")
    query = "band=open&sort=pair&columns=work.since"
    assert "Save this view" in alice.get(f"/pairs?{query}&on={days_ago(3)}").text
    form = {"list": "pairs", "name": "Open ground", "query": f"{query}&after=x", "shared": "yes"}
    answer = alice.post("/views/new", data=form)
    assert answer.location == f"/pairs?{query}"
    charlie = browser_of(app, engine, cast.charlie)
    assert "Open ground" in charlie.get("/pairs").text
    assert "Pairs" in charlie.get("/views").text


def test_files_of_departments_and_sponsors_have_the_columns_that_are_shown(
    alice: FlaskClient, register: Register
) -> None:
    division = register.division("Operations")
    home = register.department("Claims", division_id=division.id, headcount=40)
    register.person("Priya Raman", title="Director", department_id=home.id)
    assert file_rows(alice, "/download/departments.csv?columns=headcount.division") == [
        ["Department", "Headcount", "Division"],
        ["Claims", "40", "Operations"],
    ]
    found = file_rows(alice, "/download/sponsors.csv?columns=department.title&q=priya")
    assert found == [["Sponsor", "Home department", "Title"], ["Priya Raman", "Claims", "Director"]]
    page = alice.get("/departments?columns=headcount").text
    assert HEADS.findall(page) == ["Department", "Headcount"]
    assert 'name="columns" value="headcount"' in page
