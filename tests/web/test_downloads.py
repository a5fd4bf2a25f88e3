"""Lists as files: exactly what is shown, all of it, typed and safe, and back in again unchanged."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from itertools import count
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago
from tracker import clock
from tracker.exchange.reading import read_file
from tracker.exchange.sheets import Sheet, csv_of, guarded, write_workbook
from tracker.exchange.template import COLUMNS
from tracker.exchange.tidy import HEADER
from tracker.models.departments import DepartmentAlias
from tracker.models.initiatives import Initiative
from tracker.queries.initiative_lists import Arrangement, listing_of
from tracker.queries.initiatives import InitiativeFilters
from tracker.queries.tidy_rows import load_spellings, tidy_rows
from tracker.services.actors import Actor
from tracker.services.imports import apply_import, plan_import

NUMBERS = count()
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = Actor(name="Alice Office", role="office")
#: Texts that a spreadsheet would take for something else, and some that only look so.
HOSTILE = (
    "=1+1", "@SUM(1+1)*cmd|' /C calc'!A0", "-2+3+cmd|'/C calc'!A0", "+1", "'=1+1", "''=1", "＝1", "@name", "-5",
    '"quoted", with a comma', "two\nlines", "; semicolon", "É \N{GRINNING FACE}",
)  # fmt: skip


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


def cells(client: FlaskClient, address: str) -> list[list[str]]:
    """Return the rows of a CSV file."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def sheets(data: bytes) -> tuple[list[ET.Element], str]:
    """Return the sheets of a workbook, and everything in it as one text."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = sorted(each for each in book.namelist() if each.startswith("xl/worksheets/sheet"))
        whole = " ".join(book.read(each).decode() for each in book.namelist() if each.endswith(".xml"))
        return [ET.fromstring(book.read(each)) for each in names], whole


def fill(register: Register, count: int, first: int = 0) -> None:
    pair = register.departments(f"Claims {first}", f"Legal {first}")
    for at in range(first, first + count):
        register.initiative(f"Pilot {at:04}", *pair, start=days_ago(900 - at))


def test_a_file_holds_what_the_list_shows_by_name_and_all_of_it(
    alice: FlaskClient, register: Register
) -> None:
    theme = register.theme()
    claims, legal = register.departments("Claims", "Legal")
    lead = register.person("Priya Raman")
    made = register.initiative(
        "Storm desk", claims, legal, start=date(2026, 1, 5), theme_id=theme.id, lead=lead
    )
    register.moment(made, days_ago(3))
    fill(register, 55)
    found = cells(alice, "/download/initiatives.csv?q=storm")
    assert found == [
        ["Initiative", "Kind", "Departments", "Sponsor", "Status", "Started", "Decide by", "Wins", "Near misses"],
        ["Storm desk", "Pilot", "Claims; Legal", "Priya Raman", "Live", "2026-01-05", "", "1", "0"],
    ]  # fmt: skip
    found = cells(alice, "/download/initiatives.csv?columns=theme.started&group=theme&sort=title")
    assert found[:2] == [
        ["Group: Theme", "Initiative", "Kind", "Theme", "Started"],
        ["Storm season", "Storm desk", "Pilot", "Storm season", "2026-01-05"],
    ]
    assert [row[1] for row in found[2:]] == [f"Pilot {at:04}" for at in range(55)]


def test_every_list_has_its_file_and_each_is_offered_on_its_page(
    alice: FlaskClient, register: Register, app: Flask, engine: Engine, cast: Cast
) -> None:
    fill(register, 2)
    made = register.initiative("Storm desk", register.department("Care"), start=days_ago(9))
    register.moment(made, days_ago(1), title="Refund in one call")
    charlie = browser_of(app, engine, cast.charlie)
    for name, words in (
        ("initiatives", "Pilot 0001"),
        ("moments", "Refund in one call"),
        ("departments", "Legal 0"),
        ("sponsors", "Bob Hale"),
    ):
        assert any(words in row for row in cells(alice, f"/download/{name}.csv"))
        assert f'href="/download/{name}.xlsx' in alice.get(f"/{name}").text
        assert "/download/" not in charlie.get(f"/{name}").text
    assert alice.get("/download/accounts.csv").status_code == 404


def test_a_workbook_has_typed_cells_a_header_that_stands_still_and_no_formula(
    alice: FlaskClient, register: Register
) -> None:
    pair = register.departments("@claims", "Legal")
    for at, title in enumerate(HOSTILE):
        register.initiative(title, *pair, start=date(2026, 1, 5 + at))
    answer = alice.get("/download/initiatives.xlsx?columns=departments.started.moments")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="initiatives-{clock.today()}.xlsx"'
    )
    (sheet,), _ = sheets(answer.data)
    assert sheet.find(f".//{MAIN}pane[@state='frozen'][@ySplit='1']") is not None
    assert sheet.findall(f".//{MAIN}f") == []
    assert sheet.findall(f".//{MAIN}hyperlink") == []
    rows = sheet.findall(f".//{MAIN}row")
    assert len(rows) == len(HOSTILE) + 1
    kinds = [each.get("t") for each in rows[1]]
    assert kinds == ["inlineStr", "inlineStr", "inlineStr", None, None, None]
    texts = ["".join(each.itertext()) for row in rows[1:] for each in row][::6]
    assert sorted(texts) == sorted(HOSTILE)


def test_no_cell_of_a_csv_is_a_formula_and_none_is_damaged() -> None:
    data = b"".join(csv_of(("text",), [(each,) for each in HOSTILE])).decode("utf-8-sig")
    found = [row[0] for row in csv.reader(io.StringIO(data, newline=""))][1:]
    assert [each for each in found if each.startswith(("=", "+1", "@SUM", "-2", "＝"))] == ["+1"]
    assert {"@name", "-5"} <= set(found)


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("=+-@'\";,\n"), max_size=30
).map(str.strip)


@settings(deadline=None)
@given(text=TEXTS)
def test_any_text_comes_back_from_a_csv_as_it_was(text: str) -> None:
    row = dict.fromkeys(HEADER, "") | {"external_id": "i1", "title": "A pilot", "summary": text}
    (item,) = read_file("a.csv", b"".join(csv_of(HEADER, [tuple(row.values())]))).items
    assert item.values.get("description", "") == text  # type: ignore[union-attr]  # no row of these is refused


@pytest.fixture
def awkward(register: Register) -> list[Initiative]:
    """Work that is hard to write down: hostile names, two of one name, who came and went, what is paused and over."""
    twins = [register.person("Ann Berg", external_id=f"ann-{at}") for at in (1, 2)]
    at_name = register.person("@name")
    plain, odd, alias = (
        register.department("=Claims", external_id="CLM"),
        register.department("Legal; and more", external_id="LEG"),
        register.department("Care", external_id="CARE", aliases=[DepartmentAlias(name="Claims desk")]),
    )
    confusing = register.department("CARE", external_id="other")
    found = [
        register.initiative("=Storm desk", plain, odd, start=days_ago(90), lead=twins[0]),
        register.initiative("'=Quoted", alias, confusing, start=days_ago(80), lead=at_name, status="paused"),
        register.initiative(
            "Over", plain, alias, start=days_ago(70), ended_on=days_ago(9), status="finished",
            description="-5 and\nmore", contact="+49 30 1", link="https://intranet.example/a,b",
        ),
        register.initiative("Planned", plain, odd, start=None, status="proposed", kind="quick_win"),
    ]  # fmt: skip
    gone = found[0].involvements[1]
    gone.joined_on, gone.left_on = days_ago(60), days_ago(30)
    register.save(found[0])
    return found


def exported(session: Session, today: date) -> bytes:
    """Return the tidy file of the whole register."""
    edges = listing_of(session, Arrangement(InitiativeFilters()), today).edges()
    rows = tidy_rows(session, [each.id for each in edges], today, load_spellings(session))
    session.rollback()
    return b"".join(csv_of(HEADER, rows))


def test_a_tidy_file_goes_back_in_and_changes_nothing_but_how_long_it_is_vouched_for(
    session: Session, awkward: list[Initiative]
) -> None:
    today = clock.today()
    before = exported(session, today)
    plan = plan_import(session, name="a.csv", data=before, as_of=today, today=today)
    session.rollback()
    assert (plan.created, plan.refused, len(plan.rows)) == (0, 0, 4), plan.rows
    assert {words.split(":")[0] for row in plan.rows for words in row.changes} <= {"vouched for until"}
    apply_import(
        session, actor=OFFICE, name="a.csv", data=before, as_of=today, today=today, skip_refused=False
    )
    session.commit()
    assert exported(session, today) == before
    again = plan_import(session, name="a.csv", data=before, as_of=today, today=today)
    assert (again.updated, again.unchanged) == (0, 4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXTS.filter(bool), name=TEXTS.filter(bool), text=TEXTS)
@pytest.mark.only_database("sqlite")
def test_any_record_goes_back_in_as_it_came(
    session: Session, register: Register, title: str, name: str, text: str
) -> None:
    today = clock.today()
    title, name = " ".join(title.split()), " ".join(name.split())
    made = register.initiative(
        title, register.department(name, external_id=f"d{next(NUMBERS)}"), start=days_ago(9)
    )
    made.description = text
    edges = [
        each
        for each in listing_of(session, Arrangement(InitiativeFilters()), today).edges()
        if each.id == made.id
    ]
    rows = tidy_rows(session, [each.id for each in edges], today, load_spellings(session))
    session.rollback()
    plan = plan_import(session, name="a.csv", data=b"".join(csv_of(HEADER, rows)), as_of=today, today=today)
    session.rollback()
    assert {words.split(":")[0] for row in plan.rows for words in row.changes} <= {"vouched for until"}
    assert (plan.created, plan.refused) == (0, 0)


def test_the_template_explains_every_column_and_its_example_goes_in(
    app: Flask, engine: Engine, cast: Cast, session: Session
) -> None:
    charlie = browser_of(app, engine, cast.charlie)
    assert cells(charlie, "/download/template.csv") == [list(HEADER)]
    found, whole = sheets(charlie.get("/download/template.xlsx").data)
    assert len(found) == 3
    assert tuple(COLUMNS) == HEADER
    assert all(each.meaning in whole.replace("&amp;", "&") for each in COLUMNS.values())
    rows = [tuple(each.first for each in COLUMNS.values()), tuple(each.second for each in COLUMNS.values())]
    data = b"".join(csv_of(HEADER, rows))
    plan = plan_import(session, name="a.csv", data=data, as_of=date(2026, 6, 30), today=date(2026, 6, 30))
    assert (plan.created, plan.refused, plan.warnings) == (2, 0, ())


def test_a_past_day_is_taken_along_as_it_was(alice: FlaskClient, register: Register) -> None:
    pair = register.departments("Claims", "Legal")
    register.initiative("Then", *pair, start=days_ago(60))
    register.initiative("Since", *pair, start=days_ago(5))
    found = cells(alice, f"/download/initiatives.csv?on={days_ago(30)}&columns=status")
    assert [row[0] for row in found[1:]] == ["Then"]
    assert alice.get("/download/initiatives.csv?on=yesterday").status_code == 422


def test_a_file_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def sent() -> list[int]:
        counts = []
        alice.get("/departments")
        for name in ("initiatives", "initiatives-tidy", "moments", "departments", "sponsors"):
            with counting(engine) as found:
                assert alice.get(f"/download/{name}.csv").data
            counts.append(len(found))
        return counts

    fill(register, 10)
    before = sent()
    fill(register, 10, 10)
    assert sent() == before


def test_a_text_longer_than_a_cell_is_cut_where_it_must_be() -> None:
    target = io.BytesIO()
    write_workbook(target, [Sheet("Long", ("text",), [("x" * 40_000,)])])
    (sheet,), _ = sheets(target.getvalue())
    assert len("".join(sheet.findall(f".//{MAIN}row")[1].itertext())) == 32_767


@pytest.mark.parametrize("text", ["", "plain", "=", "'", "'plain"])
def test_plain_texts_are_left_alone(text: str) -> None:
    assert guarded(text) == ("'=" if text == "=" else text)
