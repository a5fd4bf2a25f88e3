"""What if we stop these? The numbers with and without chosen initiatives; nothing is written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tracker import clock
from tracker.models.audit import AuditEntry
from tracker.models.people import Person
from tracker.services.actors import Actor


@pytest.fixture
def alice(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    sign_in(client, engine, cast.alice.user_id)
    return client


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


def test_the_lost_pairs_are_named_and_counted(alice: FlaskClient, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(10))
    register.initiative("Sales desk", claims, sales, start=days_ago(10))
    page = alice.get("/what-if", query_string={"stop": desk.public_id}).text
    assert "Without this one: 2 → 1 of 3 department pairs works together." in page
    assert "1 pair would no longer work together" in page
    assert page.index("Claims and Legal") > page.index("1 pair would no longer work together")
    assert "The track as it would be" in page


def test_several_are_stopped_together(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    ids = [register.initiative(f"Desk {at}", claims, legal, start=days_ago(10)).public_id for at in range(2)]
    alone = alice.get("/what-if", query_string={"stop": ids[0]}).text
    assert "Without this one: 1 → 1 of 1" in alone
    assert "Without these two: 1 → 0 of 1" in alice.get("/what-if", query_string={"stop": ids}).text
    assert "Without these two: 1 → 0 of 1" in alice.get(f"/what-if?stop={','.join(ids)}").text


def test_a_pair_that_others_hold_as_firmly_does_not_change(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    first = register.initiative("First desk", claims, legal, start=days_ago(10))
    register.initiative("Second desk", claims, legal, start=days_ago(10))
    assert "No pair would change" in alice.get(f"/what-if?stop={first.public_id}").text


def test_momentum_goes_on_without_what_they_add(alice: FlaskClient, register: Register) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    register.moment(desk, clock.today())
    page = alice.get(f"/what-if?stop={desk.public_id}").text
    assert "Momentum is 0.7." in page
    assert "−0.7" in page


def test_the_list_offers_live_initiatives_of_two_and_the_search_narrows_it(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(10))
    register.initiative("Quiet desk", claims, legal, start=days_ago(200))
    register.initiative("Lone desk", claims, start=days_ago(10))
    page = alice.get("/what-if").text
    assert "Storm desk" in page
    assert "Quiet desk" not in page
    assert "Lone desk" not in page
    assert "No live initiative has these words" in alice.get("/what-if?q=nothing").text
    chosen = alice.get("/what-if", query_string={"q": "nothing", "stop": desk.public_id}).text
    assert f'value="{desk.public_id}" checked' in chosen, "what is chosen stays chosen"


@pytest.mark.parametrize("stop", ["nobody", "", ",,,", "x" * 500])
def test_what_is_no_live_initiative_stops_nothing(alice: FlaskClient, register: Register, stop: str) -> None:
    register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    page = alice.get("/what-if", query_string={"stop": stop}).text
    assert "What if we stop or start some of these?" in page


def test_nothing_live_says_so(alice: FlaskClient) -> None:
    assert "No initiative of two departments is live" in alice.get("/what-if").text


def test_a_past_day_has_its_own_initiatives(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Old desk", claims, legal, start=days_ago(300), ended_on=days_ago(250))
    assert "Old desk" in alice.get(f"/what-if?on={days_ago(280)}").text
    assert alice.get("/what-if?on=yesterday").status_code == 422


def test_an_initiative_leads_here_with_itself_chosen(alice: FlaskClient, register: Register) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    assert f"/what-if?stop={desk.public_id}" in alice.get(f"/initiatives/{desk.public_id}").text


def test_nothing_is_written(alice: FlaskClient, engine: Engine, register: Register) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    with Session(engine) as session:
        before = session.scalar(select(func.count(AuditEntry.id)))
    alice.get(f"/what-if?stop={desk.public_id}")
    with Session(engine) as session:
        assert session.scalar(select(func.count(AuditEntry.id))) == before
    assert "1 of 1 department pair works together" in alice.get("/").text.replace("</a>", "")


def test_what_is_recorded_and_has_not_begun_can_be_started(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    later = register.initiative(
        "Later desk", claims, legal, start=days_ago(-20), lead=register.person("Priya Raman")
    )
    proposed = register.initiative("Proposed desk", claims, legal, start=None)
    register.initiative("Live desk", claims, legal, start=days_ago(100))  # nobody was heard from for too long
    register.initiative("Past desk", claims, legal, start=days_ago(50), ended_on=days_ago(20))
    page = alice.get("/what-if").text
    for title, offered in (
        ("Later desk", True),
        ("Proposed desk", True),
        ("Live desk", False),
        ("Past desk", False),
    ):
        assert (title in page) == offered
    told = alice.get("/what-if", query_string={"start": later.public_id}).text
    assert "With this one: 0 → 1 of 1 department pair works together." in told
    assert "1 pair would begin to work together" in told
    assert f'value="{later.public_id}" checked' in told
    both = alice.get("/what-if", query_string={"start": [later.public_id, proposed.public_id]}).text
    assert "With these two: 0 → 1 of 1" in both


def test_a_draft_is_typed_and_stands_in_an_address_that_can_be_sent_on(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    priya = register.person("Priya Raman")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(10))
    form = {
        "departments": [legal.public_id, sales.public_id],
        "lead": priya.public_id,
        "stop": desk.public_id,
        "q": "",
    }
    sent = alice.get("/what-if", query_string=form)
    assert sent.status_code == 303
    address = sent.headers["Location"].replace("%2C", ",").replace("%3A", ":")
    assert f"draft={legal.public_id},{sales.public_id}:{priya.public_id}" in address
    assert "departments=" not in address
    page = alice.get(sent.headers["Location"]).text
    assert "Without one and with one more: 1 → 1 of 3 department pairs works together." in page
    assert "1 pair would no longer work together, 1 would begin to" in page
    assert "1 draft, not written anywhere" in page
    assert "led by Priya Raman" in page
    assert f'name="draft" value="{legal.public_id},{sales.public_id}:{priya.public_id}"' in page, (
        "more can be added"
    )
    assert "A start earns no points" in page


def test_a_form_without_a_draft_asks_about_what_is_ticked(alice: FlaskClient, register: Register) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"), start=days_ago(10))
    sent = alice.get("/what-if", query_string={"stop": desk.public_id, "lead": "", "q": ""})
    assert sent.headers["Location"] == f"/what-if?stop={desk.public_id}"


def test_a_draft_can_be_left_out_and_started(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    page = alice.get("/what-if", query_string={"draft": f"{claims.public_id},{legal.public_id}"}).text
    plain = page.replace("%2C", ",").replace("&amp;", "&")
    assert f'href="/initiatives/new?departments={claims.public_id},{legal.public_id}' in plain
    assert 'href="/what-if" aria-label="Leave out the draft of Claims and Legal"' in plain


@pytest.mark.parametrize("draft", ["", ":", ",,:x", "x" * 300, "nobody,nothing:nobody", ":nobody"])
def test_a_draft_of_nothing_changes_nothing(alice: FlaskClient, register: Register, draft: str) -> None:
    register.departments("Claims", "Legal")
    answer = alice.get("/what-if", query_string={"draft": draft})
    assert answer.status_code == 200
    assert "1 pair would begin" not in answer.text


def test_a_draft_of_one_department_says_that_it_moves_neither_number(
    alice: FlaskClient, register: Register
) -> None:
    claims, _ = register.departments("Claims", "Legal")
    page = alice.get("/what-if", query_string={"draft": claims.public_id}).text
    assert "With one department it would move neither number." in page
    assert "No pair would change" in page


def test_what_a_sponsor_would_lead_is_shown_to_the_office_and_to_that_sponsor(
    app: Flask, alice: FlaskClient, engine: Engine, register: Register, cast: Cast, session: Session
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    bob = session.scalars(select(Person).where(Person.id == cast.bob.person_id)).one()
    priya = register.person("Priya Raman")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(10), lead=bob)
    asked = {"stop": desk.public_id, "draft": f"{claims.public_id},{legal.public_id}:{priya.public_id}"}

    def leading(actor: Actor) -> str:
        client = app.test_client()
        sign_in(client, engine, actor.user_id)
        page = client.get("/what-if", query_string=asked).text
        return page[page.index('id="what_if-result"') : page.index('id="what_if-moved"')]

    for actor, seen in (
        (cast.alice, {"Bob Hale", "Priya Raman"}),
        (cast.bob, {"Bob Hale"}),
        (cast.dora, set()),
        (cast.charlie, set()),
    ):
        page = leading(actor)
        assert {name for name in ("Bob Hale", "Priya Raman") if name in page} == seen
        assert ("Who leads how many" in page) == bool(seen)


def test_nobody_signed_in_sees_it(app: Flask) -> None:
    assert app.test_client().get("/what-if").status_code in (302, 303)


def test_it_takes_the_same_queries_with_twice_the_initiatives(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    asked: dict[str, list[str]] = {"stop": [], "start": [], "draft": []}

    def fill(round_: int) -> int:
        a, b = register.departments(f"Claims {round_}", f"Legal {round_}")
        lead = register.person(f"Sponsor {round_}")
        asked["stop"].append(
            register.initiative(f"Pilot {round_}", a, b, start=days_ago(8), lead=lead).public_id
        )
        asked["start"].append(register.initiative(f"Plan {round_}", a, b, start=days_ago(-8)).public_id)
        asked["draft"].append(f"{a.public_id},{b.public_id}:{lead.public_id}")
        alice.get("/what-if", query_string=asked)
        with counting(engine) as sent:
            alice.get("/what-if", query_string=asked)
        return len(sent)

    assert fill(1) == fill(2)
