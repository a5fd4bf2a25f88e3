"""Sponsors are added, edited and binned; past work keeps the names it was done under."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale
from tracker.services.sponsors import (
    SponsorPlan,
    add_sponsor,
    bin_sponsor,
    edit_sponsor,
    find_sponsor,
    restore_sponsor,
)


def test_a_sponsor_has_a_title_and_a_home(session: Session, cast: Cast, register: Register) -> None:
    claims = register.department("Claims")
    plan = SponsorPlan("Priya Raman", title="Claims Director", department=claims.public_id)
    added = add_sponsor(session, actor=cast.alice, plan=plan)
    session.commit()
    found = find_sponsor(session, cast.charlie, added.public_id)
    assert found.department is not None
    assert (found.title, found.department.name) == ("Claims Director", "Claims")


@pytest.mark.parametrize(
    ("field", "plan"),
    [
        ("name", SponsorPlan("")),
        ("name", SponsorPlan("x" * 121)),
        ("name", SponsorPlan("bob hale", title="claims director")),
        ("title", SponsorPlan("Priya", title="\0")),
        ("department", SponsorPlan("Priya", department="nowhere")),
        ("department", SponsorPlan("Priya", department="\ud800")),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    session: Session, cast: Cast, field: str, plan: SponsorPlan
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_sponsor(session, actor=cast.alice, plan=plan)
    assert list(refused.value.errors) == [field]


def test_two_people_of_one_name_are_told_apart_by_their_titles(session: Session, cast: Cast) -> None:
    added = add_sponsor(session, actor=cast.alice, plan=SponsorPlan("Bob Hale", title="Legal Counsel"))
    session.commit()
    assert find_sponsor(session, cast.alice, added.public_id).title == "Legal Counsel"


def test_an_edit_is_saved_once(session: Session, cast: Cast, register: Register) -> None:
    priya = register.person("Priya")
    plan = SponsorPlan("Priya Raman", title="Chief Claims Officer")
    edit_sponsor(session, actor=cast.alice, public_id=priya.public_id, version=1, plan=plan)
    session.commit()
    assert find_sponsor(session, cast.alice, priya.public_id).title == "Chief Claims Officer"
    with pytest.raises(Stale) as stale:
        edit_sponsor(session, actor=cast.ada, public_id=priya.public_id, version=1, plan=SponsorPlan("P"))
    assert stale.value.current["title"] == "Chief Claims Officer"


def test_a_sponsor_nobody_refers_to_goes_to_the_bin_and_comes_back(
    session: Session, cast: Cast, register: Register
) -> None:
    priya = register.person("Priya")
    bin_sponsor(session, actor=cast.alice, public_id=priya.public_id)
    session.commit()
    with pytest.raises(NotFound):
        find_sponsor(session, cast.bob, priya.public_id)
    restore_sponsor(session, actor=cast.alice, public_id=priya.public_id)
    session.commit()
    assert find_sponsor(session, cast.bob, priya.public_id).name == "Priya"


def test_a_sponsor_whose_name_is_carried_stays(session: Session, cast: Cast, register: Register) -> None:
    priya = register.person("Priya")
    register.initiative("Storm desk", *register.departments("Claims", "Legal"), lead=priya)
    register.account("Priya", "sponsor", person_id=priya.id)
    with pytest.raises(InvalidInput, match="for the sake of 1 initiative and 1 account"):
        bin_sponsor(session, actor=cast.alice, public_id=priya.public_id)


def test_only_the_office_shapes_sponsors(session: Session, cast: Cast, register: Register) -> None:
    priya = register.person("Priya")
    for actor in (cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            add_sponsor(session, actor=actor, plan=SponsorPlan("Sam"))
        with pytest.raises(Forbidden):
            edit_sponsor(session, actor=actor, public_id=priya.public_id, version=1, plan=SponsorPlan("Sam"))
        with pytest.raises(Forbidden):
            bin_sponsor(session, actor=actor, public_id=priya.public_id)
