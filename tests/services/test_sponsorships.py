"""Sponsors change on a date: the days before keep their sponsor."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.services.errors import Forbidden, InvalidInput, Stale
from tracker.services.initiatives import find_initiative
from tracker.services.sponsorships import add_co_sponsor, change_lead, end_sponsorship

START = date(2026, 1, 5)
LATER = date(2026, 3, 1)


def held(session: Session, cast: Cast, public_id: str) -> list[tuple[int, str, date | None, date | None]]:
    found = find_initiative(session, cast.alice, public_id)
    return [(each.person_id, each.role, each.from_on, each.to_on) for each in found.sponsorships]


def test_a_new_lead_leaves_the_days_before_to_the_old_one(
    session: Session, register: Register, cast: Cast
) -> None:
    old, new = register.person("Priya Raman"), register.person("Amara Osei")
    made = register.initiative("Storm", start=START, lead=old)
    change_lead(
        session, actor=cast.alice, public_id=made.public_id, version=1, person=new.public_id, on=LATER
    )
    session.commit()
    assert held(session, cast, made.public_id) == [
        (old.id, "lead", None, LATER),
        (new.id, "lead", LATER, None),
    ]


def test_a_lead_changed_on_the_first_day_is_a_correction(
    session: Session, register: Register, cast: Cast
) -> None:
    old, new = register.person("Priya Raman"), register.person("Amara Osei")
    made = register.initiative("Storm", start=START, lead=old)
    change_lead(
        session, actor=cast.alice, public_id=made.public_id, version=1, person=new.public_id, on=START
    )
    session.commit()
    assert held(session, cast, made.public_id) == [(new.id, "lead", None, None)]


def test_co_sponsors_come_and_step_back(session: Session, register: Register, cast: Cast) -> None:
    person = register.person("Amara Osei")
    made = register.initiative("Storm", start=START)
    call = {"actor": cast.alice, "public_id": made.public_id, "person": person.public_id}
    add_co_sponsor(session, version=1, on=START, **call)  # type: ignore[arg-type]  # shared by all
    session.commit()
    with pytest.raises(InvalidInput, match="stands behind it already"):
        add_co_sponsor(session, version=2, on=LATER, **call)  # type: ignore[arg-type]  # shared by all
    session.rollback()
    end_sponsorship(session, version=2, on=LATER, **call)  # type: ignore[arg-type]  # shared by all
    session.commit()
    assert held(session, cast, made.public_id) == [(person.id, "co", None, LATER)]


def test_nobody_steps_back_before_they_came(session: Session, register: Register, cast: Cast) -> None:
    person = register.person("Amara Osei")
    made = register.initiative("Storm", start=START, lead=register.person("Priya Raman"))
    call = {"actor": cast.alice, "public_id": made.public_id, "person": person.public_id}
    change_lead(session, version=1, on=LATER, **call)  # type: ignore[arg-type]  # shared by both
    session.commit()
    with pytest.raises(InvalidInput, match="does not stand behind it on that day"):
        end_sponsorship(session, version=2, on=date(2026, 2, 1), **call)  # type: ignore[arg-type]  # shared by both
    session.rollback()
    assert held(session, cast, made.public_id)[1] == (person.id, "lead", LATER, None)


def test_a_form_opened_before_the_last_change_is_stale(
    session: Session, register: Register, cast: Cast
) -> None:
    first, second = register.person("Priya Raman"), register.person("Amara Osei")
    made = register.initiative("Storm", start=START)
    call = {"actor": cast.alice, "public_id": made.public_id, "version": 1, "on": LATER}
    change_lead(session, person=first.public_id, **call)  # type: ignore[arg-type]  # shared by both
    session.commit()
    with pytest.raises(Stale):
        change_lead(session, person=second.public_id, **call)  # type: ignore[arg-type]  # shared by both


def test_unknown_people_and_days_before_the_start_are_refused(
    session: Session, register: Register, cast: Cast
) -> None:
    person = register.person("Priya Raman")
    made = register.initiative("Storm", start=START)
    for name, on, field in (
        ("nobody", LATER, "person"),
        ("", LATER, "person"),
        (person.public_id, date(2026, 1, 4), "on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            change_lead(session, actor=cast.alice, public_id=made.public_id, version=1, person=name, on=on)
        assert field in refused.value.errors
        session.rollback()


def test_only_the_office_sets_sponsors(session: Session, register: Register, cast: Cast) -> None:
    person = register.person("Priya Raman")
    made = register.initiative("Storm", start=START)
    with pytest.raises(Forbidden):
        change_lead(
            session, actor=cast.bob, public_id=made.public_id, version=1, person=person.public_id, on=LATER
        )
