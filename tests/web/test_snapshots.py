"""The pages of snapshots: the button, the list, one of them with its files, and the receipts of its numbers."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.engines import WRITE
from tracker.models.initiatives import Initiative
from tracker.models.snapshots import Snapshot


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


@pytest.fixture
def desk(register: Register) -> Initiative:
    """Claims and Legal work together; Sales is there too."""
    claims, legal, _ = register.departments("Claims", "Legal", "Sales")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(50))
    register.moment(desk, days_ago(20), title="Refund in one call")
    register.moment(desk, days_ago(18), title="Waits", confirmed=False)
    return desk


def browser(app: Flask, engine: Engine, user_id: int | None) -> FlaskClient:
    """Return the browser of an account."""
    client = app.test_client()
    sign_in(client, engine, user_id)
    return client


@pytest.fixture
def alice(app: Flask, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser(app, engine, cast.alice.user_id)


@pytest.fixture
def charlie(app: Flask, cast: Cast, engine: Engine) -> FlaskClient:
    """Charlie's browser: he may only look."""
    return browser(app, engine, cast.charlie.user_id)


def text_of(page: str) -> str:
    """Return the words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def freeze(client: FlaskClient, on: date | None = None) -> str:
    """Freeze a day; return the snapshot's id."""
    answer = client.post("/snapshots", data={"on": (on or clock.today()).isoformat()})
    assert answer.status_code == 303, answer.text
    return str(answer.location).rsplit("/", 1)[-1]


def said(client: FlaskClient, public_id: str) -> dict[str, Any]:
    """Return what a snapshot says."""
    found: dict[str, Any] = json.loads(client.get(f"/snapshots/{public_id}/snapshot.json").data)
    return found


def receipt(client: FlaskClient, public_id: str, name: str, **more: Any) -> str:
    """Return the text of the page of the first receipt of a figure."""
    found = next(each for each in said(client, public_id)["figures"] if each["name"] == name)
    answer = client.get(f"/receipt/{found['receipt']}", query_string=more)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.usefixtures("desk")
def test_the_momentum_page_has_one_button_that_freezes_its_day(
    alice: FlaskClient, charlie: FlaskClient
) -> None:
    page = alice.get(f"/momentum?on={days_ago(30)}").text
    assert 'action="/snapshots"' in page
    assert f'name="on" value="{days_ago(30)}"' in page
    assert 'action="/snapshots"' not in charlie.get("/momentum").text, "he may look, and not freeze"


def test_an_empty_register_offers_no_button_and_says_what_to_do(alice: FlaskClient) -> None:
    assert 'action="/snapshots"' not in alice.get("/momentum").text
    answer = alice.post("/snapshots", data={"on": clock.today().isoformat()})
    assert answer.status_code == 422
    assert "Record two departments first." in answer.text
    assert "No snapshot yet" in answer.text


@pytest.mark.usefixtures("desk")
def test_a_day_to_come_is_refused_and_stays_in_the_form(alice: FlaskClient, session: Session) -> None:
    later = days_ago(-3).isoformat()
    answer = alice.post("/snapshots", data={"on": later})
    assert answer.status_code == 422
    assert "what is ahead cannot be frozen" in answer.text
    assert f'value="{later}"' in answer.text
    assert session.scalar(select(func.count(Snapshot.id))) == 0


@pytest.mark.usefixtures("desk")
def test_what_is_no_day_is_refused(alice: FlaskClient, session: Session) -> None:
    assert alice.post("/snapshots", data={"on": "soon"}).status_code == 422
    assert session.scalar(select(func.count(Snapshot.id))) == 0


@pytest.mark.usefixtures("desk")
def test_frozen_once_a_day_is_frozen(alice: FlaskClient) -> None:
    public_id = freeze(alice)
    assert "Frozen. Nothing changes it any more." in alice.get(f"/snapshots/{public_id}").text
    assert freeze(alice) == public_id
    assert "This day is frozen already" in alice.get(f"/snapshots/{public_id}").text


