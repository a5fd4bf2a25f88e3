"""What a display and a guest with a share link get: every address of the application, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.web.house import ACTORS, House, build, routes
from tests.web.test_authz import LINES, outcome
from tracker.web.screens import PAGES

pytestmark = pytest.mark.authz


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, arranged once."""
    house = build(sqlite_template, tmp_path_factory.mktemp("house"))
    yield house
    house.restore()


def anonymous(line: str) -> str:
    """Return what somebody gets who has nothing."""
    return LINES[line][ACTORS.index("anonymous")]


@pytest.mark.only_database("sqlite")
def test_what_a_display_may_look_at_is_there_and_is_looked_at_alone(app: Flask) -> None:
    assert {f"{each} GET" for each in PAGES} <= routes(app)
    assert not {f"{each} POST" for each in PAGES} & routes(app)


def test_a_display_gets_the_pages_of_the_stage_and_else_what_anybody_gets(house: House) -> None:
    before = house.trail()
    shown = {f"{each} GET" for each in PAGES}
    found = {line: outcome(house.send(line, "display")) for line in LINES}
    expected = {line: "allow" if line in shown else anonymous(line) for line in LINES}
    assert found == expected
    assert house.trail() == before


def test_a_guest_with_a_share_link_gets_what_anybody_gets(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = house.ids["share_token"]
    guest = house.app.test_client()
    guest.get(f"/s/{token}")
    for name in ("tracker-session", "tracker-display", "tracker-link"):
        guest.set_cookie(name, token)
    guest.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    monkeypatch.setattr(house, "browser", lambda _actor: guest)
    before = house.trail()
    lines = set(LINES) - {"displays.open_ GET"}  # the address of a display makes it one
    found = {line: outcome(house.send(line, "anonymous")) for line in lines}
    assert found == {line: anonymous(line) for line in lines}
    assert house.trail() == before


def test_a_token_of_one_kind_is_worth_nothing_as_another(house: House) -> None:
    share, display, link = (house.ids[each] for each in ("share_token", "display_token", "link"))
    nobody = house.app.test_client()
    wrong = [f"/s/{display}", f"/s/{link}", f"/display/{share}", f"/display/{link}", f"/link/{share}"]
    assert {each: nobody.get(each).status_code for each in wrong} == dict.fromkeys(wrong, 404)
    nobody.set_cookie("tracker-display", share)
    assert nobody.get("/stage").location.startswith("/sign-in")
