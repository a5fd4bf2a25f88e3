"""The pairs that an initiative brings together, and what it gives each of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.queries.carried import carried_by

DAY = date(2026, 3, 1)
START = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("size", "share", "pairs"), [(2, "1", 1), (3, "1/2", 3), (4, "1/3", 6), (6, "1/5", 15)]
)
def test_each_pair_gets_an_equal_share(
    session: Session, register: Register, size: int, share: str, pairs: int
) -> None:
    made = register.initiative("Storm desk", *register.departments(*"ABCDEF"[:size]), start=START)
    found = carried_by(session, made.external_id, DAY)
    assert (found.share, found.count, len(found.pairs)) == (Fraction(share), pairs, pairs)


def test_above_six_departments_pairs_are_counted_and_not_named(session: Session, register: Register) -> None:
    made = register.initiative("Giant", *register.departments(*"ABCDEFGH"), start=START)
    found = carried_by(session, made.external_id, DAY)
    assert (found.count, found.pairs, found.share) == (28, (), Fraction(1, 7))


def test_a_pair_that_only_this_initiative_holds_rests_on_it(session: Session, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    made = register.initiative("Storm desk", claims, legal, sales, start=START)
    register.initiative("Another", claims, legal, start=START)
    rests = {
        (each.a.name, each.b.name): each.rests_on_it
        for each in carried_by(session, made.external_id, DAY).pairs
    }
    assert rests == {("Claims", "Legal"): False, ("Claims", "Sales"): True, ("Legal", "Sales"): True}


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2026, 5, 2)])
def test_before_its_start_and_when_nobody_heard_from_it_it_brings_none(
    session: Session, register: Register, day: date
) -> None:
    made = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=START)
    found = carried_by(session, made.external_id, day)
    assert (found.is_live, found.share, found.pairs) == (False, 0, ())


def test_one_department_and_an_initiative_in_the_bin_bring_none(session: Session, register: Register) -> None:
    made = register.initiative("Alone", register.department("Claims"), start=START)
    assert carried_by(session, made.external_id, DAY).pairs == ()
    assert carried_by(session, "nothing", DAY).size == 0


def test_its_part_of_the_coverage_score_is_told_and_more_than_a_third_is_heavy(
    session: Session, register: Register
) -> None:
    claims, legal, sales, it = register.departments("Claims", "Legal", "Sales", "IT")
    pair = register.initiative("Storm desk", claims, legal, start=START)
    trio = register.initiative("Wide desk", legal, sales, it, start=START)
    found, wide = (carried_by(session, each.external_id, DAY) for each in (pair, trio))
    assert (found.points, found.of, wide.points) == (1.0, 2.5, 1.5)
    assert (found.part, found.is_heavy) == (0.4, True)
    register.initiative("Another", claims, sales, start=START)
    session.rollback()  # to see what was saved since
    assert not carried_by(session, pair.external_id, DAY).is_heavy
