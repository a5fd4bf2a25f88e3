"""A whole import can be taken back as long as nothing later leans on it; then everything is as it was before."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Register
from tests.services.importing import OFFICE, TODAY, WIN, WORK, bring, bring_rows, portfolio
from tracker.graph.document import measures_document
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department
from tracker.models.imports import ImportBatch
from tracker.models.initiatives import Initiative
from tracker.queries.facts import current_portfolio
from tracker.queries.history import history_of
from tracker.queries.leaning import count_touched, touched
from tracker.services.actors import Actor
from tracker.services.errors import Forbidden, InvalidInput
from tracker.services.exports import portfolio_document
from tracker.services.imports_undoing import undo_import
from tracker.services.initiatives import post_update
from tracker.services.taking_back import StillNeeded

FIRST, SECOND = date(2026, 6, 30), date(2026, 12, 31)
OLD = "i1,Storm desk,pilot,,2026-01-10,,,Claims;Legal,Priya Raman,,,"
NEW = "i1,Storm calls,pilot,,2026-01-10,2026-11-01,,Claims;Sales,Ana Ruiz,Tom,,Calls"
MORE = "i2,Night desk,quick_win,,2026-02-01,2026-03-01,,Sales;Legal,Ana Ruiz,,,"


def state(session: Session) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the whole register and the measures of a day."""
    found = (
        portfolio_document(session),
        measures_document(current_portfolio(session)[1], date(2026, 10, 1), 0),
    )
    session.rollback()
    return found


def take_back(session: Session, public_id: str) -> None:
    try:
        undo_import(session, actor=OFFICE, public_id=public_id)
        session.commit()
    finally:
        session.rollback()
        session.expunge_all()


def test_an_import_keeps_who_when_and_which_file(session: Session) -> None:
    plan = bring_rows(session, FIRST, OLD)
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.public_id, batch.made_by, batch.as_of, batch.kind) == (
        plan.batch,
        "Alice Office",
        FIRST,
        "table",
    )
    assert batch.counts["created"] == 1
    assert {each["target"] for each in batch.mapping["columns"]} >= {"title", "departments", "sponsor"}
    names = {(each.kind, each.name, each.is_new) for each in touched(session, batch)}
    assert names == {
        ("initiative", "Storm desk", True),
        ("department", "Claims", True),
        ("department", "Legal", True),
        ("person", "Priya Raman", True),
    }
    assert count_touched(session, batch) == 4


def test_an_import_that_changes_nothing_leaves_no_record(session: Session) -> None:
    bring_rows(session, FIRST, OLD)
    assert bring_rows(session, FIRST, OLD).batch == ""


def test_a_first_import_goes_without_a_trace_in_the_numbers(session: Session, register: Register) -> None:
    register.initiative("Own", *register.departments("Own", "Other"))
    before = state(session)
    plan = bring_rows(session, FIRST, OLD, MORE)
    assert state(session) != before
    take_back(session, plan.batch)
    assert state(session) == before


def test_what_a_second_import_changed_is_as_the_first_left_it(session: Session) -> None:
    bring_rows(session, FIRST, OLD)
    before = state(session)
    plan = bring_rows(session, SECOND, NEW, MORE)
    take_back(session, plan.batch)
    assert state(session) == before


def test_a_whole_portfolio_goes_and_comes_again(session: Session) -> None:
    bring(session, portfolio())
    before = state(session)
    document = portfolio(
        themes=[{"id": "storm", "name": "Storm"}],
        journeys=[{"id": "claim", "name": "Claim", "steps": ["CC", "CLM"]}],
        config={"quiet_days": 60},
        initiatives=[
            {**WORK, "theme": "storm", "activity": ["2025-02-01"], "sponsors": [], "builds_on": ["i9"]},
            {**WORK, "id": "i9", "title": "Earlier"},
        ],
        events=[WIN],
    )
    plan = bring(session, document)
    after = state(session)
    take_back(session, plan.batch)
    assert state(session) == before
    bring(session, document)
    assert state(session) == after


