"""The whole register as one file to keep."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.web.browsers import browser_of, entries
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