@pytest.mark.usefixtures("desk")
def test_the_list_shows_the_newest_first_to_everybody(alice: FlaskClient, charlie: FlaskClient) -> None:
    first, second = freeze(alice, days_ago(30)), freeze(alice)
    page = charlie.get("/snapshots").text
    assert "2 snapshots" in page
    assert "Alice Office" in page
    assert page.index(second) < page.index(first)
    assert "Day to freeze" not in page
    assert "past the end" in charlie.get("/snapshots?page=9").text


@pytest.mark.usefixtures("desk")
def test_a_snapshot_is_readable_and_has_its_proof(alice: FlaskClient) -> None:
    public_id = freeze(alice)
    page = text_of(alice.get(f"/snapshots/{public_id}").text)
    assert "1 of 3 department pairs works together." in page
    assert "Refund in one call" in page
    assert f"{public_id}-1" in page
    assert hashlib.sha256(alice.get(f"/snapshots/{public_id}/snapshot.json").data).hexdigest() in page
    assert "not one byte has changed" in page


@pytest.mark.usefixtures("desk")
def test_the_files_are_the_bytes_that_were_hashed(alice: FlaskClient, charlie: FlaskClient) -> None:
    public_id = freeze(alice)
    answer = charlie.get(f"/snapshots/{public_id}/snapshot.json")
    assert answer.mimetype == "application/json"
    assert public_id in answer.headers["Content-Disposition"]
    records = alice.get(f"/snapshots/{public_id}/records.json")
    assert hashlib.sha256(records.data).hexdigest() == json.loads(answer.data)["records"]["sha256"]
    refused = charlie.get(f"/snapshots/{public_id}/records.json")
    assert refused.status_code == 403, "he may not take the register along"


@pytest.mark.usefixtures("desk")
def test_a_figure_that_is_known_otherwise_stands_beside_what_was_said(
    alice: FlaskClient, register: Register, desk: Initiative
) -> None:
    public_id = freeze(alice)
    register.moment(desk, days_ago(15), title="Late win")
    page = alice.get(f"/snapshots/{public_id}").text
    assert "2 now" in page, "in its month"
    assert "<b>2</b>" in page, "in the days that end today"


@pytest.mark.usefixtures("desk")
def test_a_receipt_shows_the_records_behind_its_number_on_that_day(
    alice: FlaskClient, charlie: FlaskClient
) -> None:
    on = days_ago(10)
    public_id = freeze(alice, on)
    page = receipt(charlie, public_id, "together")
    assert "Yes. What is known today says the same." in page
    assert "Claims and Legal" in page
    assert f"?on={on}" in page
    assert "not one byte of the snapshot has changed" in page
    wins = receipt(charlie, public_id, "wins")
    assert "Refund in one call" in wins
    assert "Waits" not in wins


def test_a_receipt_names_what_made_the_difference(
    alice: FlaskClient, register: Register, desk: Initiative
) -> None:
    public_id = freeze(alice)
    assert alice.post(f"/initiatives/{desk.public_id}/bin").status_code == 303
    page = text_of(receipt(alice, public_id, "together"))
    assert "It is known better now." in page
    assert "Said then 1 Known now 0" in page
    assert "“Storm desk” left the register" in page
    assert "−1 that work together" in page
    wins = receipt(alice, public_id, "wins")
    assert "left the register since" in wins
    assert "/moments/" not in wins.split('id="receipts-records"')[1], "what is in the bin has no page to open"


def test_a_near_miss_keeps_its_title_when_it_is_gone(
    alice: FlaskClient, register: Register, desk: Initiative
) -> None:
    miss = register.moment(desk, days_ago(9), "near_miss", "Upload broke at noon", lesson="Test at noon")
    public_id = freeze(alice)
    assert "Upload broke at noon" in receipt(alice, public_id, "lessons"), (
        "it is in the register, for all to read"
    )
    assert "Upload broke at noon" not in str(said(alice, public_id))
    assert alice.post(f"/moments/{miss.public_id}/bin").status_code == 303
    assert "left the register since" in receipt(alice, public_id, "lessons")


