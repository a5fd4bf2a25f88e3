"""What a request must bring to change anything, and that nobody changes more than the form offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.house import MATRIX, House, build
from tracker.models.accounts import User, UserSession
from tracker.models.base import Base
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment

WRITES = [line for line in MATRIX["matrix"] if line.endswith(" POST")]
#: Fields that no form offers, as somebody would guess them.
GUESSED = {
    "id": "1",
    "public_id": "chosen",
    "external_id": "chosen",
    "created_by_id": "5",
    "created_by": "5",
    "sponsor_id": "1",
    "is_confirmed": "yes",
    "is_sample": "yes",
    "is_admin": "yes",
    "is_disabled": "",
    "password_hash": "x",
    "binned_at": "2026-01-01",
    "role": "admin",
    "status": "finished",
    "outcome": "routine",
    "ended_on": "2026-01-30",
    "anonymous": "yes",
}
#: What a browser says of a form that another site sent. Each write is tried with one of them, the first with all.
ELSEWHERE = {
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "foreign-origin": {"Origin": "https://elsewhere.example"},
    "no-origin": {"Origin": "null"},
}
CASES = sorted({*zip(WRITES, cycle(ELSEWHERE), strict=False), *product(WRITES[:1], ELSEWHERE)})

pytestmark = pytest.mark.authz


@pytest.fixture(scope="module")
def arranged(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, arranged once, with its form tokens asked for."""
    house = build(sqlite_template, tmp_path_factory.mktemp("house"))
    yield house
    house.restore()


@pytest.fixture
def house(arranged: House) -> House:
    """The house as it was arranged; forms need no token."""
    arranged.restore()
    arranged.app.config["WTF_CSRF_ENABLED"] = False
    return arranged


@pytest.fixture
def guarded(house: House) -> House:
    """The house with form tokens asked for, as in use."""
    house.app.config["WTF_CSRF_ENABLED"] = True
    return house


def row(house: House, model: type[Base], public_id: str) -> dict[str, Any]:
    """Return the columns of a record as they stand."""
    with Session(house.engine) as session:
        found = session.execute(
            select(model.__table__).where(model.__table__.c.public_id == public_id)
        ).mappings()
        return dict(found.one())


@pytest.mark.parametrize("line", WRITES)
def test_a_write_without_its_form_token_changes_nothing(guarded: House, line: str) -> None:
    before = guarded.trail()
    assert guarded.send(line, "admin").status_code == 400
    assert guarded.trail() == before


@pytest.mark.parametrize(("line", "elsewhere"), CASES)
def test_a_write_from_another_site_changes_nothing(house: House, line: str, elsewhere: str) -> None:
    before = house.trail()
    assert house.send(line, "admin", **ELSEWHERE[elsewhere]).status_code == 403
    assert house.trail() == before


def test_nobody_is_signed_in_by_another_site(guarded: House) -> None:
    for headers, status in (({}, 400), ({"Sec-Fetch-Site": "cross-site"}, 403)):
        answer = guarded.send("accounts.sign_in POST", "anonymous", **headers)
        assert answer.status_code == status


def test_the_token_of_another_person_is_refused(guarded: House) -> None:
    theirs = token_of(guarded, "office")
    browser = guarded.browser("member")
    browser.get("/account")
    answer = browser.post("/account/password", data={"csrf_token": theirs})
    assert answer.status_code == 400


def test_a_request_of_the_page_itself_passes_with_its_token_in_the_header(guarded: House) -> None:
    browser = guarded.browser("admin")
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)
    assert found
    session = guarded.ids["admin:session"]
    headers = {"X-CSRFToken": found[1], "Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    assert browser.post(f"/account/sessions/{session}/end", headers=headers).status_code in (204, 303)
    with Session(guarded.engine) as reading:
        assert reading.scalar(select(UserSession.id).where(UserSession.public_id == session)) is None


def token_of(house: House, actor: str) -> str:
    """Return the form token that somebody's pages carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', house.browser(actor).get("/account").text)
    assert found
    return found[1]


def test_an_edit_of_an_initiative_takes_no_field_that_its_form_does_not_offer(house: House) -> None:
    public_id = house.ids["own:initiative"]
    before = row(house, Initiative, public_id)
    form = {**GUESSED, "title": "Another title", "version": str(before["version"])}
    answer = house.browser("member").post(f"/initiatives/{public_id}/edit", data=form)
    assert answer.status_code in (303, 422)
    changed = {name for name, value in row(house, Initiative, public_id).items() if before[name] != value}
    assert changed <= {"title", "version", "started_on", "decide_by"}


def test_an_edit_of_a_moment_takes_no_field_that_its_form_does_not_offer(house: House) -> None:
    public_id = house.ids["own:moment"]
    before = row(house, Moment, public_id)
    form = {**GUESSED, "title": "Another title", "on": "2026-01-20", "kind": "near_miss", "version": "1"}
    assert house.browser("member").post(f"/moments/{public_id}/edit", data=form).status_code == 303
    after = row(house, Moment, public_id)
    assert {name for name, value in after.items() if before[name] != value} == {"title", "version"}


def test_a_new_moment_is_the_members_own_and_unconfirmed_whatever_is_sent(house: House) -> None:
    form = {
        **GUESSED,
        "kind": "quick_win",
        "title": "Refund in one call",
        "on": "2026-01-20",
        "departments": [house.ids["department"], house.ids["other_department"]],
    }
    assert house.browser("member").post("/log", data=form).status_code == 303
    with Session(house.engine) as session:
        moment = session.scalars(select(Moment).order_by(Moment.id.desc()).limit(1)).one()
        recorder = session.get_one(User, moment.created_by_id)
    assert (moment.is_confirmed, recorder.name) == (False, "Dora Member")
    assert moment.public_id != "chosen"


def test_nobody_promotes_themselves_by_the_form_of_their_password(house: House) -> None:
    form = {**GUESSED, "current": "wrong", "new": "three plain words"}
    house.browser("member").post("/account/password", data=form)
    with Session(house.engine) as session:
        dora = session.scalars(select(User).where(User.name == "Dora Member")).one()
    assert (dora.role, dora.is_disabled, dora.password_hash) == ("member", False, None)


def test_a_role_taken_while_a_form_was_open_refuses_the_save(house: House) -> None:
    browser = house.browser("office")
    public_id = house.ids["initiative"]
    assert browser.get(f"/initiatives/{public_id}/edit").status_code == 200
    with Session(house.engine) as session:
        account = session.scalars(select(User).where(User.name == "Alice Office")).one()
        name, email, alice, version = account.name, account.email, account.public_id, account.version
    demoted = {"name": name, "email": email, "role": "viewer", "version": str(version)}
    assert house.browser("admin").post(f"/administration/accounts/{alice}", data=demoted).status_code == 303
    before = row(house, Initiative, public_id)
    form = {"title": "Another title", "version": str(before["version"])}
    assert browser.post(f"/initiatives/{public_id}/edit", data=form).status_code == 403
    assert row(house, Initiative, public_id) == before
