"""Merging by page: the form, what it would do, doing it, the merge's own page and the way back; old addresses lead on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of
from tracker import clock
from tracker.models.audit import AuditEntry
from tracker.models.merges import Merge
from tracker.models.people import Person


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Charlie's browser: he may only look."""
    return browser_of(app, engine, cast.charlie)


@pytest.fixture
def two(register: Register) -> list[Person]:
    """Priya Raman is there twice."""
    return [register.person("Raman, Priya"), register.person("Priya Raman")]


def look(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    return client.post(address, data={"do": "look", **typed})


def value_of(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


def merge(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    """Look at a merge and do it."""
    seen = value_of(look(client, address, **typed).text, "seen")
    return client.post(address, data={"do": "merge", "seen": seen, **typed})


def lines(session: Session) -> int:
    found = session.scalar(select(func.count(AuditEntry.id))) or 0
    session.rollback()
    return found


def test_an_empty_list_says_where_merges_begin(alice: FlaskClient) -> None:
    page = alice.get("/merges").text
    assert "Merges will stand here." in page
    assert alice.get("/merges/nothing").status_code == 404
    assert alice.post("/merges/nothing/undo").status_code == 404
    assert alice.get("/merges/sponsors/nothing").status_code == 404
    assert alice.get("/merges/themes/nothing").status_code == 404


def test_the_most_similar_names_come_first(alice: FlaskClient, register: Register, two: list[Person]) -> None:
    register.person("Aaron Aa")
    page = alice.get(f"/merges/sponsors/{two[0].public_id}").text
    assert page.index(">Priya Raman<") < page.index('<optgroup label="Others">') < page.index(">Aaron Aa<")


def test_a_short_form_finds_the_name_that_it_begins_before_others_that_only_look_like_it(
    alice: FlaskClient, register: Register
) -> None:
    short, *_ = register.departments("sig-arch", "sig-auth", "sig-cli", "sig-architecture")
    page = alice.get(f"/merges/departments/{short.public_id}").text
    alike = page.partition("Like this one")[2].partition("</optgroup>")[0]
    assert re.findall(r">([^<]+)</option>", alike)[0] == "sig-architecture"


def test_what_it_would_do_is_shown_and_nothing_is_done(
    alice: FlaskClient, register: Register, session: Session, two: list[Person]
) -> None:
    register.initiative("Storm desk", lead=two[0])
    before = lines(session)
    page = look(alice, f"/merges/sponsors/{two[0].public_id}", into=two[1].public_id).text
    for words in (
        "Raman, Priya goes into Priya Raman",
        "1 initiative",
        "Storm desk",
        "Pairs that work together",
    ):
        assert words in page
    assert 'href="/pairs?band=together&amp;on=' in page, "what stands now opens its records"
    assert lines(session) == before


def test_a_merge_has_a_page_and_is_taken_back_by_one_button(
    alice: FlaskClient, register: Register, two: list[Person]
) -> None:
    register.initiative("Storm desk", lead=two[0])
    answer = merge(alice, f"/merges/sponsors/{two[0].public_id}", into=two[1].public_id)
    assert answer.status_code == 303
    page = alice.get(answer.location).text
    for words in (
        "Raman, Priya went into Priya Raman",
        "Merged by Alice Office",
        "Storm desk",
        "Take the merge back",
    ):
        assert words in page
    assert f'href="{answer.location}"' in alice.get("/merges").text
    stays = alice.get(f"/sponsors/{two[1].public_id}").text
    for words in ("Raman, Priya", "merged “Raman, Priya” into it", f'href="{answer.location}"'):
        assert words in stays
    assert "Raman, Priya" not in alice.get("/bin").text
    assert alice.post(f"{answer.location}/undo").location == answer.location
    page = alice.get(answer.location).text
    assert "<b>Taken back</b> by Alice Office" in page
    assert "Take the merge back" not in page
    assert alice.post(f"{answer.location}/undo").status_code == 422
    assert alice.get(f"/sponsors/{two[0].public_id}").status_code == 200


def test_the_address_of_what_was_merged_leads_to_the_one_that_stays(
    alice: FlaskClient, charlie: FlaskClient, register: Register, two: list[Person]
) -> None:
    first, second = register.initiative("Storm desk"), register.initiative("Storm-desk")
    claims, clm = register.departments("Claims", "CLM")
    for feature, gone, stays in (
        ("sponsors", two[0], two[1]),
        ("initiatives", first, second),
        ("departments", clm, claims),
    ):
        merge(alice, f"/merges/{feature}/{gone.public_id}", into=stays.public_id)
        for client in (alice, charlie):
            answer = client.get(f"/{feature}/{gone.public_id}?on=2026-01-01")
            assert (answer.status_code, answer.location) == (
                302,
                f"/{feature}/{stays.public_id}?on=2026-01-01",
            )
        assert alice.post(f"/{feature}/{gone.public_id}/restore").status_code == 422
        assert alice.get(f"/merges/{feature}/{gone.public_id}").status_code == 404


def test_a_form_that_cannot_be_followed_keeps_what_was_chosen(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    here = f"/merges/departments/{claims.public_id}"
    answer = look(alice, here, way="day", on="", into=legal.public_id)
    assert answer.status_code == 422
    assert f'value="{legal.public_id}" selected' in answer.text
    assert look(alice, here).status_code == 422
    assert look(alice, here, way="sideways", into=legal.public_id).status_code == 422
    assert "Choose another one" in look(alice, here, into="nothing").text


def test_a_department_goes_into_another_on_a_day(alice: FlaskClient, register: Register) -> None:
    claims, service, sales = register.departments("Claims", "Service", "Sales")
    today = clock.today()
    register.initiative("Storm desk", claims, sales, start=today - timedelta(30))
    register.journey("Making a claim", sales, claims)
    day = (today - timedelta(10)).isoformat()
    answer = merge(
        alice, f"/merges/departments/{claims.public_id}", way="day", on=day, into=service.public_id
    )
    page = alice.get(answer.location).text
    assert "1 initiative, 1 journey." in page
    assert "the days before stay" in page
    here = f"/departments/{claims.public_id}"
    assert "It went into" in alice.get(here).text
    assert ">1 of 1</a>" in alice.get(f"{here}?on={(today - timedelta(20)).isoformat()}").text
    assert ">1 of 1</a>" in alice.get(f"/departments/{service.public_id}").text


def test_moments_recorded_in_both_are_named_and_one_of_each_can_be_kept(
    alice: FlaskClient, register: Register, session: Session
) -> None:
    first, second = register.initiative("Storm desk"), register.initiative("Storm-desk")
    for each in (first, second):
        register.moment(each, clock.today())
    here = f"/merges/initiatives/{first.public_id}"
    page = look(alice, here, into=second.public_id).text
    assert "1 moment was recorded in both" in page
    assert "Refund in one call, quick win of" in page
    answer = merge(alice, here, into=second.public_id, one_of_twins="yes")
    assert answer.status_code == 303
    assert "Also recorded as" in alice.get(f"/initiatives/{second.public_id}").text


def test_a_register_that_changed_meanwhile_is_shown_first(
    alice: FlaskClient, register: Register, session: Session, two: list[Person]
) -> None:
    here = f"/merges/sponsors/{two[0].public_id}"
    seen = value_of(look(alice, here, into=two[1].public_id).text, "seen")
    register.initiative("Storm desk", lead=two[0])
    answer = alice.post(here, data={"do": "merge", "seen": seen, "into": two[1].public_id})
    assert answer.status_code == 409
    assert "The form or the register has changed since you looked" in answer.text
    assert session.scalars(select(Merge)).all() == []


def test_what_leans_on_a_merge_is_named_with_a_link(
    alice: FlaskClient, register: Register, two: list[Person]
) -> None:
    work = register.initiative("Storm desk", lead=two[0])
    answer = merge(alice, f"/merges/sponsors/{two[0].public_id}", into=two[1].public_id)
    third = register.person("Third")
    merge(alice, f"/merges/sponsors/{two[1].public_id}", into=third.public_id)
    refused = alice.post(f"{answer.location}/undo")
    assert refused.status_code == 409
    assert (
        f'<a href="/initiatives/{work.public_id}">Storm desk</a>, changed since by Alice Office'
        in refused.text
    )


def test_those_who_look_merge_nothing(charlie: FlaskClient, register: Register, two: list[Person]) -> None:
    for address in ("/merges", f"/merges/sponsors/{two[0].public_id}"):
        assert charlie.get(address).status_code == 403
    assert look(charlie, f"/merges/sponsors/{two[0].public_id}", into=two[1].public_id).status_code == 403
    assert "/merges" not in charlie.get(f"/sponsors/{two[0].public_id}").text


def test_more_records_ask_the_database_no_more(
    alice: FlaskClient, engine: Engine, register: Register, two: list[Person]
) -> None:
    def sent(address: str) -> int:
        alice.get(address)
        with counting(engine) as statements:
            assert alice.get(address).status_code == 200
        return len(statements)

    form = f"/merges/sponsors/{two[0].public_id}"
    few = merge(
        alice, f"/merges/sponsors/{register.person('A').public_id}", into=register.person("B").public_id
    )
    before = [sent(each) for each in (form, "/merges", few.location)]
    gone, stays = register.person("C"), register.person("D")
    for at in range(8):
        register.initiative(f"Work {at}", lead=gone)
    many = merge(alice, f"/merges/sponsors/{gone.public_id}", into=stays.public_id)
    assert [sent(each) for each in (form, "/merges", many.location)] == before


def test_receipts_of_a_frozen_day_stay_readable(alice: FlaskClient, register: Register) -> None:
    today = clock.today()
    claims, legal, clm = register.departments("Claims", "Legal", "CLM")
    register.initiative("Storm desk", claims, legal, start=today - timedelta(30))
    double = register.initiative("Storm-desk", clm, legal, start=today - timedelta(30))
    stays = register.initiative("Night desk", claims, legal, start=today - timedelta(30))
    register.moment(double, today - timedelta(5))
    snapshot = register.snapshot(today)
    merge(alice, f"/merges/initiatives/{double.public_id}", into=stays.public_id)
    merge(alice, f"/merges/departments/{clm.public_id}", into=claims.public_id)
    texts = []
    for number in range(1, 9):
        answer = alice.get(f"/receipt/{snapshot.public_id}-{number}")
        assert answer.status_code in (200, 404)
        texts.append(answer.text)
    assert any("CLM" in text for text in texts)
    assert any("Night desk" in text or "Storm-desk" in text for text in texts)
