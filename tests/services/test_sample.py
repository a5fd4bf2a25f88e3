"""The sample goes into an empty register, ends today, and leaves whole; what one's own records name stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.services.merging import merged
from tracker.models.accounts import User, UserSession
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative
from tracker.models.merges import Merge
from tracker.models.moments import Confirmation, Moment
from tracker.models.people import Person
from tracker.models.settings import Organisation
from tracker.queries.initiatives import going_quiet, past_decide_by
from tracker.queries.measures import measures_on
from tracker.queries.moments import waiting_for_confirmation
from tracker.queries.sample import REGISTER, removal, sample_state
from tracker.sample.people import ACCOUNTS, RECORDER
from tracker.services.actors import Actor, actor_of, command_actor
from tracker.services.confirmations import confirm_many
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.initiatives import Plan, launch
from tracker.services.moments import log
from tracker.services.sample import load_sample, open_accounts, refresh_sample, remove_sample

TODAY = date(2026, 11, 24)
PASSWORD = "k7dm-2xfp-9qtc"


@pytest.fixture
def loaded(session: Session) -> Session:
    """A register into which a command has filled the sample."""
    load_sample(session, actor=command_actor(), today=TODAY)
    session.commit()
    return session


def count(session: Session, model: Any, *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def department(session: Session, external_id: str) -> Department:
    return session.scalars(select(Department).where(Department.external_id == external_id)).one()


def own_pilot(session: Session, actor: Actor) -> Initiative:
    """Start a pilot of one's own with two departments and a sponsor of the sample."""
    names = [department(session, each).public_id for each in ("CLM", "LEG")]
    sponsor = session.scalars(select(Person).where(Person.external_id == "mensah")).one()
    plan = Plan(title="Our own pilot", started_on=TODAY)
    added = launch(session, actor=actor, plan=plan, departments=names, lead=sponsor.public_id, today=TODAY)
    session.commit()
    return added


def test_what_it_tells_is_what_the_measures_say(loaded: Session) -> None:
    found = measures_on(loaded, TODAY)
    assert (found["coverage"]["together"], found["coverage"]["required"]) == (13, 20)
    assert (found["momentum"]["label"], found["momentum"]["wins"]) == ("building", 15)


def test_home_finds_what_the_story_promises(loaded: Session) -> None:
    assert [each.title for each in going_quiet(loaded, TODAY).rows] == [
        "Documents to broker and customer at the same minute"
    ]
    assert [each.title for each in past_decide_by(loaded, TODAY).rows] == ["Repair news every Friday"]
    assert len(waiting_for_confirmation(loaded, TODAY)) == 6


def test_every_record_is_marked_as_sample(loaded: Session) -> None:
    assert [count(loaded, each, each.is_sample.is_(False)) for each in REGISTER] == [0] * len(REGISTER)
    assert count(loaded, Initiative) == 62


def test_an_organisation_without_a_name_gets_one(loaded: Session) -> None:
    assert loaded.get_one(Organisation, 1).name == "Harbour Mutual"


def test_an_organisation_with_a_name_keeps_it(session: Session, register: Register) -> None:
    register.save(Organisation(id=1, name="Northern Rail"))
    load_sample(session, actor=command_actor(), today=TODAY)
    session.commit()
    assert session.get_one(Organisation, 1).name == "Northern Rail"


def test_whoever_is_signed_in_may_vouch_for_the_six_that_wait(loaded: Session) -> None:
    open_accounts(loaded, actor=command_actor(), password=PASSWORD)
    loaded.commit()
    waiting = loaded.scalars(select(Moment.public_id).where(Moment.is_confirmed.is_(False))).all()
    assert len(waiting) == 6
    for account in (each for each in ACCOUNTS if each.role != "viewer"):
        user = loaded.scalars(select(User).where(User.email == account.email)).one()
        assert len(confirm_many(loaded, actor=actor_of(user), public_ids=waiting)) == 6
        loaded.rollback()


def test_it_is_loaded_once(loaded: Session) -> None:
    with pytest.raises(InvalidInput, match="here already"):
        load_sample(loaded, actor=command_actor(), today=TODAY)


def test_it_never_mixes_with_a_register_of_ones_own(session: Session, register: Register) -> None:
    register.department("Claims")
    with pytest.raises(InvalidInput, match="records of its own"):
        load_sample(session, actor=command_actor(), today=TODAY)


