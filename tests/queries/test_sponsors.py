"""Sponsors: what they stand behind on a day, and what rests on one of them alone."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.models.initiatives import Sponsorship
from tracker.queries.moments import MomentFilters, list_moments
from tracker.queries.sponsors import count_sponsors, rests_on, sponsor_listing, sponsors_at, stands_behind

TODAY = date(2026, 3, 1)


def test_a_pair_rests_on_the_sponsor_who_alone_leads_what_holds_it(
    session: Session, register: Register
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    priya, sam = register.person("Priya"), register.person("Sam")
    register.initiative("Storm desk", claims, legal, lead=priya)
    register.initiative("Quote line", claims, sales, lead=priya)
    register.initiative("Quote letter", claims, sales, lead=sam)
    found = rests_on(session, "Priya", TODAY)
    assert [(each.a.name, each.b.name) for each in found] == [("Claims", "Legal")]
    assert [each.name for each in found[0].initiatives] == ["Storm desk"]
    assert rests_on(session, "Sam", TODAY) == ()


def test_what_two_people_lead_rests_on_neither(session: Session, register: Register) -> None:
    priya, sam = register.person("Priya"), register.person("Sam")
    made = register.initiative("Storm desk", *register.departments("Claims", "Legal"), lead=priya)
    register.save(Sponsorship(initiative_id=made.id, person_id=sam.id, role="lead"))
    assert rests_on(session, "Priya", TODAY) == ()


def test_work_is_led_now_stood_beside_or_of_other_days(session: Session, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    priya, sam = register.person("Priya"), register.person("Sam")
    register.initiative("Led", claims, legal, lead=priya)
    beside = register.initiative("Beside", claims, legal, lead=sam)
    register.save(Sponsorship(initiative_id=beside.id, person_id=priya.id, role="co"))
    register.initiative("Ended", claims, legal, lead=priya, ended_on=date(2026, 2, 1), status="finished")
    register.initiative("Ahead", claims, legal, lead=priya, start=date(2026, 4, 1), status="proposed")
    found = stands_behind(session, priya.id, TODAY)
    assert [each.title for each in found.leads] == ["Led"]
    assert [each.title for each in found.beside] == ["Beside"]
    assert {each.title for each in found.others} == {"Ended", "Ahead"}
    assert {each.title for each in stands_behind(session, priya.id, date(2026, 1, 20)).leads} == {
        "Led",
        "Ended",
    }


def test_the_list_searches_and_sorts_with_the_empty_last(session: Session, register: Register) -> None:
    claims = register.department("Claims")
    register.person("Zoe", title="Claims Director", department_id=claims.id)
    register.person("Adam")

    def named(q: str = "", sort: str = "name") -> list[str]:
        edges = sponsor_listing(session, q, sort).edges()
        return [row.name for row in sponsors_at(session, edges, TODAY)]

    assert named() == ["Adam", "Zoe"]
    for sort in ("title", "-title", "department", "-department"):
        assert named(sort=sort) == ["Zoe", "Adam"]
    assert named("claims") == ["Zoe"]
    assert count_sponsors(session, "director claims") == 1


def test_the_stream_narrows_to_the_work_a_sponsor_led_on_the_day(
    session: Session, register: Register
) -> None:
    priya, sam = register.person("Priya"), register.person("Sam")
    made = register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    change = date(2026, 2, 1)
    register.save(Sponsorship(initiative_id=made.id, person_id=priya.id, role="lead", to_on=change))
    register.save(Sponsorship(initiative_id=made.id, person_id=sam.id, role="lead", from_on=change))
    register.moment(made, date(2026, 1, 31), title="Under Priya")
    register.moment(made, change, title="Under Sam")
    found = list_moments(session, MomentFilters(sponsor=priya.public_id), TODAY)
    assert [each.title for each in found] == ["Under Priya"]
