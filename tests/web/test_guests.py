"""What somebody with a share link sees, and that nothing more can be had by it."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, browser_of, days_ago
from tracker import clock, watching
from tracker.models.engines import WRITE
from tracker.models.share_links import ShareLink, Sharing
from tracker.models.snapshots import Snapshot
from tracker.services import presentations
from tracker.services.passwords import hash_password
from tracker.services.sessions import hash_of
from tracker.web.security import CONTENT_SECURITY_POLICY

TOKEN = "a-token-of-a-test-that-nobody-guesses-0123456789"
PASSWORD = "three plain words"
SCENES = [f"/scenes?scene={number}" for number in range(1, 9)]
SECRET = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}


@pytest.fixture
def snapshot(register: Register) -> Snapshot:
    """A day with a win, a near miss that may be shown and one that may not, led by a person."""
    lead = register.person("Priya Raman")
    desk = register.initiative(
        "Storm desk", *register.departments("Claims", "Legal"), start=days_ago(80), lead=lead
    )
    register.moment(desk, days_ago(1), title="Refund in one call")
    register.moment(desk, days_ago(1), "near_miss", "Upload broke at noon", lesson="Test at noon")
    register.moment(desk, days_ago(1), "near_miss", "Letters crossed", lesson="Ask first", ok_to_show=True)
    return register.snapshot(clock.today())


def share(register: Register, snapshot: Snapshot, mode: str = "open", **values: Any) -> ShareLink:
    """Allow links, and make one."""
    origins = values.pop("origins", "")
    if mode != "signed_in" or origins:
        register.save(Sharing(id=1, mode=mode, embed_origins=origins))
    usual = {
        "kind": "snapshot",
        "target": snapshot.public_id,
        "expires_at": datetime.now(UTC) + timedelta(days=30),
    }
    return register.save(ShareLink(token_hash=hash_of(TOKEN), **{**usual, **values}))


def secret(answer: TestResponse) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in SECRET}


def own_links(page: str) -> list[str]:
    """Return the addresses of a page that lead anywhere but to its link."""
    found = re.findall(r'\b(?:href|src|action|hx-get|data-[\w-]+)="(/[^"]*)"', page)
    return [each for each in found if not each.startswith(("/static/", f"/s/{TOKEN}"))]


def used(engine: Engine) -> datetime | None:
    """Return when the link was last used."""
    with Session(engine) as session:
        return session.scalars(select(ShareLink.last_used_at)).one()


def test_an_open_link_shows_the_snapshot_and_no_way_into_the_application(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    answer = client.get(f"/s/{TOKEN}")
    assert answer.status_code == 200
    assert "Refund in one call" in answer.text
    assert own_links(answer.text) == []
    assert secret(answer) == SECRET
    assert "Set-Cookie" not in answer.headers


def test_it_names_no_person_and_no_near_miss_that_may_not_be_shown(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    said = "".join(client.get(f"/s/{TOKEN}{each}").text for each in ("", "/data", "/table", *SCENES))
    assert "Ask first" in said or "Letters crossed" in said, "this one may be shown"
    assert "Priya Raman" not in said
    assert "Upload broke at noon" not in said


def test_its_film_plays_from_the_link_alone_and_its_receipts_are_named(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    assert f'data-film="/s/{TOKEN}/data?on={snapshot.on_day}"' in client.get(f"/s/{TOKEN}").text
    film = client.get(f"/s/{TOKEN}/data")
    assert film.mimetype == "application/json"
    assert secret(film) == SECRET
    assert re.findall(r'"/(?!s/)[a-z-]+[/?][^"]*"', film.text) == []
    table = client.get(f"/s/{TOKEN}/table").text
    assert f"<code>{snapshot.public_id}-1</code>" in table
    assert "/receipt/" not in table
    assert client.get(f"/s/{TOKEN}?on={days_ago(60).replace(day=1) - timedelta(days=1)}").status_code == 200
    for unreadable in ("?on=soon", "/scenes?scene=soon"):
        assert client.get(f"/s/{TOKEN}{unreadable}").location == f"/s/{TOKEN}"


def test_its_scenes_lead_to_each_other_and_name_their_receipts(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    assert f'href="/s/{TOKEN}/scenes"' in client.get(f"/s/{TOKEN}").text
    answer = client.get(f"/s/{TOKEN}/scenes")
    assert (answer.status_code, secret(answer)) == (200, SECRET)
    assert f'href="/s/{TOKEN}/scenes?scene=2"' in answer.text
    assert f"<code>{snapshot.public_id}-" in answer.text
    assert own_links(answer.text) == []
    assert "Set-Cookie" not in answer.headers


def test_a_presentation_is_shown_as_it_is_known_and_gone_with_it(
    client: FlaskClient, cast: Cast, register: Register, snapshot: Snapshot
) -> None:
    made = register.presentation("The year in one minute")
    share(register, snapshot, kind="presentation", target=made.public_id)
    film, scene, table = (client.get(f"/s/{TOKEN}{each}") for each in ("", "/scenes", "/table"))
    assert [each.status_code for each in (film, scene, table)] == [200, 200, 200]
    assert "The year in one minute" in film.text
    assert "The year in one minute" in scene.text
    assert "Month by month" in table.text
    assert own_links(film.text + scene.text + table.text) == []
    assert "/moments/" not in client.get(f"/s/{TOKEN}/data").text
    presentations.bin_presentation(register.session, actor=cast.alice, public_id=made.public_id)
    register.session.commit()
    assert client.get(f"/s/{TOKEN}").status_code == 404


@pytest.mark.parametrize("address", ["/data", "/table", "/scenes", ""])
@pytest.mark.parametrize("mode", ["signed_in", "open"])
def test_nothing_of_a_closed_link_is_given_to_a_stranger(
    client: FlaskClient, register: Register, snapshot: Snapshot, mode: str, address: str
) -> None:
    share(register, snapshot, mode, password_hash=hash_password(PASSWORD))
    answer = client.get(f"/s/{TOKEN}{address}")
    assert answer.status_code == (401 if mode == "signed_in" or address == "/data" else 200)
    assert "Refund in one call" not in answer.text
    assert secret(answer) == SECRET


def test_a_snapshot_without_a_film_is_told_in_words_and_tables(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    old = json.loads(snapshot.document) | {"format": "tracker-snapshot-1", "id": "oldone"}
    data = json.dumps(old).encode()
    values = {"public_id": "oldone", "document": data, "sha256": hashlib.sha256(data).hexdigest()}
    first = Snapshot(
        on_day=snapshot.on_day, frozen_on=snapshot.frozen_on, register_version=0, sentence="One pair.",
        records=b"{}", **values,
    )  # fmt: skip
    share(register, register.save(first))
    page = client.get(f"/s/{TOKEN}")
    assert page.status_code == 200
    assert "Every number, with its receipt" in page.text
    assert "Show the film" not in page.text
    assert client.get(f"/s/{TOKEN}/data").status_code == 404


def test_somebody_signed_in_sees_it_without_their_own_name_and_links(
    app: Flask, engine: Engine, cast: Cast, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    page = browser_of(app, engine, cast.ada).get(f"/s/{TOKEN}").text
    assert "Ada Admin" not in page
    assert 'href="/administration"' not in page


def test_a_link_for_those_who_are_signed_in_shows_the_sign_in_page_and_then_opens(
    app: Flask, client: FlaskClient, engine: Engine, cast: Cast, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot, "signed_in")
    refused = client.get(f"/s/{TOKEN}")
    assert refused.status_code == 401
    assert '<meta name="referrer" content="strict-origin">' in refused.text
    assert f'name="next" value="/s/{TOKEN}"' in refused.text
    assert "Refund in one call" not in refused.text
    assert secret(refused) == SECRET
    register.account("Eve Adams", "viewer", password_hash=hash_password(PASSWORD))
    form = {"email": "eve@example.org", "password": PASSWORD, "next": f"/s/{TOKEN}"}
    assert client.post("/sign-in", data=form).location == f"/s/{TOKEN}"
    assert "Refund in one call" in client.get(f"/s/{TOKEN}").text
    assert browser_of(app, engine, cast.charlie).get(f"/s/{TOKEN}").status_code == 200


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("off", {}),
        ("open", {"revoked_at": datetime(2026, 1, 5, tzinfo=UTC)}),
        ("open", {"expires_at": datetime(2026, 1, 5, tzinfo=UTC)}),
        ("open", {"kind": "presentation"}),
    ],
    ids=["off", "revoked", "expired", "gone"],
)
def test_every_dead_link_answers_the_same(
    client: FlaskClient, register: Register, snapshot: Snapshot, mode: str, values: dict[str, Any]
) -> None:
    share(register, snapshot, mode, **values)
    found = client.get(f"/s/{TOKEN}")
    unknown = client.get(f"/s/{TOKEN}x")
    assert (found.status_code, unknown.status_code) == (404, 404)
    assert found.data == unknown.data
    assert dict(found.headers) == dict(unknown.headers)
    assert "This link no longer works." in found.text
    assert secret(found) == SECRET


@pytest.mark.usefixtures("snapshot")
def test_no_address_that_is_no_link_fails(client: FlaskClient) -> None:
    for wrong in NO_IDS:
        assert client.get(f"/s/{wrong}").status_code in (400, 404)


def test_a_link_writes_nothing_and_leads_nowhere_else(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    assert client.post(f"/s/{TOKEN}").status_code == 404, "it has no password to give"
    for address in (f"/s/{TOKEN}/embed", f"/snapshots/{snapshot.public_id}", "/snapshots"):
        assert client.post(address).status_code in (303, 405)
    for method in ("PUT", "DELETE", "PATCH"):
        answer = client.open(f"/s/{TOKEN}", method=method)
        assert answer.status_code == 405
        assert secret(answer) == SECRET
    elsewhere = f"/s/{TOKEN}/{snapshot.public_id}", f"/s/{TOKEN}/../snapshots", f"/s/{snapshot.public_id}"
    assert [client.get(each).status_code for each in elsewhere] == [404, 404, 404]


def test_a_password_opens_its_link_in_this_browser_for_an_hour(
    client: FlaskClient, app: Flask, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot, password_hash=hash_password(PASSWORD))
    asked = client.get(f"/s/{TOKEN}")
    assert 'name="password"' in asked.text
    assert "Refund in one call" not in asked.text
    wrong = client.post(f"/s/{TOKEN}", data={"password": "another one"})
    assert (wrong.status_code, secret(wrong)) == (422, SECRET)
    assert "another one" not in wrong.text
    right = client.post(f"/s/{TOKEN}", data={"password": PASSWORD})
    assert (right.status_code, right.location) == (303, f"/s/{TOKEN}")
    cookie = right.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", f"Path=/s/{TOKEN}", "Max-Age=3600"))
    assert TOKEN not in cookie.partition(";")[0]
    assert "Refund in one call" in client.get(f"/s/{TOKEN}").text
    assert "Refund in one call" not in app.test_client().get(f"/s/{TOKEN}").text
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1, minutes=1), tick=False):
        value = cookie.partition("=")[2].partition(";")[0]
        late = app.test_client()
        late.set_cookie("tracker-link", value, path=f"/s/{TOKEN}")
        assert 'name="password"' in late.get(f"/s/{TOKEN}").text


def test_a_stranger_cannot_try_the_password_of_a_link_for_those_who_are_signed_in(
    app: Flask, client: FlaskClient, engine: Engine, cast: Cast, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot, "signed_in", password_hash=hash_password(PASSWORD))
    assert client.post(f"/s/{TOKEN}", data={"password": PASSWORD}).status_code == 401
    charlie = browser_of(app, engine, cast.charlie)
    assert charlie.post(f"/s/{TOKEN}", data={"password": PASSWORD}).status_code == 303
    assert "Refund in one call" in charlie.get(f"/s/{TOKEN}").text


def test_a_link_is_opened_with_few_queries(
    client: FlaskClient, engine: Engine, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    client.get(f"/s/{TOKEN}")
    with counting(engine) as sent:
        client.get(f"/s/{TOKEN}")
    assert len(sent) <= 5


def test_another_password_closes_browsers_that_were_open(
    client: FlaskClient, engine: Engine, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot, password_hash=hash_password(PASSWORD))
    client.post(f"/s/{TOKEN}", data={"password": PASSWORD})
    with Session(engine) as session:
        session.connection(execution_options={WRITE: True})
        session.execute(update(ShareLink).values(password_hash=hash_password("other plain words")))
        session.commit()
    assert 'name="password"' in client.get(f"/s/{TOKEN}").text


def test_after_too_many_passwords_the_next_one_waits(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot, password_hash=hash_password(PASSWORD))
    for _ in range(10):
        assert client.post(f"/s/{TOKEN}", data={"password": "another one"}).status_code == 422
    answer = client.post(f"/s/{TOKEN}", data={"password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_use_of_a_link_is_noted_once_in_five_minutes(
    client: FlaskClient, engine: Engine, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    client.get(f"/s/{TOKEN}")
    first = used(engine)
    assert first is not None
    client.get(f"/s/{TOKEN}")
    assert used(engine) == first
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        client.get(f"/s/{TOKEN}")
    assert used(engine) != first


def test_a_password_page_is_no_use_of_the_link(
    client: FlaskClient, engine: Engine, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot, password_hash=hash_password(PASSWORD))
    client.get(f"/s/{TOKEN}")
    assert used(engine) is None


def test_only_the_sites_that_were_listed_can_embed_and_only_that_answer(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot, origins="https://intranet.example.org\nhttp://localhost:8001")
    answer = client.get(f"/s/{TOKEN}/embed")
    assert answer.status_code == 200
    listed = "frame-ancestors https://intranet.example.org http://localhost:8001"
    expected = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", listed)
    assert answer.headers["Content-Security-Policy"] == expected
    assert "X-Frame-Options" not in answer.headers
    assert secret(answer) == SECRET
    for other in (f"/s/{TOKEN}", "/sign-in", f"/s/{TOKEN}x/embed"):
        refused = client.get(other)
        assert refused.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert refused.headers["X-Frame-Options"] == "DENY"


def test_with_no_site_listed_there_is_nothing_to_embed(
    client: FlaskClient, register: Register, snapshot: Snapshot
) -> None:
    share(register, snapshot)
    answer = client.get(f"/s/{TOKEN}/embed")
    assert answer.status_code == 404
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("mode", ["signed_in", "open"])
def test_a_frame_of_a_closed_link_says_to_open_it_by_itself(
    client: FlaskClient, register: Register, snapshot: Snapshot, mode: str
) -> None:
    closed = {"password_hash": hash_password(PASSWORD)} if mode == "open" else {}
    share(register, snapshot, mode, origins="https://intranet.example.org", **closed)
    answer = client.get(f"/s/{TOKEN}/embed")
    assert answer.status_code == 200
    assert f'/s/{TOKEN}" target="_blank" rel="noopener noreferrer"' in answer.text
    assert "Refund in one call" not in answer.text


def test_no_log_and_no_number_holds_a_token(
    app: Flask,
    client: FlaskClient,
    register: Register,
    snapshot: Snapshot,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    share(register, snapshot, password_hash=hash_password(PASSWORD))
    caplog.set_level(logging.DEBUG)
    client.get(f"/s/{TOKEN}")
    client.post(f"/s/{TOKEN}", data={"password": "another one"})
    client.post(f"/s/{TOKEN}", data={"password": PASSWORD})
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setitem(app.view_functions, "guests.show", lambda token: 1 / len(token[:0]))
    monkeypatch.setitem(app.view_functions, "displays.open_", lambda token: 1 / len(token[:0]))
    assert client.get(f"/s/{TOKEN}").status_code == 500
    assert client.get(f"/display/{TOKEN}").status_code == 500
    assert "on GET /s/<token>" in caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN not in watching.document().decode()
