"""The stream of wins and near misses, a moment's page, and vouching for moments."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, PART, as_sent, browser_of, days_ago, entries
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def ada(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.ada)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.charlie)


@pytest.fixture
def storm(register: Register) -> Initiative:
    return register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(200))


@pytest.fixture
def hers(register: Register, cast: Cast, storm: Initiative) -> Moment:
    """A win that Alice recorded and nobody has vouched for."""
    return register.moment(storm, days_ago(5), confirmed=False, created_by_id=cast.alice.user_id)


def titles(page: str) -> list[str]:
    """Return the titles of the stream in their order."""
    stream = page.split('id="moments-waiting"', 1)[0]
    return re.findall(r'<p class="t"><a href="/moments/[^"]+">([^<]+)</a>', stream)


def is_confirmed(engine: Engine, moment: Moment) -> bool:
    with Session(engine) as session:
        return session.get_one(Moment, moment.id).is_confirmed


def an_edit(version: int = 1, **changed: object) -> dict[str, object]:
    """Return the form of an edit."""
    form: dict[str, object] = {
        "title": "Refund in one call",
        "kind": "win",
        "on": days_ago(5).isoformat(),
        "note": "",
        "version": str(version),
    }
    return form | changed


# the stream


def test_a_second_person_vouches_and_it_counts(ada: FlaskClient, engine: Engine, hers: Moment) -> None:
    assert "Waits for a second person: " in ada.get(f"/moments/{hers.public_id}").text
    answer = ada.post(f"/moments/{hers.public_id}/confirm")
    assert (answer.status_code, is_confirmed(engine, hers)) == (303, True)
    page = ada.get(f"/moments/{hers.public_id}").text
    assert "Counts 3 points" in page
    assert "Ada Admin" in page


def test_nobody_vouches_for_their_own(alice: FlaskClient, engine: Engine, hers: Moment) -> None:
    page = alice.get("/moments").text
    assert "Confirm" not in page.split("<main", 1)[1]
    before = entries(engine)
    answer = alice.post(f"/moments/{hers.public_id}/confirm")
    assert answer.status_code == 403
    assert "a second person vouches for it" in answer.text
    assert entries(engine) == before


def test_a_viewer_vouches_for_nothing(charlie: FlaskClient, engine: Engine, hers: Moment) -> None:
    before = entries(engine)
    assert charlie.post(f"/moments/{hers.public_id}/confirm").status_code == 403
    assert charlie.post("/moments/confirm", data={"moments": hers.public_id}).status_code == 403
    assert "moments-waiting" not in charlie.get("/moments").text
    assert entries(engine) == before


def test_many_are_confirmed_at_once(
    ada: FlaskClient, engine: Engine, register: Register, storm: Initiative, hers: Moment
) -> None:
    other = register.moment(storm, days_ago(4), title="Another", confirmed=False)
    page = ada.get("/moments").text
    assert "Confirm all 2" in page
    answer = ada.post("/moments/confirm", data={"seen": [hers.public_id, other.public_id], "all": "yes"})
    assert answer.status_code == 303
    assert is_confirmed(engine, hers)
    assert is_confirmed(engine, other)
    assert "2 moments are confirmed." in ada.get("/moments").text


def test_only_those_that_were_ticked_are_confirmed(
    ada: FlaskClient, engine: Engine, register: Register, storm: Initiative, hers: Moment
) -> None:
    other = register.moment(storm, days_ago(4), title="Another", confirmed=False)
    form = {"seen": [hers.public_id, other.public_id], "moments": other.public_id}
    answer = ada.post("/moments/confirm", data=form, headers=PART)
    assert list(json.loads(answer.headers["HX-Trigger"])) == ["moments-confirmed", "tracker:done"]
    assert (is_confirmed(engine, hers), is_confirmed(engine, other)) == (False, True)


def test_all_or_none_when_one_of_them_is_ones_own(
    alice: FlaskClient, engine: Engine, register: Register, storm: Initiative, hers: Moment
) -> None:
    other = register.moment(storm, days_ago(4), title="Another", confirmed=False)
    before = entries(engine)
    answer = alice.post("/moments/confirm", data={"moments": [other.public_id, hers.public_id]})
    assert (answer.status_code, entries(engine)) == (403, before)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"all": "yes"}, 422),
        ({"moments": "nothing"}, 404),
        ({"moments": "9223372036854775808"}, 404),
        ({"moments": "x" * 70_000}, 422),
        ({"moments": "\ud800"}, 404),
        ({"moments": [f"m{at}" for at in range(501)]}, 422),
    ],
)
def test_a_confirmation_of_nothing_or_of_what_is_not_there_is_refused(
    ada: FlaskClient, engine: Engine, hers: Moment, form: dict[str, object], status: int
) -> None:
    before = entries(engine)
    answer = ada.post("/moments/confirm", **as_sent(form))
    assert answer.status_code == status
    assert entries(engine) == before


# a moment's page


def test_the_page_tells_the_whole_of_a_near_miss(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    made = register.moment(
        storm, days_ago(5), "near_miss", "No cover at noon", lesson="One rota.", note="Told by Jo"
    )
    page = alice.get(f"/moments/{made.public_id}").text
    for words in (
        "No cover at noon", "Near miss of", "Claims", "Its lesson", "One rota.", "Told by Jo", "Used elsewhere",
        "Counts 1 point: its lesson is written", "Storm desk", "the register it came from",
    ):  # fmt: skip
        assert words in page


def test_the_fragment_of_a_page_is_one_element(alice: FlaskClient, hers: Moment) -> None:
    part = alice.get(f"/moments/{hers.public_id}", headers=PART).text
    assert part.lstrip().startswith('<div id="moments-show"')
    assert "<html" not in part


def test_a_reader_is_offered_nothing_to_press(charlie: FlaskClient, hers: Moment) -> None:
    main = charlie.get(f"/moments/{hers.public_id}").text.split("<main", 1)[1].split("</main>", 1)[0]
    assert "<button" not in main
    assert "/edit" not in main


def test_its_team_releases_it_for_the_stage_and_takes_it_back(
    alice: FlaskClient, charlie: FlaskClient, engine: Engine, hers: Moment
) -> None:
    here = f"/moments/{hers.public_id}/show"
    assert alice.post(here, data={"ok_to_show": "yes"}).status_code == 303
    assert "may be told" in alice.get(f"/moments/{hers.public_id}").text
    assert alice.post(here, data={"ok_to_show": "no"}).status_code == 303
    assert "not released" in alice.get(f"/moments/{hers.public_id}").text
    before = entries(engine)
    assert charlie.post(here, data={"ok_to_show": "yes"}).status_code == 403
    assert entries(engine) == before


def test_an_edit_is_saved_and_its_history_says_it(alice: FlaskClient, hers: Moment) -> None:
    here = f"/moments/{hers.public_id}"
    assert "Refund in one call" in alice.get(f"{here}/edit").text
    assert alice.get(f"{here}/edit", headers=PART).text.lstrip().startswith('<section id="moments-edit"')
    assert alice.post(f"{here}/edit", data=an_edit(title="Refunds in one call")).status_code == 303
    assert "<del>Refund in one call</del> <ins>Refunds in one call</ins>" in alice.get(here).text


def test_a_stale_edit_shows_both_texts(
    alice: FlaskClient, ada: FlaskClient, engine: Engine, hers: Moment
) -> None:
    here = f"/moments/{hers.public_id}/edit"
    ada.post(here, data=an_edit(note="Ada wrote this."))
    before = entries(engine)
    answer = alice.post(here, data=an_edit(note="Alice wrote this."))
    assert answer.status_code == 409
    assert "Ada wrote this." in answer.text
    assert "Alice wrote this.</textarea>" in answer.text
    assert entries(engine) == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "The title is needed."),
        ("title", "x" * 301, "The title can have 300 characters"),
        ("title", "\0", "characters that cannot be kept"),
        ("note", "\ud800", "characters that cannot be kept"),
        ("on", "", "The day is needed."),
        ("on", "1899-12-31", "between the years 1900 and 2200"),
        ("on", "2200-12-31", "lies in the future"),
        ("kind", "moved", "Choose a quick win or a near miss."),
        ("kind", "", "Choose a quick win or a near miss."),
        ("kind", "x" * 70_000, "Choose a quick win or a near miss."),
        ("version", "", "The version of the record"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(
    alice: FlaskClient, engine: Engine, hers: Moment, field: str, value: str, message: str
) -> None:
    before = entries(engine)
    answer = alice.post(f"/moments/{hers.public_id}/edit", **as_sent(an_edit() | {field: value}))
    assert answer.status_code == 422
    assert message in answer.text
    assert entries(engine) == before


def test_what_is_in_the_bin_is_gone_for_everybody_else_and_comes_back(
    alice: FlaskClient, charlie: FlaskClient, hers: Moment
) -> None:
    here = f"/moments/{hers.public_id}"
    assert alice.post(f"{here}/bin").status_code == 303
    assert charlie.get(here).status_code == 404
    assert "This moment is in the bin" in alice.get(here).text
    assert titles(alice.get("/moments").text) == []
    assert alice.post(f"{here}/restore").status_code == 303
    assert titles(charlie.get("/moments").text) == ["Refund in one call"]


@pytest.mark.parametrize("rest", ["edit", "show", "bin", "restore", "lesson"])
def test_a_viewer_may_look_and_touches_nothing(
    charlie: FlaskClient, engine: Engine, register: Register, storm: Initiative, rest: str
) -> None:
    made = register.moment(storm, days_ago(5), "near_miss")
    before = entries(engine)
    answer = charlie.post(f"/moments/{made.public_id}/{rest}", data=an_edit(tried="x"))
    assert answer.status_code == 403
    assert entries(engine) == before


@pytest.mark.parametrize("rest", ["", "/edit", "/lesson", "/reuse"])
def test_an_id_that_is_none_is_not_found(alice: FlaskClient, hers: Moment, rest: str) -> None:
    for no_id in NO_IDS:
        assert alice.get(f"/moments/{no_id}{rest}").status_code in (400, 404), no_id[:30]


@pytest.mark.parametrize("rest", ["confirm", "show", "bin", "restore"])
def test_what_writes_is_never_reached_by_a_link(alice: FlaskClient, hers: Moment, rest: str) -> None:
    assert alice.get(f"/moments/{hers.public_id}/{rest}").status_code == 405
    assert alice.post(f"/moments/nothing/{rest}").status_code == 404


@pytest.mark.parametrize("path", ["/moments", "/moments/ID", "/moments/ID/edit", "/moments/ID/lesson"])
def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, hers: Moment, path: str) -> None:
    assert app.test_client().get(path.replace("ID", hers.public_id)).status_code in (302, 303)
