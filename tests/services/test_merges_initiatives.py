"""Two records of one initiative become one: what was recorded of either is recorded of the one that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.services.importing import bring, bring_rows
from tests.services.merging import look, merged, naming, references, rows, undone
from tracker.models.departments import Department
from tracker.models.initiatives import (
    BuildsOn,
    Initiative,
    Involvement,
    OtherTitle,
    RoutineCheck,
    RoutineOwner,
    Sponsorship,
    Update,
)
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.models.rounds import Round, RoundAnswer
from tracker.queries.facts import current_portfolio, load_portfolio
from tracker.queries.history import history_of
from tracker.queries.merges import survivor_of
from tracker.queries.searching import search
from tracker.services.errors import InvalidInput
from tracker.services.merges import Wish

DAY, LATER = date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def two(register: Register) -> list[Initiative]:
    """The storm desk is there twice: the first record will go into the second."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    return [
        register.initiative("Storm-Desk (old list)", claims, sales, start=date(2026, 1, 5), contact="Ana"),
        register.initiative("Storm desk", claims, legal, start=date(2026, 2, 1), description="One handler."),
    ]


def everywhere(register: Register, initiative: Initiative) -> None:
    """Let every column that can name an initiative name this one."""
    person = register.person("Priya")
    account = register.account("Priya", "sponsor")
    earlier, later = register.initiative("Earlier"), register.initiative("Later")
    register.save(Sponsorship(initiative_id=initiative.id, person_id=person.id))
    update = register.save(Update(initiative_id=initiative.id, on_day=DAY, text="Goes well"))
    owner = initiative.involvements[0].department_id
    register.save(RoutineOwner(initiative_id=initiative.id, department_id=owner, person_id=person.id))
    register.save(RoutineCheck(initiative_id=initiative.id, checked_on=DAY))
    register.save(BuildsOn(initiative_id=initiative.id, earlier_id=earlier.id))
    register.save(BuildsOn(initiative_id=later.id, earlier_id=initiative.id))
    register.save(Initiative(title="Small", outcome="scaled", scaled_into_id=initiative.id))
    register.moment(initiative, DAY)
    register.reuse(register.moment(earlier, DAY, "near_miss", lesson="At peak."), initiative, LATER)
    register.save(OtherTitle(initiative_id=initiative.id, title="Sturm"))
    asked = register.save(Round(user_id=account.id, begun_on=DAY, queue=[initiative.id], before={}))
    register.save(
        RoundAnswer(
            round_id=asked.id,
            initiative_id=initiative.id,
            answer="moving",
            update_id=update.id,
            answered_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
    )


def test_every_column_that_can_name_an_initiative_names_the_one_that_stays_and_back(
    session: Session, cast: Cast, register: Register, two: list[Initiative]
) -> None:
    gone, stays = two
    everywhere(register, gone)
    before = rows(session)
    assert naming(session, "initiatives", gone.id) == references("initiatives")
    done = merged(session, cast.alice, "initiative", gone.public_id, stays.public_id)
    assert naming(session, "initiatives", gone.id) == set()
    assert naming(session, "initiatives", stays.id) == references("initiatives")
    assert current_portfolio(session)[1] == load_portfolio(session)
    assert survivor_of(session, "initiative", gone.public_id) == stays.public_id
    told = [each.what for each in history_of(session, "initiative", stays.id)]
    assert "merged “Storm-Desk (old list)” into it" in told
    assert told.count("recorded the initiative") == 2
    undone(session, cast.alice, done)
    assert rows(session) == before
    assert current_portfolio(session)[1] == load_portfolio(session)
    assert survivor_of(session, "initiative", gone.public_id) == ""


def test_departments_keep_their_days_and_empty_fields_are_filled(
    session: Session, cast: Cast, register: Register, two: list[Initiative]
) -> None:
    outcome = look(session, cast.alice, Wish("initiative", two[0].public_id, two[1].public_id))
    assert [(each.label, each.after) for each in outcome.moves.filled] == [
        ("Start", "2026-01-05"),
        ("Contact", "Ana"),
    ]
    merged(session, cast.alice, "initiative", two[0].public_id, two[1].public_id)
    found = session.get_one(Initiative, two[1].id)
    assert (found.title, found.description, found.contact) == ("Storm desk", "One handler.", "Ana")
    kept = session.execute(
        select(Department.name, Involvement.role, Involvement.joined_on, Involvement.left_on)
        .join(Department)
        .where(Involvement.initiative_id == found.id)
        .order_by(Department.name)
    )
    assert [tuple(row) for row in kept] == [
        ("Claims", "lead", None, None),
        ("Legal", "contributing", date(2026, 2, 1), None),
        ("Sales", "contributing", None, None),
    ]


def test_a_department_of_one_that_ended_leaves_the_one_that_runs_on_that_day(
    session: Session, cast: Cast, register: Register, two: list[Initiative]
) -> None:
    ended = register.initiative(
        "Storm desk 2", register.department("IT"), start=DAY, ended_on=LATER, status="finished"
    )
    merged(session, cast.alice, "initiative", ended.public_id, two[1].public_id)
    kept = session.execute(
        select(Involvement.joined_on, Involvement.left_on).join(Department).where(Department.name == "IT")
    ).one()
    assert (session.get_one(Initiative, two[1].id).ended_on, *kept) == (None, DAY, LATER)


def test_the_lead_of_the_one_that_goes_stands_beside_the_lead_of_the_one_that_stays(
    session: Session, cast: Cast, register: Register, two: list[Initiative]
) -> None:
    ana, bo = register.person("Ana"), register.person("Bo")
    register.save(Sponsorship(initiative_id=two[0].id, person_id=ana.id, role="lead"))
    register.save(
        Sponsorship(initiative_id=two[1].id, person_id=bo.id, role="lead", from_on=DAY, to_on=LATER)
    )
    before = rows(session)
    outcome = look(session, cast.alice, Wish("initiative", two[0].public_id, two[1].public_id))
    assert outcome.moves.notes == [
        "An initiative has one lead: where “Storm desk” has one, Ana stands beside."
    ]
    done = merged(session, cast.alice, "initiative", two[0].public_id, two[1].public_id)
    kept = session.execute(
        select(Sponsorship.person_id, Sponsorship.role, Sponsorship.from_on, Sponsorship.to_on)
    )
    assert {tuple(row) for row in kept} == {
        (bo.id, "lead", DAY, LATER),
        (ana.id, "lead", None, DAY),
        (ana.id, "co", DAY, LATER),
        (ana.id, "lead", LATER, None),
    }
    undone(session, cast.alice, done)
    assert rows(session) == before


def test_moments_that_say_the_same_are_named_and_stay_unless_one_of_each_is_wanted(
    session: Session, cast: Cast, register: Register, two: list[Initiative]
) -> None:
    for each in two:
        register.moment(each, DAY)
    register.moment(two[0], LATER)
    wish = Wish("initiative", two[0].public_id, two[1].public_id)
    outcome = look(session, cast.alice, wish)
    assert [(each.title, each.on) for each in outcome.moves.twins] == [("Refund in one call", DAY)]
    assert outcome.effect.before.wins == outcome.effect.after.wins
    merged(session, cast.alice, "initiative", wish.gone, wish.into, one_of_twins=True)
    standing = session.execute(select(Moment.on_day, Moment.initiative_id).where(Moment.binned_at.is_(None)))
    assert sorted(tuple(row) for row in standing) == [(DAY, two[1].id), (LATER, two[1].id)]


def test_a_lesson_of_the_other_is_no_reuse_any_more(
    session: Session, cast: Cast, register: Register, two: list[Initiative]
) -> None:
    miss = register.moment(two[1], DAY, "near_miss", lesson="At peak.")
    register.reuse(miss, two[0], LATER)
    before = rows(session)
    done = merged(session, cast.alice, "initiative", two[0].public_id, two[1].public_id)
    assert not [each for each in load_portfolio(session).events if each.kind == "reuse"]
    undone(session, cast.alice, done)
    assert rows(session) == before


def test_one_that_was_scaled_into_the_other_is_not_the_same(
    session: Session, cast: Cast, register: Register, two: list[Initiative]
) -> None:
    small = register.save(Initiative(title="Small", outcome="scaled", scaled_into_id=two[0].id))
    with pytest.raises(InvalidInput, match="scaled into the other"):
        look(session, cast.alice, Wish("initiative", small.public_id, two[0].public_id))


def test_the_search_finds_the_one_that_stays_by_the_other_title(
    session: Session, cast: Cast, two: list[Initiative]
) -> None:
    merged(session, cast.alice, "initiative", two[0].public_id, two[1].public_id)
    (group,) = search(session, "old list").groups
    assert [hit.public_id for hit in group.hits] == [two[1].public_id]


FIRST, SECOND = date(2026, 6, 30), date(2026, 12, 31)
A = "i1,Storm desk,pilot,,2026-02-01,,,Claims;Legal,Priya Raman,,,"
B = "i2,Storm-Desk,pilot,,2026-01-05,,,Claims;Sales,Ana Ruiz,,,"


def taking_part(session: Session) -> set[str]:
    found = set(
        session.scalars(
            select(Department.name)
            .join(Involvement)
            .join(Initiative)
            .where(Involvement.left_on.is_(None), Initiative.binned_at.is_(None))
        )
    )
    session.rollback()
    return found


@pytest.mark.parametrize("lines", [(A, B), (B, A), (A,), (B,)])
def test_a_workbook_that_still_has_both_rows_or_one_of_them_finds_the_one_that_stays(
    session: Session, cast: Cast, lines: tuple[str, ...]
) -> None:
    bring_rows(session, FIRST, A, B)
    ids = {each.external_id: each.public_id for each in session.scalars(select(Initiative))}
    session.rollback()
    merged(session, cast.alice, "initiative", ids["i2"], ids["i1"])
    plan = bring_rows(session, SECOND, *lines)
    assert (plan.created, plan.refused) == (0, 0)
    assert session.scalars(select(Initiative.title).where(Initiative.binned_at.is_(None))).all() == [
        "Storm desk"
    ]
    assert taking_part(session) == {"Claims", "Legal", "Sales"}
    starts = session.scalars(select(Initiative.started_on).where(Initiative.external_id == "i1")).all()
    session.rollback()
    assert starts == [date(2026, 2, 1) if lines != (B,) else date(2026, 1, 5)]


def test_an_older_copy_of_the_register_brings_nothing_back_that_was_merged(
    session: Session, cast: Cast, register: Register
) -> None:
    document = {
        "departments": [{"id": each, "name": each} for each in ("Claims", "CLM", "Legal")],
        "people": [{"id": "Priya", "name": "Priya"}, {"id": "P.", "name": "P."}],
        "journeys": [{"id": "j", "name": "Claiming", "steps": ["Legal", "CLM"]}],
        "initiatives": [
            {
                "id": f"i{at}",
                "title": f"Storm desk {at}",
                "start": "2026-01-05",
                "sponsor": ("Priya", "P.")[at % 2],
                "members": [{"department": "Legal"}, {"department": ("Claims", "CLM")[at % 2]}],
            }
            for at in (1, 2)
        ],
        "events": [
            {
                "id": "w",
                "initiative": "i2",
                "kind": "win",
                "date": "2026-02-01",
                "confirmed_by": ["P.", "Priya"],
            }
        ],
    }
    bring(session, document)
    ids = {
        each.external_id: each.public_id
        for model in (Department, Initiative, Person)
        for each in session.scalars(select(model))
    }
    session.rollback()
    merged(session, cast.alice, "department", ids["CLM"], ids["Claims"])
    merged(session, cast.alice, "person", ids["P."], ids["Priya"])
    merged(session, cast.alice, "initiative", ids["i2"], ids["i1"])
    before = load_portfolio(session)
    session.rollback()
    plan = bring(session, document)
    assert (plan.created, plan.refused) == (0, 0)
    assert load_portfolio(session) == before
