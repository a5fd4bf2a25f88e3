"""Present on the page of a snapshot, and what every stage then compares with."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of, days_ago
from tests.web.test_frozen import first_form
from tracker import clock
from tracker.graph.captions_shown import shown_sentence
from tracker.models.departments import Department
from tracker.models.showings import Showing
from tracker.models.snapshots import Snapshot

LINE = re.compile(r'<p class="compare shown"[^>]*>(.*?)</p>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">([\d,]+)</a>')


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def house(register: Register) -> list[Department]:
    """Claims and Legal work together; Sales is there too."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative(
        "Storm desk", claims, legal, start=days_ago(80), declared_until=clock.today() + timedelta(1)
    )
    return [claims, legal, sales]


@pytest.fixture
def snapshot(register: Register, house: list[Department]) -> Snapshot:
    """Fifty days ago, frozen on that day."""
    return register.snapshot(days_ago(50), days_ago(50))


def line(page: str) -> str:
    """Return the words of the line that compares with what was shown."""
    found = LINE.search(page)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def late(register: Register, house: list[Department], **more: object) -> None:
    """Log an initiative of Legal and Sales that nobody knew of when the snapshot was frozen."""
    until = clock.today() + timedelta(1)
    register.initiative("Late", *house[1:], start=days_ago(60), declared_until=until, **more)  # type: ignore[arg-type]  # a theme at most


def test_present_notes_it_once_and_plays_it(alice: FlaskClient, snapshot: Snapshot, session: Session) -> None:
    address = f"/snapshots/{snapshot.public_id}"
    assert f'action="{address}/present"' in alice.get(address).text
    answer = alice.post(f"{address}/present")
    assert (answer.status_code, answer.location) == (303, f"{address}/stage")
    assert alice.get(answer.location).status_code == 200
    page = alice.get(address).text
    assert f"Presented on {clock.today().day} " in page
    assert "by Alice Office." in page
    alice.post(f"{address}/present")
    assert session.scalar(select(func.count(Showing.id))) == 1
    audit = re.sub(r"<[^>]+>", "", alice.get("/administration/audit").text)
    assert f"Alice Office presented the snapshot: Snapshot of {days_ago(50)}" in audit


@pytest.mark.usefixtures("house")
def test_one_that_keeps_no_story_opens_its_page_and_says_what_follows(
    alice: FlaskClient, register: Register
) -> None:
    address = first_form(register)
    answer = alice.post(f"{address}/present")
    assert (answer.status_code, answer.location) == (303, address)
    assert "Presented today. From tomorrow on, the stage compares with it." in alice.get(answer.location).text


def test_the_list_says_when_each_was_presented_last(
    alice: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    assert 'data-label="Presented">–</td>' in alice.get("/snapshots").text
    for back in (40, 9):
        register.shown(snapshot, days_ago(back))
    on = days_ago(9)
    assert f'data-label="Presented">{on.day} ' in alice.get("/snapshots").text


def test_others_may_look_and_not_present(
    app: Flask, engine: Engine, cast: Cast, snapshot: Snapshot, client: FlaskClient, session: Session
) -> None:
    address = f"/snapshots/{snapshot.public_id}/present"
    for actor in (cast.charlie, cast.dora):
        browser = browser_of(app, engine, actor)
        assert browser.post(address).status_code == 403
        assert address not in browser.get(f"/snapshots/{snapshot.public_id}").text
    assert "/sign-in" in str(client.post(address).location)
    bob = browser_of(app, engine, cast.bob)
    assert bob.post("/snapshots/nothing/present").status_code == 404
    assert bob.get(address).status_code == 405
    assert session.scalar(select(func.count(Showing.id))) == 0


@pytest.mark.parametrize("path", ["/stage", "/momentum", "/momentum/table"])
def test_both_numbers_of_the_line_open_their_pages(
    alice: FlaskClient, register: Register, house: list[Department], snapshot: Snapshot, path: str
) -> None:
    assert line(alice.get(path).text) == ""
    register.shown(snapshot, days_ago(50))
    assert shown_sentence(1, 1, days_ago(50), days_ago(50), clock.today()) in _text(alice.get(path).text)
    late(register, house)
    page = alice.get(path).text
    assert shown_sentence(1, 2, days_ago(50), days_ago(50), clock.today()) in _text(page)
    links = {
        words: unescape(href) for href, words in LINK.findall(page) if "receipt" in href or "on=" in href
    }
    assert links["1"] == f"/receipt/{snapshot.public_id}-1"
    assert f"/pairs?band=together&on={days_ago(50)}" in unescape(page)
    assert "Said then" in _text(alice.get(links["1"]).text)
    assert "Work together: 2 pairs" in _text(alice.get(f"/pairs?band=together&on={days_ago(50)}").text)


def _text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def test_the_data_the_notes_and_a_part_of_the_page_say_it_too(
    alice: FlaskClient, register: Register, house: list[Department], snapshot: Snapshot
) -> None:
    register.shown(snapshot, days_ago(50))
    late(register, house)
    said = shown_sentence(1, 2, days_ago(50), days_ago(50), clock.today())
    month = json.loads(alice.get("/stage/data").data)["months"][-1]
    assert "".join(words for words, _ in month["compared"]) == said
    assert [href for _, href in month["compared"] if href] == [
        f"/receipt/{snapshot.public_id}-1",
        f"/pairs?band=together&on={days_ago(50)}",
    ]
    assert f"<li>{said}</li>" in alice.get("/stage/notes").text
    assert line(alice.get("/momentum", headers=PART).text) == said
    assert line(alice.get("/stage", query_string={"on": days_ago(50).isoformat()}).text) == "", (
        "not on its day"
    )


def test_a_part_that_was_never_shown_is_not_compared(
    alice: FlaskClient, register: Register, house: list[Department], snapshot: Snapshot
) -> None:
    theme = register.theme()
    register.shown(snapshot, days_ago(50))
    late(register, house, theme_id=theme.id)
    assert line(alice.get("/stage").text)
    assert line(alice.get("/stage", query_string={"theme": theme.public_id}).text) == ""


def test_the_pages_take_the_same_queries_however_much_was_presented(
    alice: FlaskClient, register: Register, engine: Engine, snapshot: Snapshot
) -> None:
    counts = []
    for back in (49, 30, 20):
        register.shown(snapshot, days_ago(back))
        register.shown(register.snapshot(days_ago(back), days_ago(back)), days_ago(back))
        for _ in range(2):
            with counting(engine) as sent:
                for path in ("/stage", "/momentum", "/snapshots", f"/snapshots/{snapshot.public_id}"):
                    alice.get(path)
        counts.append(len(sent))
    assert len(set(counts)) == 1
