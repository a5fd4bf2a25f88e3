"""The expert panel by name: who stands on which island, who links whom, and what is left for later."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.graph import experts as measured
from tracker.queries import experts
from tracker.queries.experts import panel
from tracker.queries.stage import MOST_NODES

DAY = date(2026, 2, 2)


def chain(register: Register, *names: str) -> None:
    """Arrange departments, each of which works with the next, all other names after these on their own."""
    made = register.departments(*names)
    for one, other in pairwise(made):
        register.initiative(f"{one.name} and {other.name}", one, other)


def test_islands_and_those_open_for_a_first_bridge_are_named(session: Session, register: Register) -> None:
    chain(register, "Sales", "Claims", "Legal")
    register.department("People")
    found = panel(session, DAY)
    assert [[place.name for place in island] for island in found.islands] == [["Claims", "Legal", "Sales"]]
    assert [place.name for place in found.alone] == ["People"]


def test_who_has_most_partners_and_who_is_in_the_inner_circle_is_named(
    session: Session, register: Register
) -> None:
    chain(register, "Sales", "Claims", "Legal")
    found = panel(session, DAY)
    assert ([place.name for place in found.busiest], found.most) == (["Claims"], 2)
    assert found.usual == pytest.approx(4 / 3)
    assert [place.name for place in found.inner] == ["Claims", "Legal", "Sales"]


def test_only_those_that_link_a_pair_are_first_and_everybody_has_figures(
    session: Session, register: Register
) -> None:
    chain(register, "Sales", "Claims", "Legal")
    links = panel(session, DAY).links
    assert links is not None
    assert [row.place.name for row in links.first] == ["Claims"]
    assert {row.place.name for row in links.every} == {"Claims", "Legal", "Sales"}
    assert (links.found, [place.name for place in links.marked]) == (1, ["Claims"])


def test_ways_count_who_stands_between_and_those_without_any_apart(
    session: Session, register: Register
) -> None:
    chain(register, "Sales", "Claims", "Legal")
    register.department("People")
    links = panel(session, DAY).links
    assert links is not None
    assert (links.steps, links.apart) == (((0, 2), (1, 1)), 3)


def test_divisions_are_named(session: Session, register: Register) -> None:
    front, back = register.division("Front", external_id="v9"), register.division("Back", external_id="v1")
    sales = register.department("Sales", division_id=front.id)
    claims = register.department("Claims", division_id=back.id)
    register.initiative("Desk", sales, claims)
    found = panel(session, DAY)
    assert [(row.division.name, row.ties.across) for row in found.divisions] == [("Back", 1), ("Front", 1)]
    assert found.divisions[1].division.public_id == front.public_id


def test_a_small_house_has_everything_at_once_and_a_picture(session: Session, register: Register) -> None:
    chain(register, "Sales", "Claims")
    found = panel(session, DAY)
    assert found.links is not None
    assert found.track is not None
    assert {node.name for node in found.track.nodes} == {"Sales", "Claims"}


def test_a_large_house_leaves_who_links_whom_for_later(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain(register, "Sales", "Claims", "Legal")
    monkeypatch.setattr(experts, "AT_ONCE", 2)
    monkeypatch.setattr(measured, "_linking", lambda *_: pytest.fail("worked out at once"))
    found = panel(session, DAY)
    assert (found.links, found.track) == (None, None)
    assert found.departments == 3


def test_the_whole_of_a_large_house_is_there_when_asked_for(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain(register, "Sales", "Claims", "Legal")
    monkeypatch.setattr(experts, "AT_ONCE", 2)
    links = panel(session, DAY, whole=True).links
    assert links is not None
    assert links.found == 1


def test_more_departments_than_the_track_holds_have_no_picture(session: Session, register: Register) -> None:
    chain(register, *(f"D{at:02}" for at in range(MOST_NODES + 1)))
    assert panel(session, DAY).track is None


def test_a_version_is_worked_out_once_and_a_new_one_again(
    session: Session, engine: Engine, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Desk", claims, legal)
    first, again = panel(session, DAY), panel(session, DAY)
    assert first.shape is again.shape
    assert first.links is not None
    assert again.links is not None
    assert first.links.worked_out is again.links.worked_out
    register.initiative("Sales desk", claims, register.department("Sales"))
    with Session(engine) as later:
        assert panel(later, DAY).shape.pairs == 2


def test_an_empty_register_has_an_empty_panel(session: Session) -> None:
    found = panel(session, DAY)
    assert (found.departments, found.islands, found.alone, found.busiest, found.most) == (0, (), (), (), 0)


def test_it_takes_the_same_queries_with_twice_the_departments(
    session: Session, engine: Engine, register: Register
) -> None:
    def sent(*names: str) -> int:
        chain(register, *names)
        session.rollback()  # or it goes on reading what was there before
        panel(session, DAY)
        session.rollback()
        with counting(engine) as queries:
            panel(session, DAY)
        return len(queries)

    assert sent("Sales", "Claims") == sent("Legal", "Finance") == 3
