"""Whatever is sent to whatever route, the answer is a page or a clear refusal, never a fault of the server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule

from tests.factories import Cast, Register
from tests.hostile import BODIES, QUERY_NAMES, VALUES, Form, addresses, filled, forms_of
from tests.signing import sign_in
from tracker import clock
from tracker.services.actors import Actor

T = TypeVar("T")

#: How many values each field gets in one run, taken in turn, so that every value meets every kind of field:
#: many from an administrator, who may do everything, few from a viewer, who may do nearly nothing.
EACH = {"ada": 2, "charlie": 1}
#: These end what the others need, so they come last.
LAST = re.compile(r"bin|remove|sign-out|end|give-up|delete|disable|import|sample")


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with its own pages for faults, as in production: a fault is counted, not raised."""
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def known(register: Register, cast: Cast) -> dict[str, str]:
    """A register with one record of each kind, and the public id of each by the first word of its address."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    priya, day = register.person("Priya Raman"), clock.today() - timedelta(days=20)
    journey = register.journey("Making a claim", sales, claims, legal)
    theme = register.theme()
    storm = register.initiative("Storm desk", claims, legal, start=day, lead=priya, theme_id=theme.id)
    other = register.initiative("Refunds", sales, start=day)
    register.update(storm, day)
    miss = register.moment(storm, day, "near_miss", lesson="At peak")
    register.moment(storm, day, confirmed=False, created_by_id=cast.bob.user_id)
    register.reuse(miss, other, day + timedelta(days=1))
    return {
        "initiatives": storm.public_id,
        "moments": miss.public_id,
        "departments": claims.public_id,
        "sponsors": priya.public_id,
        "journeys": journey.public_id,
        "themes": theme.public_id,
        "snapshots": register.snapshot(clock.today()).public_id,
        "presentations": register.presentation("All-hands").public_id,
        "round": storm.public_id,
        "a": claims.public_id,
        "b": legal.public_id,
    }


class Sender:
    """Somebody's browser that stays signed in whatever it sends, and keeps what the server failed at."""

    def __init__(self, app: Flask, engine: Engine, actor: Actor, each: int) -> None:
        self.app, self.engine, self.actor, self.each = app, engine, actor, each
        self.sent = 0
        self.faults: list[str] = []
        self.client = self._signed_in()

    def _signed_in(self) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.engine, self.actor.user_id)
        return client

    def send(self, method: str, address: str, told: object = "", **how: Any) -> str:
        """Send a request; return the page."""
        self.sent += 1
        answer = self.client.open(address, method=method, buffered=True, **how)
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} {method} {address[:80]} {str(told)[:80]}")
        if "/sign-in" in answer.headers.get("Location", "") or "sign-out" in address:
            self.client = self._signed_in()
        return answer.get_data().decode(errors="replace")


