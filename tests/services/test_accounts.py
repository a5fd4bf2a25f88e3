"""Administration of accounts: invite, change, let in, disable, and who must not."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.accounts import OneTimeLink, User, UserSession
from tracker.models.audit import AuditEntry
from tracker.models.recording import RecordingSession
from tracker.models.settings import Organisation
from tracker.queries.accounts import count_confirmers
from tracker.services import accounts
from tracker.services.accounts import AccountPlan
from tracker.services.actors import Actor, actor_of
from tracker.services.errors import Forbidden, InvalidInput, NotFound, ServiceError, Stale
from tracker.services.own_account import account_of_link, change_password, use_link
from tracker.services.passwords import hash_password, verify_password
from tracker.services.sessions import hash_of
from tracker.services.sign_in import VISITOR

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
PLAN = AccountPlan("Erin Else", "erin@example.org", "member")


def invited(session: Session, cast: Cast, plan: AccountPlan = PLAN) -> tuple[User, str]:
    made = accounts.invite(session, actor=cast.ada, plan=plan)
    session.commit()
    return made


def plan_of(user: User, **changes: str) -> AccountPlan:
    given = {"name": user.name, "email": user.email, "role": user.role}
    return AccountPlan(**(given | changes))


def account(session: Session, actor: Actor) -> User:
    session.rollback()
    return session.get_one(User, actor.user_id)


def session_of(register: Register, actor: Actor, token: str) -> None:
    register.save(UserSession(token_hash=hash_of(token), user_id=actor.user_id))


def sessions(session: Session, actor: Actor) -> int:
    session.rollback()
    return session.scalar(select(func.count(UserSession.id)).where(UserSession.user_id == actor.user_id)) or 0


# inviting


def test_an_invitation_opens_an_account_without_a_password_and_keeps_only_the_hash_of_its_link(
    session: Session, cast: Cast
) -> None:
    user, token = invited(session, cast)
    assert (user.role, user.password_hash) == ("member", None)
    (kept,) = session.scalars(select(OneTimeLink))
    assert token not in kept.token_hash
    assert kept.token_hash == hash_of(token)


def test_an_invitation_without_a_name_takes_it_from_the_address(session: Session, cast: Cast) -> None:
    user, _ = invited(session, cast, AccountPlan("", "Grace.Hopper@Example.org", "viewer"))
    assert (user.name, user.email) == ("Grace Hopper", "grace.hopper@example.org")


def test_the_invited_person_sets_name_and_password_and_the_link_is_used_up(
    session: Session, cast: Cast
) -> None:
    user, token = invited(session, cast)
    use_link(session, actor=VISITOR, token=token, name="Erin E. Else", password="three plain words")
    session.commit()
    found = session.get_one(User, user.id)
    assert found.name == "Erin E. Else"
    assert verify_password(found.password_hash, "three plain words")
    with pytest.raises(NotFound):
        account_of_link(session, token)


def test_a_link_is_too_old_after_a_week(session: Session, cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        _, token = invited(session, cast)
    with time_machine.travel(NOON + timedelta(days=6, hours=23), tick=False):
        assert account_of_link(session, token).email == "erin@example.org"
    with time_machine.travel(NOON + timedelta(days=7), tick=False), pytest.raises(NotFound):
        account_of_link(session, token)


def test_a_second_link_ends_the_first(session: Session, cast: Cast) -> None:
    user, first = invited(session, cast)
    _, second = accounts.let_in(session, actor=cast.ada, public_id=user.public_id)
    session.commit()
    assert account_of_link(session, second).id == user.id
    with pytest.raises(NotFound):
        account_of_link(session, first)


@pytest.mark.parametrize("password", ["short", "passwordpassword1", "erin@example.org", "aaaaaaaaaaaaaaa"])
def test_a_weak_password_is_refused_and_the_link_still_works(
    session: Session, cast: Cast, password: str
) -> None:
    _, token = invited(session, cast)
    with pytest.raises(InvalidInput) as refused:
        use_link(session, actor=VISITOR, token=token, name="Erin", password=password)
    assert set(refused.value.errors) == {"password"}
    session.rollback()
    assert account_of_link(session, token)


@pytest.mark.parametrize(
    "email", ["", "erin", "erin@", "@example.org", "a@b@c", "erin else@example.org", "e\nrin@example.org"]
)
def test_what_is_no_address_is_refused(session: Session, cast: Cast, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        accounts.invite(session, actor=cast.ada, plan=AccountPlan("Erin", email, "member"))
    assert "email" in refused.value.errors


def test_an_address_has_one_account(session: Session, cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        accounts.invite(session, actor=cast.ada, plan=AccountPlan("", "DORA@example.org", "viewer"))
    assert "Dora Member" in refused.value.errors["email"]


def test_a_sponsor_has_one_account(session: Session, cast: Cast, register: Register) -> None:
    priya = register.person()
    first, _ = invited(session, cast, AccountPlan("Priya", "priya@example.org", "sponsor", priya.public_id))
    assert first.person_id == priya.id
    plan = AccountPlan("Other", "other@example.org", "sponsor", priya.public_id)
    with pytest.raises(InvalidInput) as refused:
        accounts.invite(session, actor=cast.ada, plan=plan)
    assert "person" in refused.value.errors


@pytest.mark.parametrize("field", ["person", "department"])
def test_a_link_to_nobody_is_refused(session: Session, cast: Cast, field: str) -> None:
    plan = AccountPlan("Erin", "erin@example.org", "member", **{field: "nobody"})
    with pytest.raises(InvalidInput) as refused:
        accounts.invite(session, actor=cast.ada, plan=plan)
    assert set(refused.value.errors) == {field}


# changing


def test_a_change_is_saved_with_its_audit_line(session: Session, cast: Cast) -> None:
    dora = account(session, cast.dora)
    accounts.change_account(
        session, actor=cast.ada, public_id=dora.public_id, version=1, plan=plan_of(dora, role="office")
    )
    session.commit()
    assert account(session, cast.dora).role == "office"
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.actor_name, entry.label, entry.changes) == (
        "Ada Admin",
        "Dora Member",
        {"role": ["member", "office"]},
    )


def test_a_stale_change_is_refused_with_what_stands(session: Session, cast: Cast) -> None:
    dora = account(session, cast.dora)
    public_id, plan = dora.public_id, plan_of(dora, name="Dora M.")
    accounts.change_account(session, actor=cast.ada, public_id=public_id, version=1, plan=plan)
    session.commit()
    with pytest.raises(Stale) as stale:
        accounts.change_account(session, actor=cast.ada, public_id=public_id, version=1, plan=plan)
    assert (stale.value.current["name"], stale.value.current["version"]) == ("Dora M.", "2")


def test_nobody_changes_their_own_role_or_disables_themselves(session: Session, cast: Cast) -> None:
    ada = account(session, cast.ada)
    public_id, plan = ada.public_id, plan_of(ada, role="viewer")
    with pytest.raises(InvalidInput) as refused:
        accounts.change_account(session, actor=cast.ada, public_id=public_id, version=1, plan=plan)
    assert set(refused.value.errors) == {"role"}
    session.rollback()
    with pytest.raises(Forbidden):
        accounts.disable(session, actor=cast.ada, public_id=public_id)


@pytest.mark.parametrize("who", ["alice", "bob", "dora", "charlie"])
def test_only_administrators_administer(session: Session, cast: Cast, who: str) -> None:
    actor: Actor = getattr(cast, who)
    own = account(session, actor)
    public_id, plan = own.public_id, plan_of(own, role="admin")
    for attempt in (
        lambda: accounts.invite(session, actor=actor, plan=PLAN),
        lambda: accounts.change_account(session, actor=actor, public_id=public_id, version=1, plan=plan),
        lambda: accounts.let_in(session, actor=actor, public_id=public_id),
        lambda: accounts.disable(session, actor=actor, public_id=public_id),
        lambda: accounts.enable(session, actor=actor, public_id=public_id),
        lambda: accounts.end_all_sessions(session, actor=actor, public_id=public_id),
        lambda: accounts.rename_organisation(session, actor=actor, name="Mine", was=""),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert account(session, actor).role == actor.role


def test_two_administrators_who_take_each_others_role_leave_one(engine: Engine, register: Register) -> None:
    pair = [register.account(name, "admin") for name in ("Ada", "Grace")]
    plans = [
        (actor_of(pair[at]), pair[1 - at].public_id, plan_of(pair[1 - at], role="viewer")) for at in (0, 1)
    ]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def demote(actor: Actor, public_id: str, plan: AccountPlan) -> None:
        with RecordingSession(engine) as session:
            session.scalar(select(func.count(User.id)))  # both have read the page before either saves
            start.wait()
            try:
                accounts.change_account(session, actor=actor, public_id=public_id, version=1, plan=plan)
                session.commit()
                outcomes.append("saved")
            except ServiceError as refused:
                outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=demote, args=each) for each in plans]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["Forbidden", "saved"]
    register.session.rollback()
    left = register.session.scalar(select(func.count(User.id)).where(User.role == "admin"))
    assert left == 1


# disabling, letting in again


def test_disabling_ends_sessions_and_links_and_keeps_the_rest(
    session: Session, cast: Cast, register: Register
) -> None:
    session_of(register, cast.dora, "here")
    public_id = account(session, cast.dora).public_id
    _, token = accounts.let_in(session, actor=cast.ada, public_id=public_id)
    session.commit()
    accounts.disable(session, actor=cast.ada, public_id=public_id)
    session.commit()
    assert sessions(session, cast.dora) == 0
    assert account(session, cast.dora).is_disabled
    with pytest.raises(NotFound):
        account_of_link(session, token)
    with pytest.raises(InvalidInput):
        accounts.let_in(session, actor=cast.ada, public_id=public_id)
    session.rollback()
    accounts.enable(session, actor=cast.ada, public_id=public_id)
    session.commit()
    assert not account(session, cast.dora).is_disabled


def test_a_reset_link_changes_nothing_until_it_is_used_and_then_ends_every_session(
    session: Session, cast: Cast, register: Register
) -> None:
    erin = register.account("Erin Else", "member", password_hash=hash_password("the old plain words"))
    actor = actor_of(erin)
    session_of(register, actor, "here")
    _, token = accounts.let_in(session, actor=cast.ada, public_id=erin.public_id)
    session.commit()
    assert sessions(session, actor) == 1
    assert verify_password(account(session, actor).password_hash, "the old plain words")
    session.rollback()
    use_link(session, actor=VISITOR, token=token, name="Ignored", password="the new plain words")
    session.commit()
    assert sessions(session, actor) == 0
    assert account(session, actor).name == "Erin Else"
    assert verify_password(account(session, actor).password_hash, "the new plain words")


def test_links_and_ended_sessions_leave_audit_lines(session: Session, cast: Cast) -> None:
    public_id = account(session, cast.dora).public_id
    accounts.let_in(session, actor=cast.ada, public_id=public_id)
    accounts.end_all_sessions(session, actor=cast.ada, public_id=public_id)
    session.commit()
    told = session.execute(
        select(AuditEntry.actor_name, AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2)
    ).all()
    assert {tuple(each) for each in told} == {
        ("Ada Admin", "made another invitation link"),
        ("Ada Admin", "signed the account out everywhere"),
    }


# one's own password


def test_a_new_password_ends_the_other_sessions(session: Session, register: Register) -> None:
    erin = register.account("Erin Else", "member", password_hash=hash_password("the old plain words"))
    actor = actor_of(erin)
    for token in ("here", "there", "elsewhere"):
        session_of(register, actor, token)
    change_password(
        session,
        actor=actor,
        current="the old plain words",
        new="the new plain words",
        address="10.0.0.1",
        token="here",
    )
    session.commit()
    left = session.scalars(select(UserSession.token_hash)).all()
    assert left == [hash_of("here")]
    assert verify_password(account(session, actor).password_hash, "the new plain words")


# the organisation, and who may vouch


def test_the_organisation_is_renamed_unless_somebody_did_meanwhile(session: Session, cast: Cast) -> None:
    accounts.rename_organisation(session, actor=cast.ada, name=" Harbour ", was="")
    session.commit()
    assert session.get_one(Organisation, 1).name == "Harbour"
    with pytest.raises(Stale) as stale:
        accounts.rename_organisation(session, actor=cast.ada, name="Bay", was="")
    assert stale.value.current == {"name": "Harbour"}


def test_people_of_the_sample_who_never_sign_in_vouch_for_nobody(
    session: Session, register: Register
) -> None:
    register.account("Ada", "admin", password_hash="set")
    register.account("Josie", "member", is_sample=True)
    assert count_confirmers(session) == 1
    register.account("Invited", "member")
    session.rollback()
    assert count_confirmers(session) == 2
