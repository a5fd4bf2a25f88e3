"""Administration in the browser: accounts, links shown once, the organisation, the audit log."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker.models.accounts import User

LINK = re.compile(r'value="http://localhost(/link/[^"]+)"')


@pytest.fixture
def ada(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Ada's browser: she administers."""
    sign_in(client, engine, cast.ada.user_id)
    return client


def account(session: Session, name: str) -> User:
    session.rollback()
    return session.scalars(select(User).where(User.name == name)).one()


def address(session: Session, name: str) -> str:
    return f"/administration/accounts/{account(session, name).public_id}"


def link_in(page: str) -> str:
    found = LINK.search(page)
    assert found, page
    return found[1]


def test_the_list_shows_role_sponsor_and_state(ada: FlaskClient, register: Register) -> None:
    register.account("Gone Away", "viewer", is_disabled=True)
    page = ada.get("/administration").text
    assert "6 people have an account." in page
    for words in ("Ada Admin", "Transformation office", "Bob Hale", "Disabled", "Invited"):
        assert words in page


def test_the_list_is_searched_and_filtered(ada: FlaskClient) -> None:
    found = ada.get("/administration?q=dora", headers={"HX-Request": "true"}).text
    assert "Dora Member" in found
    assert "Ada Admin" not in found
    assert "<html" not in found
    assert "Bob Hale" in ada.get("/administration?role=sponsor").text
    assert "Nobody matches." in ada.get("/administration?q=%25").text
    assert "past the end" in ada.get("/administration?page=9").text


def test_the_list_needs_as_many_queries_for_many_as_for_few(
    ada: FlaskClient, app: Flask, register: Register
) -> None:
    from tracker.extensions import db

    with app.app_context():
        engine = db.engine
    counts = []
    for _ in range(2):
        ada.get("/administration")  # what every page reads once after a change
        with counting(engine) as sent:
            ada.get("/administration")
        counts.append(len(sent))
        for number in range(8):
            register.account(f"Person{len(counts)}{number}", "viewer")
    assert counts[0] == counts[1]


def test_an_invitation_shows_its_link_once_and_the_link_lets_in(
    ada: FlaskClient, app: Flask, session: Session
) -> None:
    answer = ada.post("/administration/accounts/invite", data={"email": "erin@example.org", "role": "member"})
    assert answer.status_code == 200
    link = link_in(answer.text)
    assert link not in ada.get(address(session, "Erin")).text
    erin = app.test_client()
    assert 'value="Erin"' in erin.get(link).text
    refused = erin.post(link, data={"name": "Erin Else", "password": "short"})
    assert refused.status_code == 422
    assert "12 characters or more" in refused.text
    assert erin.post(link, data={"name": "Erin Else", "password": "three plain words"}).location == "/"
    assert "Erin Else" in erin.get("/account").text
    assert erin.get(link).status_code == 404
    assert erin.post(link, data={"name": "E", "password": "four plain words"}).status_code == 404


def test_looking_at_a_link_does_not_use_it_up(ada: FlaskClient, app: Flask, session: Session) -> None:
    link = link_in(ada.post(f"{address(session, 'Dora Member')}/link").text)
    for _ in range(3):
        assert app.test_client().get(link).status_code == 200


