"""What is in the bin can come back for a month; after that an administrator may remove it for good."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.audit import AuditEntry
from tracker.models.base import utc_now
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.queries.bin import binned_rows, count_binned
from tracker.services.bin import find_binned, remove_for_good
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.initiatives import bin_initiative
from tracker.services.sponsors import bin_sponsor

LONG_AGO = timedelta(days=30, hours=1)


def test_the_bin_says_what_is_in_it_and_who_put_it_there(
    session: Session, cast: Cast, register: Register
) -> None:
    made = register.initiative("Storm desk", register.department("Claims"))
    priya = register.person("Priya")
    bin_initiative(session, actor=cast.alice, public_id=made.public_id)
    session.commit()
    bin_sponsor(session, actor=cast.ada, public_id=priya.public_id)
    session.commit()
    rows = binned_rows(session)
    assert [(row.kind, row.name, row.who) for row in rows] == [
        ("sponsor", "Priya", "Ada Admin"),
        ("initiative", "Storm desk", "Alice Office"),
    ]
    assert count_binned(session) == 2
    assert [row.name for row in binned_rows(session, limit=1, offset=1)] == ["Storm desk"]


def test_nothing_goes_for_good_within_a_month(session: Session, cast: Cast, register: Register) -> None:
    made = register.initiative("Storm desk", binned_at=utc_now() - timedelta(days=29))
    with pytest.raises(InvalidInput, match="30 days"):
        remove_for_good(session, actor=cast.ada, kind="initiative", public_id=made.public_id, now=utc_now())


def test_after_a_month_a_record_goes_with_what_belongs_to_it(
    session: Session, cast: Cast, register: Register
) -> None:
    made = register.initiative("Storm desk", register.department("Claims"), binned_at=utc_now() - LONG_AGO)
    register.moment(made, date(2026, 2, 1))
    remove_for_good(session, actor=cast.ada, kind="initiative", public_id=made.public_id, now=utc_now())
    session.commit()
    assert session.scalars(select(Initiative)).all() == []
    assert session.scalars(select(Moment)).all() == []
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.actor_name, last.action, last.label) == ("Ada Admin", "deleted", "Storm desk")


def test_a_record_that_others_refer_to_stays_in_the_bin(
    session: Session, cast: Cast, register: Register
) -> None:
    claims = register.department("Claims", binned_at=utc_now() - LONG_AGO)
    register.initiative("Storm desk", claims)
    with pytest.raises(InvalidInput, match="Other records"):
        remove_for_good(session, actor=cast.ada, kind="department", public_id=claims.public_id, now=utc_now())


@pytest.mark.parametrize(("kind", "public_id"), [("initiative", "nothing"), ("account", "nothing")])
def test_what_is_not_in_the_bin_is_not_found(
    session: Session, cast: Cast, register: Register, kind: str, public_id: str
) -> None:
    made = register.initiative("Storm desk")
    with pytest.raises(NotFound):
        find_binned(session, cast.alice, kind, public_id)
    with pytest.raises(NotFound):
        find_binned(session, cast.alice, "initiative", made.public_id)


def test_only_administrators_remove_and_only_the_office_looks(
    session: Session, cast: Cast, register: Register
) -> None:
    made = register.initiative("Storm desk", binned_at=utc_now() - LONG_AGO)
    call = {"kind": "initiative", "public_id": made.public_id}
    for actor in (cast.alice, cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            remove_for_good(session, actor=actor, now=utc_now(), **call)
    for actor in (cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            find_binned(session, actor, **call)
