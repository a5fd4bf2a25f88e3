"""Parts of pages that are kept: equal to what is drawn anew after every kind of edit, and without anybody's token."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tests.sources import ROOT
from tracker import clock
from tracker.models.accounts import User
from tracker.models.base import Base, utc_now
from tracker.models.departments import DepartmentAlias, Division
from tracker.models.initiatives import Involvement, RoutineCheck, Sponsorship
from tracker.models.moments import Confirmation
from tracker.models.recording import open_write
from tracker.models.settings import MeasureSettings, Organisation
from tracker.queries import facts
from tracker.web.keeping import TOKEN

PART = re.compile(r'part\("([^"]+)"\)')
#: What a part may not depend on: it would show one reader's to another.
PERSONAL = {"shell", "current_user", "session", "config", "get_flashed_messages", "since_looked", "needs"}
Arranged = dict[str, Base]
Edit = Callable[[Register, Arranged], Base]


@pytest.fixture
def arranged(register: Register) -> Arranged:
    """One of everything that pages show by name."""
    with register.at_once():
        return arrange(register)


def arrange(register: Register) -> Arranged:
    """Arrange it; return the records by their names."""
    day = clock.today() - timedelta(days=20)
    division = register.save(Division(name="Service"))
    claims = register.department("Claims", division_id=division.id)
    legal, sales = register.departments("Legal", "Sales")
    ann = register.person("Ann Berg", title="Director")
    theme = register.theme("Storm season")
    made = register.initiative("Storm desk", claims, legal, start=day, lead=ann, theme_id=theme.id)
    win = register.moment(made, day + timedelta(days=3), confirmed=False)
    miss = register.moment(made, day + timedelta(days=4), "near_miss", "Too late", lesson="At peak.")
    author = register.account("Eve Adams", "member")
    update = register.update(made, day + timedelta(days=5))
    update.author_id = author.id
    register.save(update)
    organisation = register.save(Organisation(name="Acme"))
    journey = register.journey("Making a claim", claims, legal, sales)
    return {
        "division": division, "department": claims, "other": sales, "person": ann, "theme": theme,
        "initiative": made, "win": win, "miss": miss, "author": author, "update": update,
        "organisation": organisation, "journey": journey,
    }  # fmt: skip


def changed(which: str, **values: object) -> Edit:
    """Return the edit that sets some columns of a record."""

    def edit(_register: Register, arranged: Arranged) -> Base:
        for column, value in values.items():
            setattr(arranged[which], column, value)
        return arranged[which]

    return edit


EDITS: dict[str, Edit] = {
    "title": changed("initiative", title="Storm desk two"),
    "start": changed("initiative", started_on=clock.today() - timedelta(days=30)),
    "pause": changed("initiative", status="paused"),
    "bin": changed("initiative", binned_at=utc_now()),
    "department": changed("department", name="Claims and care"),
    "division": changed("division", name="Service and care"),
    "person": changed("person", name="Ann Lund"),
    "person's title": changed("person", title="Vice president"),
    "theme": changed("theme", name="Storms"),
    "account": changed("author", name="Eve Stone"),
    "organisation": changed("organisation", name="Acme and sons"),
    "moment": changed("win", title="Refund in two calls"),
    "confirmed": changed("win", is_confirmed=True),
    "moment to the bin": changed("miss", binned_at=utc_now()),
    "update": changed("update", text="Thirty calls."),
    "journey": changed("journey", name="Claiming", importance=3),
    "sponsorship": lambda _, each: Sponsorship(
        initiative_id=each["initiative"].id, person_id=each["person"].id, role="co"
    ),  # type: ignore[attr-defined]  # every model has an id
    "involvement": lambda _, each: Involvement(
        initiative_id=each["initiative"].id, department_id=each["other"].id
    ),  # type: ignore[attr-defined]  # every model has an id
    "check": lambda _, each: RoutineCheck(initiative_id=each["initiative"].id, checked_on=clock.today()),  # type: ignore[attr-defined]  # every model has an id
    "confirmation": lambda _, each: Confirmation(moment_id=each["win"].id, user_id=each["author"].id),  # type: ignore[attr-defined]  # every model has an id
    "alias": lambda _, each: DepartmentAlias(department_id=each["department"].id, name="Losses"),  # type: ignore[attr-defined]  # every model has an id
    "settings": lambda *_: MeasureSettings(quiet_days=5),
    "another": lambda register, each: register.initiative("Second desk", each["department"], each["other"]),  # type: ignore[arg-type]  # departments
    "another person": lambda *_: User(name="Fay", email="fay@example.org", role="office"),
}


def texts_of(client: FlaskClient, arranged: Arranged) -> list[str]:
    """Return the pages that are kept, without the token of the browser."""
    public_id = arranged["initiative"].public_id  # type: ignore[attr-defined]  # an initiative has it
    addresses = (
        "/",
        "/initiatives",
        "/initiatives?q=storm",
        f"/initiatives/{public_id}",
        "/api/v1/initiatives",
    )
    return [
        re.sub(r'(csrf_token" value=|X-CSRFToken": )"[^"]+"', "", client.get(each).text) for each in addresses
    ]


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_pages_are_as_if_nothing_were_kept(
    client: FlaskClient, engine: Engine, cast: Cast, register: Register, arranged: Arranged, name: str
) -> None:
    sign_in(client, engine, cast.alice.user_id)
    before = texts_of(client, arranged)
    assert texts_of(client, arranged) == before
    open_write(register.session, actor_id=None, actor_name="Somebody", via="test")
    register.save(EDITS[name](register, arranged))
    after = texts_of(client, arranged)
    facts.forget()
    assert after == texts_of(client, arranged)
    if name not in {"account", "alias", "another person", "check", "division"}:  # no page of these shows them
        assert after != before


def test_the_second_visit_asks_for_the_reader_and_the_state_alone(
    client: FlaskClient, engine: Engine, cast: Cast, arranged: Arranged
) -> None:
    sign_in(client, engine, cast.alice.user_id)
    public_id = arranged["initiative"].public_id  # type: ignore[attr-defined]  # an initiative has it
    for address in ("/initiatives", f"/initiatives/{public_id}", "/api/v1/initiatives"):
        client.get(address)
        with counting(engine) as sent:
            client.get(address)
        assert len(sent) == 3, sent


def test_at_midnight_pages_are_of_the_new_day(
    client: FlaskClient, engine: Engine, cast: Cast, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    tomorrow = clock.today() + timedelta(days=1)
    register.initiative("Storm desk", claims, legal, ended_on=tomorrow)
    address = "/initiatives?status=live"
    sign_in(client, engine, cast.alice.user_id)
    assert "Storm desk" in client.get(address).text
    with time_machine.travel(datetime.combine(tomorrow, time(0, 1), UTC)):
        sign_in(client, engine, cast.alice.user_id)
        assert "Storm desk" not in client.get(address).text


def test_each_reader_gets_their_own_token_and_nobody_the_place_of_one(
    app: Flask, engine: Engine, cast: Cast, register: Register, arranged: Arranged
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    address = f"/initiatives/{arranged['initiative'].public_id}"  # type: ignore[attr-defined]  # an initiative has it
    tokens = []
    for actor in (cast.alice, cast.alice, cast.ada):
        client = app.test_client()
        sign_in(client, engine, actor.user_id)
        text = client.get(address).text
        assert TOKEN not in text
        found = set(re.findall(r'name="csrf_token" value="([^"]+)"', text))
        assert len(found) == 1
        tokens.append(found.pop())
    assert len(set(tokens)) == 3


def test_nobody_is_shown_what_only_another_role_may_do(
    app: Flask, engine: Engine, cast: Cast, arranged: Arranged
) -> None:
    address = f"/initiatives/{arranged['initiative'].public_id}"  # type: ignore[attr-defined]  # an initiative has it
    texts = {}
    for name in ("alice", "charlie", "alice", "charlie"):
        client = app.test_client()
        sign_in(client, engine, getattr(cast, name).user_id)
        texts.setdefault(name, []).append("/edit" in client.get(address).text)
    assert texts == {"alice": [True, True], "charlie": [False, False]}


def test_parts_depend_on_nothing_that_belongs_to_one_reader(app: Flask) -> None:
    env = app.jinja_env
    todo = {name for path in (ROOT / "templates").rglob("*.html") for name in PART.findall(path.read_text())}
    assert todo
    seen: set[str] = set()
    personal = set()
    while todo:
        name = todo.pop()
        seen.add(name)
        tree = env.parse((ROOT / "templates" / name).read_text(encoding="utf-8"))
        personal |= {(name, each.name) for each in tree.find_all(nodes.Name) if each.name in PERSONAL}
        named = [each.template for each in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport))]
        todo |= {each.value for each in named if isinstance(each, nodes.Const)} - seen
    assert personal == set()
