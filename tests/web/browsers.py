"""Browsers of the cast, and what the tests of pages say again and again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.signing import sign_in
from tracker import clock
from tracker.models.audit import AuditEntry
from tracker.services.actors import Actor

#: What htmx says when it asks for a part of a page.
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
#: Ids that no record has: unknown, mistyped, larger than any column, larger than any row, not a text at all.
NO_IDS = ("nothing", "9223372036854775808", "-1", "x" * 70_000, "%00", "a%20b", "%ED%A0%80", "'--")


def browser_of(app: Flask, engine: Engine, actor: Actor) -> FlaskClient:
    """Return a browser in which somebody of the cast is signed in."""
    client = app.test_client()
    sign_in(client, engine, actor.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


def as_sent(form: Mapping[str, object]) -> dict[str, Any]:
    """Return a form as its bytes go over the wire, for values that no well-behaved client sends."""
    body = urlencode(form, doseq=True, encoding="utf-8", errors="surrogatepass")
    return {"data": body, "content_type": "application/x-www-form-urlencoded"}


def entries(engine: Engine) -> int:
    """Return how many lines the audit has: the same number means that nothing was written."""
    with Session(engine) as session:
        return session.scalar(select(func.count(AuditEntry.id))) or 0
