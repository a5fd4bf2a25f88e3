"""Imports that were made: the list, the page of one, and taking it back by page."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of
from tests.web.test_importing import GOOD, HEADER, bring, commit, dry_run, titles
from tracker.models.departments import Department
from tracker.models.imports import ImportBatch
from tracker.services.progress import Progress
from tracker.web import imports


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


def newest(session: Session) -> str:
    found = session.scalars(select(ImportBatch.public_id).order_by(ImportBatch.id.desc())).first()
    session.rollback()
    assert found is not None
    return f"/imports/{found}"


def test_an_empty_list_says_what_will_stand_there(alice: FlaskClient) -> None:
    assert "The first file you bring stands here." in alice.get("/imports").text
    assert alice.get("/imports/nothing").status_code == 404
    assert alice.post("/imports/nothing/undo").status_code == 404


def test_an_import_has_a_page_with_what_it_did(alice: FlaskClient, session: Session) -> None:
    commit(alice, dry_run(alice, GOOD))
    address = newest(session)
    assert f'href="{address}"' in alice.get("/imports").text
    page = alice.get(address).text
    for words in (
        "register.csv: 1 new, 0 changed",
        "Night desk",
        "Library",
        "SHA-256",
        "Take the import back",
    ):
        assert words in page
    assert "This very file is in the register already" in alice.get(dry_run(alice, GOOD)).text


def test_an_import_is_taken_back_by_one_button(alice: FlaskClient, session: Session) -> None:
    commit(alice, dry_run(alice, GOOD))
    address = newest(session)
    assert alice.post(f"{address}/undo").location == address
    assert titles(session) == []
    page = alice.get(address).text
    assert "<b>Taken back</b> by Alice" in page
    assert "Take the import back" not in page
    assert alice.post(f"{address}/undo").status_code == 422
    assert alice.get(f"{address}?page=9").status_code == 200


def test_the_years_of_a_dated_file_are_marked_until_the_import_is_taken_back(
    alice: FlaskClient, session: Session
) -> None:
    pages = ("/stage", "/momentum", "/momentum/table")
    assert not any("as recorded in the register" in alice.get(each).text for each in pages)
    answer = bring(alice, GOOD, as_of="2026-03-01")
    commit(alice, answer.location)
    for each in pages:
        assert "Until March 2026 as recorded in the register" in alice.get(each).text
    alice.post(f"{newest(session)}/undo")
    assert not any("as recorded in the register" in alice.get(each).text for each in pages)


def test_what_leans_on_an_import_is_named_with_a_link(
    alice: FlaskClient, session: Session, register: Register
) -> None:
    commit(alice, dry_run(alice, GOOD))
    library = register.session.scalars(select(Department).where(Department.name == "Library")).one()
    own = register.initiative("Reading hour", library, register.department("School"))
    answer = alice.post(f"{newest(session)}/undo")
    assert answer.status_code == 409
    assert (
        f'<a href="/initiatives/{own.public_id}">Reading hour</a>, names a department of this import'
        in answer.text
    )
    assert titles(session) == ["Night desk", "Reading hour"]


def test_a_longer_import_asks_the_database_as_little_as_a_short_one(
    alice: FlaskClient, engine: Engine, session: Session
) -> None:
    def sent(count: int) -> int:
        rows = "".join(f"r{count}-{at},Row {at},2026-02-02,Library;Museum,Maud\n" for at in range(count))
        commit(alice, dry_run(alice, (HEADER + rows).encode()))
        address = newest(session)
        alice.get(address)
        with counting(engine) as statements:
            alice.get(address)
        return len(statements)

    sent(1)  # the first one brings the departments
    assert sent(3) == sent(12)


def test_taking_a_long_import_back_can_be_stopped_and_all_of_it_stays(
    alice: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LINES_AT_ONCE", 0)
    commit(alice, dry_run(alice, GOOD))
    address, goes_on, undo = newest(session), threading.Event(), imports.undo_import

    def waits(*args: Any, progress: Progress, **more: Any) -> ImportBatch:
        assert goes_on.wait(20)
        return undo(*args, progress=progress, **more)

    monkeypatch.setattr(imports, "undo_import", waits)
    alice.post(f"{address}/undo")
    assert "Stop" in alice.get(address).text
    assert alice.post(f"{address}/stop").location == address
    goes_on.set()
    for _ in range(500):
        if alice.get(address).location:
            break
        time.sleep(0.02)
    assert "It was stopped before the end. Nothing was changed." in alice.get(address).text
    assert titles(session) == ["Night desk"]


def test_a_long_import_is_taken_back_while_a_page_says_how_far_it_is(
    alice: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LINES_AT_ONCE", 0)
    commit(alice, dry_run(alice, GOOD))
    address = newest(session)
    assert alice.post(f"{address}/undo").location == address
    for _ in range(200):
        answer = alice.get(address)
        if 'id="importing-going-back"' not in answer.text:
            break
        time.sleep(0.02)
    assert answer.location == address
    assert "was taken back. The register is as it was before." in alice.get(address).text
    assert titles(session) == []
