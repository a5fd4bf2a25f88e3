"""The pages of journeys: a path of crossings, and a form whose steps move without JavaScript."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.departments import Department
from tracker.models.journeys import Journey, Step

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


@pytest.fixture
def three(register: Register) -> list[Department]:
    """Sales, Claims and Legal."""
    return register.departments("Sales", "Claims", "Legal")


def typed(*departments: Department, **more: str) -> dict[str, str]:
    """Return the fields of a journey through these departments."""
    fields = {"name": "Making a claim", "importance": "2", "version": "1"}
    for at, each in enumerate(departments):
        fields |= {f"step-{at}-department": each.public_id, f"step-{at}-name": f"Meets {each.name}"}
    return fields | {key.replace("_at_", "-"): value for key, value in more.items()}


def names_in(page: str) -> list[str]:
    """Return the names of the steps of a form, in their order."""
    parts = page.split('-name" name="step-')[1:]
    return [part.split('value="')[1].split('"')[0] for part in parts]


def test_an_empty_register_says_what_a_journey_is_for(alice: FlaskClient) -> None:
    page = alice.get("/journeys").text
    assert "The first journey says which pairs count." in page
    assert "template=insurer" in page


def test_a_template_brings_the_steps_and_leaves_the_departments_to_choose(
    alice: FlaskClient, three: list[Department]
) -> None:
    page = alice.get("/journeys/new?template=claim").text
    assert names_in(page) == ["Reports the damage", "Has it assessed", "Has it repaired", "Is paid"]
    assert page.count(f'<option value="{three[0].public_id}">Sales</option>') == 4
    assert names_in(alice.get("/journeys/new?template=nothing").text) == ["", "", ""]


def test_a_journey_is_drawn_with_volumes_and_shown_as_a_path(
    alice: FlaskClient, register: Register, three: list[Department]
) -> None:
    sales, claims, legal = three
    register.initiative("Storm desk", claims, legal, start=clock.today() - timedelta(days=10))
    fields = typed(*three) | {
        "step-0-volume": "1,320",
        "step-0-volume_source": "Claims system",
        "step-0-volume_on": "2026-03-01",
        "step-1-channel": "phone",
    }
    answer = alice.post("/journeys/new", data=fields)
    assert answer.status_code == 303
    page = alice.get(answer.headers["Location"]).text
    assert "1,320 hand-offs a month, Claims system, 1 March 2026" in page
    assert "1 of 2</a> crossings work together" in page
    assert f'href="/pairs/{sales.public_id}/{claims.public_id}"' in page
    assert "phone" in page


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("up-1", ["Meets Claims", "Meets Sales", "Meets Legal"]),
        ("down-1", ["Meets Sales", "Meets Legal", "Meets Claims"]),
        ("remove-0", ["Meets Claims", "Meets Legal"]),
        ("add", ["Meets Sales", "Meets Claims", "Meets Legal", ""]),
        ("up-0", ["Meets Sales", "Meets Claims", "Meets Legal"]),
        ("down-2", ["Meets Sales", "Meets Claims", "Meets Legal"]),
        ("remove-9", ["Meets Sales", "Meets Claims", "Meets Legal"]),
        ("up-\u0661", ["Meets Sales", "Meets Claims", "Meets Legal"]),
    ],
)
def test_steps_move_in_the_form_and_nothing_is_saved(
    alice: FlaskClient, session: Session, three: list[Department], change: str, names: list[str]
) -> None:
    answer = alice.post("/journeys/new", data=typed(*three) | {"change": change})
    assert answer.status_code == 200
    assert names_in(answer.text) == names
    assert session.scalars(select(Journey)).all() == []


def test_an_edit_saves_the_steps_in_their_new_order(
    alice: FlaskClient, session: Session, register: Register, three: list[Department]
) -> None:
    made = register.journey("Making a claim", *three)
    here = f"/journeys/{made.public_id}"
    page = alice.get(f"{here}/edit").text
    assert page.count("Move step") == 6
    assert alice.post(f"{here}/edit", data=typed(three[2], three[0])).status_code == 303
    rows = session.execute(select(Step.position, Step.department_id).order_by(Step.position)).all()
    assert [tuple(row) for row in rows] == [(0, three[2].id), (1, three[0].id)]
    assert "took out" in alice.get(here).text


def test_a_stale_save_shows_both_paths(
    alice: FlaskClient, register: Register, three: list[Department]
) -> None:
    here = f"/journeys/{register.journey('Claiming', *three).public_id}"
    alice.post(f"{here}/edit", data=typed(three[0], three[1]) | {"name": "Theirs"})
    answer = alice.post(f"{here}/edit", data=typed(*three) | {"name": "Mine"})
    assert answer.status_code == 409
    for words in ("Theirs", 'value="Mine"', "Meets Legal", 'name="version" value="2"'):
        assert words in answer.text
    moved = alice.post(f"{here}/edit", data=typed(*three) | {"version": "2", "change": "up-1"})
    assert moved.status_code == 200
    assert alice.post(f"{here}/edit", data=typed(*three) | {"version": "2"}).status_code == 303


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "The name is needed."),
        ({"step-1-department": ""}, "Step 2 needs its department."),
        ({"step-1-department": "nowhere"}, "not in it"),
        ({"step-0-volume": "-3"}, "must be a whole number"),
        ({"importance": "9"}, "The importance"),
        ({"valid_from": "2026-03-02", "valid_to": "2026-03-01"}, "cannot end before"),
        ({"valid_from": "1800-01-01"}, "between the years 1900 and 2200"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_it_was_typed(
    alice: FlaskClient, three: list[Department], fields: dict[str, str], message: str
) -> None:
    answer = alice.post("/journeys/new", data=typed(*three) | fields)
    assert answer.status_code == 422
    assert message in answer.text
    assert three[0].name in answer.text


def test_a_journey_of_one_step_is_refused(alice: FlaskClient, three: list[Department]) -> None:
    for some in ([], three[:1]):
        answer = alice.post("/journeys/new", data=typed(*some))
        assert answer.status_code == 422
        assert "at least two steps" in answer.text


def test_a_form_of_forty_one_steps_is_refused(alice: FlaskClient, three: list[Department]) -> None:
    answer = alice.post("/journeys/new", data=typed(*(three * 14)[:41]))
    assert answer.status_code == 422
    assert "can have 40 steps" in answer.text


def test_a_journey_goes_to_the_bin_and_comes_back(
    alice: FlaskClient, register: Register, three: list[Department]
) -> None:
    here = f"/journeys/{register.journey('Claiming', *three).public_id}"
    assert alice.post(f"{here}/bin").status_code == 303
    assert "its crossings count on no day" in alice.get(here).text
    assert "Claiming" not in alice.get("/journeys?state=all").text
    assert alice.post(f"{here}/restore").status_code == 303
    assert "Claiming" in alice.get("/journeys").text


def test_a_journey_that_is_over_says_so(
    alice: FlaskClient, register: Register, three: list[Department]
) -> None:
    made = register.journey("Claiming", *three, valid_to=date(2026, 1, 1))
    here = f"/journeys/{made.public_id}"
    assert "It held until 1 January 2026" in alice.get(here).text
    assert "crossings work together" in alice.get(f"{here}?on=2025-12-31").text
    part = alice.get("/journeys?state=all", headers=FRAGMENT)
    assert "<html" not in part.text
    assert "Claiming" in part.text


def test_those_who_look_draw_nothing(
    app: Flask, cast: Cast, engine: Engine, register: Register, three: list[Department]
) -> None:
    here = f"/journeys/{register.journey('Claiming', *three).public_id}"
    charlie = app.test_client()
    sign_in(charlie, engine, cast.charlie.user_id)
    assert "Edit the steps" not in charlie.get(here).text
    for address in ("/journeys/new", f"{here}/edit"):
        assert charlie.get(address).status_code == 403
        assert charlie.post(address, data=typed(*three)).status_code == 403
    assert charlie.get("/journeys/nowhere").status_code == 404
    assert app.test_client().get(here).status_code in (302, 303)


def test_the_pages_take_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register, three: list[Department]
) -> None:
    made = register.journey("Claiming", *three)

    def fill(round_: int) -> list[int]:
        for at in range(3):
            register.journey(f"Journey {round_}-{at}", *three, *three)
        found = []
        for address in ("/journeys", f"/journeys/{made.public_id}"):
            alice.get(address)
            with counting(engine) as sent:
                alice.get(address)
            found.append(len(sent))
        return found

    assert fill(1) == fill(2)