def test_only_who_may_import_loads_it_and_only_who_administers_removes_it(
    session: Session, cast: Cast
) -> None:
    for actor in (cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            load_sample(session, actor=actor, today=TODAY)
    for actor in (cast.alice, cast.bob):
        with pytest.raises(Forbidden):
            remove_sample(session, actor=actor)


def test_it_knows_the_day_its_story_ends(loaded: Session) -> None:
    state = sample_state(loaded)
    assert (state.is_here, state.until, state.is_touched, state.has_own) == (True, TODAY, False, False)


def test_on_a_later_day_its_story_ends_later(loaded: Session) -> None:
    later = TODAY + timedelta(days=9)
    refresh_sample(loaded, actor=command_actor(), today=later)
    loaded.commit()
    assert sample_state(loaded).until == later
    assert measures_on(loaded, later)["coverage"]["together"] == 13
    assert count(loaded, Initiative) == 62


def test_its_accounts_outlive_the_day_and_keep_their_sponsor(loaded: Session) -> None:
    open_accounts(loaded, actor=command_actor(), password=PASSWORD)
    loaded.commit()
    refresh_sample(loaded, actor=command_actor(), today=TODAY + timedelta(days=1))
    loaded.commit()
    row = loaded.execute(select(User.email, Person.name).join(Person, Person.id == User.person_id)).one()
    assert tuple(row) == ("ngozi.okafor@harbour.example", "Ngozi Okafor")
    assert count(loaded, User) == len(ACCOUNTS) + 1


def test_a_sample_that_somebody_worked_on_is_left_alone(loaded: Session, cast: Cast) -> None:
    pilot = loaded.scalars(select(Initiative.public_id).where(Initiative.ended_on.is_(None)).limit(1)).one()
    log(loaded, actor=cast.alice, kind="quick_win", title="By hand", on=TODAY, today=TODAY, initiative=pilot)
    loaded.commit()
    assert sample_state(loaded).is_touched
    with pytest.raises(InvalidInput, match="stays as it is"):
        refresh_sample(loaded, actor=command_actor(), today=TODAY + timedelta(days=1))


def test_removing_takes_all_of_it(loaded: Session, cast: Cast) -> None:
    found = remove_sample(loaded, actor=cast.ada)
    loaded.commit()
    assert found.goes["initiative"] == 62
    assert [count(loaded, each) for each in REGISTER if each is not Person] == [0] * (len(REGISTER) - 1)
    assert count(loaded, Person, Person.is_sample) == count(loaded, Moment) == 0
    assert loaded.get(Organisation, 1) is None
    assert count(loaded, User, User.email == RECORDER.email) == 0


def test_merges_within_the_sample_go_with_it(loaded: Session, cast: Cast) -> None:
    gone, stays = (department(loaded, each).public_id for each in ("CLM", "LEG"))
    loaded.rollback()
    merged(loaded, cast.ada, "department", gone, stays)
    remove_sample(loaded, actor=cast.ada)
    loaded.commit()
    assert (count(loaded, Department), count(loaded, Merge)) == (0, 0)


def test_removing_leaves_a_line_that_says_so(loaded: Session, cast: Cast) -> None:
    remove_sample(loaded, actor=cast.ada)
    loaded.commit()
    line = loaded.scalars(select(AuditEntry).where(AuditEntry.action == "removed")).one()
    assert (line.actor_name, line.kind, line.label) == ("Ada Admin", "sample", "Harbour Mutual")
    assert line.changes["initiative"] == [62, 0]


def test_what_ones_own_pilot_names_stays_and_becomes_ones_own(loaded: Session, cast: Cast) -> None:
    own_pilot(loaded, cast.alice)
    found = remove_sample(loaded, actor=cast.ada)
    loaded.commit()
    stays = {(each.kind, each.name, each.because) for each in found.stays}
    assert ("department", "Claims", "Our own pilot") in stays
    assert ("sponsor", "Efua Mensah", "Our own pilot") in stays
    assert {each.name for each in loaded.scalars(select(Department))} == {"Claims", "Legal"}
    assert {each.name for each in loaded.scalars(select(Division))} == {
        "Claims and repairs",
        "Group services",
    }
    assert [each.title for each in loaded.scalars(select(Initiative))] == ["Our own pilot"]
    assert not sample_state(loaded).is_here


def test_what_was_added_to_the_sample_is_told_before_it_goes(loaded: Session, cast: Cast) -> None:
    pilot = loaded.scalars(select(Initiative.public_id).where(Initiative.ended_on.is_(None)).limit(1)).one()
    log(loaded, actor=cast.alice, kind="quick_win", title="By hand", on=TODAY, today=TODAY, initiative=pilot)
    loaded.commit()
    assert removal(loaded, cast.ada.user_id).added == {"moment": 1}


def test_an_account_of_the_sample_that_vouched_for_ones_own_stays_switched_off(
    loaded: Session, cast: Cast, register: Register
) -> None:
    open_accounts(loaded, actor=command_actor(), password=PASSWORD)
    recorder = loaded.scalars(select(User).where(User.email == RECORDER.email)).one()
    register.save(UserSession(token_hash="0" * 64, user_id=recorder.id))
    moment = register.moment(register.initiative("Ours", register.department("Depot")), TODAY)
    register.save(Confirmation(moment_id=moment.id, user_id=recorder.id))
    loaded.rollback()
    remove_sample(loaded, actor=cast.ada)
    loaded.commit()
    kept = loaded.scalars(select(User).where(User.email == RECORDER.email)).one()
    assert (kept.is_sample, kept.is_disabled) == (False, True)
    assert count(loaded, UserSession) == 0
    assert count(loaded, Confirmation) == 1


def test_the_account_that_removes_it_stays(loaded: Session) -> None:
    open_accounts(loaded, actor=command_actor(), password=PASSWORD)
    loaded.commit()
    marion = loaded.scalars(select(User).where(User.role == "admin")).one()
    remove_sample(loaded, actor=actor_of(marion))
    loaded.commit()
    assert [(each.name, each.is_sample) for each in loaded.scalars(select(User))] == [
        ("Marion Ellery", False)
    ]


def test_where_there_is_no_sample_nothing_is_removed(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        remove_sample(session, actor=cast.ada)


def test_a_password_of_the_demo_opens_no_register_that_has_accounts(loaded: Session, cast: Cast) -> None:
    assert open_accounts(loaded, actor=cast.ada, password=PASSWORD) == ()
    assert count(loaded, User, User.password_hash.is_not(None)) == 0


def test_removing_takes_the_same_queries_however_much_was_added(
    loaded: Session, cast: Cast, register: Register
) -> None:
    from tests.counting import counting

    def sent() -> int:
        loaded.rollback()
        with counting(loaded.get_bind().engine) as statements:
            removal(loaded, cast.ada.user_id)
        return len(statements)

    own_pilot(loaded, cast.alice)
    before = sent()
    for at in range(6):
        register.initiative(f"Ours {at}", department(loaded, "CLM"), department(loaded, "PRI"))
        loaded.rollback()
    assert sent() == before
