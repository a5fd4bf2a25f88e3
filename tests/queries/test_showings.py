"""Said then, known now: with which presented snapshot a day is compared, and whose wins are proposed after it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.departments import Department
from tracker.models.snapshots import Snapshot
from tracker.queries.facts import current_portfolio
from tracker.queries.film import captions_of, film
from tracker.queries.narrowing import EVERYTHING, Filters
from tracker.queries.scenes import Scene, scenes
from tracker.queries.showings import shown_on
from tracker.queries.stage import stage

JULY, ON = date(2026, 7, 31), date(2026, 9, 15)
LATER = ON + timedelta(1)


@pytest.fixture
def three(register: Register) -> list[Department]:
    """Claims and Legal work together since May; Sales is there too."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.initiative("Storm desk", claims, legal, start=date(2026, 5, 4), declared_until=LATER)
    return [claims, legal, sales]


def frozen(register: Register, on: date, together: int = 1, **more: Any) -> Snapshot:
    """Put a snapshot away that was made by hand, as one of its format says it."""
    document = {
        "format": "tracker-snapshot-2",
        "on": on.isoformat(),
        "filters": {},
        "figures": [
            {"name": "together", "on": on.isoformat(), "value": together, "receipt": f"by{on:%y%m%d}-1"},
            {"name": "required", "on": on.isoformat(), "value": 3, "receipt": f"by{on:%y%m%d}-2"},
        ],
        **more,
    }
    data = json.dumps(document).encode()
    return register.save(
        Snapshot(
            on_day=on,
            frozen_on=on,
            register_version=1,
            sentence="1 of 3 department pairs works together.",
            sha256=hashlib.sha256(data).hexdigest(),
            document=data,
            records=b"{}",
        )
    )


def compared(session: Session, on: date = ON, today: date = ON) -> str:
    """Return what the stage of a day says of what was shown before; the film says the same."""
    found, shown = stage(session, on, today).compared, film(session, on, today)
    assert shown is not None
    assert shown.compared_at(shown.place_of(on)) == found
    return found.sentence if found else ""


def scene(session: Session, kind: str, filters: Filters = EVERYTHING) -> list[Scene]:
    """Return the scenes of a kind, telling half a year."""
    return [each for each in scenes(session, date(2026, 3, 31), ON, filters) if each.kind == kind]


@pytest.mark.usefixtures("three")
def test_where_nothing_was_presented_nothing_is_compared(session: Session, register: Register) -> None:
    register.snapshot(JULY, ON)
    assert compared(session) == ""
    assert scene(session, "headline")[0].words[0] == "0 on 31 March."


@pytest.mark.usefixtures("three")
def test_what_was_shown_stands_alone_while_it_is_known_alike(session: Session, register: Register) -> None:
    register.shown(register.snapshot(JULY, JULY), JULY)
    assert compared(session) == "In July we showed 1."


def test_with_what_was_logged_since_the_day_is_another_number(
    session: Session, register: Register, three: list[Department]
) -> None:
    register.shown(register.snapshot(JULY, JULY), JULY)
    _, legal, sales = three
    register.initiative("Late news", legal, sales, start=date(2026, 7, 6), declared_until=LATER)
    said = "In July we showed 1; with what was logged since, July is 2."
    assert compared(session) == said
    (headline,) = scene(session, "headline")
    assert headline.words[0] == said
    assert [(each.words, each.page, dict(each.values)) for each in headline.sources[-2:]] == [
        ("What was shown in July", "receipts.show", {"receipt": stage(session, ON, ON).compared.receipt}),  # type: ignore[union-attr]  # said above
        ("July as it is known now", "pairs.index", {"band": "together", "on": "2026-07-31"}),
    ]


def test_the_caption_compares_once(session: Session, register: Register) -> None:
    two = register.departments("Claims", "Legal")
    register.initiative("Storm desk", *two, start=date(2025, 5, 4), declared_until=LATER)
    assert stage(session, ON, ON).caption.startswith("1 a year ago.")
    session.rollback()
    register.shown(frozen(register, JULY), JULY)
    found = film(session, ON, ON)
    assert found is not None
    captions = [caption for caption, _ in captions_of(session, found)]
    assert "a year ago" not in stage(session, ON, ON).caption + captions[-1]
    at = found.place_of(JULY)
    assert (found.compared_at(at), captions[at].startswith("1 a year ago.")) == (None, True), (
        "a stage is not compared with itself"
    )


