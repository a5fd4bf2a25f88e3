"""Journeys are drawn and edited whole; their steps are numbered without a gap, whatever happened before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.graph.ties import required_pairs
from tracker.models.departments import Department
from tracker.models.journeys import Journey, Step
from tracker.queries.facts import load_portfolio
from tracker.queries.history import history_of
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale
from tracker.services.journeys import (
    JourneyPlan,
    StepPlan,
    add_journey,
    bin_journey,
    edit_journey,
    find_journey,
    restore_journey,
    standing_journey,
)

DAY = date(2026, 3, 1)


@pytest.fixture
def three(register: Register) -> list[Department]:
    """Sales, Claims and Legal."""
    return register.departments("Sales", "Claims", "Legal")


def path(*departments: Department, **values: object) -> JourneyPlan:
    """Return a journey through these departments."""
    steps = tuple(StepPlan(each.public_id, name=f"Meets {each.name}") for each in departments)
    return replace(JourneyPlan("Making a claim", steps=steps), **values)  # type: ignore[arg-type]  # its own fields


def positions(session: Session) -> list[tuple[int, str]]:
    """Return the places and names of all steps in order."""
    rows = session.execute(select(Step.position, Step.name).order_by(Step.position))
    return [(position, name) for position, name in rows]


def test_a_journey_makes_its_crossings_count(session: Session, cast: Cast, three: list[Department]) -> None:
    add_journey(session, actor=cast.alice, plan=path(*three, importance=2, valid_from=DAY))
    session.commit()
    portfolio = load_portfolio(session)
    assert required_pairs(portfolio, DAY) == {("Claims", "Sales"): 2, ("Claims", "Legal"): 2}
    assert required_pairs(portfolio, date(2026, 2, 28)) == {}


def test_a_step_carries_its_volume_with_source_and_day(
    session: Session, cast: Cast, three: list[Department]
) -> None:
    step = StepPlan(
        three[0].public_id,
        "Calls",
        channel="phone",
        customer_group="Families",
        product="Home",
        volume=1320,
        volume_source="Claims system",
        volume_on=DAY,
    )
    plan = JourneyPlan("Claim", steps=(step, StepPlan(three[1].public_id)))
    added = add_journey(session, actor=cast.alice, plan=plan)
    session.commit()
    assert standing_journey(find_journey(session, cast.alice, added.public_id)) == plan


def test_steps_are_moved_added_and_taken_out(session: Session, cast: Cast, three: list[Department]) -> None:
    added = add_journey(session, actor=cast.alice, plan=path(*three))
    session.commit()
    sales, claims, legal = three
    for version, order in enumerate(
        ([legal, sales, claims], [claims, legal], [claims, legal, sales, claims]), 1
    ):
        edit_journey(session, actor=cast.alice, public_id=added.public_id, version=version, plan=path(*order))
        session.commit()
        assert positions(session) == [(at, f"Meets {each.name}") for at, each in enumerate(order)]


def test_a_step_taken_out_leaves_its_line_in_the_history(
    session: Session, cast: Cast, three: list[Department]
) -> None:
    added = add_journey(session, actor=cast.alice, plan=path(*three))
    session.commit()
    edit_journey(session, actor=cast.alice, public_id=added.public_id, version=1, plan=path(*three[:2]))
    session.commit()
    told = [entry.what for entry in history_of(session, "journey", added.id)]
    assert "took out the step “Meets Legal”" in told


def test_gaps_that_came_from_elsewhere_close_with_the_next_edit(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    steps = [Step(position=at, department_id=each.id) for at, each in zip((7, 3, 0), three, strict=True)]
    made = register.save(Journey(name="Claim", steps=steps))
    edit_journey(session, actor=cast.alice, public_id=made.public_id, version=1, plan=path(*three))
    session.commit()
    assert [at for at, _ in positions(session)] == [0, 1, 2]


def test_a_stale_save_of_steps_alone_is_refused(
    session: Session, cast: Cast, three: list[Department]
) -> None:
    added = add_journey(session, actor=cast.alice, plan=path(*three))
    session.commit()
    edit_journey(session, actor=cast.alice, public_id=added.public_id, version=1, plan=path(*three[:2]))
    session.commit()
    with pytest.raises(Stale):
        edit_journey(session, actor=cast.ada, public_id=added.public_id, version=1, plan=path(*three))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": ""}),
        ("importance", {"importance": 4}),
        ("valid_from", {"valid_from": date(1899, 1, 1)}),
        ("valid_to", {"valid_from": DAY, "valid_to": date(2026, 2, 1)}),
        ("steps", {"steps": ()}),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    session: Session, cast: Cast, three: list[Department], field: str, change: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_journey(session, actor=cast.alice, plan=path(*three, **change))
    assert field in refused.value.errors


@pytest.mark.parametrize(
    ("field", "step"),
    [
        ("step-1-department", StepPlan("")),
        ("step-1-department", StepPlan("nowhere")),
        ("step-1-department", StepPlan("\ud800")),
        ("step-1-name", StepPlan("x", name="y" * 121)),
        ("step-1-volume", StepPlan("x", volume=-1)),
        ("step-1-volume_on", StepPlan("x", volume_on=date(2201, 1, 1))),
    ],
)
def test_a_step_that_cannot_be_kept_says_which(
    session: Session, cast: Cast, three: list[Department], field: str, step: StepPlan
) -> None:
    plan = JourneyPlan("Claim", steps=(StepPlan(three[0].public_id), step))
    with pytest.raises(InvalidInput) as refused:
        add_journey(session, actor=cast.alice, plan=plan)
    assert list(refused.value.errors) == [field]


def test_a_journey_in_the_bin_counts_nothing_until_it_is_back(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    register.journey("Buying", three[0], three[1])
    made = register.journey("Making a claim", three[1], three[2])
    bin_journey(session, actor=cast.alice, public_id=made.public_id)
    session.commit()
    assert required_pairs(load_portfolio(session), DAY) == {("Claims", "Sales"): 1}
    with pytest.raises(NotFound):
        find_journey(session, cast.dora, made.public_id)
    restore_journey(session, actor=cast.alice, public_id=made.public_id)
    session.commit()
    assert len(required_pairs(load_portfolio(session), DAY)) == 2


def test_only_the_office_draws_journeys(
    session: Session, cast: Cast, register: Register, three: list[Department]
) -> None:
    made = register.journey("Buying", three[0], three[1])
    for actor in (cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            add_journey(session, actor=actor, plan=path(*three))
        with pytest.raises(Forbidden):
            edit_journey(session, actor=actor, public_id=made.public_id, version=1, plan=path(*three))
        with pytest.raises(Forbidden):
            bin_journey(session, actor=actor, public_id=made.public_id)
