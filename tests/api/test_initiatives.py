"""``GET /api/v1/initiatives``: pages that miss nobody, the filters of the list, and refusals a program can read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.recording import open_write

ADDRESS = "/api/v1/initiatives"
FIELDS = [
    "id", "external_id", "title", "kind", "status", "outcome", "started_on", "ended_on", "decide_by", "quiet_on",
    "departments", "lead_sponsor", "theme", "wins", "near_misses", "url",
]  # fmt: skip


@pytest.fixture(params=["ada", "alice", "bob", "dora", "charlie"])
def reader(request: pytest.FixtureRequest, client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """The browser of each role in turn: all of them may read."""
    sign_in(client, engine, getattr(cast, request.param).user_id)
    return client


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


def all_pages(client: FlaskClient, address: str) -> list[list[dict[str, Any]]]:
    """Follow ``next`` from page to page to the end."""
    pages, following = [], address
    while following:
        answer = client.get(following).get_json()
        pages.append(answer["initiatives"])
        following = answer["next"]
    return pages


def test_an_initiative_is_told_with_its_names_days_and_address(
    reader: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    ann, theme = register.person("Ann Berg"), register.theme("Storms")
    made = register.initiative(
        "Storm desk", claims, legal, start=days_ago(20), lead=ann, theme_id=theme.id, decide_by=days_ago(-70)
    )
    register.moment(made, days_ago(5))
    register.moment(made, days_ago(4), "near_miss", "Too late")
    answer = reader.get(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found = answer.get_json()
    assert (found["on"], found["total"], found["next"]) == (clock.today().isoformat(), 1, None)
    (told,) = found["initiatives"]
    assert list(told) == FIELDS
    assert told == {
        "id": made.public_id,
        "external_id": made.external_id,
        "title": "Storm desk",
        "kind": "pilot",
        "status": "live",
        "outcome": None,
        "started_on": days_ago(20).isoformat(),
        "ended_on": None,
        "decide_by": days_ago(-70).isoformat(),
        "quiet_on": days_ago(4 - 90).isoformat(),
        "departments": [
            {"id": claims.public_id, "name": "Claims"},
            {"id": legal.public_id, "name": "Legal"},
        ],
        "lead_sponsor": {"id": ann.public_id, "name": "Ann Berg"},
        "theme": {"id": theme.public_id, "name": "Storms"},
        "wins": 1,
        "near_misses": 1,
        "url": f"/initiatives/{made.public_id}",
    }
    assert reader.get(told["url"]).status_code == 200


def test_pages_follow_each_other_without_a_gap_whatever_is_edited_meanwhile(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    made = [register.initiative(f"Desk {at}", claims, legal, start=days_ago(at)) for at in range(5)]
    pages = all_pages(alice, f"{ADDRESS}?limit=2")
    assert [[each["title"] for each in page] for page in pages] == [
        ["Desk 0", "Desk 1"],
        ["Desk 2", "Desk 3"],
        ["Desk 4"],
    ]
    following = alice.get(f"{ADDRESS}?limit=2").get_json()["next"]
    open_write(register.session, actor_id=None, actor_name="Somebody", via="test")
    made[1].title = "Z desk"
    made[1].started_on = days_ago(300)
    register.save(made[1])
    register.initiative("Desk 5", claims, legal, start=days_ago(1))
    assert [each["title"] for page in all_pages(alice, following) for each in page] == [
        "Desk 2",
        "Desk 3",
        "Desk 4",
        "Desk 5",
    ]


def test_a_page_holds_a_hundred_unless_asked_otherwise(alice: FlaskClient, register: Register) -> None:
    claims = register.department("Claims")
    with register.at_once():
        for at in range(101):
            register.initiative(f"Desk {at}", claims)
    found = alice.get(ADDRESS).get_json()
    assert (len(found["initiatives"]), found["total"]) == (100, 101)
    assert len(alice.get(found["next"]).get_json()["initiatives"]) == 1


@pytest.fixture
def several(register: Register) -> dict[str, str]:
    """Three initiatives that every filter tells apart; the ids that filters name."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    ann, ben = register.person("Ann Berg"), register.person("Ben Lund")
    storms = register.theme("Storms")
    register.initiative(
        "Storm desk", claims, legal, start=days_ago(10), lead=ann, theme_id=storms.id, decide_by=days_ago(2)
    )
    register.initiative("One form", legal, sales, start=days_ago(200), lead=ben, kind="quick_win")
    register.initiative(
        "Call back", claims, sales, start=days_ago(80), ended_on=days_ago(30), kind="near_miss"
    )
    return {"department": sales.public_id, "sponsor": ann.public_id, "theme": storms.public_id}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=desk", ["Storm desk"]),
        ("q=ben", ["One form"]),
        ("kind=quick_win", ["One form"]),
        ("status=finished", ["Call back"]),
        ("attention=past-decide-by", ["Storm desk"]),
        ("attention=not-heard-from", ["One form"]),
        ("department={department}", ["One form", "Call back"]),
        ("department={department}&status=live", ["One form"]),
        ("sponsor={sponsor}", ["Storm desk"]),
        ("theme={theme}", ["Storm desk"]),
        ("kind=", ["Storm desk", "One form", "Call back"]),
    ],
)
def test_it_is_narrowed_as_the_list_is(
    alice: FlaskClient, several: dict[str, str], query: str, titles: list[str]
) -> None:
    found = alice.get(f"{ADDRESS}?{query.format(**several)}").get_json()
    assert [each["title"] for each in found["initiatives"]] == titles
    assert found["total"] == len(titles)


