"""Signing in: the right password, the wrong one, and too many of them."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Register
from tests.hashing import SHIPPED
from tracker.models.accounts import SignInFailure, User
from tracker.models.recording import RecordingSession
from tracker.services import passwords
from tracker.services.errors import TooMany
from tracker.services.passwords import hash_password, needs_new_hash, verify_password
from tracker.services.sign_in import ACCOUNT_LIMIT, ADDRESS_LIMIT, VISITOR, WINDOW, sign_in

PASSWORD = "three plain words"
NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


@pytest.fixture
def dora(register: Register) -> User:
    """Dora's account, with a password."""
    return register.account("Dora Member", "member", password_hash=hash_password(PASSWORD))


def knock(
    engine: Engine, email: str = "dora@example.org", password: str = PASSWORD, address: str = "10.0.0.1"
) -> User | None:
    """Try to sign in, as one request does."""
    with RecordingSession(engine, expire_on_commit=False) as session:
        user = sign_in(session, actor=VISITOR, email=email, password=password, address=address)
        session.commit()
        return user


def fail(engine: Engine, times: int, *, email: str = "dora@example.org", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        assert knock(engine, email, "a wrong password", address) is None


def test_the_right_password_finds_the_account_however_the_address_is_written(
    engine: Engine, dora: User
) -> None:
    for email in ("dora@example.org", " Dora@Example.ORG "):
        found = knock(engine, email)
        assert found is not None
        assert found.id == dora.id


@pytest.mark.parametrize("password", ["", "Three plain words", "three plain words ", "x" * 1_000, "\0"])
def test_any_other_password_does_not(engine: Engine, dora: User, password: str) -> None:
    assert knock(engine, password=password) is None


def test_a_disabled_account_and_one_without_a_password_do_not_sign_in(
    engine: Engine, register: Register
) -> None:
    register.account("Dora", "member", password_hash=hash_password(PASSWORD), is_disabled=True)
    register.account("Invited", "member")
    assert knock(engine) is None
    assert knock(engine, "invited@example.org") is None
    assert knock(engine, "invited@example.org", "") is None


def test_letters_that_look_the_same_are_the_same_password(engine: Engine, register: Register) -> None:
    composed = hash_password("Caf\N{LATIN SMALL LETTER E WITH ACUTE} am Hafen")
    register.account("Dora", "member", password_hash=composed)
    assert knock(engine, password="Cafe\N{COMBINING ACUTE ACCENT} am Hafen") is not None


def test_ten_wrong_passwords_close_an_account_for_a_while_and_the_right_one_opens_it_then(
    engine: Engine, dora: User
) -> None:
    with time_machine.travel(NOON, tick=False):
        for number in range(ACCOUNT_LIMIT):
            fail(engine, 1, address=f"10.0.0.{number}")
        with pytest.raises(TooMany) as refused:
            knock(engine, address="10.0.1.1")
    assert refused.value.retry_after == WINDOW.total_seconds()
    with time_machine.travel(NOON + WINDOW - timedelta(seconds=1), tick=False), pytest.raises(TooMany):
        knock(engine, address="10.0.1.1")
    with time_machine.travel(NOON + WINDOW, tick=False):
        assert knock(engine, address="10.0.1.1") is not None


def test_a_refused_try_does_not_make_the_wait_longer(engine: Engine, dora: User) -> None:
    with time_machine.travel(NOON, tick=False):
        fail(engine, ACCOUNT_LIMIT)
    for minutes in (5, 10, 14):
        later = NOON + timedelta(minutes=minutes)
        with time_machine.travel(later, tick=False), pytest.raises(TooMany) as refused:
            knock(engine)
        assert refused.value.retry_after == (15 - minutes) * 60
    with time_machine.travel(NOON + WINDOW, tick=False):
        assert knock(engine) is not None


def test_twenty_wrong_passwords_from_one_address_close_it_for_every_account(
    engine: Engine, dora: User
) -> None:
    for number in range(ADDRESS_LIMIT):
        fail(engine, 1, email=f"guess{number}@example.org")
    with pytest.raises(TooMany):
        knock(engine)
    assert knock(engine, address="10.9.9.9") is not None


def test_guessing_in_parallel_gets_no_more_tries(engine: Engine, dora: User) -> None:
    heard: list[bool] = []

    def guess(number: int) -> None:
        try:
            knock(engine, password=f"guess {number}", address=f"10.0.0.{number}")
            heard.append(True)
        except TooMany:
            heard.append(False)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(ACCOUNT_LIMIT + 6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (heard.count(True), heard.count(False)) == (ACCOUNT_LIMIT, 6)


def test_accounts_that_do_not_exist_are_limited_like_those_that_do(engine: Engine) -> None:
    fail(engine, ACCOUNT_LIMIT, email="nobody@example.org")
    with pytest.raises(TooMany):
        knock(engine, "nobody@example.org")


def test_signing_in_forgets_the_failures_of_the_account_but_not_of_the_address(
    engine: Engine, register: Register, dora: User
) -> None:
    fail(engine, ACCOUNT_LIMIT - 1)
    fail(engine, 1, email="other@example.org")
    assert knock(engine) is not None
    left = register.session.scalars(select(SignInFailure)).all()
    assert len(left) == 1
    fail(engine, ACCOUNT_LIMIT - 1)


def test_failures_name_no_account_in_clear(engine: Engine, session: Session) -> None:
    fail(engine, 1, email="three plain words")
    (noted,) = session.scalars(select(SignInFailure))
    assert "plain" not in noted.account


def test_failures_of_yesterday_are_forgotten(engine: Engine, session: Session) -> None:
    with time_machine.travel(NOON, tick=False):
        fail(engine, 3)
    with time_machine.travel(NOON + timedelta(days=1, seconds=1), tick=False):
        fail(engine, 1)
    assert session.scalar(select(func.count(SignInFailure.id))) == 1


def test_a_password_under_weaker_settings_is_hashed_again_without_a_trace_in_the_version(
    engine: Engine, register: Register, session: Session
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    register.account("Dora", "member", password_hash=weak)
    assert knock(engine) is not None
    user = session.scalars(select(User)).one()
    assert user.password_hash is not None
    assert not needs_new_hash(user.password_hash)
    assert verify_password(user.password_hash, PASSWORD)
    assert user.version == 1


@pytest.fixture
def as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed with as much work as in use."""
    monkeypatch.setattr(passwords, "_hasher", SHIPPED)
    monkeypatch.setattr(passwords, "_NOBODY", SHIPPED.hash("nobody has this password"))


@pytest.mark.usefixtures("as_shipped")
def test_an_unknown_address_takes_as_long_as_a_wrong_password(engine: Engine, dora: User) -> None:
    wrong, unknown = [], []
    for number in range(9):
        for taken, email in ((wrong, dora.email), (unknown, f"nobody{number}@example.org")):
            start = time.perf_counter()
            knock(engine, email, "a wrong password", f"{email}-{number}")
            taken.append(time.perf_counter() - start)
    assert 0.4 < statistics.median(wrong) / statistics.median(unknown) < 2.5


def test_what_is_shipped_hashes_at_the_floor_of_owasp() -> None:
    assert SHIPPED.hash("a tram along the harbour").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
