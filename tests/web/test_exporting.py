"""The register as files to keep: whole, and its departments as a graph."""

from __future__ import annotations

import json
import re
from io import BytesIO

import networkx as nx
from flask import Flask
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago, entries
from tracker import clock


def test_the_register_is_saved_as_one_file(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    before = entries(engine)
    answer = browser_of(app, engine, cast.alice).get("/export/portfolio.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="portfolio-{clock.today()}.json"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [each["title"] for each in json.loads(answer.text)["initiatives"]] == ["Storm desk"]
    assert entries(engine) == before


def test_an_empty_register_is_saved_too(app: Flask, engine: Engine, cast: Cast) -> None:
    found = json.loads(browser_of(app, engine, cast.alice).get("/export/portfolio.json").text)
    assert (found["departments"], found["initiatives"], found["events"]) == ([], [], [])


def test_only_the_office_and_administrators_save_it(app: Flask, engine: Engine, cast: Cast) -> None:
    for actor in (cast.bob, cast.dora, cast.charlie):
        assert browser_of(app, engine, actor).get("/export/portfolio.json").status_code == 403
    assert app.test_client().get("/export/portfolio.json").status_code in (302, 303)


def test_the_departments_of_a_day_are_saved_as_a_graph(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(30))
    alice = browser_of(app, engine, cast.alice)
    for form in ("graphml", "gexf"):
        answer = alice.get(f"/export/departments.{form}?on={days_ago(10)}")
        assert answer.mimetype == f"application/{form}+xml"
        assert (
            answer.headers["Content-Disposition"]
            == f'attachment; filename="departments-{days_ago(10)}.{form}"'
        )
        reading = nx.read_graphml if form == "graphml" else nx.read_gexf
        assert [sorted(each) for each in reading(BytesIO(answer.data)).edges] == [["Claims", "Legal"]]
        before = alice.get(f"/export/departments.{form}?on={days_ago(40)}")
        assert len(reading(BytesIO(before.data)).edges) == 0
    assert alice.get("/export/departments.gexf?on=soon").status_code == 422
    assert alice.get("/export/departments.xlsx").status_code == 404


def test_all_days_are_saved_as_one_graph_with_their_times(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(30))
    answer = browser_of(app, engine, cast.alice).get("/export/history.gexf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="history-{clock.today()}.gexf"'
    graph = nx.read_gexf(BytesIO(answer.data))
    assert graph.edges["Claims", "Legal"]["strength"] == [(1.0, days_ago(30).isoformat(), "None")]


def test_the_files_ask_the_database_as_often_however_much_there_is(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    alice = browser_of(app, engine, cast.alice)
    addresses = ("/export/departments.graphml", "/export/departments.gexf", "/export/history.gexf")
    register.initiative("Storm desk", *register.departments("Claims", "Legal"))

    def asked() -> list[int]:
        found = []
        for address in addresses:
            alice.get(address)
            with counting(engine) as queries:
                alice.get(address)
            found.append(len(queries))
        return found

    few = asked()
    for number in range(4):
        register.initiative(f"More {number}", *register.departments(f"A{number}", f"B{number}"))
    assert asked() == few


def test_one_page_leads_to_every_file(app: Flask, engine: Engine, cast: Cast) -> None:
    alice = browser_of(app, engine, cast.alice)
    page = alice.get("/export").text
    for address in (
        "/export/portfolio.json",
        "/export/departments.graphml",
        "/export/departments.gexf",
        "/export/history.gexf",
        "/download/initiatives-tidy.xlsx",
        "/account",
    ):
        assert re.search(rf'(href|action)="{address}"', page), address
    assert 'href="/export"' in alice.get("/import").text
    for actor in (cast.bob, cast.dora, cast.charlie):
        assert browser_of(app, engine, actor).get("/export").status_code == 403
    assert app.test_client().get("/export").status_code == 303
