"""``flask init`` and ``flask setup-token``: the way in before there is one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.settings import Organisation
from tracker.services.passwords import verify_password
from tracker.services.set_up import token_fits

PASSWORD = "three plain words"


def test_it_makes_the_first_administrator_from_standard_input(app: Flask, session: Session) -> None:
    result = app.test_cli_runner().invoke(
        args=["init", "--email", "Ada.Lovelace@Example.org", "--organisation", "Harbour Mutual"],
        input=f"{PASSWORD}\n",
    )
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "Ada Lovelace can sign in as ada.lovelace@example.org.\n"
    user = session.scalars(select(User)).one()
    assert user.role == "admin"
    assert verify_password(user.password_hash, PASSWORD)
    assert session.get_one(Organisation, 1).name == "Harbour Mutual"
    assert session.scalars(select(AuditEntry.via).distinct()).all() == ["command"]


def test_the_password_may_keep_its_blanks_and_comes_without_its_line_end(
    app: Flask, session: Session
) -> None:
    result = app.test_cli_runner().invoke(
        args=["init", "--email", "ada@example.org", "--name", "Ada", "--password-stdin"],
        input=f" {PASSWORD} \r\n",
    )
    assert result.exit_code == 0, result.stderr
    assert verify_password(session.scalar(select(User.password_hash)), f" {PASSWORD} ")


@pytest.mark.parametrize(
    ("email", "password"), [("ada", PASSWORD), ("ada@example.org", ""), ("ada@example.org", "short")]
)
def test_what_cannot_be_used_is_said_and_makes_nothing(
    app: Flask, session: Session, email: str, password: str
) -> None:
    result = app.test_cli_runner().invoke(args=["init", "--email", email], input=f"{password}\n")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert session.scalar(select(func.count(User.id))) == 0


def test_the_same_address_twice_is_refused(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    for expected in (0, 1):
        result = runner.invoke(args=["init", "--email", "ada@example.org"], input=f"{PASSWORD}\n")
        assert result.exit_code == expected
    assert session.scalar(select(func.count(User.id))) == 1


def test_the_token_is_printed_alone_while_there_is_no_account(app: Flask, session: Session) -> None:
    result = app.test_cli_runner().invoke(args=["setup-token"])
    assert result.exit_code == 0
    assert token_fits(session, result.stdout.strip())
    assert result.stdout.count("\n") == 1


def test_nothing_is_printed_once_there_is_an_account(app: Flask, register: Register) -> None:
    register.account("Ada", "admin")
    result = app.test_cli_runner().invoke(args=["setup-token"])
    assert (result.exit_code, result.stdout) == (0, "")
