"""``/metrics``: who may read it, what moves as things happen, and that it tells nothing of anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.services.accounts import AccountPlan, invite
from tracker.services.passwords import hash_password
from tracker.services.sign_in import ACCOUNT_LIMIT
from tracker.watching import MEANINGS, REFUSALS, document

TOKEN = "a token that a monitoring system sends"
PASSWORD = "three plain words"


@pytest.fixture
def with_token(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A monitoring system of an application that has a token."""
    monkeypatch.setitem(app.config, "TRACKER", replace(app.config["TRACKER"], metrics_token=TOKEN))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
    return client


def value(name: str, **labels: str) -> float:
    """Return what a number stands at, 0 when it never moved."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(document().decode())
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def risen(act: Callable[[], object], name: str, **labels: str) -> float:
    """Return by how much a number rose while something happened."""
    before = value(name, **labels)
    act()
    return value(name, **labels) - before


# who may read it


def test_a_monitoring_system_reads_it_with_its_token(with_token: FlaskClient) -> None:
    answer = with_token.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert {name.removesuffix("_total") for name in MEANINGS} == set(families)
    assert {each.documentation for each in families.values()} == set(MEANINGS.values())


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer Größe"],
)
def test_any_other_token_is_refused(with_token: FlaskClient, cast: Cast, sent: str) -> None:
    with_token.environ_base["HTTP_AUTHORIZATION"] = sent.encode().decode("latin-1")
    answer = with_token.get("/metrics")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "TRACKER_METRICS_TOKEN" in answer.text
    assert "tracker_" not in answer.text


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Bearer None"])
def test_without_a_token_of_its_own_it_takes_none(client: FlaskClient, cast: Cast, sent: str) -> None:
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 401


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 200), ("alice", 403), ("bob", 403), ("dora", 403), ("charlie", 403)]
)
def test_administrators_alone_look_at_it_signed_in(
    client: FlaskClient, engine: Engine, cast: Cast, who: str, status: int
) -> None:
    sign_in(client, engine, getattr(cast, who).user_id)
    answer = client.get("/metrics")
    assert answer.status_code == status
    assert ("tracker_requests_total{" in answer.text) is (status == 200)


def test_the_token_opens_nothing_else(with_token: FlaskClient, cast: Cast) -> None:
    assert with_token.get("/api/v1/measures").status_code == 401
    assert with_token.get("/account").location == "/sign-in?next=/account"


def test_it_takes_nothing(with_token: FlaskClient) -> None:
    assert with_token.post("/metrics").status_code == 405


def test_it_asks_the_database_nothing(with_token: FlaskClient, engine: Engine, cast: Cast) -> None:
    with counting(engine) as sent:
        with_token.get("/metrics")
    assert sent == []


# what moves


def test_a_request_is_counted_by_the_name_of_its_endpoint(client: FlaskClient) -> None:
    asked = {"endpoint": "health.live", "method": "GET", "status": "200"}
    assert risen(lambda: client.get("/healthz"), "tracker_requests_total", **asked) == 1
    assert risen(lambda: client.get("/healthz"), "tracker_request_seconds_count", endpoint="health.live") == 1
    took = risen(lambda: client.get("/healthz"), "tracker_request_seconds_sum", endpoint="health.live")
    assert 0 < took < 10


@pytest.mark.parametrize(
    ("reason", "method", "address", "headers"),
    [
        ("not_found", "GET", "/initiatives/nobody", {}),
        ("not_found", "GET", "/nothing-here", {}),
        ("method", "POST", "/healthz", {}),
        ("unreadable", "GET", "/%00", {}),
        ("signed_out", "GET", "/api/v1/measures", {}),
        ("cross_site", "POST", "/log", {"Origin": "https://evil.example"}),
    ],
)
def test_a_refused_request_is_counted_by_its_reason(
    app: Flask,
    client: FlaskClient,
    engine: Engine,
    cast: Cast,
    reason: str,
    method: str,
    address: str,
    headers: dict[str, str],
) -> None:
    if reason != "signed_out":
        sign_in(client, engine, cast.alice.user_id)

    def ask() -> None:
        client.open(address, method=method, headers=headers)

    assert risen(ask, "tracker_refused_requests_total", reason=reason) == 1


def test_a_form_that_is_too_large_is_counted(client: FlaskClient, engine: Engine, cast: Cast) -> None:
    sign_in(client, engine, cast.alice.user_id)

    def send() -> None:
        client.post("/log", data={"title": "x" * 2_500_000})

    assert risen(send, "tracker_refused_requests_total", reason="too_large") == 1


def test_who_may_look_and_not_touch_is_a_refusal_of_another_kind(
    client: FlaskClient, engine: Engine, cast: Cast
) -> None:
    sign_in(client, engine, cast.charlie.user_id)
    asked = lambda: client.get("/initiatives/new")  # noqa: E731 (a request, asked for once)
    assert risen(asked, "tracker_refused_requests_total", reason="forbidden") == 1


def test_an_answer_that_is_no_refusal_is_counted_as_none(client: FlaskClient) -> None:
    assert risen(lambda: client.get("/healthz"), "tracker_refused_requests_total") == 0


def test_a_fault_of_the_program_is_counted(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setitem(app.view_functions, "health.live", lambda: 1 / 0)
    assert risen(lambda: client.get("/healthz"), "tracker_refused_requests_total", reason="failed") == 1
    assert risen(lambda: client.get("/healthz"), "tracker_requests_total", status="500") == 1


def test_sign_ins_are_counted_by_how_they_end(app: Flask, register: Register) -> None:
    register.account("Dora Member", "member", password_hash=hash_password(PASSWORD))

    def enter(password: str) -> None:
        app.test_client().post("/sign-in", data={"email": "dora@example.org", "password": password})

    name = "tracker_sign_ins_total"
    assert risen(lambda: enter(PASSWORD), name, outcome="signed_in") == 1
    assert risen(lambda: enter("a wrong one"), name, outcome="refused") == 1
    assert risen(lambda: enter(""), name) == 0
    for _ in range(ACCOUNT_LIMIT - 1):
        enter("a wrong one")
    assert risen(lambda: enter(PASSWORD), name, outcome="too_many") == 1


def test_a_way_in_by_a_link_is_counted(app: Flask, session: Session, cast: Cast) -> None:
    plan = AccountPlan("Erin Vale", "erin@example.org", "member")
    _, token = invite(session, actor=cast.ada, plan=plan)
    session.commit()

    def come() -> None:
        app.test_client().post(f"/link/{token}", data={"name": "Erin Vale", "password": PASSWORD})

    assert risen(come, "tracker_sign_ins_total", outcome="by_link") == 1
    assert risen(come, "tracker_sign_ins_total") == 0


# what it never tells


def test_labels_are_words_of_the_program_and_never_what_somebody_typed(
    app: Flask, client: FlaskClient, engine: Engine, register: Register, cast: Cast
) -> None:
    secret = "hush"
    work = register.initiative(f"{secret} desk", register.department(f"{secret} Claims"))
    register.moment(work, clock.today(), title=f"{secret} win")
    sign_in(client, engine, cast.alice.user_id)
    client.get(f"/initiatives/{work.public_id}")
    client.get(f"/initiatives?q={secret}")
    client.get(f"/{secret}")
    client.open("/", method=secret.upper())
    app.test_client().post("/sign-in", data={"email": f"{secret}@example.org", "password": secret})
    text = document().decode()
    assert secret not in text.lower()
    assert work.public_id not in text
    assert "@" not in text
    known = {
        "endpoint": {*app.view_functions, "none"},
        "method": {"GET", "HEAD", "OPTIONS", "POST", "other"},
        "reason": {*REFUSALS.values(), "cross_site", "failed"},
        "outcome": {"signed_in", "by_link", "refused", "too_many"},
        "how": {"unchanged", "waited", "caught_up", "rebuilt", "anew", "carried_over"},
        "what": {"departments", "initiatives", "events"},
    }
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for label, word in sample.labels.items():
                if label == "status":
                    assert 100 <= int(word) < 600
                elif label == "measure":
                    assert re.fullmatch(r"[a-z._ ]+", word)
                elif label != "le":
                    assert word in known[label]


def test_a_thousand_addresses_are_one_line(client: FlaskClient, cast: Cast) -> None:
    def lines() -> int:
        return len(document().splitlines())

    client.get("/initiatives/one")
    before = lines()
    for at in range(50):
        client.get(f"/initiatives/nobody-{at}")
        client.open(f"/nowhere-{at}", method=f"WORD{at}")
    assert lines() - before <= 16  # the first address of no endpoint has its histogram
