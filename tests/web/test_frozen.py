"""A snapshot shown and taken along: its stage, its notes and its slides say what was known, and lead to receipts alone."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.exchange.making_decks import company_template, opened, texts
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago, entries
from tracker import clock
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson
from tracker.models.snapshots import Snapshot
from tracker.web.deck import MIMETYPE

FIXTURES = Path(__file__).parents[1] / "fixtures"
PATHS = ("stage", "stage/data", "stage/notes", "take-along", "story.pptx")
#: Pages that show what is known now.
LIVE = re.compile(r"/(?:moments|departments|initiatives|pairs|journeys|momentum)\b")


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def desk(register: Register) -> Initiative:
    """Claims and Legal work together with a win and a lesson; Sales and People are there too."""
    claims, legal, *_ = register.departments("Claims", "Legal", "Sales", "People")
    desk = register.initiative(
        "Storm desk", claims, legal, start=days_ago(50), lead=register.person("Priya Raman")
    )
    register.moment(desk, days_ago(20), title="Refund in one call")
    miss = register.moment(desk, days_ago(18), "near_miss", "Photos lost", ok_to_show=True)
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time="Test uploads at peak."))
    register.moment(desk, days_ago(17), "near_miss", "Silent miss", lesson="We tried in silence.")
    return desk


def freeze(browser: FlaskClient, **more: str) -> str:
    """Freeze today; return the address of the snapshot."""
    answer = browser.post("/snapshots", data={"on": clock.today().isoformat(), **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location).removeprefix("http://localhost")


def film(browser: FlaskClient, address: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(browser.get(f"{address}/stage/data").data)
    return found


def first_form(register: Register) -> str:
    """Put a snapshot of the first form into the register as it was frozen; return its address."""
    document, records = (
        (FIXTURES / name).read_bytes() for name in ("snapshot-1.json", "snapshot-1-records.json")
    )
    said = json.loads(document)
    made = Snapshot(
        public_id=said["id"],
        on_day=date.fromisoformat(said["on"]),
        frozen_on=date.fromisoformat(said["frozen_on"]),
        register_version=said["register_version"],
        sentence=said["sentences"]["headline"],
        sha256=hashlib.sha256(document).hexdigest(),
        document=document,
        records=records,
    )
    return f"/snapshots/{register.save(made).public_id}"


def test_the_stage_shows_what_was_known_whatever_is_recorded_later(
    alice: FlaskClient, register: Register, desk: Initiative
) -> None:
    address = freeze(alice, title="All hands", classification="Internal")
    before = film(alice, address)
    register.moment(desk, days_ago(3), title="Late win")
    assert alice.post(f"/initiatives/{desk.public_id}/bin").status_code == 303
    page = alice.get(f"{address}/stage").text
    assert 'id="stage-number" href="/receipt/' in page
    assert ">1</a>" in page
    assert "of 6 department pairs works together." in page
    assert "All hands · Internal · As it was known on " in page
    assert "Late win" not in page
    assert film(alice, address) == before


@pytest.mark.usefixtures("desk")
def test_the_stage_of_a_snapshot_is_the_live_one_of_that_moment(alice: FlaskClient) -> None:
    frozen, live = film(alice, freeze(alice)), json.loads(alice.get("/stage/data").data)
    for part in ("at", "version", "nodes", "ties", "batons"):
        assert frozen[part] == live[part]
    for then, now in zip(frozen["months"], live["months"], strict=True):
        for month in (then, now):
            del month["number"], month["rest"]
            month["told"] = [each[:3] for each in month["told"]]
        assert then == now


@pytest.mark.usefixtures("desk")
def test_nothing_on_it_leads_to_what_is_known_now_and_every_number_to_its_receipt(alice: FlaskClient) -> None:
    address = freeze(alice)
    for path in ("stage", "stage/notes"):
        screen = alice.get(f"{address}/{path}").text.split('<main id="main"')[1].split("</main>")[0]
        assert [each for each in re.findall(r'href="([^"]+)"', screen) if LIVE.search(each)] == []
    found = film(alice, address)
    leads = [month["number"] for month in found["months"]]
    leads += [told[3] for month in found["months"] for told in month["told"]]
    assert len(leads) > len(found["months"])
    assert {alice.get(each).status_code for each in leads} == {200}
    assert all(each.startswith("/receipt/") for each in leads)


@pytest.mark.usefixtures("desk")
def test_a_near_miss_is_told_as_its_team_agreed(alice: FlaskClient) -> None:
    address = freeze(alice)
    slides = opened(alice.get(f"{address}/story.pptx").data).slides
    said = [*(words for each in slides for words in texts(each))]
    said += [each.notes_slide.notes_text_frame.text for each in slides]
    pages = [alice.get(f"{address}{path}").text for path in ("", "/stage", "/stage/data", "/stage/notes")]
    for text in ("\n".join(said), "\n".join(pages)):
        assert "Test uploads at peak" in text
        assert "ilent" not in text


@pytest.mark.usefixtures("desk")
def test_a_month_is_asked_for_by_its_day_and_else_the_day_of_the_snapshot_stands(alice: FlaskClient) -> None:
    address = freeze(alice)
    first = film(alice, address)["months"][0]
    assert f'id="stage-month">{first["name"]}<' in alice.get(f"{address}/stage?on={first['on']}").text
    newest = alice.get(f"{address}/stage").text
    assert alice.get(f"{address}/stage?on=1999-01-31").text == newest
    assert alice.get(f"{address}/stage?on=soon").status_code == 422
    assert "It does not change." in alice.get(f"{address}/stage/notes").text


@pytest.mark.usefixtures("desk")
def test_the_data_is_known_by_its_mark_for_good(alice: FlaskClient, register: Register) -> None:
    path = f"{freeze(alice)}/stage/data"
    mark = alice.get(path).headers["ETag"]
    register.departments("New")
    again = alice.get(path, headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.usefixtures("desk")
def test_its_slides_carry_receipts_as_text_and_as_links_that_open(alice: FlaskClient, engine: Engine) -> None:
    address = freeze(alice, classification="Internal")
    public_id = address.rpartition("/")[2]
    before = entries(engine)
    answer = alice.get(f"{address}/story.pptx")
    assert (answer.status_code, answer.mimetype) == (200, MIMETYPE)
    assert f"{public_id}.pptx" in answer.headers["Content-Disposition"]
    slides = opened(answer.data).slides
    assert slides[0].shapes.title.text == "1 of 6 department pairs works together."
    notes = "\n".join(each.notes_slide.notes_text_frame.text for each in slides)
    links = set(re.findall(r"http://localhost(/\S+)", notes))
    assert len(links) > 8
    assert {alice.get(each).status_code for each in links} == {200}
    assert all(each.startswith(f"/receipt/{public_id}-") for each in links)
    for slide in slides:
        said = " ".join(texts(slide))
        assert re.search(rf"\({public_id}-\d+\)", said), said
        assert f"Snapshot {public_id}" in said
        assert "Internal · " in said
    assert entries(engine) == before


@pytest.mark.usefixtures("desk")
def test_a_template_is_filled_and_one_that_is_none_is_told(alice: FlaskClient) -> None:
    path = f"{freeze(alice)}/take-along"
    assert 'type="file"' in alice.get(path).text

    def bring(data: bytes) -> Any:
        return alice.post(
            path, data={"template": (BytesIO(data), "company.potx")}, content_type="multipart/form-data"
        )

    assert opened(bring(company_template()).data).slides[0].slide_layout.name == "Company Two Content"
    refused = bring(b"nothing")
    assert refused.status_code == 422
    assert "This is no PowerPoint file." in refused.text
    assert opened(alice.post(path).data).slides[0].shapes.title.text.startswith("1 of 6")


@pytest.mark.usefixtures("desk")
def test_the_page_of_a_snapshot_shows_its_scenes_and_what_can_be_done_with_it(alice: FlaskClient) -> None:
    address = freeze(alice, title="All hands", classification="Internal")
    page = alice.get(address).text
    for path in ("stage", "take-along", "snapshot.json", "records.json"):
        assert f'href="{address}/{path}"' in page
    assert "<h1>All hands</h1>" in page
    for title in ("1 of 6 department pairs works together.", "Refund in one call", "Thank you."):
        assert title in page
    receipts = set(re.findall(r'href="(/receipt/[^"]+)"', page))
    assert {alice.get(each).status_code for each in receipts} == {200}
    assert "All hands: 1 of 6" in alice.get("/snapshots").text


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("since", "2199-01-01", "Choose a day before the day that is frozen."),
        ("since", "soon", "must be a day written as year-month-day"),
        ("title", "x" * 81, "can have 80 characters"),
        ("classification", "x" * 81, "can have 80 characters"),
    ],
)
def test_what_cannot_be_frozen_comes_back_with_its_reason(
    alice: FlaskClient, field: str, value: str, words: str
) -> None:
    answer = alice.post("/snapshots", data={"on": clock.today().isoformat(), "title": "Kept", field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{value if field == "title" else "Kept"}"' in answer.text


def test_a_snapshot_of_the_first_form_opens_with_its_receipts_and_offers_no_stage(
    alice: FlaskClient, register: Register
) -> None:
    address = first_form(register)
    page = alice.get(address).text
    assert "frozen before scenes were part of one" in page
    assert "not one byte has changed" in page
    assert f"{address}/stage" not in page
    assert f"{address}/take-along" not in page
    receipts = set(re.findall(r'href="(/receipt/[^"]+)"', page))
    assert len(receipts) > 20
    assert {alice.get(each).status_code for each in receipts} == {200}
    assert "Claims and Legal" in alice.get(f"/receipt/{address.rpartition('/')[2]}-1").text
    assert {alice.get(f"{address}/{path}").status_code for path in PATHS} == {404}


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("path", PATHS)
def test_everybody_who_is_signed_in_may_look_and_nobody_else(
    app: Flask, alice: FlaskClient, engine: Engine, cast: Cast, path: str
) -> None:
    address = f"{freeze(alice)}/{path}"
    assert browser_of(app, engine, cast.charlie).get(address).status_code == 200
    assert app.test_client().get(address).status_code in (302, 303)
    assert alice.get(f"/snapshots/nothing/{path}").status_code == 404


def test_a_snapshot_takes_the_same_queries_however_much_there_is(
    alice: FlaskClient, register: Register, engine: Engine, desk: Initiative
) -> None:
    counts = []
    for turn in range(2):
        address = freeze(alice, title=f"Turn {turn}")
        for path in PATHS:
            alice.get(f"{address}/{path}")
        with counting(engine) as sent:
            for path in PATHS:
                alice.get(f"{address}/{path}")
        counts.append(len(sent))
        others = register.departments(*(f"Desk {turn} {number}" for number in range(4)))
        for number in range(4):
            made = register.initiative(f"Pilot {turn} {number}", *others, start=days_ago(40))
            register.moment(made, days_ago(number + 2), title=f"Win {turn} {number}")
    assert counts[0] == counts[1]


def test_a_part_is_frozen_from_the_form_and_says_which_part_it_is(
    alice: FlaskClient, register: Register, desk: Initiative
) -> None:
    home = register.initiative(
        "Quotes", *register.departments("Quoting", "Pricing"), start=days_ago(40), kind="quick_win"
    )
    register.moment(home, days_ago(9), title="One price")
    assert 'name="kind"' in alice.get("/snapshots").text
    address = freeze(alice, kind="quick_win")
    page = alice.get(address).text
    assert "1 of 15 department pairs works together by quick wins." in page
    assert "It tells the work by quick wins." in page
    assert "Refund in one call" not in page.split('id="words-h"')[0]
    receipts = set(re.findall(r'href="(/receipt/[^"]+)"', page))
    answers = {each: alice.get(each) for each in receipts}
    assert {each.status_code for each in answers.values()} == {200}
    together = alice.get(f"/receipt/{address.rpartition('/')[2]}-1").text
    assert "The work by quick wins, " in together
    assert "band=together" in together
    assert "kind=quick_win" in together
    assert "Pricing and Quoting" in together or "Quoting and Pricing" in together
    assert "by quick wins." in alice.get(f"{address}/stage").text
    refused = alice.post("/snapshots", data={"on": clock.today().isoformat(), "theme": "nothing"})
    assert refused.status_code == 422
    assert "is not there" in refused.text
