"""What is exported imports back to the same records, the same measures and the same bytes."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.examples import examples
from tests.factories import Register
from tests.graph.cases import cases, portfolio_of
from tests.graph.portfolios import portfolios
from tests.services.importing import TODAY, bring, start_over
from tests.sources import ROOT
from tracker.graph.document import measures_document
from tracker.graph.facts import Portfolio
from tracker.models import departments, initiatives, journeys, moments, people
from tracker.queries.facts import load_portfolio
from tracker.sample.organisation import build
from tracker.services.exports import portfolio_document, portfolio_text

DAYS = (date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 1), date(2026, 6, 30))


def export(session: Session) -> tuple[str, Portfolio]:
    found = portfolio_text(session), load_portfolio(session)
    session.rollback()
    return found


def measured(portfolio: Portfolio) -> list[dict[str, Any]]:
    return [measures_document(portfolio, day, 0) for day in DAYS]


def around(session: Session) -> str:
    """Export, begin again with an empty register, import and export; the measures and the bytes must agree."""
    text, portfolio = export(session)
    start_over(session)
    plan = bring(session, json.loads(text))
    assert {row.action for row in plan.rows if row.kind != "settings"} <= {"create"}
    assert plan.warnings == ()
    again, found = export(session)
    assert again == text
    assert measured(found) == measured(portfolio)
    return text


@pytest.mark.parametrize("today", [date(2026, 11, 24), date(2024, 2, 29), TODAY])
def test_the_sample_goes_around(session: Session, today: date) -> None:
    sample = build(today)
    bring(session, sample, today=TODAY)
    text = around(session)
    assert len(json.loads(text)["initiatives"]) == len(sample["initiatives"])


@pytest.mark.parametrize("id_", cases())
def test_every_worked_case_is_measured_from_the_register_as_from_its_file(session: Session, id_: str) -> None:
    case = cases()[id_]
    plan = bring(session, case)
    assert plan.refused == 0
    assert measured(export(session)[1]) == measured(portfolio_of(case))
    around(session)


def keepable(found: dict[str, Any]) -> dict[str, Any]:
    """Return a random portfolio without what would be refused: names of nobody, and origins that are none."""
    known = {each["id"] for each in found["departments"]}
    for each in found["initiatives"]:
        each["members"] = [member for member in each["members"] if member["department"] in known]
    for each in found.get("journeys", ()):
        each["steps"] = [step for step in each["steps"] if step in known]
    kinds = {each["id"]: each["kind"] for each in found["events"]}
    origins = {"moved": ("win", "measured_win", "near_miss"), "reuse": ("win", "measured_win", "near_miss")}
    found["events"] = [
        each for each in found["events"] if "of" not in each or kinds.get(each["of"]) in origins[each["kind"]]
    ]
    return found


@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(portfolios.map(keepable))
def test_any_portfolio_goes_around(session: Session, found: dict[str, Any]) -> None:
    start_over(session)
    plan = bring(session, found)
    assert plan.refused == 0
    assert measured(export(session)[1]) == measured(portfolio_of(found))
    around(session)


def test_the_export_is_sorted_by_id(session: Session) -> None:
    bring(session, {"departments": [{"id": "B"}, {"id": "A"}], "initiatives": [{"id": "2"}, {"id": "10"}]})
    found = portfolio_document(session)
    assert [each["id"] for each in found["departments"]] == ["A", "B"]
    assert [each["id"] for each in found["initiatives"]] == ["10", "2"]


def test_what_lies_in_the_bin_stays_out_with_all_that_hangs_on_it(
    session: Session, register: Register
) -> None:
    binned = datetime(2026, 3, 1, tzinfo=UTC)
    gone = register.initiative("Gone", external_id="gone", binned_at=binned)
    kept = register.initiative("Kept", external_id="kept", scaled_into_id=gone.id)
    lost = register.moment(gone, date(2026, 2, 1), "near_miss", lesson="x", external_id="lost")
    win = register.moment(kept, date(2026, 2, 1), binned_at=binned, external_id="win")
    register.moment(kept, date(2026, 2, 2), "moved", of_id=win.id, external_id="moved")
    register.reuse(lost, kept, date(2026, 2, 2), external_id="reuse")
    found = portfolio_document(session)
    assert [(each["id"], each["scaled_into"]) for each in found["initiatives"]] == [("kept", None)]
    assert found["events"] == []
    session.rollback()
    around(session)


def test_a_record_in_the_bin_that_others_name_comes_along(session: Session, register: Register) -> None:
    person = register.person("Priya Raman", binned_at=datetime(2026, 3, 1, tzinfo=UTC))
    register.initiative("Storm desk", lead=person)
    assert [each["name"] for each in portfolio_document(session)["people"]] == ["Priya Raman"]


def test_twice_the_records_take_the_same_queries(session: Session, engine: Engine) -> None:
    counts = []
    for size in (2, 20):
        bring(
            session,
            {
                "departments": [{"id": "A"}],
                "initiatives": [{"id": f"i{at}", "members": ["A"]} for at in range(size)],
            },
        )
        with counting(engine) as sent:
            portfolio_document(session)
        session.rollback()
        counts.append(len(sent))
    assert counts == [21, 21]


#: What an export leaves out: ids and marks of one installation, and who recorded what when.
OF_ONE_INSTALLATION = {
    "public_id", "version", "is_sample", "track_position", "created_at", "created_by_id", "author_id", "user_id", "confirmed_at",
}  # fmt: skip
REGISTER = (
    *(departments.Division, departments.Department, departments.DepartmentAlias, people.Person, journeys.Journey, journeys.Step),
    *(initiatives.Theme, initiatives.Initiative, initiatives.Involvement, initiatives.Sponsorship, initiatives.Update),
    *(initiatives.RoutineOwner, initiatives.RoutineCheck, initiatives.BuildsOn),
    *(moments.Moment, moments.Confirmation, moments.Lesson, moments.LessonReuse),
)  # fmt: skip


def test_every_column_of_the_register_is_read_for_the_export_or_left_out_for_a_reason() -> None:
    names = ("portfolios", "portfolio_work")
    read = "".join((ROOT / f"tracker/queries/{each}.py").read_text(encoding="utf-8") for each in names)
    forgotten = [
        f"{model.__name__}.{column.key}"
        for model in REGISTER
        for column in model.__table__.columns
        if column.key not in OF_ONE_INSTALLATION
        and not re.search(rf"\b({model.__name__}|each|model)\.{column.key}\b", read)
    ]
    assert forgotten == []
