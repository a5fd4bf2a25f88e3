"""The story of a day to take along by page: who may, in which forms, from the register and from a snapshot."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, browser_of, days_ago, entries
from tests.web.test_deck import fill
from tracker import clock
from tracker.services import snapshots

FILES = {
    "picture.svg": "image/svg+xml",
    "picture.png": "image/png",
    "story.pdf": "application/pdf",
    "story.html": "text/html",
    "story.pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
#: A file that plays is smaller than this, by far.
MEGABYTE = 1_000_000


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def snapshot(session: Session, cast: Cast, register: Register) -> str:
    """A day that Alice froze, by its public id."""
    fill(register)
    made, _ = snapshots.freeze(
        session, actor=cast.alice, on=days_ago(10), today=clock.today(), classification="Internal"
    )
    session.commit()
    return made.public_id


@pytest.mark.parametrize(("name", "mimetype"), FILES.items())
def test_a_day_leaves_in_every_form_and_nothing_is_written(
    alice: FlaskClient, register: Register, engine: Engine, name: str, mimetype: str
) -> None:
    fill(register)
    on, before = days_ago(20), entries(engine)
    answer = alice.get(f"/momentum/{name}?on={on}&classification=Internal")
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    suffix = name.partition(".")[2]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="momentum-{on}.{suffix}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert entries(engine) == before
    assert alice.get(f"/momentum/{name}?on={on}&classification=Internal").data == answer.data


@pytest.mark.parametrize("name", FILES)
def test_a_snapshot_leaves_in_every_form_with_its_name(alice: FlaskClient, snapshot: str, name: str) -> None:
    answer = alice.get(f"/snapshots/{snapshot}/{name}")
    assert answer.status_code == 200
    assert f"momentum-{days_ago(10)}-{snapshot}." in answer.headers["Content-Disposition"]
    if name != "story.pptx":
        assert snapshot.encode() in answer.data or name in ("picture.png", "story.pdf")


def test_the_pages_offer_every_form(alice: FlaskClient, snapshot: str) -> None:
    on = days_ago(20)
    for page, begin in (
        (f"/momentum/take-along?on={on}", "/momentum"),
        (f"/snapshots/{snapshot}/take-along", f"/snapshots/{snapshot}"),
    ):
        offered = set(re.findall(r'(?:href|src)="([^"]+)"', alice.get(page).text))
        found = {each for each in offered if re.match(rf"{begin}/(picture|story)\.", each)}
        assert {re.sub(r"\?.*", "", each) for each in found} == {
            f"{begin}/{name}" for name in FILES if name != "story.pptx"
        }
        assert {each: alice.get(each.replace("&amp;", "&")).status_code for each in found} == dict.fromkeys(
            found, 200
        )
    assert f'href="/snapshots/{snapshot}/take-along"' in alice.get(f"/snapshots/{snapshot}").text


def test_the_page_keeps_what_was_chosen_and_shows_no_picture_of_what_cannot_be_told(
    alice: FlaskClient,
) -> None:
    on, since = days_ago(20), days_ago(40)
    page = alice.get(
        "/momentum/take-along", query_string={"on": on, "since": since, "classification": "A & B"}
    )
    assert f"/momentum/picture.svg?on={on}&amp;since={since}&amp;classification=A+%26+B" in page.text
    wrong = alice.get("/momentum/take-along", query_string={"on": on, "since": on})
    assert wrong.status_code == 422
    assert "Choose a day before the day that is told." in wrong.text
    assert "picture.svg" not in wrong.text


def test_a_picture_has_the_pixels_that_were_asked_for(alice: FlaskClient, register: Register) -> None:
    fill(register)
    sizes = {
        query: Image.open(BytesIO(alice.get(f"/momentum/picture.png?{query}").data)).size
        for query in ("", "theme=dark", "scale=2", "paper=a4")
    }
    assert sizes == {
        "": (1920, 1080),
        "theme=dark": (1920, 1080),
        "scale=2": (3840, 2160),
        "paper=a4": (3508, 2480),  # 300 an inch
    }
    assert "-dark.png" in alice.get("/momentum/picture.png?theme=dark").headers["Content-Disposition"]


def test_a_picture_opened_by_itself_may_use_its_letters_and_nothing_else(alice: FlaskClient) -> None:
    policy = alice.get("/momentum/picture.svg").headers["Content-Security-Policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; font-src data:; frame-ancestors 'none'", policy
    )


def test_the_file_that_plays_is_small_carries_its_policy_and_asks_nobody(
    alice: FlaskClient, register: Register
) -> None:
    fill(register, 18)
    answer = alice.get("/momentum/story.html")
    assert len(answer.data) < MEGABYTE / 3
    page = answer.text
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert "self" not in policy[1]
    assert re.findall(r"<(?:link|img|iframe|object|base)\b", page) == []
    assert re.findall(r"\ssrc=", page) == []
    assert set(re.findall(r"url\((.{5})", page)) == {"data:", "#stag"}
    (inside,) = re.findall(r'id="stage-film">(.*?)</script>', page, re.DOTALL)
    film = json.loads(inside)
    assert film["months"][-1]["on"] == clock.today().isoformat()


def test_a_file_ends_with_its_day_and_says_nothing_of_later_ones(
    alice: FlaskClient, register: Register
) -> None:
    fill(register)
    home = register.initiative("Later pilot", *register.departments("Later", "Latest"), start=days_ago(3))
    register.moment(home, days_ago(2), title="Later win")
    for name in ("story.html", "picture.svg"):
        assert "Later win" in alice.get(f"/momentum/{name}").text
        assert "Later win" not in alice.get(f"/momentum/{name}?on={days_ago(20)}").text


def test_what_people_typed_can_end_nothing_in_the_file(alice: FlaskClient, register: Register) -> None:
    evil = "</script><script>alert(1)</script><!-- script -->"
    home = register.initiative(evil, *register.departments(evil, "Legal"), start=days_ago(40))
    register.moment(home, days_ago(9), title=evil)
    page = alice.get("/momentum/story.html").text
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "<script>alert" not in alice.get("/momentum/picture.svg").text


def test_out_of_a_snapshot_every_link_is_a_receipt_or_the_snapshot(alice: FlaskClient, snapshot: str) -> None:
    page = alice.get(f"/snapshots/{snapshot}/story.html").text
    found = set(re.findall(r'href="(http[^"]+)"', page))
    assert found
    assert {re.sub(r"/[^/]+$", "", each) for each in found} == {
        "http://localhost/receipt",
        "http://localhost/snapshots",
    }
    assert {alice.get(each.removeprefix("http://localhost")).status_code for each in found} == {200}


@pytest.mark.parametrize("name", FILES)
def test_whoever_is_signed_in_may_and_strangers_sign_in(
    app: Flask, engine: Engine, cast: Cast, name: str
) -> None:
    assert browser_of(app, engine, cast.charlie).get(f"/momentum/{name}").status_code == 200
    assert app.test_client().get(f"/momentum/{name}").status_code in (302, 303)
    assert app.test_client().get(f"/snapshots/7f3a/{name}").status_code in (302, 303)


@pytest.mark.parametrize("name", FILES)
def test_what_cannot_be_told_is_refused(alice: FlaskClient, name: str) -> None:
    for query in ("on=yesterday", "on=2199-01-01", "since=never", f"classification={'x' * 81}"):
        assert alice.get(f"/momentum/{name}?{query}").status_code == 422
    assert {alice.get(f"/snapshots/{each}/{name}").status_code for each in NO_IDS} <= {400, 404}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("picture.svg", "theme=blue"), ("picture.svg", "paper=a5"), ("picture.png", "scale=9"),
        ("picture.png", "theme=blue"), ("story.pdf", "notes=some"),
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused_with_what_is(alice: FlaskClient, name: str, query: str) -> None:
    answer = alice.get(f"/momentum/{name}?{query}")
    assert answer.status_code == 422
    assert "Choose one of these:" in answer.text


def test_a_file_is_made_once_for_a_state_of_the_register(
    alice: FlaskClient, register: Register, engine: Engine
) -> None:
    fill(register)
    first = alice.get("/momentum/picture.svg").text
    with counting(engine) as sent:
        alice.get("/momentum/picture.svg")
    assert len(sent) == 3
    home = register.initiative("New", *register.departments("Sales", "People"), start=days_ago(3))
    register.moment(home, days_ago(2), title="New win")
    assert alice.get("/momentum/picture.svg").text != first


@pytest.mark.parametrize("count", [3, 12])
def test_every_form_takes_the_same_queries_however_much_there_is(
    alice: FlaskClient, register: Register, engine: Engine, count: int
) -> None:
    fill(register, count)
    sent = {}
    for name in ("picture.svg", "story.pdf", "story.html"):
        alice.get(f"/momentum/{name}?classification=A")
        with counting(engine) as found:
            alice.get(f"/momentum/{name}?classification=B")
        sent[name] = len(found)
    assert sent == dict.fromkeys(sent, 12)