@pytest.mark.usefixtures("three")
def test_the_last_one_that_was_presented_before_the_day_is_compared_with(
    session: Session, register: Register
) -> None:
    june, july = frozen(register, date(2026, 6, 30), 7), frozen(register, JULY, 8)
    register.shown(july, date(2026, 8, 20))
    register.shown(june, date(2026, 7, 2))
    frozen(register, date(2026, 8, 31), 9)
    assert compared(session).startswith("In August we showed 8 for July;")
    assert compared(session, date(2026, 8, 20)).startswith("In July we showed 7 for June;"), (
        "not on its own day"
    )
    assert compared(session, date(2026, 7, 2)) == ""
    session.rollback()
    register.shown(june, date(2026, 9, 1))
    assert compared(session).startswith("In September we showed 7 for June;")


def test_a_part_is_compared_with_what_was_shown_of_it(
    session: Session, register: Register, three: list[Department]
) -> None:
    storm = register.theme("Storm")
    register.shown(frozen(register, JULY, 5, filters={"theme": storm.public_id}), JULY)
    assert compared(session) == "", "the whole was never shown"
    part = Filters(theme=storm.public_id)
    said = "In July we showed 5; with what was logged since, July is 0."
    assert scene(session, "headline", part)[0].words[0] == said
    found = film(session, ON, ON, part)
    assert found is not None
    assert found.compared[-1] is not None
    assert found.compared[-1].sentence == said
    (known,) = [each for each in scene(session, "headline", part)[0].sources if "known now" in each.words]
    assert dict(known.values)["theme"] == storm.public_id


@pytest.mark.usefixtures("three")
def test_a_list_of_snapshots_says_when_each_was_presented(session: Session, register: Register) -> None:
    first, second = frozen(register, JULY), frozen(register, date(2026, 8, 31))
    for on in (JULY, date(2026, 8, 3)):
        register.shown(first, on)
    found = shown_on(session, [first.public_id, second.public_id])
    assert {id_: [each.on for each in here] for id_, here in found.items()} == {
        first.public_id: [date(2026, 8, 3), JULY]
    }


def wins(register: Register, three: list[Department]) -> None:
    """Arrange a loud win of Claims and Legal, and smaller ones of others."""
    claims, legal, sales = three
    loud = register.initiative("Loud", claims, legal, sales, start=date(2026, 8, 3))
    calm = register.initiative("Calm", *register.departments("Desk", "Phone"), start=date(2026, 8, 3))
    half = register.initiative("Half", register.department("Front"), legal, start=date(2026, 8, 3))
    for home, days in ((loud, 3), (calm, 1), (half, 2)):
        register.moment(home, date(2026, 9, 1) + timedelta(days), title=home.title)


@pytest.mark.parametrize(
    ("named", "order"),
    [
        ([], ["Loud", "Half", "Calm"]),
        ([["Claims", "Legal", "Sales"]], ["Calm", "Half", "Loud"]),
        ([["Claims", "Sales"], ["Legal"]], ["Calm", "Half", "Loud"]),
        ([["Desk", "Phone"], [], []], ["Loud", "Half", "Calm"]),
        ([["Claims", "Legal", "Sales"], ["Desk", "Phone"]], ["Half", "Loud", "Calm"]),
    ],
    ids=["nobody", "on the last", "on the last two", "long ago", "everybody, one only half"],
)
def test_wins_are_proposed_from_departments_that_were_not_on_the_last_two_stages(
    session: Session, register: Register, three: list[Department], named: list[list[str]], order: list[str]
) -> None:
    wins(register, three)
    for at, departments in enumerate(named):
        day = date(2026, 6, 30) + timedelta(at)
        told = [
            {"kind": "win", "departments": departments},
            {"kind": "next", "departments": ["Desk", "Phone"]},
            {"kind": "thanks"},
        ]
        register.shown(frozen(register, day, scenes=told), day)
    assert [each.title for each in scene(session, "win")] == order


def test_what_is_presented_today_does_not_move_the_wins_of_today(
    session: Session, register: Register, three: list[Department]
) -> None:
    wins(register, three)
    told = [{"kind": "win", "departments": ["Claims", "Legal", "Sales"]}]
    register.shown(frozen(register, ON, scenes=told), ON)
    assert [each.title for each in scene(session, "win")] == ["Loud", "Half", "Calm"]


@pytest.mark.usefixtures("three")
def test_what_was_shown_is_read_once(session: Session, register: Register, engine: Engine) -> None:
    counts = []
    for at in range(3):
        register.shown(frozen(register, JULY + timedelta(at), at), JULY + timedelta(at))
        current_portfolio(session)
        stage(session, ON, ON)
        session.rollback()
        with counting(engine) as sent:
            stage(session, ON, ON)
        session.rollback()
        counts.append(len(sent))
    assert counts == [4, 4, 4]
