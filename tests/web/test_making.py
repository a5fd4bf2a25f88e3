"""What takes long to make: a click begins it, a page says how far it is, and the file is fetched when it is ready."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of, days_ago
from tracker.models.snapshots import Snapshot
from tracker.services.progress import Progress
from tracker.web import downloads, exporting, making

WORKBOOK = "/download/initiatives.xlsx?kind=pilot"


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture(autouse=True)
def everything_is_large(app: Flask, monkeypatch: pytest.MonkeyPatch, register: Register) -> None:
    shutil.rmtree(
        Path(app.instance_path) / "runs", ignore_errors=True
    )  # what a test before made of its register
    monkeypatch.setattr(making, "MANY", 0)
    monkeypatch.setattr(downloads, "AT_ONCE", 0)
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=days_ago(90))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let the portfolio wait in the middle until the event comes."""
    goes_on, made = threading.Event(), exporting.portfolio_text

    def waits(session: Session, tell: Progress) -> str:
        tell("Reading the register", 1, 4)
        assert goes_on.wait(20)
        return made(session, tell)

    monkeypatch.setattr(exporting, "portfolio_text", waits)
    yield goes_on
    goes_on.set()


def begin(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 303, answer.text
    assert re.fullmatch(r"/making/\w{32}", answer.location)
    return answer.location


def end_of(browser: FlaskClient, page: str) -> TestResponse:
    """Ask for the page until it says no longer how far the work is."""
    for _ in range(1_000):
        answer = browser.get(page)
        if 'id="making-far"' not in answer.text:
            return answer
        time.sleep(0.01)
    raise AssertionError("the work did not end")


@pytest.mark.parametrize(
    ("address", "kind", "beginning"),
    [
        (WORKBOOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("/export/portfolio.json", "application/json", b"{"),
        ("/export/departments.graphml", "application/graphml+xml", b"<?xml"),
        ("/export/history.gexf", "application/gexf+xml", b"<?xml"),
        ("/momentum/picture.svg", "image/svg+xml", b"<?xml"),
        ("/momentum/story.pdf", "application/pdf", b"%PDF"),
    ],
)
def test_a_file_of_a_large_register_is_ready_after_a_page_that_waits(
    alice: FlaskClient, address: str, kind: str, beginning: bytes
) -> None:
    page = begin(alice, address)
    ready = end_of(alice, page).text
    assert "The file is ready." in ready
    assert f'href="{page}/file"' in ready
    answer = alice.get(f"{page}/file")
    assert answer.content_type.partition(";")[0] == kind
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.data.startswith(beginning)
    again = alice.get(address)
    assert (again.status_code, again.data) == (200, answer.data), "made already, it is one click"


def test_the_file_made_in_the_background_is_the_one_a_small_register_gives_at_once(
    alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = begin(alice, "/export/portfolio.json")
    end_of(alice, page)
    with monkeypatch.context() as small:
        small.setattr(making, "MANY", 5_000)
        assert alice.get("/export/portfolio.json").data == alice.get(f"{page}/file").data


def test_a_change_of_the_register_makes_the_file_anew(alice: FlaskClient, register: Register) -> None:
    first = begin(alice, "/export/portfolio.json")
    end_of(alice, first)
    register.department("Sales")
    second = begin(alice, "/export/portfolio.json")
    end_of(alice, second)
    found = [
        {each["name"] for each in json.loads(alice.get(f"{page}/file").data)["departments"]}
        for page in (first, second)
    ]
    assert found[1] - found[0] == {"Sales"}


def test_the_page_says_how_far_it_is_and_stops_it(alice: FlaskClient, held: threading.Event) -> None:
    page = begin(alice, "/export/portfolio.json")
    for _ in range(1_000):
        answer = alice.get(page, headers=PART)
        if "Reading the register" in answer.text:
            break
        time.sleep(0.01)
    assert "Reading the register: 1 of 4" in answer.text
    assert ("<html" in answer.text, 'id="making-show"' in answer.text) == (False, True)
    assert alice.get(f"{page}/file").status_code == 404, "half a file is none"
    assert alice.post(f"{page}/stop").location == page
    held.set()
    stopped = end_of(alice, page).text
    assert "It was stopped before the end. Nothing was changed." in stopped
    assert 'href="/export/portfolio.json?"' in stopped
    assert begin(alice, "/export/portfolio.json") == page
    assert "The file is ready." in end_of(alice, page).text


def test_nobody_but_who_began_it_sees_stops_or_fetches_it(
    app: Flask, engine: Engine, cast: Cast, alice: FlaskClient
) -> None:
    page = begin(alice, "/export/portfolio.json")
    end_of(alice, page)
    ada = browser_of(app, engine, cast.ada)
    assert [ada.get(page).status_code, ada.get(f"{page}/file").status_code] == [404, 404]
    assert ada.post(f"{page}/stop").status_code == 404
    assert app.test_client().get(page).location.startswith("/sign-in")
    assert alice.get("/making/nothing").status_code == 404


def test_work_that_fails_says_so(alice: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> str:
        raise RuntimeError("not for the page")

    monkeypatch.setattr(exporting, "portfolio_text", broken)
    failed = end_of(alice, begin(alice, "/export/portfolio.json")).text
    assert "Something went wrong on the way." in failed
    assert "not for the page" not in failed


def test_a_day_of_a_large_register_is_frozen_while_a_page_waits(alice: FlaskClient, session: Session) -> None:
    wrong = alice.post("/snapshots", data={"on": days_ago(9).isoformat(), "since": days_ago(2).isoformat()})
    assert (wrong.status_code, "Choose a day before the day that is frozen." in wrong.text) == (422, True)
    asked = {"on": days_ago(0).isoformat(), "title": "All hands"}
    for message in ("Frozen. Nothing changes it any more.", "This day is frozen already"):
        page = alice.post("/snapshots", data=asked).location
        ended = end_of(alice, page)
        assert ended.location.startswith("/snapshots/")
        assert message in alice.get(ended.location).text
    assert session.scalar(select(func.count(Snapshot.id))) == 1


def test_what_is_wrong_with_an_address_is_said_at_once(alice: FlaskClient) -> None:
    assert alice.get("/momentum/story.pdf?on=tomorrow").status_code < 500
    assert alice.get("/download/initiatives.xlsx?on=2026-99-99").status_code != 303
