"""The calendar of what falls due and the feed of wins: whose they are, what they hold, and how secret they stay."""

from __future__ import annotations

import logging
import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago, entries
from tracker import clock, watching
from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.engines import WRITE
from tracker.models.feeds import Feed
from tracker.models.initiatives import RoutineCheck
from tracker.models.people import Person
from tracker.services.actors import Actor
from tracker.services.sessions import hash_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def departments(register: Register) -> list[Department]:
    return register.departments("Claims", "Legal")


def address_of(app: Flask, engine: Engine, actor: Actor, kind: str) -> str:
    """Make an address on one's own account page; return its path."""
    answer = browser_of(app, engine, actor).post(f"/account/feeds/{kind}")
    found = re.search(r'value="http://[^/"]+(/feeds/[^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def calendar(client: FlaskClient, path: str) -> dict[str, tuple[str, date]]:
    """Return the entries of a calendar by their UID: what they say, and their day."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    found = Calendar.from_ical(answer.data)
    return {
        str(each["uid"]): (str(each["summary"]), each.decoded("dtstart")) for each in found.walk("VEVENT")
    }


def feed(client: FlaskClient, path: str) -> ET.Element:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return ET.fromstring(answer.data)


def told(element: ET.Element, name: str) -> list[str | None]:
    return [each.text for each in element.iter(f"{ATOM}{name}")]


def test_the_calendar_of_the_office_holds_every_kind_of_day(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
) -> None:
    today = clock.today()
    desk = register.initiative(
        "Storm desk", *departments, start=days_ago(10), decide_by=today + timedelta(14)
    )
    routine = register.initiative("One form", *departments, start=days_ago(400), routine_from=days_ago(200))
    register.save(RoutineCheck(initiative_id=routine.id, checked_on=days_ago(30)))
    journey = register.journey("Making a claim", *departments, valid_to=today + timedelta(40))
    register.initiative(
        "Long over", *departments, start=days_ago(300), ended_on=days_ago(5), decide_by=days_ago(4)
    )
    register.initiative("In the bin", *departments, start=days_ago(3), binned_at=datetime.now(UTC))
    path = address_of(app, engine, cast.alice, "due")
    assert path.endswith("/due.ics")
    assert calendar(client, path) == {
        f"decide-{desk.public_id}@tracker": ("Decide: Storm desk", today + timedelta(14)),
        f"quiet-{desk.public_id}@tracker": ("Still moving? Storm desk", today + timedelta(80)),
        f"check-{routine.public_id}@tracker": ("Check the routine: One form", today + timedelta(150)),
        f"journey-{journey.public_id}@tracker": ("The journey ends: Making a claim", today + timedelta(40)),
    }


def test_everybody_else_gets_what_is_theirs(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
) -> None:
    with register.at_once():
        register.session.get_one(User, cast.dora.user_id).department_id = departments[0].id
    register.initiative("Of Claims", *departments, start=days_ago(10))
    recorded = register.initiative(
        "Recorded", departments[1], start=days_ago(10), created_by_id=cast.charlie.user_id
    )
    bob = register.session.get_one(Person, cast.bob.person_id)
    register.initiative("Sponsored", departments[1], start=days_ago(10), lead=bob)
    register.initiative("Of others", departments[1], start=days_ago(10))

    def titles(actor: Actor) -> set[str]:
        path = address_of(app, engine, actor, "due")
        return {said.removeprefix("Still moving? ") for said, _ in calendar(client, path).values()}

    assert titles(cast.dora) == {"Of Claims"}
    assert titles(cast.charlie) == {recorded.title}
    assert titles(cast.bob) == {"Sponsored"}
    assert titles(cast.alice) == {"Of Claims", "Recorded", "Sponsored", "Of others"}


def test_a_near_miss_keeps_its_title_out_of_the_calendar(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
) -> None:
    register.initiative("Upload broke at noon", *departments, start=days_ago(10), kind="near_miss")
    path = address_of(app, engine, cast.alice, "due")
    assert [said for said, _ in calendar(client, path).values()] == ["Still moving? A near miss"]
    assert b"Upload" not in client.get(path).data


def test_a_day_that_moves_keeps_its_entry(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
) -> None:
    desk = register.initiative("Storm, desk; “ü”\x07", *departments, start=days_ago(10))
    path = address_of(app, engine, cast.alice, "due")
    before = calendar(client, path)
    register.update(desk, clock.today())
    after = calendar(client, path)
    assert list(before) == list(after)
    assert [day for _, day in after.values()] == [clock.today() + timedelta(90)]
    assert [said for said, _ in after.values()] == ["Still moving? Storm, desk; “ü”"]


def test_the_feed_holds_confirmed_wins_and_near_misses_that_may_be_shown(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
) -> None:
    desk = register.initiative("Storm desk", *departments, start=days_ago(80))
    win = register.moment(desk, days_ago(2), title="Refund in <one> call")
    register.moment(desk, days_ago(1), "near_miss", "Letters crossed", lesson="Ask first", ok_to_show=True)
    register.moment(desk, days_ago(1), "near_miss", "Upload broke at noon", lesson="Test at noon")
    register.moment(desk, days_ago(1), title="Nobody vouched yet", confirmed=False)
    register.moment(desk, days_ago(-3), title="Planned for later")
    path = address_of(app, engine, cast.charlie, "wins")
    assert path.endswith("/wins.atom")
    root = feed(client, path)
    found = root.findall(f"{ATOM}entry")
    assert [told(each, "title") for each in found] == [
        ["Near miss: Letters crossed"],
        ["Quick win: Refund in <one> call"],
    ]
    summary = told(found[1], "summary")[0]
    assert summary is not None
    assert summary.endswith(". Storm desk. Claims, Legal.")
    link = found[1].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href", "").endswith(f"/moments/{win.public_id}")


def test_the_feed_is_valid_atom_with_ids_that_stay_and_times_that_move(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
) -> None:
    path = address_of(app, engine, cast.bob, "wins")
    root = feed(client, path)
    assert root.tag == f"{ATOM}feed"
    assert told(root, "entry") == []
    for name in ("id", "title", "updated", "author", "link"):
        assert len(root.findall(f"{ATOM}{name}")) == 1, name
    assert "The newest 50" in (told(root, "subtitle")[0] or "")
    desk = register.initiative("Storm desk", *departments, start=days_ago(80))
    win = register.moment(desk, days_ago(2), confirmed=False)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False), register.at_once():
        win.is_confirmed = True
    again = feed(client, path)
    assert told(again, "id")[0] == told(root, "id")[0]
    entry = again.find(f"{ATOM}entry")
    assert entry is not None
    for name in ("id", "title", "updated", "published", "summary"):
        assert len(entry.findall(f"{ATOM}{name}")) == 1, name
    assert (told(entry, "id")[0] or "").startswith("urn:uuid:")
    published, updated = told(entry, "published")[0] or "", told(entry, "updated")[0] or ""
    assert datetime.fromisoformat(updated) - datetime.fromisoformat(published) > timedelta(hours=1)
    assert told(again, "updated")[0] == updated


@pytest.mark.parametrize("kind", ["due", "wins"])
def test_who_brings_the_etag_hears_that_nothing_changed_until_something_does(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
    kind: str,
) -> None:
    desk = register.initiative("Storm desk", *departments, start=days_ago(10))
    path = address_of(app, engine, cast.alice, kind)
    answer = client.get(path)
    known = {"If-None-Match": answer.headers["ETag"]}
    same = client.get(path, headers=known)
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    assert same.headers["Cache-Control"] == "private, no-cache"
    register.moment(desk, clock.today())
    assert client.get(path, headers=known).status_code == 200
    known = {"If-None-Match": client.get(path).headers["ETag"]}
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        assert client.get(path, headers=known).status_code == 200


def test_an_address_is_shown_once_and_only_its_hash_is_kept(
    app: Flask, engine: Engine, cast: Cast, session: Session
) -> None:
    path = address_of(app, engine, cast.charlie, "due")
    token = path.split("/")[2]
    assert len(token) >= 43, "256 bits"
    kept = session.scalars(select(Feed)).one()
    assert kept.token_hash == hash_of(token)
    page = browser_of(app, engine, cast.charlie).get("/account").text
    assert token not in page
    assert "was not used yet" in page
    line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line is not None
    assert (line.kind, line.action, line.subject_id) == ("feed", "created", cast.charlie.user_id)
    assert token not in str(line.changes)
    assert kept.token_hash not in str(line.changes)


def test_an_address_that_is_over_answers_as_one_that_never_was(
    app: Flask, engine: Engine, client: FlaskClient, cast: Cast, session: Session
) -> None:
    first = address_of(app, engine, cast.charlie, "due")
    second = address_of(app, engine, cast.charlie, "due")
    wins = address_of(app, engine, cast.charlie, "wins")
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    charlie = browser_of(app, engine, cast.charlie)
    assert charlie.post("/account/feeds/due/end").status_code == 303
    assert charlie.post("/account/feeds/due/end").status_code == 404
    never = client.get("/feeds/nothing/due.ics")
    dead = [client.get(path) for path in (first, second, wins.replace("wins.atom", "due.ics"))]
    assert {(each.status_code, each.text) for each in dead} == {(404, never.text)}
    assert "This address no longer works" in never.text
    assert never.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(wins).status_code == 200
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        connection.execute(update(User).where(User.id == cast.charlie.user_id).values(is_disabled=True))
    assert client.get(wins).status_code == 404


def test_an_address_is_nobody_elses_to_end_and_opens_nothing_else(
    app: Flask, engine: Engine, client: FlaskClient, cast: Cast
) -> None:
    path = address_of(app, engine, cast.charlie, "wins")
    assert browser_of(app, engine, cast.ada).post("/account/feeds/wins/end").status_code == 404
    assert client.get(path).status_code == 200
    token = path.split("/")[2]
    for address in (f"/s/{token}", f"/display/{token}", f"/link/{token}"):
        assert client.get(address).status_code == 404
    assert client.get("/account").status_code == 303
    assert client.post("/account/feeds/wins").status_code == 303
    assert browser_of(app, engine, cast.charlie).post("/account/feeds/other").status_code == 404


def test_its_use_is_noted_in_passing_and_leaves_no_other_trace(
    app: Flask, engine: Engine, client: FlaskClient, cast: Cast
) -> None:
    path = address_of(app, engine, cast.charlie, "wins")
    before = entries(engine)
    client.get(path)
    assert entries(engine) == before
    assert "was last used today" in browser_of(app, engine, cast.charlie).get("/account").text


def test_its_token_stands_in_no_log_and_no_metric(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    path = address_of(app, engine, cast.charlie, "due")
    client.get(path)
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setitem(app.view_functions, "feeds.due", lambda token: 1 / len(token[:0]))
    assert client.get(path).status_code == 500
    assert "on GET /feeds/<token>/due.ics" in caplog.text
    token = path.split("/")[2]
    assert token not in caplog.text
    assert token not in watching.document().decode()


@pytest.mark.parametrize("kind", ["due", "wins"])
def test_a_feed_asks_the_database_as_often_however_much_there_is(
    app: Flask,
    engine: Engine,
    client: FlaskClient,
    cast: Cast,
    register: Register,
    departments: list[Department],
    kind: str,
) -> None:
    path = address_of(app, engine, cast.dora, kind)

    def fill(number: int) -> None:
        made = register.initiative(
            f"Desk {number}",
            *departments,
            start=days_ago(10),
            decide_by=clock.today(),
            created_by_id=cast.dora.user_id,
        )
        register.moment(made, days_ago(1), title=f"Win {number}")

    def asked() -> int:
        client.get(path)
        with counting(engine) as queries:
            client.get(path)
        return len(queries)

    fill(0)
    few = asked()
    for number in range(1, 5):
        fill(number)
    assert asked() == few
