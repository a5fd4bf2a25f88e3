"""Several processes at once, a lock that is held, a crash, a full disk: nothing acknowledged is lost, nothing typed either."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.hostile import forms_of
from tests.serving import Answer, Browser, Server, cookie_of, serving
from tracker import clock
from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.services.passwords import hash_password

resource = pytest.importorskip("resource", reason="limits on processes are a matter of Unix")

SAVES = 6
#: So many acknowledged wins before the crash.
ENOUGH = 8
#: Seconds after which what should happen at once does not happen at all.
PATIENCE = 20
PASSWORD = "a tram along the harbour"


@pytest.fixture
def storm(register: Register, cast: Cast) -> Initiative:
    """An initiative that everybody edits."""
    claims, legal = register.departments("Claims", "Legal")
    return register.initiative("Storm desk", claims, legal, start=clock.today() - timedelta(days=9))


@pytest.fixture
def server(database: str, tmp_path: Path) -> Iterator[Server]:
    """One process on the test's database."""
    with serving(database, tmp_path) as started:
        yield started


@pytest.fixture
def alice(server: Server, app: Flask, engine: Engine, cast: Cast) -> Browser:
    """Alice's browser: she runs the transformation office."""
    return server.browser(cookie_of(app, engine, cast.alice.user_id))


def file_of(database: str) -> str:
    """Return the file of an embedded database."""
    return database.removeprefix("sqlite:///")


def log(browser: Browser, title: str, initiative: str) -> Answer:
    """Log a quick win of an initiative."""
    if not browser.token:
        browser.get("/log")
    day = clock.today().isoformat()
    return browser.post("/log", {"kind": "quick_win", "title": title, "on": day, "initiative": initiative})


def edit(browser: Browser, initiative: str, title: str) -> Answer:
    """Open the form of an initiative and save another title."""
    address = f"/initiatives/{initiative}/edit"
    page = browser.get(address)
    (form,) = (each for each in forms_of(page.text, address) if each.action.endswith("/edit"))
    return browser.post(address, form.with_one(-1, "") | {"title": title})


def together(*work: Callable[[], list[Answer]]) -> list[Answer]:
    """Do several things at the same time; return all answers."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [answer for done in [pool.submit(each) for each in work] for answer in done.result()]


def test_two_processes_lose_no_update(
    database: str, server: Server, app: Flask, engine: Engine, cast: Cast, storm: Initiative, tmp_path: Path
) -> None:
    cookies = [cookie_of(app, engine, each.user_id) for each in (cast.alice, cast.ada) * 2]

    def save(browser: Browser, name: str) -> Callable[[], list[Answer]]:
        return lambda: [edit(browser, storm.public_id, f"{name} {at}") for at in range(SAVES)]

    with serving(database, tmp_path) as other:
        servers = (server, other, other, server)
        answers = together(
            *(
                save(one.browser(cookie), f"Desk {at}")
                for at, (one, cookie) in enumerate(zip(servers, cookies, strict=True))
            )
        )
    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {303, 409}
    with Session(engine) as session:
        saved = statuses.count(303)
        version = session.scalar(select(Initiative.version).where(Initiative.id == storm.id))
        lines = session.scalar(
            select(func.count(AuditEntry.id)).where(
                AuditEntry.kind == "initiative", AuditEntry.action == "changed"
            )
        )
    assert saved >= SAVES
    assert (version, lines) == (1 + saved, saved)


@pytest.mark.only_database("sqlite")
def test_a_held_lock_stops_no_reader_and_keeps_what_was_typed(
    database: str, alice: Browser, engine: Engine, storm: Initiative
) -> None:
    holder = sqlite3.connect(file_of(database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(log, Browser(alice.port, alice.cookie), "Refund in one call", storm.public_id)
        time.sleep(1)
        read = alice.get("/")
        refused = waiting.result()
    holder.execute("ROLLBACK")
    holder.close()
    assert (read.status, read.seconds < 2) == (200, True)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert "Refund in one call" in refused.text
    assert log(alice, "Refund in one call", storm.public_id).status == 303
    with Session(engine) as session:
        assert session.scalar(select(func.count(Moment.id))) == 1


@pytest.mark.only_database("sqlite")
def test_a_crash_loses_nothing_that_was_acknowledged(
    database: str, app: Flask, engine: Engine, cast: Cast, storm: Initiative, tmp_path: Path
) -> None:
    kept: list[str] = []
    cookie = cookie_of(app, engine, cast.alice.user_id)

    def until_it_dies(browser: Browser, name: str) -> None:
        for at in range(1_000):
            try:
                if log(browser, f"{name} {at}", storm.public_id).status == 303:
                    kept.append(f"{name} {at}")
            except (OSError, ValueError):  # the line is cut, perhaps in the middle of a page
                return

    with serving(database, tmp_path) as server, ThreadPoolExecutor(3) as pool:
        for at in range(3):
            pool.submit(until_it_dies, server.browser(cookie), f"Win {at}")
        last = time.monotonic() + PATIENCE
        while len(kept) < ENOUGH and time.monotonic() < last:
            time.sleep(0.02)
        server.kill()
    assert len(kept) >= ENOUGH
    with sqlite3.connect(file_of(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    with Session(engine) as session:
        there = {row.title: row.id for row in session.execute(select(Moment.title, Moment.id))}
        recorded = set(session.scalars(select(AuditEntry.record_id).where(AuditEntry.kind == "moment")))
    assert set(kept) <= set(there)
    assert set(there.values()) == recorded


@pytest.mark.only_database("sqlite")
def test_a_full_disk_is_said_and_loses_nothing_typed(
    database: str, server: Server, alice: Browser, storm: Initiative
) -> None:
    assert log(alice, "Before", storm.public_id).status == 303
    largest = max(path.stat().st_size for path in Path(file_of(database)).parent.glob("register.db*"))
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (largest, hard))
    refused = None
    for at in range(200):
        answer = log(alice, f"Nearly full {at}", storm.public_id)
        if answer.status != 303:
            refused = answer
            break
    assert refused is not None
    assert refused.status == 503
    assert "Nearly full" in refused.text
    assert alice.get("/").status == 200
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert log(alice, "There is room again", storm.public_id).status == 303


@pytest.mark.only_database("sqlite")
def test_no_save_is_turned_away_while_many_sign_in(
    server: Server, alice: Browser, register: Register, storm: Initiative
) -> None:
    hashed = hash_password(PASSWORD)
    for at in range(20):
        register.save(User(email=f"p{at}@example.org", name=f"P {at}", role="member", password_hash=hashed))

    def sign_in(at: int) -> Callable[[], list[Answer]]:
        browser = server.browser()
        return lambda: [
            browser.get("/sign-in"),
            browser.post("/sign-in", {"email": f"p{at}@example.org", "password": PASSWORD}),
        ]

    saves: list[Answer] = []

    def save() -> list[Answer]:
        saves.extend(edit(alice, storm.public_id, f"Desk {at}") for at in range(5))
        return saves

    answers = together(save, *(sign_in(at) for at in range(20)))
    assert {answer.status for answer in answers} <= {200, 303}
    assert [answer.status for answer in saves] == [303] * 5
