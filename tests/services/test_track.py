"""New departments find their place on the track, and nobody placed before moves against the others."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.services.track import place_new_departments
from tracker.services.writing import open_write


def place(session: Session, cast: Cast) -> list[str]:
    """Place what is new, and return the departments in the order of the track."""
    open_write(session, cast.alice)
    place_new_departments(session)
    session.commit()
    return list(session.scalars(select(Department.name).order_by(Department.track_position)))


def test_partners_stand_side_by_side(session: Session, cast: Cast, register: Register) -> None:
    claims, legal, pricing, sales = register.departments("Claims", "Legal", "Pricing", "Sales")
    register.initiative("Storm desk", claims, pricing)
    register.initiative("Quote line", legal, sales)
    order = place(session, cast)
    apart = abs(order.index("Claims") - order.index("Pricing"))
    assert apart in (1, 3)  # neighbours on a loop of four


def test_a_newcomer_is_inserted_and_the_others_keep_their_order(
    session: Session, cast: Cast, register: Register
) -> None:
    register.departments("Claims", "Legal", "Pricing", "Sales")
    before = place(session, cast)
    new = register.department("Assistance")
    register.initiative(
        "Storm desk", new, session.scalars(select(Department).where(Department.name == "Legal")).one()
    )
    after = place(session, cast)
    assert [name for name in after if name != "Assistance"] == before
    assert abs(after.index("Assistance") - after.index("Legal")) in (1, 4)


def test_a_place_is_no_edit(session: Session, cast: Cast, register: Register) -> None:
    claims = register.department("Claims")
    place(session, cast)
    session.expire_all()
    found = session.get(Department, claims.id)
    assert found is not None
    assert (found.version, found.track_position) == (1, 0)
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "department")).all() == [
        "created"
    ]


def test_places_are_dense_above_the_number_that_is_ordered(
    session: Session, cast: Cast, register: Register
) -> None:
    with register.at_once():
        for at in range(65):
            register.department(f"Office {at:02}")
    register.department("Last")
    place(session, cast)
    assert sorted(session.scalars(select(Department.track_position))) == list(range(66))