def rules(app: Flask) -> list[Rule]:
    """Return every route but that of the static files, those that end something last."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (bool(LAST.search(rule.rule)), rule.rule))


def methods(rule: Rule) -> set[str]:
    """Return the methods of a route that do something of their own."""
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def real(rule: Rule, known: dict[str, str]) -> str:
    """Return the address of a route for a record that is there."""
    kind = rule.rule.split("/")[1]
    return filled(rule, {name: known.get(name) or known.get(kind) or "1" for name in rule.arguments})


def turns(at: int, count: int, values: Sequence[T]) -> Iterator[T]:
    """Yield some of the values, others for each place."""
    for step in range(count):
        yield values[(at * count + step) % len(values)]


@pytest.fixture(params=EACH)
def sender(request: pytest.FixtureRequest, app: Flask, engine: Engine, cast: Cast) -> Sender:
    """The browser of an administrator, then of a viewer."""
    return Sender(app, engine, getattr(cast, request.param), EACH[request.param])


def test_no_address_breaks_the_server(sender: Sender, known: dict[str, str]) -> None:
    for place, rule in enumerate(rules(sender.app)):
        for address in addresses(rule, tuple(turns(place, 2 * sender.each, VALUES))):
            for method in methods(rule):
                sender.send(method, address)
    assert not sender.faults


def test_no_query_breaks_a_page(sender: Sender, known: dict[str, str]) -> None:
    place = 0
    for rule in rules(sender.app):
        if "GET" not in methods(rule):
            continue
        for value in turns(place, sender.each, VALUES):
            sender.send("GET", real(rule, known), value, query_string=dict.fromkeys(QUERY_NAMES, value))
        for name in QUERY_NAMES[place % 3 :: 3]:
            place += 1
            for value in turns(place, sender.each - 1, VALUES):
                sender.send("GET", real(rule, known), (name, value), query_string={name: value})
    assert not sender.faults


def test_no_field_of_a_form_breaks_the_server(sender: Sender, known: dict[str, str]) -> None:
    forms: dict[tuple[str, str], Form] = {}
    for rule in rules(sender.app):
        if "GET" in methods(rule):
            address = real(rule, known)
            for form in forms_of(sender.send("GET", address), address):
                forms.setdefault((form.method, form.action), form)
    assert len(forms) > 3
    place = 0
    for form in sorted(forms.values(), key=lambda form: (bool(LAST.search(form.action)), form.action)):
        where = "data" if form.method == "POST" else "query_string"
        for at, (name, _) in enumerate(form.fields):
            place += 1
            for value in turns(place, 1, VALUES):
                told = (name, value)
                sender.send(form.method, form.action, told, **{where: form.with_one(at, value)})
    assert not sender.faults


def test_no_body_breaks_the_server(sender: Sender, known: dict[str, str]) -> None:
    for place, rule in enumerate(rules(sender.app)):
        for method in methods(rule) - {"GET"}:
            address = real(rule, known)
            for value in turns(place, sender.each, VALUES):
                names = ("title", "name", "version", "id", "on", "departments", "email", "file")
                sender.send(method, address, value, data=dict.fromkeys(names, value))
            for body in turns(place, sender.each, BODIES):
                sender.send(method, address, body[:20], data=body, content_type="application/json")
    assert not sender.faults


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


@pytest.mark.parametrize("title", ["a\x00b", "a\ud800b", "\u200b", " \u00a0\u200d ", "x" * 5_000])
def test_a_title_that_cannot_be_kept_or_read_is_refused(
    alice: FlaskClient, known: dict[str, str], title: str
) -> None:
    # A browser sends a lone surrogate as the bytes that stand for it, which are no UTF-8.
    typed = title.encode("utf-8", "surrogatepass")
    body = b"kind=pilot&started_on=2026-01-05&title=" + b"".join(b"%%%02X" % byte for byte in typed)
    answer = alice.post("/initiatives/new", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("typed", "found"), [("%", ["100% on time"]), ("_", ["hand_over"]), ("\\", ["a\\b"])]
)
def test_signs_that_mean_any_text_to_the_database_are_looked_for_as_they_are(
    alice: FlaskClient, register: Register, typed: str, found: list[str]
) -> None:
    titles = ["100% on time", "hand_over", "a\\b", "Storm desk"]
    for title in titles:
        register.initiative(title)
    page = alice.get("/initiatives", query_string={"q": typed, "status": "all"}).text
    assert [title for title in titles if f">{title}<" in page] == found


def test_a_search_that_is_too_long_is_refused(alice: FlaskClient) -> None:
    assert alice.get("/initiatives", query_string={"q": "x" * 70_000}).status_code == 400
    assert alice.get("/initiatives", query_string={"q": "x" * 15_000}).status_code in (200, 400, 422)


@pytest.mark.parametrize("sort", ["id;drop table users", "(select 1)", "--title", "nothing", "-"])
def test_an_order_that_is_not_offered_is_the_usual_one(
    alice: FlaskClient, known: dict[str, str], sort: str
) -> None:
    usual = alice.get("/initiatives").text
    answer = alice.get("/initiatives", query_string={"sort": sort})
    assert answer.status_code == 200
    titles = re.compile(r">(Storm desk|Refunds)<")
    assert titles.findall(answer.text) == titles.findall(usual)
