"""The pages of themes."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


def test_a_theme_is_opened_renamed_and_taken_away(alice: FlaskClient) -> None:
    assert "Themes will stand here." in alice.get("/themes").text
    here = alice.post("/themes/new", data={"name": "Storms"}).headers["Location"]
    assert "“Storms” is a theme now." in alice.get(here).text
    assert alice.post(f"{here}/edit", data={"name": "Storm season", "version": "1"}).status_code == 303
    stale = alice.post(f"{here}/edit", data={"name": "Weather", "version": "1"})
    assert stale.status_code == 409
    assert "Storm season" in stale.text
    assert "Weather" in stale.text
    assert alice.post(f"{here}/remove").status_code == 303
    assert alice.get(here).status_code == 404


def test_a_theme_lists_the_initiatives_that_carry_it(alice: FlaskClient, register: Register) -> None:
    theme = register.theme("Storms")
    register.initiative("Storm desk", register.department("Claims"), theme_id=theme.id)
    here = f"/themes/{theme.public_id}"
    assert ">1 initiative</a>" in alice.get("/themes").text
    assert "Storm desk" in alice.get(here).text
    refused = alice.post(f"{here}/remove")
    assert refused.status_code == 422
    assert "1 initiative carries it" in refused.text


@pytest.mark.parametrize(
    ("name", "message"), [("", "The name is needed."), ("storms", "already"), ("\0", "cannot be kept")]
)
def test_a_name_that_cannot_be_saved_says_why(
    alice: FlaskClient, register: Register, name: str, message: str
) -> None:
    register.theme("Storms")
    answer = alice.post("/themes/new", data={"name": name})
    assert answer.status_code == 422
    assert message in answer.text


def test_those_who_look_shape_no_theme(app: Flask, cast: Cast, engine: Engine, register: Register) -> None:
    here = f"/themes/{register.theme().public_id}"
    charlie = app.test_client()
    sign_in(charlie, engine, cast.charlie.user_id)
    assert "Rename" not in charlie.get(here).text
    assert charlie.get("/themes/new").status_code == 403
    assert charlie.post(f"{here}/edit", data={"name": "Mine", "version": "1"}).status_code == 403
    assert charlie.get("/themes/nowhere").status_code == 404
    assert app.test_client().get("/themes").status_code in (302, 303)


def test_the_pages_take_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    theme, claims = register.theme("Storms"), register.department("Claims")

    def fill(round_: int) -> list[int]:
        for at in range(3):
            register.theme(f"Theme {round_}-{at}")
            register.initiative(f"Pilot {round_}-{at}", claims, theme_id=theme.id)
        found = []
        for address in ("/themes", f"/themes/{theme.public_id}"):
            alice.get(address)
            with counting(engine) as sent:
                alice.get(address)
            found.append(len(sent))
        return found

    assert fill(1) == fill(2)
