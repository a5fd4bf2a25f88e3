"""The pages of share links: the form, the link that is shown once, the list, and what an administrator allows."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, browser_of, entries
from tracker import clock


@pytest.fixture
def target(register: Register) -> str:
    """A snapshot of two departments that work together."""
    register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    return register.snapshot(clock.today()).public_id


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def bob(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.bob)


@pytest.fixture
def ada(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.ada)


@pytest.fixture
def dora(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.dora)


def made(client: FlaskClient, target: str, **more: str) -> str:
    """Make a link; return its address."""
    answer = client.post(f"/share-links/new/snapshot/{target}", data={"days": "30", **more})
    assert answer.status_code == 200, answer.text
    found = re.search(r'value="(http://[^"]+/s/[^"]+)"', answer.text)
    assert found
    return found[1]


def test_three_clicks_lead_from_the_snapshot_to_its_link(alice: FlaskClient, target: str) -> None:
    here = f"/share-links/new/snapshot/{target}"
    assert f'href="{here}"' in alice.get(f"/snapshots/{target}").text
    form = alice.get(here).text
    assert '<option value="30" selected>' in form
    assert "whoever has the link and is signed in" in form.lower()
    made(alice, target)


def test_who_may_not_share_sees_no_button_and_gets_no_form(dora: FlaskClient, target: str) -> None:
    assert "/share-links" not in dora.get(f"/snapshots/{target}").text
    assert dora.get(f"/share-links/new/snapshot/{target}").status_code == 403
    assert dora.get("/share-links").status_code == 403


def test_a_form_that_cannot_be_saved_keeps_what_was_typed(
    alice: FlaskClient, target: str, engine: Engine
) -> None:
    before = entries(engine)
    form = {"days": "400", "password": "short", "note": "The board"}
    answer = alice.post(f"/share-links/new/snapshot/{target}", data=form)
    assert answer.status_code == 422
    assert 'value="The board"' in answer.text
    assert "How long it works must be a whole number from 1 to 365." in answer.text
    weak = alice.post(f"/share-links/new/snapshot/{target}", data={**form, "days": "30"})
    assert weak.status_code == 422
    assert "Take 12 characters or more" in weak.text
    assert entries(engine) == before


@pytest.mark.usefixtures("target")
def test_there_is_nothing_to_share_where_there_is_nothing(alice: FlaskClient) -> None:
    for wrong in NO_IDS[:3]:
        assert alice.get(f"/share-links/new/snapshot/{wrong}").status_code == 404
        assert alice.post(f"/share-links/{wrong}/revoke").status_code == 404
    assert alice.get("/share-links/new/initiative/any").status_code == 404


def test_the_office_sees_every_link_and_a_sponsor_their_own(
    alice: FlaskClient, bob: FlaskClient, target: str
) -> None:
    assert "No link was made yet." in bob.get("/share-links").text
    made(alice, target, note="The board")
    made(bob, target, note="My team", password="three plain words")
    page = alice.get("/share-links").text
    assert ("The board" in page, "My team" in page, "Bob Hale" in page) == (True, True, True)
    own = bob.get("/share-links").text
    assert ("The board" in own, "My team" in own) == (False, True)
    assert "Password" in own
    assert "Not yet" in own


def test_a_link_is_ended_by_its_button(alice: FlaskClient, bob: FlaskClient, target: str) -> None:
    made(bob, target)
    found = re.search(r'action="(/share-links/\w+/revoke)"', alice.get("/share-links").text)
    assert found
    assert alice.post(found[1]).status_code == 303
    page = bob.get("/share-links").text
    assert "Ended on" in page
    assert "/revoke" not in page


def test_the_list_asks_as_often_however_long_it_is(alice: FlaskClient, engine: Engine, target: str) -> None:
    made(alice, target)
    with counting(engine) as few:
        alice.get("/share-links")
    for _ in range(3):
        made(alice, target)
    with counting(engine) as many:
        alice.get("/share-links")
    assert len(many) == len(few)


def test_the_administrator_says_who_may_open_links_and_where(ada: FlaskClient, target: str) -> None:
    page = ada.get("/administration/sharing").text
    assert re.search(r'value="signed_in" checked', page)
    wrong = ada.post(
        "/administration/sharing",
        data={"mode": "open", "origins": "http://intranet.example.org", "version": "0"},
    )
    assert wrong.status_code == 422
    assert "http://intranet.example.org</textarea>" in wrong.text
    right = {"mode": "open", "origins": "https://intranet.example.org", "version": "0"}
    assert ada.post("/administration/sharing", data=right).status_code == 303
    assert "/embed" in ada.post(f"/share-links/new/snapshot/{target}", data={"days": "1"}).text
    stale = ada.post("/administration/sharing", data={**right, "mode": "off"})
    assert stale.status_code == 409
    assert "what stands now" in stale.text


def test_switched_off_the_form_says_so_and_makes_nothing(ada: FlaskClient, target: str) -> None:
    ada.post("/administration/sharing", data={"mode": "off", "version": "0"})
    assert "switched off" in ada.get(f"/share-links/new/snapshot/{target}").text
    assert ada.post(f"/share-links/new/snapshot/{target}", data={"days": "1"}).status_code == 403
    assert "none of these works now" in ada.get("/share-links").text
