"""Displays: a screen is let in by its token until it is ended, and a presenter's own for a day."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast
from tracker.models.audit import AuditEntry
from tracker.models.displays import Display
from tracker.services import displays
from tracker.services.errors import Forbidden, InvalidInput


def test_a_display_is_let_in_as_a_display_until_it_is_ended(session: Session, cast: Cast) -> None:
    made, token = displays.create(session, actor=cast.ada, name="Foyer", shows="wallboard")
    session.commit()
    assert made.token_hash == hashlib.sha256(token.encode()).hexdigest()
    screen = displays.find_screen(session, token)
    assert screen is not None
    assert (screen.actor.name, screen.actor.role, screen.actor.user_id) == ("Foyer", "display", None)
    assert displays.find_screen(session, token + "x") is None
    displays.revoke(session, actor=cast.ada, public_id=made.public_id)
    session.commit()
    assert displays.find_screen(session, token) is None
    lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert [(line.kind, line.action) for line in lines] == [("display", "revoked"), ("display", "created")]
    assert "token_hash" not in lines[1].changes


def test_only_an_administrator_makes_and_ends_displays(session: Session, cast: Cast) -> None:
    for actor in (cast.alice, cast.bob, cast.charlie):
        with pytest.raises(Forbidden):
            displays.create(session, actor=actor, name="Foyer", shows="stage")
        with pytest.raises(Forbidden):
            displays.revoke(session, actor=actor, public_id="any")


def test_a_display_needs_a_name_and_something_to_show(session: Session, cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        displays.create(session, actor=cast.ada, name="  ", shows="everything")
    assert set(refused.value.errors) == {"name", "shows"}


def test_the_screen_of_a_presenter_ends_by_itself(session: Session, cast: Cast) -> None:
    token = displays.keep_on_screen(session, actor=cast.bob, browser="Firefox on Windows")
    session.commit()
    assert displays.find_screen(session, token) is not None
    assert session.scalars(select(Display.name)).one() == "Firefox on Windows of Bob Hale"
    with time_machine.travel(datetime.now(UTC) + displays.ON_THIS_SCREEN + timedelta(minutes=1), tick=False):
        assert displays.find_screen(session, token) is None
    with pytest.raises(Forbidden):
        displays.keep_on_screen(session, actor=cast.dora, browser="Firefox")
