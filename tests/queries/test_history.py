"""What happened to a record, in the words and names people use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.queries.history import HistoryEntry, history_of
from tracker.services import confirmations, involvements, outcomes, sponsorships
from tracker.services import initiatives as services
from tracker.services.initiatives import Plan
from tracker.services.lessons import LessonText
from tracker.services.moments import log

TODAY = date(2026, 6, 30)
START = date(2026, 6, 1)


@pytest.fixture
def pair(register: Register) -> list[Department]:
    return register.departments("Claims", "Legal")


@pytest.fixture
def storm(register: Register, pair: list[Department]) -> Initiative:
    return register.initiative("Storm desk", *pair, start=START)


def newest(session: Session, kind: str, id_: int) -> HistoryEntry:
    session.commit()
    return history_of(session, kind, id_)[0]


def test_an_edit_says_who_and_what_stood_before(session: Session, cast: Cast, storm: Initiative) -> None:
    plan = Plan(title="Storm desks", started_on=START - timedelta(days=1), link="https://example.org")
    services.edit(session, actor=cast.alice, public_id=storm.public_id, version=1, plan=plan, today=TODAY)
    entry = newest(session, "initiative", storm.id)
    assert (entry.who, entry.what) == ("Alice Office", "changed the initiative")
    assert ("Title", "Storm desk", "Storm desks") in [
        (field.capitalize(), *rest) for field, *rest in entry.changes
    ]
    assert ("start", "1 June 2026", "31 May 2026") in entry.changes
    assert ("link", "", "https://example.org") in entry.changes


def test_people_and_departments_are_called_by_their_names(
    session: Session, register: Register, cast: Cast, storm: Initiative
) -> None:
    sales, priya = register.department("Sales"), register.person("Priya Raman")
    act = {"actor": cast.alice, "public_id": storm.public_id}
    involvements.involve(session, **act, department=sales.public_id, on=TODAY)
    assert newest(session, "initiative", storm.id).what == "brought in Sales"
    involvements.withdraw(session, **act, department=sales.public_id, on=TODAY)
    assert newest(session, "initiative", storm.id).what == "changed when Sales takes part"
    sponsorships.change_lead(session, **act, version=1, person=priya.public_id, on=START)
    session.commit()
    told = [each.what for each in history_of(session, "initiative", storm.id)]
    assert "named Priya Raman as sponsor" in told


def test_the_history_of_an_initiative_holds_that_of_its_moments(
    session: Session, cast: Cast, pair: list[Department], storm: Initiative
) -> None:
    made = log(
        session, actor=cast.alice, kind="near_miss", title="No cover at noon", on=TODAY, today=TODAY,
        initiative=storm.public_id, lesson=LessonText(tried="One rota."),
    )  # fmt: skip
    session.commit()
    assert made.moment is not None
    confirmations.confirm(session, actor=cast.ada, public_id=made.moment.public_id)
    entry = newest(session, "initiative", storm.id)
    told = [each.what for each in history_of(session, "initiative", storm.id)]
    assert "vouched for the moment" in told
    assert "wrote the lesson" in told
    assert "recorded the moment “No cover at noon”" in told
    assert entry.who == "Ada Admin"


def test_an_outcome_is_told_in_words(
    session: Session, register: Register, cast: Cast, pair: list[Department], storm: Initiative
) -> None:
    people = [register.person("Priya Raman"), register.person("Efua Mensah")]
    owners = {each.public_id: person.public_id for each, person in zip(pair, people, strict=True)}
    outcomes.end_as_routine(
        session, actor=cast.alice, public_id=storm.public_id, version=1, on=TODAY, owners=owners, today=TODAY
    )
    session.commit()
    told = history_of(session, "initiative", storm.id)
    changes = [change for entry in told for change in entry.changes]
    assert ("outcome", "", "became routine") in changes
    assert ("routine since", "", "30 June 2026") in changes
    assert "named an owner of the routine: Claims, Priya Raman" in [entry.what for entry in told]


def test_the_bin_and_the_way_back_are_told(session: Session, cast: Cast, storm: Initiative) -> None:
    services.bin_initiative(session, actor=cast.alice, public_id=storm.public_id)
    assert newest(session, "initiative", storm.id).what == "moved it to the bin"
    services.restore_initiative(session, actor=cast.alice, public_id=storm.public_id)
    assert newest(session, "initiative", storm.id).what == "brought it back"


def test_no_code_and_no_number_of_a_row_is_shown(
    session: Session, register: Register, cast: Cast, pair: list[Department]
) -> None:
    theme, priya = register.theme(), register.person()
    plan = Plan(title="Try", started_on=START, theme=theme.public_id)
    ids = [each.public_id for each in pair]
    made = services.launch(
        session,
        actor=cast.alice,
        plan=plan,
        departments=ids,
        today=TODAY,
        lead=priya.public_id,
        leading=ids[0],
    )
    session.commit()
    for entry in history_of(session, "initiative", made.id):
        for field, before, after in entry.changes:
            assert "_" not in field
            assert "_" not in before + after
            assert not (before + after).isdigit()


def test_it_takes_the_same_queries_however_long_it_is(
    session: Session, engine: Engine, register: Register, cast: Cast, storm: Initiative
) -> None:
    def count() -> int:
        for at in range(5):
            sales = register.department(f"Sales {at} {len(seen)}")
            involvements.involve(
                session, actor=cast.alice, public_id=storm.public_id, department=sales.public_id, on=TODAY
            )
            session.commit()
        with counting(engine) as sent:
            history_of(session, "initiative", storm.id)
        seen.append(len(sent))
        return len(sent)

    seen: list[int] = []
    assert count() == count()
    assert seen[0] <= 12
