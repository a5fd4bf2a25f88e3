"""What the objects of a portfolio become: who vouched, which lesson, which order, which state."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tests.services.importing import (
    NEAR_MISS,
    TODAY,
    WIN,
    WORK,
    bring,
    exported,
    look,
    portfolio,
)
from tracker.models.initiatives import Initiative, Update
from tracker.models.moments import Confirmation, Lesson, Moment
from tracker.models.people import Person
from tracker.queries import facts
from tracker.services.exports import portfolio_document


def test_confirmed_by_import_names_nobody(session: Session) -> None:
    bring(session, portfolio(events=[WIN]))
    assert session.scalar(select(Moment.is_confirmed)) is True
    assert session.scalar(select(func.count(Confirmation.id))) == 0


def test_of_whom_an_update_asks_something_goes_out_and_comes_back(session: Session) -> None:
    said = {"date": "2025-03-01", "text": "Stuck: a second desk would help."}
    asking = {**said, "asked_of": "raman"}
    bring(session, portfolio(initiatives=[{**WORK, "activity": ["2025-02-01", asking]}]))
    assert session.scalars(
        select(Person.external_id).join(Update, Update.asked_of_id == Person.id)
    ).all() == ["raman"]
    whole = portfolio_document(session)
    assert whole["initiatives"][0]["activity"] == [{"date": "2025-02-01", "text": ""}, asking]
    assert look(session, whole).unchanged == len(look(session, whole).rows)
    bring(session, portfolio(initiatives=[{**WORK, "activity": ["2025-02-01", said]}]))
    assert exported(session, "initiatives", "i1")["activity"][1] == asking, (
        "an older file does not say, so it stays"
    )
    other = {**said, "asked_of": "nobody"}
    plan = look(session, portfolio(initiatives=[{**WORK, "activity": [other]}]))
    assert [row.reason for row in plan.rows if row.action == "refused"] == [
        "There is no person “nobody” in this file or in the register."
    ]


def test_who_vouched_is_kept(session: Session) -> None:
    bring(session, portfolio(events=[{**WIN, "confirmed_by": ["raman"]}]))
    assert exported(session, "events", "e1")["confirmed_by"] == ["raman"]


def test_who_vouched_with_an_account_alone_stays(session: Session, register: Register) -> None:
    bring(session, portfolio(events=[WIN]))
    account = register.account("Dora Member", "member")
    register.save(Confirmation(moment_id=session.scalar(select(Moment.id)), user_id=account.id))
    session.rollback()
    bring(session, portfolio(events=[{**WIN, "confirmed_by": ["raman"]}]))
    bring(session, portfolio(events=[{**WIN, "confirmed_by": []}]))
    assert session.scalars(select(Confirmation.user_id)).all() == [account.id]


def test_a_near_miss_without_the_key_has_a_lesson_from_elsewhere(session: Session) -> None:
    bring(session, portfolio(events=[NEAR_MISS]))
    assert session.scalars(select(Lesson.tried)).all() == [""]


def test_a_near_miss_with_null_waits_for_its_lesson_and_takes_it_later(session: Session) -> None:
    bring(session, portfolio(events=[{**NEAR_MISS, "lesson": None}]))
    assert session.scalar(select(func.count(Lesson.id))) == 0
    bring(session, portfolio(events=[{**NEAR_MISS, "lesson": {"tried": "At peak."}}]))
    assert session.scalars(select(Lesson.tried)).all() == ["At peak."]
    bring(session, portfolio(events=[{**NEAR_MISS, "lesson": None}]))
    assert session.scalar(select(func.count(Lesson.id))) == 0


def test_an_event_not_confirmed_in_the_register_stays_so_when_the_file_does_not_say(session: Session) -> None:
    bring(session, portfolio(events=[{**WIN, "confirmed": False}]))
    assert bring(session, portfolio(events=[WIN])).updated == 0


def test_the_constants_become_a_new_version(session: Session) -> None:
    plan = bring(session, {"config": {"quiet_days": 60, "together": "2/4"}})
    assert plan.rows[0].changes == ("quiet_days: 90 → 60",)
    assert facts.load_settings(session).quiet_days == 60


def test_a_pause_is_kept_while_the_work_runs(session: Session) -> None:
    bring(session, portfolio(initiatives=[{**WORK, "status": "paused"}]))
    assert session.scalar(select(Initiative.status)) == "paused"
    document = portfolio(initiatives=[{**WORK, "status": "paused", "end": "2025-02-01"}])
    bring(session, document)
    assert session.scalar(select(Initiative.status)) == "finished"
    assert bring(session, document).updated == 0


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [(None, None, "proposed"), ("2030-01-01", None, "proposed"), ("2025-01-01", None, "live"), ("2025-01-01", "2025-02-01", "finished")],
)  # fmt: skip
def test_the_status_follows_from_the_dates(
    session: Session, start: str | None, end: str | None, status: str
) -> None:
    bring(session, {"initiatives": [{"id": "i1", "start": start, "end": end, "status": "on track"}]})
    assert session.scalar(select(Initiative.status)) == status


def test_no_register_vouches_for_days_to_come(session: Session) -> None:
    document = portfolio(initiatives=[{**WORK, "declared_until": "2030-01-01"}])
    plan = bring(session, document)
    assert exported(session, "initiatives", "i1")["declared_until"] == TODAY.isoformat()
    assert "“declared_until” ends today" in plan.warnings[0]
    assert bring(session, document).updated == 0


def test_an_unsafe_link_is_left_out_with_a_warning(session: Session) -> None:
    plan = bring(session, portfolio(initiatives=[{**WORK, "link": "javascript:alert(1)"}]))
    assert exported(session, "initiatives", "i1")["link"] == ""
    assert plan.warnings == ("A link begins with https://, http:// or mailto:; others were left out. (once)",)


def test_departments_merged_in_a_circle_are_kept(session: Session) -> None:
    merged = [{"id": "A", "merged_into": "B"}, {"id": "B", "merged_into": "A"}]
    bring(session, {"departments": merged})
    assert exported(session, "departments", "A")["merged_into"] == "B"


def test_initiatives_may_build_on_each_other_whatever_their_order(session: Session) -> None:
    bring(session, {"initiatives": [{"id": "a", "builds_on": ["b"], "scaled_into": "b"}, {"id": "b"}]})
    found = exported(session, "initiatives", "a")
    assert (found["builds_on"], found["scaled_into"]) == (["b"], "b")
    bring(session, {"initiatives": [{"id": "a", "builds_on": [], "scaled_into": None}]})
    found = exported(session, "initiatives", "a")
    assert (found["builds_on"], found["scaled_into"]) == ([], None)


def test_steps_keep_their_order_when_they_change(session: Session) -> None:
    bring(session, portfolio(journeys=[{"id": "j", "steps": ["CC", "CLM", "CC"]}]))
    bring(session, portfolio(journeys=[{"id": "j", "steps": ["CLM", {"department": "CC", "volume": 1320}]}]))
    steps = exported(session, "journeys", "j")["steps"]
    assert [(each["department"], each["volume"]) for each in steps] == [("CLM", None), ("CC", 1320)]


def test_a_lead_named_shortly_follows_the_dated_leads(session: Session) -> None:
    dated = [{"person": "raman", "to": "2025-02-01"}, {"person": "osei", "from": "2025-02-01"}]
    people = [{"id": "raman"}, {"id": "osei"}]
    bring(session, portfolio(people=people, initiatives=[{**WORK, "sponsor": "osei", "sponsors": dated}]))
    assert bring(session, portfolio(people=people, initiatives=[{**WORK, "sponsor": "osei"}])).updated == 0
    bring(session, portfolio(people=people, initiatives=[{**WORK, "sponsor": "raman"}]))
    sponsors = exported(session, "initiatives", "i1")["sponsors"]
    assert [(each["person"], each["from"], each["to"]) for each in sponsors] == [("raman", None, None)]


def test_a_department_in_the_bin_is_brought_back_and_work_stays_there(
    session: Session, register: Register
) -> None:
    binned = datetime(2026, 3, 1, tzinfo=UTC)
    register.department("Claims", external_id="CLM", binned_at=binned)
    register.initiative("Storm desk", external_id="i1", binned_at=binned)
    plan = bring(session, portfolio())
    actions = {row.external_id: (row.action, row.changes) for row in plan.rows}
    assert actions["CLM"] == ("update", ("brought back from the bin",))
    assert actions["i1"] == ("unchanged", ())
    assert "Stays in the bin: the initiative “Storm desk”. (once)" in plan.warnings


def test_a_new_department_with_a_name_that_is_taken_is_warned_of(
    session: Session, register: Register
) -> None:
    register.department("Claims", external_id="Claims")
    assert "There is a department called “Claims” already" in look(session, portfolio()).warnings[0]


def test_initiatives_of_one_department_are_counted(session: Session) -> None:
    alone = {"id": "i2", "members": [{"department": "CC"}, {"department": "CC", "joined": "2026-01-01"}]}
    assert look(session, portfolio(initiatives=[WORK, alone])).summary.one_department == 1


def test_twice_the_objects_take_the_same_queries(session: Session, engine: Engine) -> None:
    counts = []
    for size in (3, 30):
        work = [{**WORK, "id": f"{size}-{at}"} for at in range(size)]
        bring(
            session,
            portfolio(initiatives=work, events=[{**WIN, "id": f"e{size}", "initiative": f"{size}-0"}]),
        )
        with counting(engine) as sent:
            look(
                session,
                portfolio(initiatives=work, events=[{**WIN, "id": f"e{size}", "initiative": f"{size}-0"}]),
            )
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_the_order_of_the_objects_does_not_matter(session: Session) -> None:
    work = [WORK, {"id": "i2", "start": "2025-02-01", "members": ["CC", "CLM"], "builds_on": ["i1"]}]
    reuse = {"id": "e3", "initiative": "i2", "kind": "reuse", "of": "e2", "date": "2025-05-01"}
    moved = {"id": "e4", "initiative": "i1", "kind": "moved", "of": "e1", "date": "2025-05-01"}
    document = portfolio(initiatives=work, events=[WIN, NEAR_MISS, reuse, moved])
    bring(session, document)
    turned = {key: value[::-1] for key, value in reversed(document.items())}
    assert bring(session, turned).updated == 0
