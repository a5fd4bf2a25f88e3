"""Two records of one sponsor become one: everything that named the one names the other, and can be taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.services.merging import look, merged, naming, references, rows, undone
from tracker.models.initiatives import RoutineOwner, Sponsorship, Update
from tracker.models.moments import Confirmation
from tracker.models.people import Person, PersonAlias
from tracker.models.views import SavedView
from tracker.queries.facts import current_portfolio, load_portfolio
from tracker.services.bin import find_binned
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.merges import Otherwise, Wish, merge
from tracker.services.sponsors import SponsorPlan, edit_sponsor, restore_sponsor
from tracker.services.taking_back import StillNeeded

DAY, LATER = date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def two(register: Register) -> list[Person]:
    """Priya Raman is there twice: the first record will go into the second."""
    claims = register.department("Claims")
    return [
        register.person("Raman, Priya", title="COO", department_id=claims.id),
        register.person("Priya Raman"),
    ]


def everywhere(register: Register, person: Person) -> None:
    """Let every column that can name a person name this one."""
    account = register.account("Priya", "sponsor", person_id=person.id)
    work = register.initiative("Storm desk", *register.departments("Legal", "Sales"), lead=person)
    register.save(
        RoutineOwner(
            initiative_id=work.id, department_id=work.involvements[0].department_id, person_id=person.id
        )
    )
    register.save(Update(initiative_id=work.id, on_day=DAY, text="Stuck", asked_of_id=person.id))
    win = register.moment(work, DAY)
    register.save(
        Confirmation(moment_id=win.id, person_id=person.id, confirmed_at=datetime(2026, 3, 2, tzinfo=UTC))
    )
    register.save(PersonAlias(person_id=person.id, name="P. Raman"))
    register.save(
        SavedView(
            owner_id=account.id,
            list_name="moments",
            name="Hers",
            query=f"sponsor={person.public_id}&kind=win",
        )
    )


def test_every_column_that_can_name_a_person_names_the_one_who_stays_and_back(
    session: Session, cast: Cast, register: Register, two: list[Person]
) -> None:
    gone, stays = two
    everywhere(register, gone)
    before = rows(session)
    assert naming(session, "people", gone.id) == references("people")
    done = merged(session, cast.alice, "person", gone.public_id, stays.public_id)
    assert naming(session, "people", gone.id) == set()
    assert naming(session, "people", stays.id) == references("people")
    view = session.scalars(select(SavedView.query)).one()
    assert view == f"sponsor={stays.public_id}&kind=win"
    record = session.get_one(Person, stays.id)
    assert (record.title, record.department_id) == ("COO", gone.department_id)
    assert set(session.scalars(select(PersonAlias.name))) == {"P. Raman", "Raman, Priya"}
    assert current_portfolio(session)[1] == load_portfolio(session)
    undone(session, cast.alice, done)
    assert rows(session) == before
    assert current_portfolio(session)[1] == load_portfolio(session)


def test_looking_at_a_merge_leaves_nothing(
    session: Session, cast: Cast, register: Register, two: list[Person]
) -> None:
    everywhere(register, two[0])
    before = rows(session)
    outcome = look(session, cast.alice, Wish("person", two[0].public_id, two[1].public_id))
    assert rows(session) == before
    assert dict(outcome.moves.counts)["initiative"] == 1
    assert [each.name for each in outcome.named] == ["Storm desk"]
    assert [(each.label, each.after) for each in outcome.moves.filled] == [
        ("Title", "COO"),
        ("Home department", "Claims"),
    ]
    assert outcome.effect.before == outcome.effect.after


def test_sponsorships_of_one_initiative_that_touch_become_one(
    session: Session, cast: Cast, register: Register, two: list[Person]
) -> None:
    work = register.initiative("Storm desk", lead=two[0])
    register.save(Sponsorship(initiative_id=work.id, person_id=two[1].id, role="lead", from_on=DAY))
    register.save(Sponsorship(initiative_id=work.id, person_id=two[1].id, role="co", from_on=LATER))
    merged(session, cast.alice, "person", two[0].public_id, two[1].public_id)
    kept = session.execute(
        select(Sponsorship.person_id, Sponsorship.role, Sponsorship.from_on, Sponsorship.to_on)
    )
    assert [tuple(row) for row in kept] == [(two[1].id, "lead", None, None)]


def test_a_moment_that_both_vouched_for_keeps_one_name_and_counts(
    session: Session, cast: Cast, register: Register, two: list[Person]
) -> None:
    win = register.moment(register.initiative("Storm desk"), DAY)
    for each in two:
        register.save(Confirmation(moment_id=win.id, person_id=each.id))
    outcome = look(session, cast.alice, Wish("person", two[0].public_id, two[1].public_id))
    assert "1 moment was vouched for under both names" in outcome.moves.notes[0]
    merged(session, cast.alice, "person", two[0].public_id, two[1].public_id)
    assert session.scalars(select(Confirmation.person_id)).all() == [two[1].id]


def test_two_people_with_an_account_each_stay_two(
    session: Session, cast: Cast, register: Register, two: list[Person]
) -> None:
    for at, each in enumerate(two):
        register.account(f"{'AB'[at]} Raman", "sponsor", person_id=each.id)
    with pytest.raises(InvalidInput, match="Both have an account"):
        look(session, cast.alice, Wish("person", two[0].public_id, two[1].public_id))


def test_what_was_merged_is_not_in_the_bin_and_comes_back_by_undoing_alone(
    session: Session, cast: Cast, two: list[Person]
) -> None:
    merged(session, cast.alice, "person", two[0].public_id, two[1].public_id)
    with pytest.raises(InvalidInput, match="Undo that merge"):
        restore_sponsor(session, actor=cast.alice, public_id=two[0].public_id)
    session.rollback()
    with pytest.raises(NotFound):
        find_binned(session, cast.alice, "sponsor", two[0].public_id)


def test_later_work_that_leans_on_a_merge_is_named(session: Session, cast: Cast, two: list[Person]) -> None:
    done = merged(session, cast.alice, "person", two[0].public_id, two[1].public_id)
    version = session.get_one(Person, two[1].id).version
    session.rollback()
    plan = SponsorPlan("Priya Raman", "Chief of everything")
    edit_sponsor(session, actor=cast.alice, public_id=two[1].public_id, version=version, plan=plan)
    session.commit()
    with pytest.raises(StillNeeded) as needed:
        undone(session, cast.alice, done)
    assert [(each.name, each.why) for each in needed.value.leaning] == [
        ("Priya Raman", "changed since by Alice Office")
    ]


def test_a_merge_into_one_that_was_merged_on_is_taken_back_second(
    session: Session, cast: Cast, register: Register, two: list[Person]
) -> None:
    register.initiative("Storm desk", lead=two[0])
    third = register.person("Priya R.")
    before = rows(session)
    first = merged(session, cast.alice, "person", two[0].public_id, two[1].public_id)
    second = merged(session, cast.alice, "person", two[1].public_id, third.public_id)
    with pytest.raises(StillNeeded):
        undone(session, cast.alice, first)
    undone(session, cast.alice, second)
    undone(session, cast.alice, first)
    assert rows(session) == before
    with pytest.raises(InvalidInput, match="already"):
        undone(session, cast.alice, first)


def test_a_merge_that_would_do_something_else_than_was_shown_is_not_done(
    session: Session, cast: Cast, register: Register, two: list[Person]
) -> None:
    wish = Wish("person", two[0].public_id, two[1].public_id)
    seen = look(session, cast.alice, wish).seen
    register.initiative("Storm desk", lead=two[0])
    with pytest.raises(Otherwise) as changed:
        merge(session, actor=cast.alice, wish=wish, today=LATER, seen=seen)
    assert [each.name for each in changed.value.outcome.named] == ["Storm desk"]


def test_only_the_office_merges_and_only_what_stands(session: Session, cast: Cast, two: list[Person]) -> None:
    gone, stays = two
    with pytest.raises(Forbidden):
        look(session, cast.bob, Wish("person", gone.public_id, stays.public_id))
    for wish, field in (
        (Wish("person", gone.public_id, gone.public_id), "into"),
        (Wish("person", gone.public_id, "nobody"), "into"),
        (Wish("person", gone.public_id, ""), "into"),
        (Wish("person", gone.public_id, stays.public_id, way="day"), "way"),
    ):
        with pytest.raises(InvalidInput) as refused:
            look(session, cast.alice, wish)
        assert list(refused.value.errors) == [field]
    for wish in (Wish("theme", gone.public_id, stays.public_id), Wish("person", "nobody", stays.public_id)):
        with pytest.raises(NotFound):
            look(session, cast.alice, wish)
