"""``flask demo`` fills an empty register, says how to sign in, and leaves alone what somebody worked on."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.accounts import User
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.queries.sample import sample_state
from tracker.sample.people import ACCOUNTS
from tracker.services.passwords import check_password


def demo(app: Flask) -> Result:
    """Run the command."""
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.stderr
    return result


def password_in(result: Result) -> str:
    found = re.search(r"password (\S+) as", result.stderr)
    assert found, result.stderr
    return found[1]


def let_a_day_pass(monkeypatch: pytest.MonkeyPatch) -> date:
    """Let the clock say tomorrow from now on when the command asks it; return that day."""
    later = clock.today() + timedelta(days=1)
    monkeypatch.setattr("tracker.cli.demo.clock.today", lambda: later)
    return later


def test_it_fills_an_empty_register_and_says_how_to_sign_in(app: Flask, session: Session) -> None:
    result = demo(app)
    assert result.stdout == ""
    assert "ending today" in result.stderr
    assert all(each.email in result.stderr for each in ACCOUNTS)
    assert session.scalar(select(func.count(Initiative.id))) == 62


def test_the_printed_password_opens_every_account(app: Flask) -> None:
    password = password_in(demo(app))
    for account in ACCOUNTS:
        browser = app.test_client()
        browser.post("/sign-in", data={"email": account.email, "password": password})
        assert browser.get("/account").status_code == 200, account.email


def test_the_password_is_a_good_one_and_the_same_at_every_start(app: Flask) -> None:
    password = password_in(demo(app))
    check_password(password)
    assert password_in(demo(app)) == password


def test_another_key_makes_another_password_and_the_accounts_open_with_it(app: Flask) -> None:
    first = password_in(demo(app))
    app.config["SECRET_KEY"] = "another secret that is long enough for a test run"
    second = password_in(demo(app))
    assert second != first
    browser = app.test_client()
    browser.post("/sign-in", data={"email": ACCOUNTS[0].email, "password": second})
    assert browser.get("/account").status_code == 200


def test_on_the_same_day_it_changes_nothing(app: Flask, session: Session) -> None:
    demo(app)
    before = session.scalars(select(Initiative.public_id).order_by(Initiative.id)).all()
    session.rollback()
    assert "its story ends today" in demo(app).stderr
    assert session.scalars(select(Initiative.public_id).order_by(Initiative.id)).all() == before


def test_on_a_later_day_its_story_ends_on_that_day(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo(app)
    later = let_a_day_pass(monkeypatch)
    assert "brought up to today" in demo(app).stderr
    assert sample_state(session).until == later


def test_a_sample_that_somebody_worked_on_stays_as_it_is(
    app: Flask, engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo(app)
    today = clock.today()
    marion = session.scalars(select(User.id).where(User.role == "admin")).one()
    claims = session.scalars(select(Department.public_id).where(Department.external_id == "CLM")).one()
    session.rollback()
    browser = app.test_client()
    sign_in(browser, engine, marion)
    browser.post(
        "/log",
        data={"kind": "quick_win", "title": "Mine", "on": today.isoformat(), "departments": claims},
    )
    let_a_day_pass(monkeypatch)
    said = demo(app).stderr
    assert "stays as it is" in said
    assert today.isoformat() in said
    assert session.scalar(select(func.count(Initiative.id))) == 63


def test_a_register_of_ones_own_is_left_alone(app: Flask, session: Session, register: Register) -> None:
    register.department("Depot")
    register.account("Ada Admin", "admin")
    said = demo(app).stderr
    assert "records of its own" in said
    assert "an account of your own" in said
    assert session.scalar(select(func.count(User.id))) == 1
    assert session.scalar(select(func.count(Department.id))) == 1
