"""Changing many initiatives at once: a preview, one transaction, rights row by row, and one undo."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago, entries
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement, Sponsorship
from tracker.models.recording import open_write
from tracker.services import bulk_changes


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def pair(register: Register) -> list[Department]:
    return register.departments("Claims", "Legal")


@pytest.fixture
def three(register: Register, pair: list[Department]) -> list[Initiative]:
    ended = {"ended_on": days_ago(9), "status": "finished"}
    return [
        register.initiative("First", *pair, start=days_ago(60)),
        register.initiative("Second", *pair, start=days_ago(50)),
        register.initiative("Ended", *pair, start=days_ago(40), **ended),
    ]


def address(records: list[Initiative], action: str, **target: str) -> dict[str, Any]:
    """Return the fields of the address of a preview."""
    return {"id": [each.public_id for each in records], "action": action, **target}


def change(client: FlaskClient, query: dict[str, Any]) -> TestResponse:
    """Look at the preview and do what it shows."""
    page = client.get("/bulk/initiatives", query_string=query)
    digest = re.search(r'name="digest" value="(\w+)"', page.text)
    form = {"digest": digest[1] if digest else "none"}
    return client.post("/bulk/initiatives", query_string=query, data=form)


def edit(register: Register, record: Initiative, title: str) -> None:
    """Let somebody else give an initiative another title."""
    open_write(register.session, actor_id=None, actor_name="Somebody", via="test")
    register.session.refresh(record)
    record.title = title
    register.session.commit()


def standing(engine: Engine, records: list[Initiative]) -> list[tuple[Any, ...]]:
    """Return what many can change of these: theme, state, bin, departments and sponsors."""
    ids = [each.id for each in records]
    with Session(engine) as session:
        rows = session.execute(
            select(Initiative.theme_id, Initiative.status, Initiative.binned_at)
            .where(Initiative.id.in_(ids))
            .order_by(Initiative.id)
        ).all()
        members = session.execute(
            select(
                Involvement.initiative_id,
                Involvement.department_id,
                Involvement.role,
                Involvement.joined_on,
                Involvement.left_on,
            )
            .where(Involvement.initiative_id.in_(ids))
            .order_by(Involvement.initiative_id, Involvement.department_id)
        ).all()
        sponsors = session.execute(
            select(Sponsorship.initiative_id, Sponsorship.person_id, Sponsorship.role).order_by(
                Sponsorship.id
            )
        ).all()
    return [tuple(each) for each in (*rows, *members, *sponsors)]


def test_the_preview_names_what_changes_and_why_others_stay_and_writes_nothing(
    alice: FlaskClient, engine: Engine, register: Register, three: list[Initiative]
) -> None:
    sales = register.department("Sales")
    before = entries(engine)
    page = alice.get(
        "/bulk/initiatives", query_string=address(three, "join", to_department=sales.public_id)
    ).text
    assert "Sales takes part: 2 initiatives change" in page
    assert "Claims, Legal, Sales" in page
    assert "1 stays as it is.</b> It has ended." in page
    assert entries(engine) == before


@pytest.mark.parametrize("action", ["theme", "join", "leave", "co-sponsor", "pause", "bin"])
def test_every_change_is_made_whole_and_taken_back_whole(
    alice: FlaskClient,
    engine: Engine,
    register: Register,
    pair: list[Department],
    three: list[Initiative],
    action: str,
) -> None:
    planned = register.initiative("Planned", *pair, start=days_ago(-9), status="proposed")
    records = [*three, planned]
    targets = {
        "theme": {"to_theme": register.theme().public_id},
        "join": {"to_department": register.department("Sales").public_id},
        "leave": {"to_department": pair[1].public_id},
        "co-sponsor": {"to_person": register.person().public_id},
    }
    before = standing(engine, records)
    answer = change(alice, address(records, action, **targets.get(action, {})))
    assert answer.status_code == 303, answer.text
    assert standing(engine, records) != before
    page = alice.get(answer.location).text
    assert ">Undo</button>" in page
    assert alice.post(f"{answer.location}/undo").status_code == 303
    assert standing(engine, records) == before
    assert ">Undo</button>" not in alice.get(answer.location).text
    assert alice.post(f"{answer.location}/undo").status_code == 422


def test_the_lines_of_one_change_belong_together(
    alice: FlaskClient, engine: Engine, three: list[Initiative]
) -> None:
    location = change(alice, address(three, "pause")).location
    with Session(engine) as session:
        lines = session.execute(
            select(AuditEntry.label, AuditEntry.changes).where(AuditEntry.via == f"bulk {location[-10:]}")
        ).all()
    assert sorted((tuple(each) for each in lines), key=lambda line: str(line[0])) == [
        ("First", {"status": ["live", "paused"]}), ("Second", {"status": ["live", "paused"]}),
    ]  # fmt: skip
    assert "with several at once" in alice.get("/administration/audit").text


def test_undo_leaves_what_somebody_edited_since_and_names_it(
    alice: FlaskClient, engine: Engine, register: Register, three: list[Initiative]
) -> None:
    theme = register.theme()
    location = change(alice, address(three, "theme", to_theme=theme.public_id)).location
    edit(register, three[1], "Second, edited")
    register.update(three[0], days_ago(1))  # a word on how it goes is no edit of what was changed
    assert "Edited since, so it stays when the rest is taken back" in alice.get(location).text
    alice.post(f"{location}/undo")
    assert [row[0] for row in standing(engine, three)[:3]] == [None, theme.id, None]
    page = alice.get(location).text
    assert "Not taken back, since somebody had edited it" in page
    assert f'href="/initiatives/{three[1].public_id}"' in page


def test_undo_refuses_when_every_one_was_edited_since(
    alice: FlaskClient, register: Register, three: list[Initiative]
) -> None:
    location = change(alice, address(three[:1], "pause")).location
    edit(register, three[0], "First, edited")
    answer = alice.post(f"{location}/undo")
    assert answer.status_code == 422
    assert "Somebody has edited every one of them since" in answer.text


def test_an_edit_between_preview_and_change_shows_the_preview_anew(
    alice: FlaskClient, engine: Engine, register: Register, three: list[Initiative]
) -> None:
    query = address(three, "pause")
    page = alice.get("/bulk/initiatives", query_string=query).text
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest
    edit(register, three[0], "First, edited")
    before = entries(engine)
    answer = alice.post("/bulk/initiatives", query_string=query, data={"digest": digest[1]})
    assert answer.status_code == 409
    assert "First, edited" in answer.text
    assert entries(engine) == before


def test_all_that_match_are_changed_not_only_the_page(
    alice: FlaskClient, engine: Engine, register: Register, pair: list[Department]
) -> None:
    theme = register.theme()
    records = [register.initiative(f"Pilot {at}", *pair, start=days_ago(9)) for at in range(55)]
    other = register.initiative("Other", *pair, start=days_ago(9))
    page = alice.get("/initiatives?q=pilot").text
    assert "Change all 55" in page
    answer = change(alice, {"all": "1", "q": "pilot", "action": "theme", "to_theme": theme.public_id})
    assert "55 initiatives" in alice.get(answer.location).text
    assert {row[0] for row in standing(engine, records)[:55]} == {theme.id}
    assert standing(engine, [other])[0][0] is None


def test_each_row_changes_only_for_whom_it_would_on_its_page(
    app: Flask, engine: Engine, cast: Cast, register: Register, pair: list[Department]
) -> None:
    own = register.initiative("Own", *pair, start=days_ago(9), created_by_id=cast.dora.user_id)
    theirs = register.initiative("Theirs", *pair, start=days_ago(9))
    dora, theme = browser_of(app, engine, cast.dora), register.theme()
    page = dora.get(
        "/bulk/initiatives", query_string=address([own, theirs], "theme", to_theme=theme.public_id)
    )
    assert "1 stays as it is.</b> Your role leaves it to others." in page.text
    location = change(dora, address([own, theirs], "theme", to_theme=theme.public_id)).location
    assert [row[0] for row in standing(engine, [own, theirs])[:2]] == [theme.id, None]
    assert change(dora, address([own], "bin")).status_code == 409  # no preview offers it
    bob = browser_of(app, engine, cast.bob)
    assert bob.get(location).status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, ""),
        ({"action": "pause"}, "Choose at least one initiative on the list."),
        ({"id": "nothing", "action": "pause"}, "Choose at least one initiative on the list."),
        ({"all": "1", "action": "join"}, "Name the department."),
        ({"all": "1", "action": "theme", "to_theme": "nobody"}, "Choose one of the themes offered."),
        ({"all": "1", "action": "unheard-of"}, ""),
    ],
)
def test_what_cannot_be_done_says_so(
    alice: FlaskClient, three: list[Initiative], query: dict[str, str], words: str
) -> None:
    answer = alice.get("/bulk/initiatives", query_string=query)
    assert answer.status_code == (422 if words else 200)
    assert words in answer.text
    assert change(alice, query).status_code in (409, 422)


def test_more_than_the_limit_is_told_plainly(
    alice: FlaskClient, three: list[Initiative], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_changes, "MOST", 2)
    answer = alice.get("/bulk/initiatives?all=1&action=pause")
    assert answer.status_code == 422
    assert "These are 3 initiatives; 2 change at once. Narrow the list first." in answer.text


def test_a_viewer_has_nothing_to_choose_and_a_past_day_neither(
    app: Flask, alice: FlaskClient, engine: Engine, cast: Cast, three: list[Initiative]
) -> None:
    assert 'form="initiatives-choice"' in alice.get("/initiatives").text
    assert 'form="initiatives-choice"' not in alice.get(f"/initiatives?on={days_ago(2)}").text
    charlie = browser_of(app, engine, cast.charlie)
    assert 'form="initiatives-choice"' not in charlie.get("/initiatives").text


def test_a_preview_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register, pair: list[Department]
) -> None:
    def sent() -> int:
        alice.get("/departments")
        with counting(engine) as found:
            alice.get("/bulk/initiatives?all=1&action=pause")
        return len(found)

    for at in range(5):
        register.initiative(f"Pilot {at}", *pair, start=days_ago(9))
    before = sent()
    for at in range(5):
        register.initiative(f"More {at}", *pair, start=days_ago(9))
    assert sent() == before