@pytest.mark.only_database("sqlite")
@pytest.mark.usefixtures("desk")
def test_bytes_changed_outside_the_tracker_are_shown_as_such(alice: FlaskClient, engine: Engine) -> None:
    public_id = freeze(alice)
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        for name in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER snapshots_no_{name}")
        connection.exec_driver_sql(
            "UPDATE snapshots SET document = CAST(replace(CAST(document AS TEXT), '\"value\":3', '\"value\":4') AS BLOB)"
        )
    assert "Do not rely on it" in alice.get(f"/snapshots/{public_id}").text
    assert "Do not rely on it" in alice.get(f"/receipt/{public_id}-1").text


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    "address",
    ["/snapshots/nothing", "/snapshots/nothing/snapshot.json", "/receipt/nothing", "/receipt/nothing-1"],
)
def test_what_is_not_there_is_not_found(alice: FlaskClient, address: str) -> None:
    assert alice.get(address).status_code == 404


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("number", ["0", "9999", "one", ""])
def test_a_number_that_the_snapshot_has_not_is_not_found(alice: FlaskClient, number: str) -> None:
    assert alice.get(f"/receipt/{freeze(alice)}-{number}").status_code == 404


@pytest.mark.usefixtures("desk")
def test_strangers_are_sent_to_sign_in(alice: FlaskClient, client: FlaskClient) -> None:
    public_id = freeze(alice)
    for address in ("/snapshots", f"/snapshots/{public_id}", f"/receipt/{public_id}-1"):
        assert "/sign-in" in str(client.get(address).location)


@pytest.mark.usefixtures("desk")
def test_members_may_look_and_not_freeze(app: Flask, cast: Cast, engine: Engine, session: Session) -> None:
    dora = browser(app, engine, cast.dora.user_id)
    assert dora.post("/snapshots", data={"on": clock.today().isoformat()}).status_code == 403
    assert session.scalar(select(func.count(Snapshot.id))) == 0
    bob = browser(app, engine, cast.bob.user_id)
    assert freeze(bob), "a sponsor presents, and freezes what is presented"


def test_the_pages_ask_the_database_as_often_however_much_there_is(
    alice: FlaskClient, register: Register, engine: Engine, desk: Initiative
) -> None:
    counts = []
    for turn in range(2):
        public_id = freeze(alice)
        addresses = (
            "/snapshots",
            f"/snapshots/{public_id}",
            f"/receipt/{public_id}-1",
            f"/receipt/{public_id}-9",
        )
        for address in addresses:
            alice.get(address)
        with counting(engine) as sent:
            for address in addresses:
                alice.get(address)
        counts.append(len(sent))
        others = register.departments(*(f"Desk {turn} {number}" for number in range(4)))
        for number in range(6):
            made = register.initiative(f"Pilot {turn} {number}", *others, start=days_ago(40))
            register.moment(made, days_ago(number + 2), title=f"Win {turn} {number}")
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("desk")
def test_the_pairs_of_the_picture_have_receipts_too(alice: FlaskClient) -> None:
    public_id = freeze(alice)
    (tie,) = [each for each in said(alice, public_id)["track"]["ties"] if "receipt" in each]
    assert (tie["band"], tie["value"]) == ("single", "1")
    assert f'href="/receipt/{tie["receipt"]}"' in alice.get(f"/snapshots/{public_id}").text
    page = text_of(alice.get(f"/receipt/{tie['receipt']}").text)
    assert "Claims and Legal, shares of attention: 1" in page
    assert "Storm desk" in page


@pytest.mark.usefixtures("desk")
def test_a_house_of_many_departments_is_frozen_as_its_divisions(
    alice: FlaskClient, register: Register
) -> None:
    for name in ("Front", "Back"):
        division = register.division(name)
        for number in range(9):
            register.department(f"{name} {number}", division_id=division.id)
    public_id = freeze(alice)
    assert said(alice, public_id)["track"]["grouping"] != "departments"
    page = alice.get(f"/snapshots/{public_id}")
    assert page.status_code == 200
    assert "of groups, as the track showed them" in page.text
    assert alice.get(f"/receipt/{public_id}-1").status_code == 200
