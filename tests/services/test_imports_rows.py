"""Dated CSV files of a moving register become history, never new rows, and old files never rewind it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.examples import examples
from tests.factories import Register
from tests.services.importing import TODAY, bring_rows, look_at_rows, start_over, traces
from tracker.models.departments import Department, DepartmentAlias
from tracker.models.initiatives import Initiative
from tracker.models.people import Person
from tracker.services.exports import portfolio_document
from tracker.services.imports import ImportPlan, ImportRefused

FIRST, SECOND, THIRD = date(2025, 12, 31), date(2026, 6, 30), date(2026, 12, 31)


def line(
    id_: str = "i1",
    title: str = "Storm desk",
    *,
    kind: str = "pilot",
    status: str = "",
    start: str = "2025-01-10",
    end: str = "",
    departments: str = "Claims;Legal",
    sponsor: str = "Priya Raman",
    owner: str = "",
    url: str = "",
    summary: str = "",
) -> str:
    return f"{id_},{title},{kind},{status},{start},{end},,{departments},{sponsor},{owner},{url},{summary}"


def work(session: Session, id_: str = "i1") -> dict[str, Any]:
    found = next(each for each in portfolio_document(session)["initiatives"] if each["id"] == id_)
    session.rollback()
    return found


def members(session: Session) -> list[tuple[str, str | None, str | None]]:
    return [(each["department"], each["joined"], each["left"]) for each in work(session)["members"]]


def sponsors(session: Session) -> list[tuple[str, str, str | None, str | None]]:
    return [(each["person"], each["role"], each["from"], each["to"]) for each in work(session)["sponsors"]]


def counts(plan: ImportPlan) -> tuple[int, int, int, int]:
    return plan.created, plan.updated, plan.unchanged, plan.refused


def test_a_first_file_creates_rows_departments_and_people(session: Session) -> None:
    plan = bring_rows(session, FIRST, line(sponsor="Priya Raman;@tom"))
    assert counts(plan) == (1, 0, 0, 0)
    assert plan.summary.new_departments == ("Claims", "Legal")
    assert plan.summary.new_people == ("Priya Raman", "@tom")
    assert members(session) == [("Claims", None, None), ("Legal", None, None)]
    assert sponsors(session) == [("@tom", "co", None, None), ("Priya Raman", "lead", None, None)]
    assert set(session.scalars(select(Department.opened_on))) == {None}


def test_the_same_file_with_the_same_date_leaves_no_trace(session: Session) -> None:
    bring_rows(session, FIRST, line(), line("i2", end="2025-06-01"))
    before = traces(session)
    assert counts(bring_rows(session, FIRST, line(), line("i2", end="2025-06-01"))) == (0, 0, 2, 0)
    assert traces(session) == before


def test_a_running_row_is_vouched_for_until_the_date_of_the_newest_file(session: Session) -> None:
    bring_rows(session, FIRST, line())
    assert work(session)["declared_until"] == "2025-12-31"
    plan = bring_rows(session, SECOND, line())
    assert plan.rows[0].changes == ("vouched for until: 2025-12-31 → 2026-06-30",)


def test_a_row_with_an_end_is_vouched_for_until_its_end(session: Session) -> None:
    bring_rows(session, FIRST, line(end="2025-06-01"), line("i2", end="2026-03-01"))
    assert work(session)["declared_until"] == "2025-06-01"
    assert work(session, "i2")["declared_until"] == "2025-12-31"


def test_no_file_vouches_for_days_to_come(session: Session) -> None:
    plan = bring_rows(session, date(2030, 1, 1), line())
    assert work(session)["declared_until"] == TODAY.isoformat()
    assert any("lies in the future" in each for each in plan.warnings)


def test_a_row_without_a_start_is_proposed_and_never_vouched_for(session: Session) -> None:
    bring_rows(session, FIRST, line(start=""))
    assert session.scalar(select(Initiative.status)) == "proposed"
    assert work(session)["declared_until"] is None


def test_rows_without_departments_or_sponsors_are_kept(session: Session) -> None:
    plan = bring_rows(session, FIRST, line(departments="", sponsor=""), line("i2", departments="Claims"))
    assert counts(plan) == (2, 0, 0, 0)
    assert plan.summary.one_department == 1


def test_departments_join_and_leave_on_the_date_of_the_file(session: Session) -> None:
    bring_rows(session, FIRST, line(departments="Claims;Legal"))
    bring_rows(session, SECOND, line(departments="Claims;Sales"))
    assert members(session) == [
        ("Claims", None, None),
        ("Legal", None, "2026-06-30"),
        ("Sales", "2026-06-30", None),
    ]


def test_a_department_that_returns_has_two_stays(session: Session) -> None:
    for day, named in ((FIRST, "Claims;Legal"), (SECOND, "Claims"), (THIRD, "Claims;Legal")):
        bring_rows(session, day, line(departments=named))
    assert members(session)[1:] == [("Legal", None, "2026-06-30"), ("Legal", "2026-12-31", None)]


def test_sponsors_come_and_step_back_on_the_date_of_the_file(session: Session) -> None:
    bring_rows(session, FIRST, line(sponsor="Priya Raman;@tom"))
    bring_rows(session, SECOND, line(sponsor="@tom"))
    assert sponsors(session) == [
        ("@tom", "co", None, "2026-06-30"),
        ("@tom", "lead", "2026-06-30", None),
        ("Priya Raman", "lead", None, "2026-06-30"),
    ]


def test_a_corrected_file_of_the_same_date_leaves_no_false_history(session: Session) -> None:
    bring_rows(session, FIRST, line())
    bring_rows(session, SECOND, line(departments="Claims;Sales", sponsor="@tom"))
    bring_rows(session, SECOND, line())
    assert members(session) == [("Claims", None, None), ("Legal", None, None)]
    assert sponsors(session) == [("Priya Raman", "lead", None, None)]


def test_work_that_had_not_begun_has_no_history_to_keep(session: Session) -> None:
    bring_rows(session, FIRST, line(start="2026-09-01", departments="Claims;Legal"))
    bring_rows(session, SECOND, line(start="2026-09-01", departments="Claims;Sales"))
    assert members(session) == [("Claims", None, None), ("Sales", None, None)]


def test_an_end_that_goes_lets_the_work_run_on(session: Session) -> None:
    bring_rows(session, FIRST, line(end="2025-06-01"))
    bring_rows(session, SECOND, line())
    assert (work(session)["end"], work(session)["declared_until"]) == (None, "2026-06-30")


def test_an_end_with_an_outcome_stays(session: Session, register: Register) -> None:
    register.initiative("Storm desk", external_id="i1", ended_on=date(2026, 2, 1), outcome="stopped")
    plan = bring_rows(session, SECOND, line(start="2026-01-05"))
    assert (work(session)["end"], work(session)["outcome"]) == ("2026-02-01", "stopped")
    assert any("Ended here with an outcome" in each for each in plan.warnings)


def test_empty_cells_leave_texts_and_the_start_as_they_are(session: Session) -> None:
    bring_rows(session, FIRST, line(owner="Tom", url="https://example.org", summary="One desk."))
    bring_rows(session, SECOND, line(start=""))
    found = work(session)
    assert (found["start"], found["contact"], found["link"], found["description"]) == (
        "2025-01-10",
        "Tom",
        "https://example.org",
        "One desk.",
    )


def test_a_kind_nobody_knows_becomes_pilot_and_never_changes_one_that_was_chosen(
    session: Session, register: Register
) -> None:
    register.initiative("Storm desk", external_id="i1", kind="near_miss")
    bring_rows(session, FIRST, line(kind="stable"), line("i2", kind="stable"))
    assert (work(session)["kind"], work(session, "i2")["kind"]) == ("near_miss", "pilot")


def test_a_pause_that_the_file_states_is_kept(session: Session) -> None:
    bring_rows(session, FIRST, line(status="paused"), line("i2", status="live"))
    assert session.scalars(select(Initiative.status).order_by(Initiative.external_id)).all() == [
        "paused",
        "live",
    ]


def test_a_row_that_is_finished_ends_on_the_date_of_the_first_file_that_says_so(session: Session) -> None:
    bring_rows(session, FIRST, line(status="live"))
    bring_rows(session, SECOND, line(status="finished"))
    assert session.scalar(select(Initiative.ended_on)) == SECOND
    session.rollback()
    assert "unchanged" in {row.action for row in look_at_rows(session, TODAY, line(status="finished")).rows}
    bring_rows(session, TODAY, line(status="live"))
    assert session.scalar(select(Initiative.ended_on)) is None


def test_an_older_file_never_rewinds_what_a_later_one_told(session: Session) -> None:
    bring_rows(session, FIRST, line(departments="Claims;Legal"))
    bring_rows(session, SECOND, line(title="Storm calls", departments="Claims", end="2026-05-01"))
    before = traces(session)
    plan = bring_rows(session, FIRST, line(departments="Claims;Legal"))
    assert plan.summary.left_alone == ("i1",)
    assert traces(session) == before


def test_an_older_file_may_still_bring_rows_that_nobody_knew(session: Session) -> None:
    bring_rows(session, SECOND, line())
    assert counts(bring_rows(session, FIRST, line(), line("i2"))) == (1, 0, 1, 0)


def test_what_an_old_file_says_of_rows_left_alone_makes_no_departments(session: Session) -> None:
    bring_rows(session, SECOND, line())
    bring_rows(session, FIRST, line(departments="Long Gone", sponsor="@nobody"))
    assert sorted(session.scalars(select(Department.name))) == ["Claims", "Legal"]
    assert session.scalars(select(Person.name)).all() == ["Priya Raman"]


def test_rows_that_vanish_are_left_alone_and_listed(session: Session, register: Register) -> None:
    register.initiative("Made on a page", external_id="page")
    bring_rows(session, FIRST, line(), line("i2"), line("i3", end="2025-06-01"))
    plan = bring_rows(session, SECOND, line())
    assert plan.summary.not_in_file == ("i2",)
    assert work(session, "i2")["end"] is None


def test_departments_and_people_are_found_by_id_by_name_and_by_alias(
    session: Session, register: Register
) -> None:
    claims = register.department("Claims", external_id="CLM")
    register.save(DepartmentAlias(department_id=claims.id, name="Claims Handling"))
    register.person("Priya Raman", external_id="raman")
    rows = [line(f"i{at}", departments=name) for at, name in enumerate(("CLM", "claims", "Claims handling"))]
    plan = bring_rows(session, FIRST, *rows)
    assert plan.summary.new_departments == ()
    assert plan.summary.new_people == ()
    assert session.scalar(select(func.count(Department.id))) == 1


def test_people_who_differ_in_capitals_alone_are_two(session: Session) -> None:
    bring_rows(session, FIRST, line(sponsor="@Tom;@tom"))
    assert sorted(session.scalars(select(Person.name))) == ["@Tom", "@tom"]


def test_departments_that_differ_in_capitals_alone_are_one(session: Session) -> None:
    bring_rows(session, FIRST, line(departments="Claims;CLAIMS"), line("i2", departments="claims"))
    assert session.scalars(select(Department.name)).all() == ["Claims"]


def test_a_name_that_two_departments_bear_is_refused(session: Session, register: Register) -> None:
    register.department("Claims", external_id="A")
    register.department("Claims", external_id="B")
    (row,) = look_at_rows(session, FIRST, line(departments="Claims")).rows
    assert (row.column, row.reason) == (
        "departments",
        "There are 2 called “Claims”. Write the id of the one meant.",
    )


def test_a_department_merged_by_then_stands_for_the_one_it_became(
    session: Session, register: Register
) -> None:
    service = register.department("Service")
    register.department("Claims", merged_into_id=service.id, closed_on=SECOND)
    bring_rows(session, FIRST, line("i1", departments="Claims"))
    bring_rows(session, SECOND, line("i2", departments="Claims;Service"))
    assert [each["department"] for each in work(session)["members"]] == ["Claims"]
    assert [each["department"] for each in work(session, "i2")["members"]] == ["Service"]


def test_a_department_in_the_bin_is_brought_back(session: Session, register: Register) -> None:
    register.department("Claims", binned_at=datetime(2026, 3, 1, tzinfo=UTC))
    plan = bring_rows(session, FIRST, line())
    assert "Brought back from the bin: the department “Claims”. (once)" in plan.warnings
    assert set(session.scalars(select(Department.binned_at))) == {None}


def test_a_row_in_the_bin_stays_there(session: Session, register: Register) -> None:
    register.initiative("Storm desk", external_id="i1", binned_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert counts(bring_rows(session, FIRST, line())) == (0, 0, 1, 0)


def test_an_unsafe_address_is_left_out(session: Session) -> None:
    bring_rows(session, FIRST, line(url="javascript:alert(1)"))
    assert work(session)["link"] == ""


def test_refused_rows_change_nothing(session: Session) -> None:
    before = traces(session)
    with pytest.raises(ImportRefused, match="2 rows are refused"):
        bring_rows(session, FIRST, *(line(f"i{at}") for at in range(500)), line("i1"), line("x", title=""))
    assert traces(session) == before


def test_a_row_that_would_end_before_the_known_start_is_refused_at_its_cell(session: Session) -> None:
    bring_rows(session, FIRST, line())
    (row,) = look_at_rows(session, SECOND, line(start="", end="2024-01-01")).rows
    assert (row.line, row.column) == (2, "ended_on")


SNAPSHOTS = st.lists(
    st.dictionaries(
        st.sampled_from(["i1", "i2", "i3"]),
        st.tuples(
            st.lists(st.sampled_from(["A", "B", "C"]), max_size=3, unique=True).map(";".join),
            st.lists(st.sampled_from(["p", "q"]), max_size=2, unique=True).map(";".join),
            st.sampled_from(["", "2025-06-01", "2026-03-01"]),
            st.sampled_from(["", "2025-01-10", "2026-02-01"]),
            st.sampled_from(["Storm", "Calls"]),
        ),
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)


@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SNAPSHOTS)
def test_any_snapshots_in_order_make_no_duplicates_and_a_second_pass_changes_nothing(
    session: Session, snapshots: list[dict[str, tuple[str, ...]]]
) -> None:
    start_over(session)
    files = [
        (
            date(2026, 1, 31 if not at else 1).replace(month=1 + 2 * at),
            [
                line(
                    id_,
                    title,
                    start=start,
                    end=max(end, start) if end else "",
                    departments=named,
                    sponsor=people,
                )
                for id_, (named, people, end, start, title) in snapshot.items()
            ],
        )
        for at, snapshot in enumerate(snapshots)
    ]
    for day, rows in files:
        bring_rows(session, day, *rows, skip_refused=True)
    before, told = traces(session), portfolio_document(session)
    session.rollback()
    for day, rows in files:
        assert bring_rows(session, day, *rows, skip_refused=True).created == 0
    assert portfolio_document(session) == told
    session.rollback()
    assert traces(session) == before
    for each in told["initiatives"]:
        stays = [(member["department"], member["joined"]) for member in each["members"]]
        assert len(stays) == len(set(stays))