def test_a_link_that_never_was_says_what_to_do(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/link/guessed")
    assert answer.status_code == 404
    assert "an administrator makes a new one" in answer.text


def test_an_invitation_that_cannot_be_sent_keeps_what_was_typed(ada: FlaskClient) -> None:
    answer = ada.post(
        "/administration/accounts/invite",
        data={"email": "dora@example.org", "name": "Another Dora", "role": "member"},
    )
    assert answer.status_code == 422
    assert "Dora Member has the account with this address" in answer.text
    assert 'value="Another Dora"' in answer.text


@pytest.mark.parametrize("role", ["", "root", "ADMIN"])
def test_a_role_that_is_none_is_refused(ada: FlaskClient, role: str) -> None:
    form = {"email": "erin@example.org", "role": role}
    assert ada.post("/administration/accounts/invite", data=form).status_code == 422


def test_an_account_is_changed_and_the_new_role_holds_at_once(
    ada: FlaskClient, app: Flask, session: Session, cast: Cast, engine: Engine
) -> None:
    alice = app.test_client()
    sign_in(alice, engine, cast.alice.user_id)
    assert alice.get("/bin").status_code == 200
    form = {"name": "Alice Office", "email": "alice@example.org", "role": "viewer", "version": "1"}
    here = address(session, "Alice Office")
    assert ada.post(here, data=form).location == here
    assert alice.get("/bin").status_code == 403
    page = ada.get(here).text
    assert "transformation office</del>" in page


def test_a_stale_change_shows_both_texts_and_saves_neither(ada: FlaskClient, session: Session) -> None:
    here = address(session, "Dora Member")
    form = {"name": "Dora M.", "email": "dora@example.org", "role": "member", "version": "1"}
    ada.post(here, data=form)
    answer = ada.post(here, data={**form, "name": "D. Member", "role": "office"})
    assert answer.status_code == 409
    assert "Dora M." in answer.text
    assert 'value="D. Member"' in answer.text
    assert account(session, "Dora M.").role == "member"
    assert ada.post(here, data={**form, "name": "D. Member", "version": "2"}).status_code == 303


def test_a_form_without_its_version_is_refused(ada: FlaskClient, session: Session) -> None:
    form = {"name": "Dora", "email": "dora@example.org", "role": "admin"}
    assert ada.post(address(session, "Dora Member"), data=form).status_code == 422
    assert account(session, "Dora Member").role == "member"


def test_ones_own_role_and_account_stay(ada: FlaskClient, session: Session) -> None:
    here = address(session, "Ada Admin")
    form = {"name": "Ada Admin", "email": "ada@example.org", "role": "viewer", "version": "1"}
    assert ada.post(here, data=form).status_code == 422
    assert ada.post(f"{here}/disable").status_code == 403
    assert f"{here}/disable" not in ada.get(here).text
    assert account(session, "Ada Admin").role == "admin"


def test_disabling_signs_out_at_once_and_enabling_lets_in_again(
    ada: FlaskClient, app: Flask, session: Session, cast: Cast, engine: Engine
) -> None:
    dora = app.test_client()
    sign_in(dora, engine, cast.dora.user_id)
    here = address(session, "Dora Member")
    assert ada.post(f"{here}/disable").location == here
    assert dora.get("/account").location.startswith("/sign-in")
    assert "Enable the account" in ada.get(here).text
    assert ada.post(f"{here}/link").status_code == 422
    ada.post(f"{here}/enable")
    assert not account(session, "Dora Member").is_disabled
    assert dora.get("/account").location.startswith("/sign-in")


def test_an_administrator_signs_somebody_out_everywhere(
    ada: FlaskClient, app: Flask, session: Session, cast: Cast, engine: Engine
) -> None:
    browsers = [app.test_client(), app.test_client()]
    for each in browsers:
        sign_in(each, engine, cast.dora.user_id)
    ada.post(f"{address(session, 'Dora Member')}/end-sessions")
    assert [each.get("/account").status_code for each in browsers] == [303, 303]
    ada.post(f"{address(session, 'Ada Admin')}/end-sessions")
    assert ada.get("/account").status_code == 200


@pytest.mark.parametrize("rest", ["", "/link", "/disable", "/enable", "/end-sessions"])
def test_an_account_that_does_not_exist_is_not_found(ada: FlaskClient, rest: str) -> None:
    assert ada.post(f"/administration/accounts/nobody{rest}", data={"version": "1"}).status_code == 404


def test_the_organisation_is_renamed_and_a_stale_name_comes_back(ada: FlaskClient) -> None:
    page = "/administration/organisation"
    assert ada.post(page, data={"name": "Harbour Mutual", "was": ""}).location == "/administration"
    assert "Harbour Mutual" in ada.get("/").text
    stale = ada.post(page, data={"name": "Bay Mutual", "was": ""})
    assert stale.status_code == 409
    assert "“Harbour Mutual”" in stale.text
    assert 'value="Bay Mutual"' in stale.text
    assert ada.post(page, data={"name": "Bay Mutual", "was": "Harbour Mutual"}).status_code == 303
    assert ada.post(page, data={"name": "", "was": "Bay Mutual"}).status_code == 422


def test_the_audit_log_says_who_did_what_with_before_and_after(
    ada: FlaskClient, session: Session, register: Register
) -> None:
    claims = register.department("Claims")
    form = {"name": "Dora M.", "email": "dora@example.org", "role": "member", "version": "1"}
    ada.post(address(session, "Dora Member"), data=form)
    page = ada.get("/administration/audit").text
    assert "<b>Ada Admin</b> changed the account: Dora M." in page
    assert "<del>Dora Member</del> <ins>Dora M.</ins>" in page
    assert f'href="/departments/{claims.public_id}">Claims</a>' in page
    assert "password_hash" not in page


def test_the_audit_log_is_narrowed_by_person_and_kind(ada: FlaskClient, register: Register) -> None:
    register.department("Claims")
    ada.post("/administration/organisation", data={"name": "Harbour Mutual", "was": ""})
    mine = ada.get("/administration/audit?who=Ada Admin", headers={"HX-Request": "true"}).text
    assert "Harbour Mutual" in mine
    assert "Claims" not in mine
    assert "<html" not in mine
    departments = ada.get("/administration/audit?kind=department").text
    assert "Claims" in departments
    assert "recorded the organisation" not in departments
    assert "Nothing matches." in ada.get("/administration/audit?who=Nobody").text
    assert "recorded the organisation" in ada.get("/administration/audit?kind=nonsense").text


def test_the_audit_log_has_pages_and_needs_as_many_queries_for_each(
    ada: FlaskClient, app: Flask, register: Register
) -> None:
    from tracker.extensions import db

    with app.app_context():
        engine = db.engine
    counts = []
    for _ in range(2):
        for number in range(30):
            register.department(f"Department {len(counts)} {number}")
        ada.get("/administration/audit?kind=department")
        with counting(engine) as sent:
            page = ada.get("/administration/audit?kind=department").text
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert "1–50 of 60 changes" in page
    assert "Department 0 0<" in ada.get("/administration/audit?kind=department&page=2").text


def test_the_office_reads_the_audit_log_and_nothing_else_of_administration(
    client: FlaskClient, cast: Cast, engine: Engine
) -> None:
    sign_in(client, engine, cast.alice.user_id)
    assert client.get("/administration/audit").status_code == 200
    assert 'href="/administration/audit"' in client.get("/account").text
    for path in ("/administration", "/administration/organisation", "/administration/accounts/invite"):
        assert client.get(path).status_code == 403
