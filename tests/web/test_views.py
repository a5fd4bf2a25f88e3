"""Saved views: one's own and shared ones, who sees and changes them, and what they keep."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of
from tracker.models.audit import AuditEntry
from tracker.models.views import SavedView

STATE = "status=live&sort=title&group=theme&columns=theme.status"


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def dora(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.dora)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.charlie)


def save(client: FlaskClient, name: str, **fields: str) -> str:
    """Save a view of the list of initiatives; return where the answer leads."""
    form = {"list": "initiatives", "name": name, "query": STATE, **fields}
    answer = client.post("/views/new", data=form)
    assert answer.status_code == 303, answer.text
    return answer.location


def only(engine: Engine) -> SavedView:
    """Return the one view that is saved."""
    with Session(engine) as session:
        return session.scalars(select(SavedView)).one()


def test_a_view_keeps_the_state_of_the_list_but_neither_page_nor_day(
    alice: FlaskClient, engine: Engine
) -> None:
    page = alice.get(f"/initiatives?page=1&{STATE}").text
    assert "Save this view" in page
    assert (
        save(alice, "By theme", query=f"{STATE}&page=3&on=2026-01-05&after=x&q=") == f"/initiatives?{STATE}"
    )
    assert only(engine).query == STATE
    page = alice.get(f"/initiatives?{STATE}").text
    assert f'href="/initiatives?{STATE.replace("&", "&amp;")}" aria-current="page">By theme</a>' in page
    assert "Save this view" not in page


def test_a_view_of_ones_own_is_nobody_elses(alice: FlaskClient, dora: FlaskClient, engine: Engine) -> None:
    save(dora, "Mine")
    public_id = only(engine).public_id
    assert "Mine" in dora.get("/initiatives").text
    assert "Mine" not in alice.get("/initiatives").text
    assert "Mine" not in alice.get("/views").text
    assert alice.get(f"/views/{public_id}/edit").status_code == 404
    assert alice.post(f"/views/{public_id}/remove").status_code == 404


def test_a_shared_view_is_everybodys_to_look_at_and_the_offices_to_change(
    alice: FlaskClient, dora: FlaskClient, charlie: FlaskClient, engine: Engine, cast: Cast
) -> None:
    save(dora, "Due soon", shared="yes")
    public_id = only(engine).public_id
    assert "Due soon" in charlie.get("/initiatives").text
    assert "shared by Dora Member" in charlie.get("/views").text
    assert charlie.post(f"/views/{public_id}/remove").status_code == 403
    form = {"name": "Due in May", "shared": "yes", "version": "1"}
    assert alice.post(f"/views/{public_id}/edit", data=form).status_code == 303
    assert "Due in May" in charlie.get("/initiatives").text
    with Session(engine) as session:
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line is not None
    assert (line.actor_name, line.kind, line.changes["name"]) == (
        cast.alice.name, "view", ["Due soon", "Due in May"],
    )  # fmt: skip


def test_a_viewer_saves_for_itself_and_does_not_share(charlie: FlaskClient, engine: Engine) -> None:
    answer = charlie.post("/views/new", data={"list": "initiatives", "name": "All", "shared": "yes"})
    assert answer.status_code == 422
    assert "Ask the transformation office to share one." in answer.text
    save(charlie, "All mine")
    assert only(engine).is_shared is False


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "The name is needed."),
        ({"name": "x" * 81}, "The name can have 80 characters"),
        ({"name": "taken"}, "There is a view of this list with that name."),
        ({"name": "Long", "query": "q=" + "x" * 3_000}, "What the list shows can have"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_what_was_typed(
    alice: FlaskClient, fields: dict[str, str], words: str
) -> None:
    save(alice, "Taken")
    answer = alice.post("/views/new", data={"list": "initiatives", "query": STATE, **fields}, headers=PART)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.lstrip().startswith('<section id="views-new"')


def test_a_view_of_no_list_is_not_there(alice: FlaskClient) -> None:
    assert alice.get("/views/new?list=accounts").status_code == 404


def test_a_view_is_replaced_by_what_the_list_shows_now_and_a_stale_save_shows_both(
    alice: FlaskClient, engine: Engine
) -> None:
    save(alice, "By theme")
    here = f"/views/{only(engine).public_id}/edit"
    assert "Let it show what the list shows now" in alice.get(f"{here}?query=kind%3Dpilot").text
    form = {"name": "Pilots", "version": "1", "query": "kind=pilot&page=2", "replace": "yes"}
    assert alice.post(here, data=form).location == "/initiatives?kind=pilot"
    stale = alice.post(here, data={"name": "Late", "version": "1"})
    assert stale.status_code == 409
    assert "Late" in stale.text
    assert "Pilots" in stale.text


def test_signed_out_there_are_no_views(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/views").location.startswith("/sign-in")


def test_views_take_the_same_queries_however_many_there_are(
    alice: FlaskClient, engine: Engine, register: Register, cast: Cast
) -> None:
    def sent() -> list[int]:
        counts = []
        alice.get("/departments")  # reads the facts anew
        for address in ("/views", "/initiatives"):
            with counting(engine) as found:
                alice.get(address)
            counts.append(len(found))
        return counts

    save(alice, "First")
    before = sent()
    for at in range(5):
        register.save(
            SavedView(list_name="initiatives", name=f"View {at}", owner_id=cast.dora.user_id, is_shared=True)
        )
    assert sent() == before


@pytest.mark.parametrize(
    ("name", "query"),
    [("moments", "kind=win&period=90-days"), ("departments", "state=all&sort=-live"), ("sponsors", "q=bob")],
)
def test_every_list_has_its_views(alice: FlaskClient, name: str, query: str) -> None:
    assert "Save this view" in alice.get(f"/{name}?{query}").text
    where = save(alice, "My own", list=name, query=query)
    assert where == f"/{name}?{query}"
    assert 'aria-current="page">My own</a>' in alice.get(where).text
    assert "My own" not in alice.get("/initiatives").text
