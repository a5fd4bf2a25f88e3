"""Real servers, of one process and of several: their numbers add up, and their log tells what is configured."""

from __future__ import annotations

import http.client
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.serving import Server, cookie_of, serving
from tracker import clock
from tracker.config import LOG_LEVELS

TOKEN = "a token that a monitoring system sends"
ASKED = 40
#: Seconds until a server has ended.
PATIENCE = 20

pytestmark = pytest.mark.only_database("sqlite")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def scrape(server: Server) -> dict[tuple[str, ...], float]:
    """Return every number by its name and the values of its labels."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    assert answer.status == 200, text
    return {
        (sample.name, *(value for name, value in sample.labels.items() if name != "le")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(("kind", "processes"), [("waitress", 1), ("gunicorn", 2)])
def test_whichever_process_and_thread_answers_the_numbers_add_up(
    database: str, tmp_path: Path, temporary: Path, kind: str, processes: int
) -> None:
    with serving(database, tmp_path, server=kind, settings={"TRACKER_METRICS_TOKEN": TOKEN}) as server:
        until = time.monotonic() + PATIENCE
        while (found := scrape(server))["tracker_read_seconds_count", "rebuilt"] < processes:
            assert time.monotonic() < until
            time.sleep(0.1)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: server.browser().get("/healthz").status, range(ASKED)))
        assert answers == [200] * ASKED
        for _ in range(4):  # whoever is asked
            found = scrape(server)
            assert found["tracker_requests_total", "health.live", "GET", "200"] == ASKED
            assert found["tracker_request_seconds_count", "health.live"] == ASKED
            assert found["tracker_version",] == 0
        folders = list(temporary.glob("tracker-metrics-*"))
        assert len(folders) == (0 if kind == "waitress" else 1)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE)
    assert list(temporary.glob("tracker-metrics-*")) == []


def test_what_a_process_counted_outlives_it(database: str, tmp_path: Path, temporary: Path) -> None:
    settings = {"TRACKER_METRICS_TOKEN": TOKEN}
    with serving(database, tmp_path, server="gunicorn", settings=settings) as server:
        scrape(server)
        server.browser().get("/healthz")
        before = scrape(server)
        server.process.send_signal(signal.SIGHUP)  # new processes for the old ones
        until = time.monotonic() + PATIENCE
        while scrape(server)["tracker_read_seconds_count", "rebuilt"] < 4:
            assert time.monotonic() < until
            time.sleep(0.2)
        after = scrape(server)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE)
    key = ("tracker_requests_total", "health.live", "GET", "200")
    assert (before[key], after[key]) == (1, 1)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("level", LOG_LEVELS)
def test_the_log_of_a_server_tells_what_is_configured(
    database: str, tmp_path: Path, app: Flask, engine: Engine, register: Register, cast: Cast, level: str
) -> None:
    storm = register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    with serving(database, tmp_path, settings={"TRACKER_LOG_LEVEL": level}) as server:
        register.update(storm, clock.today())
        server.browser(cookie_of(app, engine, cast.charlie.user_id)).get("/momentum")
    (file,) = tmp_path.glob("server-*.log")
    text = file.read_text()
    read, caught_up = (
        bool(re.search(rf"^\[\d{{4}}-\d\d-\d\d [^]]+\] {line}", text, re.MULTILINE))
        for line in (
            "INFO in facts: Read the whole register at version [0-9]+, since none is kept yet: 1 initiatives",
            "DEBUG in facts: Caught up with version",
        )
    )
    assert (read, caught_up) == {"debug": (True, True), "info": (True, False), "warning": (False, False)}[
        level
    ]
