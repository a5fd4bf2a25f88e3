"""Displays in the browser: the address that makes one, the stage it sees, and a presenter's own screen."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago
from tracker import clock
from tracker.models.accounts import UserSession
from tracker.models.displays import Display
from tracker.models.engines import WRITE
from tracker.services.sessions import hash_of
from tracker.web.screens import PAGES

TOKEN = "a-token-of-a-screen-in-a-test-0123456789abcdef"


@pytest.fixture
def ada(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.ada)


@pytest.fixture
def foyer(register: Register) -> Display:
    """A display, and a register with something to show."""
    desk = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(80))
    register.moment(desk, days_ago(1), title="Refund in one call")
    return register.save(Display(token_hash=hash_of(TOKEN), name="Foyer", shows="wallboard"))


def used(engine: Engine) -> object:
    with Session(engine) as session:
        return session.scalars(select(Display.last_used_at)).one()


@pytest.mark.usefixtures("cast")
def test_a_display_is_made_shown_once_listed_and_ended(ada: FlaskClient, app: Flask) -> None:
    assert "No display yet" in ada.get("/administration/displays").text
    answer = ada.post("/administration/displays", data={"name": "Foyer", "shows": "stage"})
    found = re.search(r'value="http://localhost(/display/[^"]+)"', answer.text)
    assert found
    page = ada.get("/administration/displays").text
    assert "Foyer" in page
    assert found[1] not in page
    screen = app.test_client()
    opened = screen.get(found[1])
    assert (opened.status_code, opened.location) == (303, "/stage")
    assert screen.get("/stage").status_code == 200
    end = re.search(r'action="(/administration/displays/\w+/revoke)"', page)
    assert end
    assert ada.post(end[1]).status_code == 303
    assert screen.get("/stage").location.startswith("/sign-in")
    assert screen.get(found[1]).status_code == 404
    assert "Ended on" in ada.get("/administration/displays").text


def test_a_display_needs_a_name(ada: FlaskClient) -> None:
    answer = ada.post("/administration/displays", data={"name": " ", "shows": "stage"})
    assert answer.status_code == 422
    assert "The name is needed." in answer.text


@pytest.mark.usefixtures("foyer")
def test_the_address_gives_a_cookie_that_no_script_reads_and_goes_to_what_it_shows(
    client: FlaskClient,
) -> None:
    answer = client.get(f"/display/{TOKEN}")
    assert answer.location == "/stage?kiosk="
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("foyer", "cast")
def test_a_display_sees_the_stage_and_no_link_that_leads_elsewhere(client: FlaskClient) -> None:
    client.get(f"/display/{TOKEN}")
    page = client.get("/stage")
    assert page.status_code == 200
    assert "Refund in one call" in page.text
    links = re.findall(r'\b(?:href|action)="(/[^"]*)"', page.text)
    assert [each for each in links if not each.startswith(("/static/", "/stage"))] == []
    data = client.get("/stage/data")
    assert data.status_code == 200
    assert "/moments/" not in data.text
    notes = client.get("/stage/notes").text
    assert re.findall(r'<a\b[^>]*href="/(?!stage|static)[^"]*"', notes) == []
    assert client.get("/").location == "/sign-in"
    assert client.get("/api/v1/measures").status_code == 401


@pytest.mark.usefixtures("foyer")
def test_what_a_display_fetched_is_not_taken_for_what_somebody_signed_in_gets(
    app: Flask, client: FlaskClient, engine: Engine, cast: Cast
) -> None:
    client.set_cookie("tracker-display", TOKEN)
    seen = client.get("/stage/data").headers["ETag"]
    alice = browser_of(app, engine, cast.alice).get("/stage/data", headers={"If-None-Match": seen})
    assert alice.status_code == 200
    assert "/moments/" in alice.text


@pytest.mark.usefixtures("cast", "foyer")
def test_no_page_of_a_display_leads_anywhere_but_to_another_one(
    app: Flask, client: FlaskClient, register: Register
) -> None:
    told = {"public_id": register.snapshot(clock.today()).public_id}
    presented = {"public_id": register.presentation("The year").public_id}
    client.set_cookie("tracker-display", TOKEN)
    ways = app.url_map.bind("localhost")
    for endpoint in sorted(PAGES):
        values = presented if endpoint.startswith("presenting") else told if "frozen" in endpoint else {}
        for more in ("", "?kiosk", "?scene=2"):
            answer = client.get(ways.build(endpoint, values) + more)
            assert answer.status_code == 200, endpoint
            links = re.findall(r'\b(?:href|action|hx-get|data-film|data-fresh)="(/[^"]*)"', answer.text)
            links += re.findall(r'"(/[a-z-]+/[^"]*)"', answer.text) if answer.is_json else []
            led = {ways.match(html.unescape(each).partition("?")[0])[0] for each in links}
            assert led <= PAGES | {"static"}, endpoint


def test_the_use_of_a_display_is_noted_and_asks_no_more_than_once(
    client: FlaskClient, engine: Engine, foyer: Display
) -> None:
    assert foyer.last_used_at is None
    client.set_cookie("tracker-display", TOKEN)
    client.get("/stage")
    first = used(engine)
    assert first is not None
    with counting(engine) as sent:
        client.get("/stage/notes")
    assert used(engine) == first
    assert sum("displays" in each for each in sent) == 1


@pytest.mark.usefixtures("foyer")
def test_the_film_of_a_presenter_goes_on_when_the_session_ends(
    app: Flask, engine: Engine, cast: Cast
) -> None:
    bob = browser_of(app, engine, cast.bob)
    assert 'action="/stage/stay"' in bob.get("/stage/notes").text
    assert 'action="/stage/stay"' in bob.get("/stage/scenes").text
    kept = bob.post("/stage/stay", data={"next": f"/stage?on={days_ago(30)}"})
    assert kept.location == f"/stage?on={days_ago(30)}"
    assert 'action="/stage/stay"' not in bob.get("/stage/notes").text, "it is kept already"
    assert 'href="/momentum/table' in bob.get("/stage").text, "and he is still signed in"
    with Session(engine) as session:
        session.connection(execution_options={WRITE: True})
        session.execute(delete(UserSession))
        session.commit()
    assert bob.get("/stage").status_code == 200
    assert bob.get("/stage/data").status_code == 200
    assert bob.get("/initiatives").location.startswith("/sign-in")


@pytest.mark.usefixtures("foyer")
def test_who_may_not_share_keeps_no_screen(app: Flask, engine: Engine, cast: Cast) -> None:
    dora = browser_of(app, engine, cast.dora)
    assert 'action="/stage/stay"' not in dora.get("/stage/notes").text
    assert dora.post("/stage/stay").status_code == 403
    assert app.test_client().post("/stage/stay").location.startswith("/sign-in")
