"""The bin: the way back for the office, the way out for administrators after a month."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker.models.base import utc_now

LONG_AGO = timedelta(days=31)


def browser(app: Flask, engine: Engine, user_id: int | None) -> FlaskClient:
    """Return a browser that this account is signed in with."""
    client = app.test_client()
    sign_in(client, engine, user_id)
    return client


@pytest.fixture
def ada(app: Flask, cast: Cast, engine: Engine) -> FlaskClient:
    """Ada's browser: she administers."""
    return browser(app, engine, cast.ada.user_id)


def test_an_empty_bin_says_what_comes_here(ada: FlaskClient) -> None:
    assert "The bin is empty." in ada.get("/bin").text


def test_every_kind_is_listed_and_comes_back(ada: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    made = register.initiative("Storm desk", claims, legal)
    moment = register.moment(made, made.started_on, title="Refund")  # type: ignore[arg-type]  # it has a start
    places = {
        "Refund": f"/moments/{moment.public_id}",
        "Claiming": f"/journeys/{register.journey('Claiming', claims, legal).public_id}",
        "Priya": f"/sponsors/{register.person('Priya').public_id}",
        "People": f"/departments/{register.department('People').public_id}",
        "Storm desk": f"/initiatives/{made.public_id}",
    }
    for place in places.values():
        assert ada.post(f"{place}/bin").status_code == 303
    page = ada.get("/bin").text
    for name, place in places.items():
        assert f'<a href="{place}">{name}</a>' in page
        assert f'action="{place}/restore"' in page
    assert page.count("Ada Admin</td>") == 5
    for place in places.values():
        assert ada.post(f"{place}/restore").status_code == 303
    assert "The bin is empty." in ada.get("/bin").text


def test_what_has_been_there_for_a_month_may_go_for_good(ada: FlaskClient, register: Register) -> None:
    old = register.initiative("Old desk", binned_at=utc_now() - LONG_AGO)
    new = register.initiative("New desk", binned_at=utc_now())
    page = ada.get("/bin").text
    assert f"/bin/initiative/{old.public_id}/remove" in page
    assert f"/bin/initiative/{new.public_id}/remove" not in page
    assert "for good?" in ada.get(f"/bin/initiative/{old.public_id}/remove").text
    assert ada.post(f"/bin/initiative/{new.public_id}/remove").status_code == 422
    assert ada.post(f"/bin/initiative/{old.public_id}/remove").status_code == 303
    assert ada.get(f"/initiatives/{old.public_id}").status_code == 404


def test_the_office_brings_back_and_removes_nothing(
    app: Flask, cast: Cast, engine: Engine, register: Register
) -> None:
    old = register.initiative("Old desk", binned_at=utc_now() - LONG_AGO)
    alice = browser(app, engine, cast.alice.user_id)
    assert "Remove for good" not in alice.get("/bin").text
    assert alice.post(f"/bin/initiative/{old.public_id}/remove").status_code == 403
    for actor in (cast.bob, cast.dora, cast.charlie):
        client = browser(app, engine, actor.user_id)
        assert client.get("/bin").status_code == 403
        assert client.post(f"/bin/initiative/{old.public_id}/remove").status_code == 403
    assert app.test_client().get("/bin").status_code in (302, 303)


@pytest.mark.parametrize("place", ["initiative/nowhere", "account/nowhere"])
def test_what_is_not_in_the_bin_is_not_found(ada: FlaskClient, place: str) -> None:
    assert ada.get(f"/bin/{place}/remove").status_code == 404


def test_the_bin_takes_the_same_queries_with_twice_the_rows(
    ada: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        for at in range(3):
            register.initiative(f"Pilot {round_}-{at}", binned_at=utc_now())
            register.person(f"Sponsor {round_}-{at}", binned_at=utc_now())
        ada.get("/bin")
        with counting(engine) as sent:
            ada.get("/bin")
        return len(sent)

    assert fill(1) == fill(2)
