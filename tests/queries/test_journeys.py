"""Journeys as paths: each crossing with how its departments work on the day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.queries.journeys import count_journeys, journey_listing, journey_row, journeys_at

TODAY = date(2026, 3, 1)


def test_a_path_shows_each_crossing_by_its_band(session: Session, register: Register) -> None:
    sales, claims, legal = register.departments("Sales", "Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=date(2026, 2, 1))
    made = register.journey("Making a claim", sales, claims, claims, legal, importance=2)
    found = journey_row(session, made.public_id, TODAY)
    assert found is not None
    crossings = [step.crossing for step in found.steps]
    assert [each.band if each else "end" for each in crossings] == ["open", None, "single", "end"]
    assert crossings[1] is not None
    assert crossings[1].is_inside
    assert (found.together, found.required) == (1, 2)
    assert journey_row(session, "nowhere", TODAY) is None


def test_a_pair_crossed_twice_is_counted_once(session: Session, register: Register) -> None:
    sales, claims = register.departments("Sales", "Claims")
    made = register.journey("There and back", sales, claims, sales)
    found = journey_row(session, made.public_id, TODAY)
    assert found is not None
    assert found.required == 1


def test_a_crossing_to_a_department_that_is_not_open_counts_nothing(
    session: Session, register: Register
) -> None:
    sales, claims = register.department("Sales"), register.department("Claims", closed_on=date(2026, 1, 1))
    made = register.journey("Making a claim", sales, claims)
    found = journey_row(session, made.public_id, TODAY)
    assert found is not None
    assert (found.required, found.steps[1].is_open) == (0, False)


def test_the_list_holds_what_is_in_force_and_finds_steps_and_departments(
    session: Session, register: Register
) -> None:
    sales, claims = register.departments("Sales", "Claims")
    register.journey("Buying", sales, claims, importance=3)
    register.journey("Claiming", claims, sales, valid_to=TODAY)

    def named(state: str, sort: str = "name") -> list[str]:
        edges = journey_listing(session, "", state, TODAY, sort).edges()
        return [row.name for row in journeys_at(session, edges, TODAY)]

    assert named("now") == ["Buying"]
    assert named("all", "-importance") == ["Buying", "Claiming"]
    assert count_journeys(session, "sales", "all", TODAY) == 2
    assert count_journeys(session, "%", "all", TODAY) == 0
