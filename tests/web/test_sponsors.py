"""The pages of sponsors: what they stand behind for everybody, what rests on them for few, nobody ranked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.people import Person

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def browser(app: Flask, engine: Engine, user_id: int | None) -> FlaskClient:
    """Return a browser that this account is signed in with."""
    client = app.test_client()
    sign_in(client, engine, user_id)
    return client


@pytest.fixture
def alice(app: Flask, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser(app, engine, cast.alice.user_id)


@pytest.fixture
def bobs_page(cast: Cast, register: Register) -> str:
    """Bob leads the one initiative that holds Claims and Legal together."""
    bob = register.session.scalars(select(Person).where(Person.name == "Bob Hale")).one()
    claims, legal = register.departments("Claims", "Legal")
    made = register.initiative(
        "Storm desk", claims, legal, lead=bob, start=clock.today() - timedelta(days=10)
    )
    register.moment(made, clock.today() - timedelta(days=3), title="Refund in one call")
    return f"/sponsors/{bob.public_id}"


def test_a_sponsor_shows_what_they_lead_and_what_came_of_it(alice: FlaskClient, bobs_page: str) -> None:
    page = alice.get(bobs_page).text
    for words in ("Leads 1 initiative", "Storm desk", "Refund in one call", "Claims Director"):
        assert words in page


def test_the_moments_counted_are_those_the_stream_lists(alice: FlaskClient, bobs_page: str) -> None:
    page = alice.get(bobs_page).text
    address = page.split("1 moment</a>")[0].split('href="')[-1].split('"')[0].replace("&amp;", "&")
    stream = alice.get(address).text
    assert "Refund in one call" in stream
    assert "Work of one sponsor" in stream


def test_what_rests_on_a_sponsor_only_the_office_and_that_sponsor_see(
    app: Flask, cast: Cast, engine: Engine, bobs_page: str
) -> None:
    for actor in (cast.ada, cast.alice, cast.bob):
        page = browser(app, engine, actor.user_id).get(bobs_page).text
        assert "1 pair rests on one sponsor" in page
    for actor in (cast.dora, cast.charlie):
        page = browser(app, engine, actor.user_id).get(bobs_page).text
        assert "on one sponsor" not in page


def test_the_account_of_a_sponsor_only_administrators_see(
    app: Flask, cast: Cast, engine: Engine, bobs_page: str
) -> None:
    assert "bob@example.org" in browser(app, engine, cast.ada.user_id).get(bobs_page).text
    assert "bob@example.org" not in browser(app, engine, cast.alice.user_id).get(bobs_page).text


def test_the_list_names_work_and_counts_nobody(alice: FlaskClient, bobs_page: str) -> None:
    page = alice.get("/sponsors").text
    assert "Storm desk" in page
    part = alice.get("/sponsors?q=nobody", headers=FRAGMENT)
    assert "<html" not in part.text
    assert "Nobody matches." in part.text
    assert part.headers["HX-Replace-Url"] == "/sponsors?q=nobody"


def test_a_sponsor_is_added_edited_and_kept_from_a_stale_save(alice: FlaskClient, register: Register) -> None:
    claims = register.department("Claims")
    assert "Add a sponsor" in alice.get("/sponsors/new").text
    typed = {"name": "Priya", "title": "Director", "department": claims.public_id}
    here = alice.post("/sponsors/new", data=typed).headers["Location"]
    assert "Priya is in the register." in alice.get(here).text
    assert 'value="Director"' in alice.get(f"{here}/edit").text
    assert alice.post(f"{here}/edit", data={"name": "Priya R", "version": "1"}).status_code == 303
    stale = alice.post(f"{here}/edit", data={"name": "P", "title": "Chief", "version": "1"})
    assert stale.status_code == 409
    assert "Priya R" in stale.text
    assert "Chief" in stale.text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "The name is needed."),
        ({"name": "Bob Hale", "title": "Claims Director"}, "is a sponsor already"),
        ({"name": "Priya", "department": "nowhere"}, "not in it"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_its_message(
    alice: FlaskClient, typed: dict[str, str], message: str
) -> None:
    answer = alice.post("/sponsors/new", data=typed)
    assert answer.status_code == 422
    assert message in answer.text


def test_a_sponsor_goes_to_the_bin_only_when_nothing_carries_the_name(
    alice: FlaskClient, register: Register, bobs_page: str
) -> None:
    refused = alice.post(f"{bobs_page}/bin")
    assert refused.status_code == 422
    assert "for the sake of 1 initiative and 1 account" in refused.text
    here = f"/sponsors/{register.person('Priya').public_id}"
    assert alice.post(f"{here}/bin").status_code == 303
    assert "in the bin" in alice.get(here).text
    assert alice.post(f"{here}/restore").status_code == 303
    assert "is in the bin, and no form" not in alice.get(here).text


def test_those_who_look_are_offered_no_change(app: Flask, cast: Cast, engine: Engine, bobs_page: str) -> None:
    charlie = browser(app, engine, cast.charlie.user_id)
    page = charlie.get(bobs_page).text
    assert "/edit" not in page
    assert "To the bin" not in page
    assert charlie.post(f"{bobs_page}/edit", data={"name": "Mine", "version": "1"}).status_code == 403
    assert charlie.get("/sponsors/new").status_code == 403
    assert charlie.get("/sponsors/nowhere").status_code == 404
    assert app.test_client().get(bobs_page).status_code in (302, 303)
    assert charlie.get(f"{bobs_page}?on=2026-13-01").status_code == 422


def test_the_pages_take_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    priya = register.person("Priya")

    def fill(round_: int) -> list[int]:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        for at in range(3):
            register.person(f"Sponsor {round_}-{at}")
            made = register.initiative(
                f"Pilot {round_}-{at}", a, b, lead=priya, start=clock.today() - timedelta(days=50)
            )
            register.moment(made, clock.today() - timedelta(days=at))
        found = []
        for address in ("/sponsors", f"/sponsors/{priya.public_id}"):
            alice.get(address)
            with counting(engine) as sent:
                alice.get(address)
            found.append(len(sent))
        return found

    assert fill(1) == fill(2)
