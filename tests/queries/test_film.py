"""The film of the stage: each of its months is what the stage of that day shows, and only what may be told is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.departments import Department
from tracker.models.moments import Moment
from tracker.queries.facts import current_portfolio
from tracker.queries.film import LONGEST_FLAG, MOST_BATONS, MOST_FLAGS, Film, caption_at, captions_of, film
from tracker.queries.narrowing import Filters
from tracker.queries.stage import Stage, stage

TODAY = date(2026, 6, 20)
FIRST = date(2025, 9, 3)


def film_of(session: Session, on: date = TODAY, **asked: str) -> Film:
    found = film(session, on, TODAY, Filters(**asked))
    assert found is not None
    return found


def house(
    register: Register, seed: int, count: int = 6, divisions: Sequence[int | None] = (None,)
) -> list[Department]:
    """Arrange a random year: departments that open and close, pilots of two to four of them, wins and near misses."""
    with register.at_once():
        return _house(register, seed, count, divisions)


def _house(register: Register, seed: int, count: int, divisions: Sequence[int | None]) -> list[Department]:
    draw = Random(seed)
    departments = [
        register.department(
            f"D{at:02} {seed}",
            track_position=at,
            division_id=divisions[at % len(divisions)],
            opened_on=FIRST + timedelta(draw.randrange(90)) if draw.randrange(3) == 0 else None,
            closed_on=TODAY - timedelta(draw.randrange(1, 90)) if draw.randrange(5) == 0 else None,
        )
        for at in range(count)
    ]
    for at in range(12):
        start = FIRST + timedelta(draw.randrange(250))
        ended = start + timedelta(draw.randrange(20, 90)) if draw.randrange(2) else None
        among = draw.sample(departments, draw.randint(2, 4))
        home = register.initiative(f"Pilot {at}", *among, start=start, ended_on=ended)
        register.moment(home, start + timedelta(draw.randrange(15)), title=f"Win {at}")
        register.moment(
            home,
            start + timedelta(9),
            "near_miss",
            "Miss",
            lesson=f"Lesson {at}",
            ok_to_show=draw.randrange(2) > 0,
        )
    return departments


def drawn(shown: Stage) -> set[tuple[str, str, float, str]]:
    return {(*sorted((tie.a, tie.b)), round(tie.strength, 9), tie.band) for tie in shown.ties}


def assert_shows_the_stage(session: Session, found: Film) -> None:
    said = captions_of(session, found)
    for at, month in enumerate(found.months):
        assert caption_at(session, found, at) == said[at]
        one, other = (
            found.still(at, said[at]),
            stage(session, month.on, TODAY, ahead=at == len(found.months) - 1),
        )
        assert drawn(one) == drawn(other)
        assert one.nodes == other.nodes
        assert (one.covered, one.sentence, one.caption, one.story, one.counted) == (
            other.covered,
            other.sentence,
            other.caption,
            other.story,
            other.counted,
        )
        assert set(one.told) <= set(other.told)


@pytest.mark.parametrize("seed", range(5))
def test_every_month_is_what_the_stage_of_its_day_shows(
    session: Session, register: Register, seed: int
) -> None:
    house(register, seed)
    assert_shows_the_stage(session, film_of(session))


@pytest.mark.parametrize("seed", range(3))
def test_with_a_journey_too_every_month_is_what_the_stage_shows(
    session: Session, register: Register, seed: int
) -> None:
    register.journey("Making a claim", *house(register, seed)[:5])
    assert_shows_the_stage(session, film_of(session))


@pytest.mark.parametrize("with_journey", [False, True])
def test_divisions_show_every_month_what_the_stage_shows(
    session: Session, register: Register, *, with_journey: bool
) -> None:
    divisions = [register.division(f"Division {at}").id for at in range(4)]
    departments = house(register, 1, 20, divisions)
    if with_journey:
        register.journey("Making a claim", *departments[2:17:3])
    found = film_of(session)
    assert found.grouping.kind == "divisions"
    assert_shows_the_stage(session, found)


def test_a_day_inside_a_month_is_one_more_month(session: Session, register: Register) -> None:
    house(register, 2)
    found = film_of(session, date(2026, 3, 10))
    assert found.months[found.place_of(date(2026, 3, 10))].on == date(2026, 3, 10)
    assert_shows_the_stage(session, found)


def test_an_opened_division_counts_its_own_pairs_and_tells_its_own_moments(
    session: Session, register: Register
) -> None:
    division = register.division("Service")
    claims, legal = (register.department(name, division_id=division.id) for name in ("Claims", "Legal"))
    sales = register.department("Sales")
    inside = register.initiative("Storm desk", claims, legal, start=date(2026, 4, 6))
    outside = register.initiative("Quotes", legal, sales, start=date(2026, 4, 6))
    register.moment(inside, date(2026, 5, 4), title="Inside")
    register.moment(outside, date(2026, 5, 5), title="Outside")
    found = film_of(session, division=division.public_id)
    assert found.sentence(len(found.months) - 1) == "1 of 1 department pair works together in Service."
    assert [each.title for told in found.told for each in told] == ["Inside"]
    said = " ".join(" ".join(story) for _, story in captions_of(session, found))
    assert "Claims and Legal" in said
    assert "Sales" not in said


def test_a_division_that_is_not_there_has_no_film(session: Session, register: Register) -> None:
    house(register, 1)
    assert film(session, TODAY, TODAY, Filters("nothing")) is None


def test_a_fall_in_a_division_names_its_causes(session: Session, register: Register) -> None:
    division = register.division("Service")
    claims, legal = (register.department(name, division_id=division.id) for name in ("Claims", "Legal"))
    register.initiative("Storm desk", claims, legal, start=date(2026, 2, 2), ended_on=date(2026, 4, 20))
    found = film_of(session, division=division.public_id)
    assert "1 → 0: one pilot ended." in [caption for caption, _ in captions_of(session, found)]


def test_a_full_month_keeps_a_near_miss_among_its_batons(session: Session, register: Register) -> None:
    two = register.departments("Claims", "Legal")
    for at in range(MOST_BATONS + 3):
        register.moment(
            register.initiative(f"Pilot {at}", *two, start=date(2026, 5, 1)), date(2026, 5, 20 - at)
        )
    home = register.initiative("Storm desk", *two, start=date(2026, 5, 1))
    register.moment(home, date(2026, 5, 1), "near_miss", "Miss", lesson="We test at peak", ok_to_show=True)
    register.moment(home, date(2026, 5, 2), "near_miss", "Silent", lesson="Not to be shown")
    told = film_of(session).still(film_of(session).place_of(date(2026, 5, 31))).told
    assert len(told) == MOST_BATONS
    assert [each.is_near_miss for each in told].count(True) == 1


def test_flags_are_few_and_each_stands_over_the_month_of_its_moment(
    session: Session, register: Register
) -> None:
    house(register, 4)
    found = film_of(session)
    assert 3 <= len(found.flags) <= MOST_FLAGS
    assert any(flag.told.is_near_miss for flag in found.flags)
    for flag in found.flags:
        month = found.months[flag.at]
        assert month.since <= flag.told.on <= month.on


def test_of_two_moments_the_flag_tells_what_fits(session: Session, register: Register) -> None:
    two = register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", *two, start=date(2026, 5, 1))
    register.moment(home, date(2026, 5, 28), title="x" * (LONGEST_FLAG + 1))
    other = register.initiative("Refunds", *two, start=date(2026, 5, 1))
    register.moment(other, date(2026, 5, 4), title="Refund in one call")
    assert [flag.told.title for flag in film_of(session).flags] == ["Refund in one call"]


def test_an_empty_register_has_a_film_of_one_day(session: Session) -> None:
    found = film_of(session)
    assert ([month.on for month in found.months], found.strands, found.flags) == ([TODAY], (), ())


def test_the_film_is_made_once_and_takes_the_same_queries_with_more_rows(
    session: Session, engine: Engine, register: Register
) -> None:
    counts = []
    for seed in range(2):
        house(register, seed)
        session.rollback()
        current_portfolio(session)
        with counting(engine) as sent:
            film_of(session)
        counts.append(len(sent))
        session.rollback()
        with counting(engine) as again:
            film_of(session)
        assert len(again) == 3
    assert counts == [7, 7]


def test_what_every_month_is_told_by_is_worked_out_once(session: Session, register: Register) -> None:
    house(register, 3)
    found = film_of(session)
    _, portfolio = current_portfolio(session)
    said = captions_of(session, found)
    before = {measure: set(drawer) for measure, drawer in portfolio.derived.items()}
    assert captions_of(session, found) == said
    assert caption_at(session, found, 4) == said[4]
    assert {measure: set(drawer) for measure, drawer in portfolio.derived.items()} == before


@pytest.mark.parametrize("seed", range(3))
def test_a_month_tells_its_newest_moments_with_a_win_and_a_near_miss_among_them(
    session: Session, register: Register, seed: int
) -> None:
    draw, two = Random(seed), register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", *two, start=date(2026, 4, 1))
    alone = register.initiative("Alone", two[0], start=date(2026, 4, 1))
    for at in range(60):
        kind, day = ("near_miss", "win")[draw.randrange(4) > 0], date(2026, 4, 1) + timedelta(at)
        shown = kind == "near_miss" and draw.randrange(2) > 0
        about = home if draw.randrange(5) else alone
        register.moment(about, day, kind, f"{kind} {at}", lesson=kind[4:] and f"Ask {at}", ok_to_show=shown)
    found = film_of(session)
    rows = session.scalars(select(Moment).order_by(Moment.on_day.desc(), Moment.id.desc())).all()
    newest = [
        each for each in rows if each.initiative_id == home.id and (each.kind == "win" or each.ok_to_show)
    ]
    for month, told in zip(found.months, found.told, strict=True):
        here = [each for each in newest if month.since <= each.on_day <= month.on]
        first, rest = here[:MOST_BATONS], here[MOST_BATONS:]
        others = [each for each in rest if each.kind not in {one.kind for one in first}]
        if others:
            first[-1] = others[0]
        assert [each.public_id for each in told] == [each.public_id for each in first]
