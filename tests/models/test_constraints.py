"""What the database itself refuses, whatever the Python above it does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.models.accounts import User
from tracker.models.base import Base
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement, Sponsorship
from tracker.models.journeys import Journey
from tracker.models.moments import Confirmation, Moment
from tracker.models.recording import open_write
from tracker.models.settings import Organisation

JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)


def refuses(session: Session, record: Base) -> None:
    """Assert that the database refuses this record."""
    open_write(session, actor_id=None, actor_name="Alice", via="test")
    session.add(record)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    "values",
    [
        {"started_on": FEB, "ended_on": JAN},
        {"started_on": date(1899, 12, 31)},
        {"started_on": date(2201, 1, 1)},
        {"kind": "meeting"},
        {"status": "won"},
        {"outcome": "lost"},
        {"title": ""},
        {"routine_until": FEB},
        {"routine_from": FEB, "routine_until": JAN},
    ],
)
def test_an_initiative_that_makes_no_sense_is_refused(session: Session, values: dict[str, Any]) -> None:
    refuses(session, Initiative(**{"title": "Storm desk", **values}))


def test_an_initiative_may_end_on_the_day_it_starts(register: Register) -> None:
    assert register.initiative("Storm desk", start=JAN, ended_on=JAN).id


@pytest.mark.parametrize(
    "values",
    [
        {"opened_on": FEB, "closed_on": JAN},
        {"headcount": -1},
        {"name": ""},
        {"closed_on": date(2300, 1, 1)},
    ],
)
def test_a_department_that_makes_no_sense_is_refused(session: Session, values: dict[str, Any]) -> None:
    refuses(session, Department(**{"name": "Claims", **values}))


def test_two_departments_cannot_share_an_external_id(session: Session, register: Register) -> None:
    register.department("Claims", external_id="CLM")
    refuses(session, Department(name="Claims again", external_id="CLM"))


@pytest.mark.parametrize("importance", [0, 4])
def test_a_journey_has_an_importance_from_one_to_three(session: Session, importance: int) -> None:
    refuses(session, Journey(name="Making a claim", importance=importance))


def test_a_department_leaves_after_it_joined(session: Session, register: Register) -> None:
    claims, initiative = register.department(), register.initiative()
    refuses(
        session,
        Involvement(initiative_id=initiative.id, department_id=claims.id, joined_on=FEB, left_on=JAN),
    )


def test_a_sponsorship_ends_after_it_began(session: Session, register: Register) -> None:
    person, initiative = register.person(), register.initiative()
    refuses(session, Sponsorship(initiative_id=initiative.id, person_id=person.id, from_on=FEB, to_on=JAN))


def test_a_moved_measure_names_its_win(session: Session, register: Register) -> None:
    initiative = register.initiative()
    refuses(session, Moment(initiative_id=initiative.id, kind="moved", on_day=JAN))


def test_a_confirmation_names_somebody(session: Session, register: Register) -> None:
    win = register.moment(register.initiative(), JAN)
    refuses(session, Confirmation(moment_id=win.id))


def test_a_department_that_is_involved_cannot_be_erased(session: Session, register: Register) -> None:
    claims = register.department()
    register.initiative("Storm desk", claims)
    open_write(session, actor_id=None, actor_name="Alice", via="test")
    session.delete(session.get_one(Department, claims.id))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("values", [{"email": "Alice@Example.org"}, {"role": "owner"}])
def test_an_account_that_makes_no_sense_is_refused(session: Session, values: dict[str, str]) -> None:
    refuses(session, User(**{"email": "alice@example.org", "name": "Alice", "role": "office", **values}))


def test_there_is_one_organisation(session: Session) -> None:
    refuses(session, Organisation(id=2, name="Another"))


def test_a_record_set_where_only_its_id_is_kept_is_refused(register: Register) -> None:
    theme = register.theme("Storm season")
    with pytest.raises(TypeError, match="“theme” is only read here"):
        register.initiative("Claims desk", theme=theme)