def test_filters_hold_on_the_pages_that_follow(alice: FlaskClient, several: dict[str, str]) -> None:
    pages = all_pages(alice, f"{ADDRESS}?limit=1&department={several['department']}&on={days_ago(1)}")
    assert [[each["title"] for each in page] for page in pages] == [["One form"], ["Call back"]]


@pytest.mark.usefixtures("several")
def test_a_past_day_knows_only_what_had_begun(alice: FlaskClient) -> None:
    found = alice.get(f"{ADDRESS}?on={days_ago(40)}").get_json()
    assert [(each["title"], each["status"]) for each in found["initiatives"]] == [
        ("One form", "live"),
        ("Call back", "live"),
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("on=yesterday", "on"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=many", "limit"),
        ("kind=idea", "kind"),
        ("status=lost", "status"),
        ("attention=all", "attention"),
        ("department=nowhere", "department"),
        ("department=a&department=b", "department"),
        ("sponsor=nobody", "sponsor"),
        ("theme=none", "theme"),
        ("cursor=nowhere", "cursor"),
        ("cursor=%F0%9F%8C%80", "cursor"),
        ("q=" + "x" * 201, "q"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_name_of_its_field(
    alice: FlaskClient, query: str, field: str
) -> None:
    for _ in range(2):  # a refusal is not kept either
        answer = alice.get(f"{ADDRESS}?{query}")
        error = answer.get_json()["error"]
        assert (answer.status_code, error["field"]) == (422, field)
        assert error["message"]


def test_nobody_signed_in_is_told_so_in_json(client: FlaskClient, cast: Cast) -> None:
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.get_json()["error"]["message"]) == (401, "Sign in first.")


def test_whoever_has_the_answer_gets_304_until_something_is_saved(
    alice: FlaskClient, register: Register
) -> None:
    ann = register.person("Ann Berg")
    register.initiative("Storm desk", register.department("Claims"), lead=ann)
    first = alice.get(ADDRESS)
    known = {"If-None-Match": first.headers["ETag"]}
    assert (first.headers["Cache-Control"], alice.get(ADDRESS, headers=known).status_code) == (
        "no-store",
        304,
    )
    assert alice.get(f"{ADDRESS}?limit=5", headers=known).status_code == 200
    open_write(register.session, actor_id=None, actor_name="Somebody", via="test")
    ann.name = "Ann Lund"
    register.save(ann)
    again = alice.get(ADDRESS, headers=known)
    assert again.status_code == 200
    assert again.get_json()["initiatives"][0]["lead_sponsor"]["name"] == "Ann Lund"


def test_more_rows_take_no_more_queries(alice: FlaskClient, register: Register, engine: Engine) -> None:
    claims, legal = register.departments("Claims", "Legal")
    counts = []
    for _ in range(2):
        for at in range(4):
            register.initiative(
                f"Desk {at}",
                claims,
                legal,
                start=days_ago(5),
                lead=register.person(f"Person {len(counts)} {at}"),
            )
        alice.get("/api/v1/measures")
        with counting(engine) as sent:
            assert alice.get(ADDRESS).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
