"""When something cannot be done the reader is told what to do, and nothing typed is lost."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.shell_app import make_app
from tracker.web.errors import PROBLEMS

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def alice() -> FlaskClient:
    """A browser with Alice signed in."""
    return make_app(csrf=False).test_client()


@pytest.mark.parametrize(
    ("kind", "status"),
    [("invalid", 422), ("not-found", 404), ("forbidden", 403), ("stale", 409), ("too-many", 429),
     ("locked", 503), ("full", 503), ("mistyped", 500), ("broken", 500)],
)  # fmt: skip
def test_each_refusal_has_its_status_and_its_page(alice: FlaskClient, kind: str, status: int) -> None:
    for answer in (alice.get(f"/fail/{kind}"), alice.post(f"/fail/{kind}", data={"title": "x"})):
        assert answer.status_code == status
        assert "<h1>" in answer.text
        assert "<title>" in answer.text


@pytest.mark.parametrize(
    ("kind", "status"), [("invalid", 422), ("forbidden", 403), ("locked", 503), ("broken", 500)]
)
def test_the_interface_answers_in_json(alice: FlaskClient, kind: str, status: int) -> None:
    answer = alice.post(f"/api/v1/fail/{kind}")
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"]["message"]


def test_the_interface_names_the_field(alice: FlaskClient) -> None:
    answer = alice.post("/api/v1/fail/invalid")
    assert answer.json == {"error": {"message": "Title is needed.", "field": "title"}}


def test_unknown_addresses_of_the_interface_are_json(alice: FlaskClient) -> None:
    answer = alice.get("/api/v1/nope")
    assert answer.status_code == 404
    assert answer.is_json


@pytest.mark.parametrize("kind", ["locked", "full"])
def test_a_busy_database_gives_the_form_back(alice: FlaskClient, kind: str) -> None:
    data = {"title": "Night <shift>", "notes": "first\nsecond", "version": "3", "password": "hunter2 hunter2"}
    answer = alice.post(f"/fail/{kind}?from=home", data=data)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Night &lt;shift&gt;" in answer.text
    assert "first\nsecond" in answer.text
    assert 'name="version" value="3"' in answer.text
    assert f'action="/fail/{kind}?from=home"' in answer.text
    assert "Send again" in answer.text
    assert "hunter2" not in answer.text


def test_a_busy_database_while_reading_asks_to_come_back(alice: FlaskClient) -> None:
    answer = alice.get("/fail/locked")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Send again" not in answer.text


def test_somebody_elses_save_keeps_ones_own_text(alice: FlaskClient) -> None:
    assert "My own words" in alice.post("/fail/stale", data={"notes": "My own words"}).text


def test_a_fault_shows_a_number_and_no_detail(alice: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="tracker.web.errors"):
        answer = alice.get("/fail/broken")
    number = answer.text.split("Number ")[1].split("<")[0]
    assert f"error {number}" in caplog.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_page_stays_open_when_a_part_of_it_fails(alice: FlaskClient) -> None:
    answer = alice.post("/fail/locked", data={"title": "x"}, headers=PARTIAL)
    assert answer.status_code == 503
    assert answer.headers["HX-Retarget"] == "#problem"
    assert answer.text.lstrip().startswith('<div id="errors-problem">')


def test_a_wrong_method_names_the_right_ones(alice: FlaskClient) -> None:
    answer = alice.get("/saved")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_large_a_form_is_413(alice: FlaskClient) -> None:
    alice.application.config["MAX_CONTENT_LENGTH"] = 1000
    assert alice.post("/log", data={"title": "x" * 2000}).status_code == 413


def test_too_many_tries_say_when_to_come_back(alice: FlaskClient) -> None:
    answer = alice.post("/fail/too-many")
    assert answer.headers["Retry-After"] == "60"
    assert "Wait a minute." in answer.text


def test_the_page_is_drawn_bare_when_its_frame_fails() -> None:
    app: Flask = make_app(csrf=False)

    @app.context_processor
    def broken_frame() -> dict[str, object]:
        raise RuntimeError("the database is gone")

    answer = app.test_client().get("/nope")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_every_problem_says_what_to_do() -> None:
    for status in (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503):
        assert PROBLEMS[status].advice.endswith(".")
