"""One place decides between a page and a part of it, and how a write answers."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.web.shell_app import make_app
from tracker.web.htmx import Htmx4

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def alice() -> FlaskClient:
    """A browser with Alice signed in."""
    return make_app(csrf=False).test_client()


@pytest.mark.parametrize(
    ("case", "headers", "whole"),
    [
        ("typed address", {}, True),
        ("part of a page", PARTIAL, False),
        ("htmx that does not say its type", {"HX-Request": "true"}, False),
        ("boosted link", {**PARTIAL, "HX-Boosted": "true"}, True),
        ("step back in the history", {**PARTIAL, "HX-History-Restore-Request": "true"}, True),
        ("whole page through htmx", {"HX-Request": "true", "HX-Request-Type": "full"}, True),
    ],
)
def test_only_a_request_for_a_part_gets_the_part(
    alice: FlaskClient, case: str, headers: dict[str, str], whole: bool
) -> None:
    text = alice.get("/part", headers=headers).text
    assert ("<!doctype html>" in text) is whole, case
    assert "After" in text


def test_caches_keep_page_and_part_apart(alice: FlaskClient) -> None:
    vary = alice.get("/part").vary
    assert "HX-Request" in vary
    assert "HX-Request-Type" in vary
    assert "Cookie" in vary


def test_page_and_part_are_drawn_from_one_file(alice: FlaskClient) -> None:
    assert alice.get("/part", headers=PARTIAL).text.strip() in alice.get("/part").text


def test_an_invalid_form_comes_back_as_itself_with_422(alice: FlaskClient) -> None:
    answer = alice.post("/log", data={"title": "Night <shift>"}, headers=PARTIAL)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<form id="log-form"')
    assert "Night &lt;shift&gt;" in answer.text
    assert "Departments: choose at least one." in answer.text


def test_a_plain_form_is_answered_with_303_and_its_message_is_on_the_next_page(alice: FlaskClient) -> None:
    answer = alice.post("/log", data={"title": "Night shift", "departments": ["d1"]})
    assert answer.status_code == 303
    assert answer.location == "/moments/7f3a"
    assert "Logged Night shift with d1." in alice.get("/").text


def test_a_form_in_a_page_that_stays_is_answered_with_an_event(alice: FlaskClient) -> None:
    answer = alice.post("/log", data={"title": "Café", "departments": ["d1"]}, headers=PARTIAL)
    assert answer.status_code == 204
    said = json.loads(answer.headers["HX-Trigger"])
    assert list(said) == ["moment-logged", "tracker:done"]
    assert said["tracker:done"]["message"] == "Logged Café with d1."
    assert "Logged" not in alice.get("/").text


def test_a_form_without_an_event_sends_the_browser_on(alice: FlaskClient) -> None:
    answer = alice.post("/saved", headers=PARTIAL)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/moments/7f3a"
    assert "Saved." in alice.get("/").text


def test_the_identifiers_of_htmx_4_are_read() -> None:
    app = make_app()
    headers = {"HX-Target": "section#caf%C3%A9", "HX-Source": "button"}
    with app.test_request_context("/", headers=headers):
        assert Htmx4().target == "café"
        assert Htmx4().source is None
        assert Htmx4().trigger is None
