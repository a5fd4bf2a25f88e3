"""What somebody chose about a file: rows left out, other names, wins vouched for, rows that vanished; and the effect."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.importing import HEADER, NEAR_MISS, TODAY, WIN, WORK, bring, bring_rows, look, portfolio
from tracker.exchange.choices import Choices
from tracker.graph.document import measures_document
from tracker.models.departments import Department, DepartmentAlias
from tracker.models.initiatives import Initiative
from tracker.models.moments import Confirmation, Moment
from tracker.models.people import Person
from tracker.queries.alike_names import new_names
from tracker.queries.facts import current_portfolio
from tracker.services.errors import InvalidInput
from tracker.services.imports import ImportPlan, plan_import
from tracker.services.imports_effect import effect_of, figures, portfolio_after
from tracker.services.progress import Stopped

FIRST, SECOND = date(2026, 6, 30), date(2026, 12, 31)
RUNNING = "i1,Storm desk,pilot,,2026-01-10,,,Claims;Legal,Priya Raman,,,"
WON = "i2,Refund in one call,quick_win,,2026-02-01,2026-03-02,,Claims;Sales,Ana Ruiz,,,"


def plan(session: Session, *rows: str, as_of: date = FIRST, **more: Any) -> ImportPlan:
    """Plan the import of rows of a tidy CSV."""
    data = "\n".join((HEADER, *rows)).encode()
    found = plan_import(session, name="a.csv", data=data, as_of=as_of, today=TODAY, **more)
    session.rollback()
    return found


def test_rows_left_out_do_not_go_in_and_are_told(session: Session) -> None:
    found = bring_rows(session, FIRST, RUNNING, WON, choices=Choices(left_out=frozenset({"2"})))
    assert [(row.line, row.action) for row in found.rows] == [(3, "create"), (2, "left_out")]
    assert session.scalars(select(Initiative.external_id)).all() == ["i2"]
    session.rollback()
    assert found.counts["left_out"] == 1


def test_a_record_of_a_portfolio_can_be_left_out(session: Session) -> None:
    found = bring(
        session, portfolio(events=[WIN, NEAR_MISS]), choices=Choices(left_out=frozenset({"moment:e2"}))
    )
    assert [row.action for row in found.rows if row.kind == "moment"] == ["create", "left_out"]
    assert session.scalars(select(Moment.external_id)).all() == ["e1"]


def test_a_name_that_stands_for_another_becomes_its_other_name(session: Session) -> None:
    bring_rows(session, FIRST, RUNNING)
    chosen = Choices(departments={"claims handling": "Claims", "tbd": ""})
    row = RUNNING.replace("i1", "i3").replace("Claims;", "Claims Handling;TBD;")
    bring_rows(session, SECOND, row, choices=chosen)
    assert session.scalars(select(Department.name).order_by(Department.name)).all() == ["Claims", "Legal"]
    assert session.scalars(select(DepartmentAlias.name)).all() == ["Claims Handling"]
    session.rollback()
    assert plan(session, row.replace("i3", "i4").replace("TBD;", "")).summary.new_departments == ()


def test_a_new_department_is_created_with_its_other_names(session: Session) -> None:
    chosen = Choices(departments={"sig-arch": "sig-architecture"})
    row = "i1,Work,pilot,,2026-01-10,,,sig-arch;sig-architecture;sig-node,,,,"
    bring_rows(session, FIRST, row, choices=chosen)
    assert session.scalars(select(Department.name).order_by(Department.name)).all() == [
        "sig-architecture",
        "sig-node",
    ]
    assert session.scalars(select(DepartmentAlias.name)).all() == ["sig-arch"]


def test_names_like_others_come_first_with_them() -> None:
    new = ("sig-apps", "sig-arch", "sig-architecture", "sig-scheduler", "sig-contribex", "sig-ui")
    known = ("sig-node", "sig-scheduling", "sig-contributor-experience")
    found = {each.name: each.alike for each in new_names(new, known)}
    assert list(found)[-2:] == ["sig-apps", "sig-ui"]
    assert (found["sig-arch"], found["sig-scheduler"]) == (("sig-architecture",), ("sig-scheduling",))
    assert (found["sig-contribex"], found["sig-apps"]) == (("sig-contributor-experience",), ())


def test_wins_reported_before_are_counted_and_logged_once_two_people_vouch(session: Session) -> None:
    assert plan(session, RUNNING, WON).summary.wins == 1
    bring_rows(session, FIRST, RUNNING, WON)
    assert session.scalars(select(Moment)).all() == []
    session.rollback()
    bring_rows(session, FIRST, RUNNING, WON, choices=Choices(vouching=("Priya Raman", "Ben Abel")))
    moment = session.scalars(select(Moment)).one()
    assert (moment.kind, moment.on_day, moment.title, moment.is_confirmed) == (
        "win",
        date(2026, 3, 2),
        "Refund in one call",
        True,
    )
    vouching = select(Person.name).join(Confirmation, Confirmation.person_id == Person.id)
    assert set(session.scalars(vouching)) == {"Priya Raman", "Ben Abel"}
    session.rollback()
    assert plan(session, RUNNING, WON).summary.wins == 0


def test_unconfirmed_wins_of_a_portfolio_are_vouched_for(session: Session) -> None:
    waiting = portfolio(
        people=[{"id": "raman", "name": "Priya Raman"}, {"id": "ben", "name": "Ben Abel"}],
        events=[{**WIN, "confirmed": False}],
    )
    assert look(session, waiting).summary.wins == 1
    with pytest.raises(InvalidInput, match="no Nobody"):
        bring(session, waiting, choices=Choices(vouching=("Priya Raman", "Nobody")))
    bring(session, waiting, choices=Choices(vouching=("Priya Raman", "Ben Abel")))
    assert session.scalars(select(Moment.is_confirmed)).all() == [True]


def test_rows_that_vanished_stay_unless_they_are_to_end(session: Session) -> None:
    bring_rows(session, FIRST, RUNNING, RUNNING.replace("i1", "i5"))
    found = bring_rows(session, SECOND, RUNNING, choices=Choices(end_missing=True))
    assert found.summary.not_in_file == ("i5",)
    ended = dict(session.execute(select(Initiative.external_id, Initiative.ended_on)).all())
    session.rollback()
    assert ended == {"i1": None, "i5": SECOND}
    bring_rows(session, TODAY, RUNNING, RUNNING.replace("i1", "i5"))
    assert set(session.scalars(select(Initiative.ended_on))) == {None}


@pytest.mark.parametrize("again", [False, True])
def test_the_effect_is_that_of_the_import(session: Session, again: bool) -> None:
    if again:
        bring_rows(session, FIRST, RUNNING.replace("Legal", "Sales"))
    on = date(2026, 12, 30)
    chosen = Choices(vouching=("Priya Raman", "Ben Abel"))
    found = plan(session, RUNNING, WON, as_of=SECOND, choices=chosen)
    before = current_portfolio(session)[1]
    effect = effect_of(before, found.draft, on)
    after = portfolio_after(before, found.draft)
    session.rollback()
    assert effect.before == figures(before, on)
    bring_rows(session, SECOND, RUNNING, WON, choices=chosen)
    real = current_portfolio(session)[1]
    assert measures_document(after, on, 0) == measures_document(real, on, 0)
    assert effect.after == figures(real, on)


def test_the_effect_of_a_portfolio_is_that_of_its_import(session: Session) -> None:
    document = portfolio(
        config={"quiet_days": 60},
        journeys=[{"id": "claim", "name": "Claim", "steps": ["CC", "CLM"], "importance": 2}],
        initiatives=[
            {
                **WORK,
                "activity": ["2025-02-01"],
                "routine": {"from": "2025-06-01", "owners": {"CLM": "raman"}},
            }
        ],
        events=[
            WIN,
            NEAR_MISS,
            {"id": "e3", "initiative": "i1", "kind": "reuse", "of": "e2", "date": "2025-05-01"},
        ],
    )
    found, on = look(session, document), date(2025, 5, 20)
    after = portfolio_after(current_portfolio(session)[1], found.draft)
    bring(session, document)
    assert measures_document(after, on, 0) == measures_document(current_portfolio(session)[1], on, 0)


def test_work_that_is_stopped_leaves_nothing(session: Session) -> None:
    told: list[str] = []

    def stop(stage: str, _done: int, _total: int) -> None:
        told.append(stage)
        if stage.startswith("Writing"):
            raise Stopped

    with pytest.raises(Stopped):
        bring_rows(session, FIRST, RUNNING, progress=stop)
    assert told[:2] == ["Reading the file", "Comparing the rows with the register"]
    assert session.scalars(select(Initiative)).all() == []


def test_the_plan_says_how_the_file_was_read(session: Session) -> None:
    how = plan(session, RUNNING).how
    assert how is not None
    assert (how.encoding, how.delimiter, how.header_line) == ("utf-8", ",", 1)


def test_rows_with_the_same_id_are_one_where_that_was_chosen(session: Session) -> None:
    rows = (RUNNING, "i1,Another title,pilot,,,,,Sales;Legal,Ana Ruiz,,,")
    assert [row.action for row in plan(session, *rows).rows] == ["create", "refused"]
    bring_rows(session, FIRST, *rows, choices=Choices(together=True))
    assert session.scalars(select(Initiative.title)).all() == ["Storm desk"]
    assert session.scalars(select(Department.name).order_by(Department.name)).all() == [
        "Claims",
        "Legal",
        "Sales",
    ]


def test_a_file_of_ids_without_titles_adds_to_what_is_here_alone(session: Session) -> None:
    bring_rows(session, FIRST, RUNNING)
    data = b"external_id,department\ni1,Claims\ni1,Sales\ni7,Legal\n"
    call: dict[str, Any] = {"name": "a.csv", "data": data, "as_of": SECOND, "today": TODAY}
    found = plan_import(session, **call, choices=Choices(together=True))
    assert [(row.external_id, row.action) for row in found.rows] == [("i1", "update"), ("i7", "refused")]
    assert found.rows[0].changes[1:] == (
        "departments: Legal goes",
        "departments: Legal until 2026-12-31 comes",
        "departments: Sales from 2026-12-31 comes",
    )
