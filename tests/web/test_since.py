"""Home says beside each number what is new since its reader last looked; reading it writes nothing but the look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker.models.accounts import User

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = datetime(2026, 6, 20, 9, tzinfo=UTC)
SINCE = "Since you last looked, on 1 June"


def open_home(
    app: Flask, engine: Engine, cast: Cast, at: datetime, address: str = "/", **headers: str
) -> str:
    """Open home as Alice at an instant; return its text."""
    with time_machine.travel(at, tick=False):
        client = app.test_client()
        sign_in(client, engine, cast.alice.user_id)
        return client.get(address, headers=headers).text


def arrange(register: Register, count: int = 1, round_: str = "") -> list[str]:
    """Start initiatives after Monday and let each have a win; return their public ids."""
    made = []
    with time_machine.travel(MONDAY + timedelta(days=10), tick=False), register.at_once():
        for at in range(count):
            pair = register.departments(f"Claims {round_}{at}", f"Legal {round_}{at}")
            desk = register.initiative(f"Desk {round_}{at}", *pair, start=date(2026, 6, 5))
            register.moment(desk, date(2026, 6, 8), title=f"Won {round_}{at}")
            made.append(desk.public_id)
    return made


def test_a_first_look_says_nothing(app: Flask, engine: Engine, cast: Cast, register: Register) -> None:
    arrange(register)
    assert "you last looked" not in open_home(app, engine, cast, TODAY)


def test_after_more_than_a_year_it_is_a_first_look_again(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    open_home(app, engine, cast, MONDAY)
    arrange(register)
    assert "you last looked" in open_home(app, engine, cast, MONDAY + timedelta(days=365))
    open_home(app, engine, cast, MONDAY + timedelta(days=800))
    assert "you last looked" not in open_home(app, engine, cast, MONDAY + timedelta(days=1_166))


def test_each_number_says_what_is_new_and_opens_its_record(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    open_home(app, engine, cast, MONDAY)
    (desk,) = arrange(register)
    page = open_home(app, engine, cast, TODAY)
    lead = page[page.index('id="home-lead"') : page.index('class="coverage')]
    assert lead.count(SINCE) == 2
    assert f'<a href="/initiatives/{desk}">“Desk 0” started</a>' in lead
    assert "<b>+1</b>" in lead
    assert "Win: “Won 0”</a>" in lead
    assert "5 Jun" in lead


def test_what_is_new_stays_for_the_day_and_is_gone_on_the_next(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    open_home(app, engine, cast, MONDAY)
    arrange(register)
    assert SINCE in open_home(app, engine, cast, TODAY)
    assert SINCE in open_home(app, engine, cast, TODAY + timedelta(hours=9))
    page = open_home(app, engine, cast, TODAY + timedelta(days=1))
    assert page.count("Nothing new since you last looked, on 20 June.") == 2


def test_many_causes_are_counted_and_lead_to_why(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    open_home(app, engine, cast, MONDAY)
    arrange(register, 4)
    page = open_home(app, engine, cast, TODAY)
    assert 'href="/why?from=2026-06-01&amp;to=2026-06-20&amp;kind=started#why-causes">4 started</a>' in page
    assert (
        'href="/moments?kind=win&amp;counted=yes&amp;since=2026-06-02&amp;until=2026-06-20">4 wins</a>'
        in page
    )
    assert "8 departments opened" not in page


def test_the_rest_is_one_click_away(app: Flask, engine: Engine, cast: Cast, register: Register) -> None:
    open_home(app, engine, cast, MONDAY)
    with time_machine.travel(MONDAY + timedelta(days=10), tick=False):
        a, b, c, _ = register.departments("A", "B", "C", "D")
        register.initiative("Ended desk", a, b, start=date(2026, 5, 1), ended_on=date(2026, 6, 5))
        register.initiative("New desk", a, c, start=date(2026, 6, 5))
        register.department("E", opened_on=date(2026, 6, 6))
        register.department("F", closed_on=date(2026, 6, 7))
        register.initiative("Quiet desk", b, c, start=date(2026, 3, 8))
    page = open_home(app, engine, cast, TODAY)
    assert '<a href="/why?from=2026-06-01&amp;to=2026-06-20#why-causes">and 2 more</a>' in page
    assert "went quiet" not in page


def test_a_past_day_is_no_look_and_says_nothing_new(
    app: Flask, engine: Engine, cast: Cast, register: Register, session: Session
) -> None:
    arrange(register)
    open_home(app, engine, cast, MONDAY)
    assert "you last looked" not in open_home(app, engine, cast, TODAY, "/?on=2026-06-19")
    assert session.scalar(select(User.looked_at).where(User.id == cast.alice.user_id)) == MONDAY


def test_the_part_that_is_drawn_anew_after_a_win_says_it_too(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    open_home(app, engine, cast, MONDAY)
    arrange(register)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert SINCE in open_home(app, engine, cast, TODAY, **headers)


def test_other_pages_are_no_look(
    app: Flask, engine: Engine, cast: Cast, register: Register, session: Session
) -> None:
    arrange(register)
    for address in ("/moments", "/momentum", "/account"):
        open_home(app, engine, cast, MONDAY, address)
    assert session.scalars(select(User.looked_at)).all() == [None] * 5


def test_nobody_signed_in_looks(app: Flask, cast: Cast, session: Session) -> None:
    assert app.test_client().get("/").status_code == 303
    assert session.scalars(select(User.looked_at)).all() == [None] * len(
        session.scalars(select(User.id)).all()
    )


def test_a_look_that_cannot_be_noted_leaves_the_page(
    app: Flask, engine: Engine, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from sqlalchemy.exc import OperationalError

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE users", {}, Exception("database is locked"))

    monkeypatch.setattr("tracker.web.since.note_look", refuse)
    assert 'id="home-lead"' in open_home(app, engine, cast, MONDAY)
    assert "could not be noted" in caplog.text


def test_names_are_written_as_text(app: Flask, engine: Engine, cast: Cast, register: Register) -> None:
    open_home(app, engine, cast, MONDAY)
    with time_machine.travel(MONDAY + timedelta(days=10), tick=False):
        a, b = register.departments("Sales & <Claims>", "B")
        desk = register.initiative("Old desk", b, register.department("C"), start=date(2026, 6, 4))
        register.initiative("<b>R&D</b>", a, b, start=date(2026, 6, 5))
    page = open_home(app, engine, cast, TODAY)
    assert "“&lt;b&gt;R&amp;D&lt;/b&gt;” started" in page
    assert desk.public_id in page


def test_home_takes_the_same_queries_however_much_is_new(
    app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    arrange(register, 4, "first ")
    open_home(app, engine, cast, MONDAY)
    counts = []
    for round_ in ("second ", "third "):
        arrange(register, 4, round_)
        open_home(app, engine, cast, TODAY)
        with time_machine.travel(TODAY, tick=False):
            client = app.test_client()
            sign_in(client, engine, cast.alice.user_id)
            with counting(engine) as sent:
                client.get("/")
            counts.append(len(sent))
    assert counts[0] == counts[1]
