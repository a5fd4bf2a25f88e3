"""Share links: made with a hash alone kept, ended, over after their day, and dead all alike."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker import clock
from tracker.models.audit import AuditEntry
from tracker.models.share_links import ShareLink
from tracker.queries.share_links import list_links
from tracker.services import share_links, sharing
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale, TooMany
from tracker.services.sign_in import ACCOUNT_LIMIT, VISITOR

PASSWORD = "three plain words"


@pytest.fixture
def target(register: Register) -> str:
    """A snapshot of two departments that work together."""
    register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    return register.snapshot(clock.today()).public_id


def make(session: Session, actor: Actor, target: str, **more: object) -> str:
    """Make a link; return its token."""
    asked = {"kind": "snapshot", "target": target, "days": 30, **more}
    _, token = share_links.create(session, actor=actor, **asked)  # type: ignore[arg-type]  # what a test asks for
    session.commit()
    return token


def allow(session: Session, cast: Cast, mode: str, origins: str = "") -> None:
    version = int(sharing.standing_sharing(session)["version"])
    sharing.allow(session, actor=cast.ada, mode=mode, origins=origins, version=version)
    session.commit()


def dead(session: Session, token: str) -> str:
    """Return what is said of a link that does not work."""
    with pytest.raises(NotFound) as refused:
        share_links.open_link(session, token)
    session.rollback()
    return str(refused.value)


def test_only_the_hash_of_a_token_is_kept_and_nothing_of_it_is_audited(
    session: Session, cast: Cast, target: str
) -> None:
    token = make(session, cast.bob, target, password=PASSWORD, note="The board")
    link = session.scalars(select(ShareLink)).one()
    assert len(token) >= 43, "256 bits"
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert str(link.password_hash).startswith("$argon2id$")
    line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (line.actor_name, line.action, line.kind) == ("Bob Hale", "created", "share link")
    assert "token_hash" not in line.changes
    assert line.changes["password_hash"] == [None, "set"]


def test_a_link_opens_its_snapshot_until_its_last_day(session: Session, cast: Cast, target: str) -> None:
    token = make(session, cast.alice, target, days=7)
    assert share_links.open_link(session, token).target == target
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, minutes=1), tick=False):
        assert dead(session, token) == share_links.DEAD


def test_unknown_altered_revoked_and_switched_off_are_told_alike(
    session: Session, cast: Cast, target: str
) -> None:
    token, revoked = make(session, cast.alice, target), make(session, cast.alice, target)
    first = list_links(session)[0]
    share_links.revoke(session, actor=cast.alice, public_id=first.public_id)
    session.commit()
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert {dead(session, each) for each in ("", "nothing", altered, revoked)} == {share_links.DEAD}
    allow(session, cast, "off")
    assert dead(session, token) == share_links.DEAD
    allow(session, cast, "open")
    assert share_links.open_link(session, token).mode == "open"


def test_no_link_is_made_while_they_are_switched_off(session: Session, cast: Cast, target: str) -> None:
    allow(session, cast, "off")
    with pytest.raises(Forbidden, match="switched off"):
        make(session, cast.alice, target)


def test_members_make_none_and_sponsors_end_their_own_alone(
    session: Session, cast: Cast, target: str
) -> None:
    with pytest.raises(Forbidden):
        make(session, cast.dora, target)
    make(session, cast.alice, target)
    theirs = list_links(session)[0].public_id
    with pytest.raises(NotFound):
        share_links.revoke(session, actor=cast.bob, public_id=theirs)
    session.rollback()
    make(session, cast.bob, target)
    own = list_links(session, made_by=cast.bob.user_id)
    assert len(own) == 1
    share_links.revoke(session, actor=cast.bob, public_id=own[0].public_id)
    session.commit()
    assert list_links(session, made_by=cast.bob.user_id)[0].state == "revoked"
    line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert line.action == "revoked"


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"days": 0}, "days"), ({"days": 366}, "days"), ({"password": "short"}, "password"), ({"note": "x" * 201}, "note")],
)  # fmt: skip
def test_what_cannot_be_a_link_is_refused(
    session: Session, cast: Cast, target: str, asked: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(session, cast.alice, target, **asked)
    assert set(refused.value.errors) == {field}


def test_nothing_else_can_be_shared(session: Session, cast: Cast, target: str) -> None:
    for asked in ({"target": "nothing"}, {"kind": "initiative"}):
        with pytest.raises(NotFound):
            make(session, cast.alice, **{"target": target, **asked})


def test_a_presentation_can_be_shared_and_one_in_the_bin_cannot(
    session: Session, cast: Cast, register: Register
) -> None:
    shown = register.presentation("The year in one minute")
    binned = register.presentation("Last year", binned_at=datetime(2026, 1, 5, tzinfo=UTC))
    make(session, cast.bob, shown.public_id, kind="presentation")
    found = list_links(session, made_by=cast.bob.user_id)[0]
    assert (found.kind, found.title, found.state) == ("presentation", "The year in one minute", "live")
    with pytest.raises(NotFound):
        make(session, cast.bob, binned.public_id, kind="presentation")


def test_a_password_is_asked_ten_times_and_then_waits(session: Session, cast: Cast, target: str) -> None:
    token = make(session, cast.alice, target, password=PASSWORD)

    def try_with(password: str) -> share_links.Opened:
        try:
            return share_links.unlock(
                session, actor=VISITOR, token=token, password=password, address="10.0.0.1"
            )
        finally:
            session.commit()

    assert try_with(PASSWORD).target == target
    for _ in range(ACCOUNT_LIMIT):
        with pytest.raises(InvalidInput):
            try_with("another password")
    with pytest.raises(TooMany):
        try_with(PASSWORD)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16), tick=False):
        assert try_with(PASSWORD).target == target


def test_a_link_without_a_password_takes_none(session: Session, cast: Cast, target: str) -> None:
    token = make(session, cast.alice, target)
    with pytest.raises(NotFound):
        share_links.unlock(session, actor=VISITOR, token=token, password="", address="10.0.0.1")


def test_only_an_administrator_allows_links_and_never_over_another_s_save(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(Forbidden):
        sharing.allow(session, actor=cast.alice, mode="open", origins="", version=0)
    allow(session, cast, "open", "https://intranet.example.org/\n\nhttp://localhost:8001")
    assert (
        sharing.standing_sharing(session)["origins"] == "https://intranet.example.org\nhttp://localhost:8001"
    )
    line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (line.kind, line.changes["mode"]) == ("sharing", [None, "open"])
    with pytest.raises(Stale):
        sharing.allow(session, actor=cast.ada, mode="off", origins="", version=0)


@pytest.mark.parametrize(
    "text",
    [
        "http://intranet.example.org",
        "https://*.example.org",
        "https://example.org/page",
        "https://user@example.org",
        "https://example.org; script-src *",
        "https://example.org'",
        "https://exämple.org",
        "javascript:alert(1)",
        "'self'",
        "*",
        "https://",
        "https://example.org:99999",
        "https://example.org?x",
    ],
)
def test_what_is_no_origin_never_reaches_a_header(text: str) -> None:
    checks = Checks()
    assert sharing.check_origins(checks, f"https://fine.example.org\n{text}") == ["https://fine.example.org"]
    assert "https://intranet.example.org" in checks.errors["origins"]