def test_later_work_that_leans_on_it_is_named_and_nothing_is_taken_back(
    session: Session, register: Register
) -> None:
    plan = bring_rows(session, FIRST, OLD)
    claims = register.session.scalars(select(Department).where(Department.name == "Claims")).one()
    register.initiative("Own work", claims, register.department("Own"))
    before = state(session)
    with pytest.raises(StillNeeded) as needed:
        take_back(session, plan.batch)
    assert [(each.name, each.why) for each in needed.value.leaning] == [
        ("Own work", "names a department of this import")
    ]
    assert state(session) == before


def test_a_record_that_was_edited_since_keeps_the_import(session: Session) -> None:
    plan = bring_rows(session, FIRST, OLD)
    initiative = session.scalars(select(Initiative)).one()
    post_update(
        session, actor=OFFICE, public_id=initiative.public_id, text="Goes well", on=TODAY, today=TODAY
    )
    session.commit()
    with pytest.raises(StillNeeded) as needed:
        take_back(session, plan.batch)
    assert [each.name for each in needed.value.leaning] == ["Storm desk"]


def test_a_later_import_is_taken_back_first(session: Session) -> None:
    empty = state(session)
    first = bring_rows(session, FIRST, OLD)
    second = bring_rows(session, SECOND, NEW)
    with pytest.raises(StillNeeded):
        take_back(session, first.batch)
    take_back(session, second.batch)
    take_back(session, first.batch)
    assert state(session) == empty


def test_a_file_of_an_import_that_was_taken_back_tells_nothing_any_more(session: Session) -> None:
    later = bring_rows(session, SECOND, OLD, NEW.replace("i1", "i3"))
    take_back(session, later.batch)
    assert bring_rows(session, FIRST, OLD).summary.left_alone == ()


def test_taking_back_stands_in_the_audit_and_happens_once(session: Session) -> None:
    plan = bring_rows(session, FIRST, OLD)
    take_back(session, plan.batch)
    lines = session.execute(select(AuditEntry.kind, AuditEntry.action, AuditEntry.label)).all()
    session.rollback()
    assert ("import", "took the import back", "a.csv") in lines
    assert ("initiative", "deleted", "Storm desk") in lines
    with pytest.raises(InvalidInput, match="already"):
        take_back(session, plan.batch)


def test_only_those_who_may_import_take_back(session: Session) -> None:
    plan = bring_rows(session, FIRST, OLD)
    with pytest.raises(Forbidden):
        undo_import(session, actor=Actor("Dora", "member"), public_id=plan.batch)


def test_a_portfolio_is_read_back_as_json(session: Session) -> None:
    plan = bring(session, json.loads(json.dumps(portfolio(events=[WIN]))))
    batch = session.scalars(select(ImportBatch).where(ImportBatch.public_id == plan.batch)).one()
    assert (batch.kind, batch.mapping) == ("portfolio", {})


def test_the_history_of_a_record_does_not_begin_with_one_that_was_taken_back(session: Session) -> None:
    plan = bring_rows(session, FIRST, OLD)
    take_back(session, plan.batch)
    bring_rows(session, FIRST, MORE)
    initiative = session.scalars(select(Initiative)).one()
    told = [each.changes for each in history_of(session, "initiative", initiative.id)]
    assert not [line for line in told for field in line if "Storm desk" in field]


def test_a_page_of_what_went_calls_it_what_it_was(session: Session) -> None:
    plan = bring_rows(session, FIRST, OLD)
    take_back(session, plan.batch)
    bring_rows(session, FIRST, MORE)
    batch = session.scalars(select(ImportBatch).where(ImportBatch.public_id == plan.batch)).one()
    assert {each.name for each in touched(session, batch)} == {"Storm desk", "Claims", "Legal", "Priya Raman"}
