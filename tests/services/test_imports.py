"""Portfolio JSON becomes records: created, updated, left alone, or refused with nothing changed."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.services.importing import (
    DEPARTMENTS,
    NEAR_MISS,
    OFFICE,
    TODAY,
    WIN,
    WORK,
    bring,
    exported,
    look,
    portfolio,
    refused,
    traces,
)
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.models.recording import RecordingSession
from tracker.queries import facts
from tracker.services.errors import Forbidden, InvalidInput
from tracker.services.exports import portfolio_document
from tracker.services.imports import ImportRefused, apply_import


def test_a_portfolio_becomes_records(session: Session) -> None:
    plan = bring(session, portfolio(events=[WIN, NEAR_MISS]))
    assert (plan.created, plan.updated, plan.unchanged, plan.refused) == (6, 0, 0, 0)
    work = exported(session, "initiatives", "i1")
    assert (work["title"], work["sponsor"], len(work["members"])) == ("Storm desk", "raman", 2)
    assert exported(session, "departments", "CLM")["name"] == "Claims"


def test_the_same_file_changes_nothing_the_second_time(session: Session) -> None:
    document = portfolio(events=[WIN, NEAR_MISS], config={"quiet_days": 60})
    bring(session, document)
    before = traces(session)
    plan = bring(session, document)
    assert (plan.created, plan.updated, plan.unchanged) == (0, 0, 7)
    assert traces(session) == before


def test_planning_changes_nothing(session: Session) -> None:
    before = traces(session)
    assert look(session, portfolio()).created == 4
    assert traces(session) == before


def test_a_changed_title_is_told_with_before_and_after(session: Session) -> None:
    bring(session, portfolio())
    plan = bring(session, portfolio(initiatives=[{**WORK, "title": "Storm calls"}]))
    (row,) = [row for row in plan.rows if row.action == "update"]
    assert (row.external_id, row.changes) == ("i1", ("title: Storm desk → Storm calls",))
    assert exported(session, "initiatives", "i1")["title"] == "Storm calls"


def test_what_the_file_does_not_state_is_left_alone(session: Session) -> None:
    bring(session, portfolio())
    bring(session, {"initiatives": [{"id": "i1", "description": "Calls go to one desk."}]})
    work = exported(session, "initiatives", "i1")
    assert (work["title"], work["start"], len(work["members"])) == ("Storm desk", "2025-01-10", 2)


def test_lists_that_the_file_states_replace_those_that_stood(session: Session) -> None:
    bring(session, portfolio(initiatives=[{**WORK, "activity": ["2025-02-01", "2025-03-01"]}]))
    members = [{"department": "CLM", "role": "lead", "left": "2025-05-01"}]
    bring(session, {"initiatives": [{"id": "i1", "members": members, "activity": ["2025-03-01"]}]})
    work = exported(session, "initiatives", "i1")
    assert [(each["department"], each["left"]) for each in work["members"]] == [("CLM", "2025-05-01")]
    assert work["activity"] == [{"date": "2025-03-01", "text": ""}]


def test_every_record_leaves_its_audit_line_under_the_actor(session: Session) -> None:
    bring(session, portfolio(events=[NEAR_MISS]))
    lines = session.execute(select(AuditEntry.kind, AuditEntry.actor_name, AuditEntry.via)).all()
    assert {line.kind for line in lines} == {
        "department", "person", "initiative", "involvement", "sponsorship", "moment", "lesson",
        "import",
    }  # fmt: skip
    assert {line.actor_name for line in lines} == {"Alice Office"}
    assert {line.via for line in lines} == {"page, file of 2027-06-01"}


def test_rows_inserted_in_bulk_are_audited_as_a_flush_would(session: Session, register: Register) -> None:
    made = register.initiative("Storm desk", external_id="made here", start=date(2025, 1, 10))
    bring(session, {"initiatives": [{"id": "brought", "title": "Storm desk", "start": "2025-01-10"}]})
    entry = select(AuditEntry.changes).where(AuditEntry.kind == "initiative", AuditEntry.action == "created")
    here, brought = session.scalars(entry.order_by(AuditEntry.id))
    assert {**here, "external_id": 0} == {**brought, "external_id": 0}
    assert made.version == session.scalar(
        select(Initiative.version).where(Initiative.external_id == "brought")
    )


def test_the_measures_see_what_was_brought(session: Session) -> None:
    facts.current_portfolio(session)
    bring(session, portfolio(events=[WIN]))
    _, found = facts.current_portfolio(session)
    assert [each.id for each in found.initiatives] == ["i1"]
    assert [each.id for each in found.events] == ["e1"]


def test_new_departments_get_their_place_on_the_track(session: Session) -> None:
    bring(session, portfolio())
    assert sorted(session.scalars(select(Department.track_position))) == [0, 1]


def test_the_sample_is_marked(session: Session) -> None:
    bring(session, portfolio(), sample=True)
    for model in (Department, Person, Initiative):
        assert set(session.scalars(select(model.is_sample))) == {True}


def test_records_that_exist_are_not_marked_as_sample(session: Session) -> None:
    bring(session, portfolio())
    bring(session, portfolio(departments=[{"id": "CLM", "name": "Claims House"}]), sample=True)
    assert set(session.scalars(select(Department.is_sample))) == {False}


def test_only_the_office_imports(session: Session, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        bring(session, portfolio(), actor=cast.bob)


def test_a_file_that_cannot_be_read_is_invalid_input(session: Session) -> None:
    with pytest.raises(InvalidInput, match="This is a PDF"):
        apply_import(session, actor=OFFICE, name="a.json", data=b"%PDF", as_of=TODAY, today=TODAY)


def test_a_refused_object_changes_nothing_at_all(session: Session) -> None:
    before = traces(session)
    with pytest.raises(ImportRefused) as error:
        bring(session, portfolio(events=[{**WIN, "date": "soon"}]))
    assert error.value.plan.refused == 1
    assert traces(session) == before


def test_the_others_go_in_when_the_refused_are_left_out(session: Session) -> None:
    plan = bring(session, portfolio(events=[{**WIN, "date": "soon"}, NEAR_MISS]), skip_refused=True)
    assert (plan.created, plan.refused) == (5, 1)
    assert session.scalars(select(Moment.external_id)).all() == ["e2"]


def test_what_refers_to_a_refused_object_is_refused_too(session: Session) -> None:
    broken = {**WORK, "end": "2024-01-01"}
    reuse = {"id": "e3", "initiative": "i1", "kind": "reuse", "of": "e2", "date": "2025-05-01"}
    assert [
        column for column, _ in refused(session, portfolio(initiatives=[broken], events=[NEAR_MISS, reuse]))
    ] == [
        "initiatives[0].end",
        "events[0].initiative",
        "events[1].initiative",
    ]


@pytest.mark.parametrize(
    ("more", "column", "kind"),
    [
        ({"departments": [{"id": "CLM", "division": "ops"}, {"id": "CC"}], "divisions": []}, "departments[0].division", "division"),
        ({"departments": [{"id": "CLM", "merged_into": "X"}, {"id": "CC"}]}, "departments[0].merged_into", "department"),
        ({"people": [{"id": "raman", "department": "X"}]}, "people[0].department", "department"),
        ({"people": []}, "initiatives[0].sponsor", "person"),
        ({"journeys": [{"id": "j", "steps": ["CC", "X"]}]}, "journeys[0].steps[1].department", "department"),
        ({"initiatives": [{**WORK, "theme": "storm"}], "themes": []}, "initiatives[0].theme", "theme"),
        ({"initiatives": [{**WORK, "scaled_into": "X"}]}, "initiatives[0].scaled_into", "initiative"),
        ({"initiatives": [{**WORK, "builds_on": ["X"]}]}, "initiatives[0].builds_on[0]", "initiative"),
        ({"initiatives": [{**WORK, "members": [{"department": "X"}]}]}, "initiatives[0].members[0].department", "department"),
        ({"initiatives": [{**WORK, "sponsors": [{"person": "X"}]}]}, "initiatives[0].sponsors[0].person", "person"),
        ({"initiatives": [{**WORK, "routine": {"from": "2025-02-01", "owners": {"X": "raman"}}}]}, "initiatives[0].routine.owners", "department"),
        ({"initiatives": [{**WORK, "routine": {"from": "2025-02-01", "owners": {"CC": "X"}}}]}, "initiatives[0].routine.owners.CC", "person"),
        ({"events": [{**WIN, "initiative": "X"}]}, "events[0].initiative", "initiative"),
        ({"events": [{**WIN, "confirmed_by": ["X"]}]}, "events[0].confirmed_by[0]", "person"),
        ({"events": [{**WIN, "kind": "moved", "of": "X"}]}, "events[0].of", "moment"),
    ],
)  # fmt: skip
def test_an_id_that_nobody_knows_is_refused_where_it_stands(
    session: Session, more: dict[str, Any], column: str, kind: str
) -> None:
    place, reason = refused(session, portfolio(**more))[0]
    assert place == column
    assert reason.startswith(f"There is no {kind} “")


def test_people_divisions_and_themes_of_lists_left_out_are_named_by_their_ids(session: Session) -> None:
    plan = bring(
        session,
        {
            "departments": [{"id": "CLM", "division": "ops"}],
            "initiatives": [{"id": "i1", "sponsor": "s1", "theme": "storm", "members": ["CLM"]}],
        },
    )
    assert (plan.created, plan.summary.new_people) == (2, ("s1",))
    document = portfolio_document(session)
    assert [document[key][0]["name"] for key in ("divisions", "people", "themes")] == ["ops", "s1", "storm"]


def test_an_id_known_to_the_register_may_be_referred_to(session: Session) -> None:
    bring(session, portfolio())
    assert bring(session, {"people": [], "events": [WIN]}).created == 1


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "moved", "of": "e4"},
        {"kind": "reuse", "of": "e3"},
    ],
)
def test_what_is_of_an_event_that_is_no_origin_is_refused(session: Session, event: dict[str, Any]) -> None:
    events = [
        NEAR_MISS,
        {"id": "e3", "initiative": "i1", "kind": "reuse", "of": "e2", "date": "2025-05-01"},
        WIN,
        {"id": "e4", "initiative": "i1", "kind": "moved", "of": "e1", "date": "2025-05-01"},
        {"id": "e5", "initiative": "i1", "date": "2025-05-01", **event},
    ]
    assert [column for column, _ in refused(session, portfolio(events=events))] == ["events[4].of"]


def test_an_id_cannot_turn_from_a_moment_into_a_reuse(session: Session) -> None:
    bring(session, portfolio(events=[WIN, NEAR_MISS]))
    found = refused(session, portfolio(events=[NEAR_MISS, {**WIN, "kind": "reuse", "of": "e2"}]))
    assert found == [("events[1].kind", "The register knows this id as “win”. Give it another id.")]


def test_an_end_before_the_start_that_the_register_knows_is_refused(session: Session) -> None:
    bring(session, portfolio())
    found = refused(session, {"initiatives": [{"id": "i1", "end": "2024-12-31"}]})
    assert found == [("initiatives[0].end", "With what the register knows, this ends before it begins.")]


@pytest.mark.parametrize(
    "more",
    [
        {"events": [{**WIN, "confirmed": False}]},
        {"initiatives": [{**WORK, "members": [{"department": "CC"}]}]},
        {"events": [NEAR_MISS, {"id": "r", "initiative": "i1", "kind": "reuse", "of": "e2", "date": "2025-05-01"}]},
        {"events": [NEAR_MISS, *({"id": f"r{at}", "initiative": "i1", "kind": "reuse", "of": "e2", "date": "2025-05-01"} for at in range(2))]},
        {"events": [WIN, *({"id": f"m{at}", "initiative": "i1", "kind": "moved", "of": "e1", "date": "2025-05-01"} for at in range(2))]},
        {"events": [NEAR_MISS, {"id": "r", "initiative": "i1", "kind": "reuse", "of": "e2", "date": "2025-03-01"}]},
        {"events": [WIN, {"id": "m", "initiative": "i1", "kind": "moved", "of": "e1", "date": "2025-02-01"}]},
        {"events": [{**WIN, "date": "2024-01-01"}]},
        {"events": [{**WIN, "date": "2030-01-01"}]},
        {"initiatives": [{**WORK, "end": "2025-02-01"}], "events": [WIN]},
        {"initiatives": [{**WORK, "activity": ["2024-01-01", "2030-01-01"]}]},
        {"initiatives": [{**WORK, "members": [{"department": "CC", "joined": "2024-01-01", "left": "2030-01-01"}]}]},
        {"initiatives": [{**WORK, "activity": ["2025-02-01", "2025-02-01"]}]},
        {"initiatives": [{**WORK, "routine": {"from": "2024-01-01", "checks": ["2023-01-01", "2023-01-01"]}}]},
        {"initiatives": [{**WORK, "end": "2025-01-10"}]},
    ],
)  # fmt: skip
def test_what_does_not_count_is_recorded_and_never_refused(session: Session, more: dict[str, Any]) -> None:
    document = portfolio(**more)
    assert bring(session, document).refused == 0
    assert bring(session, document).unchanged == len(DEPARTMENTS) + 2 + len(document.get("events", ()))


def test_two_updates_on_a_day_are_two(session: Session) -> None:
    bring(session, portfolio(initiatives=[{**WORK, "activity": ["2025-02-01", "2025-02-01"]}]))
    assert len(exported(session, "initiatives", "i1")["activity"]) == 2


def test_a_file_full_of_warnings_tells_the_first_hundred(session: Session) -> None:
    plan = look(session, {f"key {at}": None for at in range(150)})
    assert len(plan.warnings) == 101
    assert plan.warnings[-1] == "And 50 more warnings."


@pytest.mark.only_database("postgresql")
def test_two_imports_at_once_make_the_records_once(session: Session, engine: Engine) -> None:
    def second() -> tuple[int, int]:
        with RecordingSession(engine) as other:
            plan = bring(other, portfolio())
            return plan.created, plan.unchanged

    with ThreadPoolExecutor(1) as thread:
        data = json.dumps(portfolio()).encode()
        apply_import(session, actor=OFFICE, name="a.json", data=data, as_of=TODAY, today=TODAY)
        answer = thread.submit(second)
        time.sleep(0.3)  # long enough for the second to reach the lock
        session.commit()
        assert answer.result(timeout=10) == (0, 4)
