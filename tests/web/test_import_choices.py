"""How a file is read, changed by page: columns, words, names, rows, who vouches; kept on the server until the import."""

from __future__ import annotations

import io
import re
import time
from collections import OrderedDict

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.exchange.test_tables import rows_of, workbook
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of
from tests.web.test_importing import GOOD, HEADER, bring, commit, dry_run, titles, version_in
from tracker.models.departments import Department
from tracker.models.imports import ImportMapping
from tracker.models.moments import Moment
from tracker.services import import_drafts
from tracker.web import importing

ODD = b"Colour,What we try,Who\nred,Night desk for all,Library / Museum\nblue,Day desk for all,Library\n"
HOUSE = b"Project,Type,Team,Start\nNight desk,POC,Library,2026-02-02\nDay desk,gain,Museum,2026-02-03\n"


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


def departments(session: Session) -> list[str]:
    found = list(session.scalars(select(Department.name).order_by(Department.name)))
    session.rollback()
    return found


def test_a_workbook_goes_in_by_one_page_and_one_button(alice: FlaskClient, session: Session) -> None:
    book = workbook(
        ("Cover", rows_of(["Our pilots"])),
        ("Pilots", rows_of(["Ref", "Project", "Teams"], ["1", "Night desk", "Library; Museum"])),
    )
    address = dry_run(alice, book, "pilots.xlsx")
    page = alice.get(address).text
    assert "Sheet “Pilots”, header on line 1" in page
    assert "Import 1 row" in page
    commit(alice, address)
    assert titles(session) == ["Night desk"]


def test_a_file_without_a_title_asks_which_column_it_is(alice: FlaskClient, session: Session) -> None:
    address = dry_run(alice, b"Budget,Colour\n1,red\n")
    assert alice.get(address).location == f"{address}/columns"
    assert "Budget" in alice.get(f"{address}/columns").text
    fields = {"column-0": "", "column-1": "", "header": "1"}
    refused = alice.post(f"{address}/columns", data=fields)
    assert (refused.status_code, "Say which column holds the title." in refused.text) == (422, True)
    fields |= {"column-1": "title"}
    assert alice.post(f"{address}/columns", data=fields).location == address
    commit(alice, address)
    assert titles(session) == ["red"]


def test_columns_say_why_they_were_taken_and_can_be_changed(alice: FlaskClient) -> None:
    address = dry_run(alice, ODD)
    page = alice.get(f"{address}/columns").text
    assert "nearly every cell holds other words" in page
    twice = {"column-0": "title", "column-1": "title", "column-2": "", "header": "1"}
    answer = alice.post(f"{address}/columns", data=twice)
    assert (answer.status_code, "Two columns are taken for the same: Title." in answer.text) == (422, True)
    chosen = {"column-0": "", "column-1": "title", "column-2": "departments", "header": "1", "separator": "/"}
    assert alice.post(f"{address}/columns", data=chosen).status_code == 303
    page = alice.get(address).text
    assert "2 new departments" in page
    assert "<b>1 of 2 rows</b> name one department" in page


def test_another_encoding_or_header_reads_the_file_anew_and_stays(alice: FlaskClient) -> None:
    address = dry_run(alice, "Project,Team\nNacht,Büro\n".encode("cp1252"))
    columns = f"{address}/columns"
    assert alice.post(columns, data={"encoding": "utf-8", "header": "1", "do": "look"}).status_code == 422
    looked = alice.post(
        columns, data={"encoding": "mac-roman", "header": "1", "do": "look", "column-0": "title"}
    )
    assert looked.location == columns
    assert 'value="mac-roman" selected' in alice.get(columns).text


def test_house_words_get_a_meaning(alice: FlaskClient) -> None:
    address = dry_run(alice, HOUSE)
    assert "2 words of yours for kinds and statuses can be given a meaning." in alice.get(address).text
    page = alice.get(f"{address}/columns").text
    words = dict(re.findall(r'name="(kind-word-\d)" value="([^"]+)"', page))
    meanings = {"POC": "pilot", "gain": "quick_win"}
    fields = {**words, **{name.replace("word", "is"): meanings[word] for name, word in words.items()}}
    targets = {f"column-{at}": each for at, each in enumerate(("title", "kind", "departments", "started_on"))}
    alice.post(f"{address}/columns", data={**fields, **targets, "header": "1"})
    page = alice.get(address).text
    assert "is not known here" not in page
    assert "1 win was already reported: who vouches?" in page


def test_a_way_of_reading_is_remembered_by_its_header_and_can_be_forgotten(
    alice: FlaskClient, session: Session
) -> None:
    address = dry_run(alice, ODD)
    chosen = {"column-0": "", "column-1": "title", "column-2": "departments", "header": "1", "separator": "/"}
    alice.post(f"{address}/columns", data={**chosen, "mapping": "Our workbook"})
    again = alice.get(dry_run(alice, ODD.replace(b"Night", b"Late"))).text
    assert "2 new departments" in again
    other = dry_run(alice, b"A,B,C\n1,Some title,Library / Museum\n2,Another title,Zoo\n")
    kept = session.scalars(select(ImportMapping)).one()
    session.rollback()
    alice.post(f"{other}/columns", data={"use": kept.public_id})
    assert "3 new departments" in alice.get(other).text
    assert "Our workbook" in alice.get("/imports").text
    assert alice.post(f"/imports/mappings/{kept.public_id}/forget").location == "/imports"
    assert "Our workbook" not in alice.get("/imports").text.partition("How files are read")[2]
    assert alice.post(f"/imports/mappings/{kept.public_id}/forget").status_code == 404


def test_new_names_become_other_names_or_stay_out(
    alice: FlaskClient, session: Session, register: Register
) -> None:
    register.department("Library")
    address = dry_run(alice, b"Project,Teams\nNight desk,Librarry;TBD;Museum\n")
    page = alice.get(f"{address}/names").text
    assert "Another name of Library" in page
    chosen = {"department-0": "Librarry", "department-is-0": "is Library", "department-1": "TBD"}
    chosen |= {"department-is-1": "out", "department-2": "Museum", "department-is-2": ""}
    assert alice.post(f"{address}/names", data=chosen).location == address
    commit(alice, address)
    assert departments(session) == ["Library", "Museum"]
    again = alice.get(dry_run(alice, b"Project,Teams\nDay desk,Librarry;Museum\n")).text
    assert "new department" not in again, "the other name is known from now on"


def test_unticked_rows_stay_out_until_they_are_ticked_again(alice: FlaskClient, session: Session) -> None:
    rows = "".join(f"r{at},Row {at:03},2026-02-02,Library;Museum,\n" for at in range(60))
    address = dry_run(alice, (HEADER + rows).encode())
    shown = [str(at) for at in range(2, 52)]
    alice.post(f"{address}/rows", data={"shown": shown, "keep": shown[3:]})
    page = alice.get(address).text
    assert "Left out 3" in page
    assert "Import 57 rows" in page
    second = [str(at) for at in range(52, 62)]
    alice.post(f"{address}/rows", data={"shown": second, "keep": [], "page": "2"})
    assert "Import 47 rows" in alice.get(address).text
    alice.post(f"{address}/rows", data={"shown": ["2"], "keep": ["2"]})
    commit(alice, address)
    assert len(titles(session)) == 48


def test_refused_rows_come_as_a_workbook_with_the_bad_cell_marked(alice: FlaskClient) -> None:
    data = HEADER.encode() + b"a,Night desk,soon,Library,@maud\nb,,2026-02-02,Library,\nc,Fine,,Library,\n"
    address = dry_run(alice, data)
    answer = alice.get(f"{address}/to-mend.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="to-mend.xlsx"'
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert sheet[0][-2:] == ["What is wrong", "Line in the file"]
    assert sheet[1] == [
        "a", "Night desk", "soon", "Library", "@maud", "“soon” is not a day. Write it as 2026-06-30.", 2.0
    ]  # fmt: skip
    assert [row[-1] for row in sheet[1:]] == [2.0, 3.0]
    whole = alice.get(f"{dry_run(alice, GOOD)}/to-mend.xlsx").data
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(whole)).get_sheet_by_index(0).to_python()) == 1


def test_two_people_vouch_for_wins_that_were_reported(alice: FlaskClient, session: Session) -> None:
    data = (
        b"Project,Kind,Teams,Start,End\nRefund in one call,quick win,Library;Museum,2026-02-02,2026-03-02\n"
    )
    address = dry_run(alice, data)
    assert alice.post(f"{address}/settle", data={"first": "Maud", "second": "maud"}).status_code == 422
    assert alice.post(f"{address}/settle", data={"first": "Maud", "second": "Ben"}).location == address
    assert "Maud and Ben vouch for it" in alice.get(address).text
    commit(alice, address)
    assert session.scalars(select(Moment.is_confirmed)).all() == [True]


def test_rows_that_vanished_can_be_ended(alice: FlaskClient) -> None:
    commit(alice, dry_run(alice, GOOD + b"b,Day desk,2026-02-02,Library,Maud\n"))
    address = dry_run(alice, GOOD)
    assert "is not in this one and stays as it is: b." in alice.get(address).text
    alice.post(f"{address}/settle", data={"missing": "end"})
    page = alice.get(address).text
    assert "is not in this one and ends on its date: b." in page
    assert "it is not in the file any more" in page


def test_the_dry_run_shows_both_numbers_before_and_after(alice: FlaskClient) -> None:
    page = re.sub(r"<[^>]+>", " ", alice.get(dry_run(alice, GOOD)).text)
    assert re.search(r"Pairs that work together\s+0\s+of\s+0\s+1 of 1", page)


def test_a_large_file_is_read_and_written_with_progress(
    alice: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_drafts, "READ_AT_ONCE", 100)
    monkeypatch.setattr(importing, "WRITTEN_AT_ONCE", 10)
    rows = "".join(f"r{at},Row {at:03},2026-02-02,Library;Museum,\n" for at in range(60))
    address = dry_run(alice, (HEADER + rows).encode())
    page = wait(alice, address)
    assert "60 rows" in page
    part = alice.get(address, headers=PART)
    assert ('id="importing-plan"' in part.text, "<html" in part.text) == (True, False)
    assert alice.post(address, data={"version": version_in(page)}).location == address
    wait(alice, address)
    assert alice.get(address).location.startswith("/import/done?")
    assert len(titles(session)) == 60


def test_a_process_that_did_not_read_a_large_file_shows_what_another_one_read(
    alice: FlaskClient, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    monkeypatch.setattr(import_drafts, "READ_AT_ONCE", 10)
    address = dry_run(alice, ODD)
    page = wait(alice, address)
    names = alice.get(f"{address}/names").text

    def not_again(*_args: object, **_more: object) -> None:
        raise AssertionError

    with monkeypatch.context() as other_process:
        other_process.setattr(import_drafts, "_plans", OrderedDict())
        other_process.setattr(import_drafts, "plan_import", not_again)
        assert alice.get(address).text == page
        other_process.setattr(import_drafts, "_plans", OrderedDict())
        assert alice.get(f"{address}/names").text == names
        other_process.setattr(import_drafts, "_plans", OrderedDict())
        assert commit(alice, address).status_code == 303
    assert len(titles(session)) == 2


def wait(browser: FlaskClient, address: str) -> str:
    """Ask for a page until it says no longer how far the work is."""
    for _ in range(200):
        answer = browser.get(address)
        if 'id="importing-progress"' not in answer.text:
            return answer.text
        assert "Stop" in answer.text
        time.sleep(0.02)
    raise AssertionError("the work did not end")


def test_reading_that_was_stopped_says_so_and_begins_anew_when_asked(
    alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_drafts, "READ_AT_ONCE", 10)
    address = dry_run(alice, GOOD)

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(import_drafts, "plan_import", broken)
        alice.get(address)
        for _ in range(200):
            page = alice.get(address).text
            if "could not be read to its end" in page:
                break
            time.sleep(0.02)
    assert "Nothing was changed." in page
    assert alice.post(f"{address}/stop").location == address
    assert "Import 1 row" in wait(alice, address)


@pytest.mark.parametrize("path", ["/columns", "/names", "/to-mend.xlsx"])
def test_nobody_but_who_brought_a_file_chooses_about_it(
    app: Flask, engine: Engine, cast: Cast, alice: FlaskClient, path: str
) -> None:
    address = dry_run(alice, GOOD)
    assert browser_of(app, engine, cast.ada).get(address + path).status_code == 404
    assert browser_of(app, engine, cast.dora).get(address + path).status_code == 403
    assert app.test_client().get(address + path).location.startswith("/sign-in")
    assert alice.get("/import/nothing" + path).status_code == 404


def test_a_portfolio_has_no_columns(alice: FlaskClient) -> None:
    address = dry_run(alice, b'{"departments": [{"id": "CLM", "name": "Claims"}]}', "a.json")
    assert alice.get(f"{address}/columns").status_code == 404
    assert alice.get(address).status_code == 200


def test_a_protected_workbook_says_what_to_do(alice: FlaskClient) -> None:
    data = b"\xd0\xcf\x11\xe0" + b"x" * 600 + "EncryptedPackage".encode("utf-16-le")
    answer = bring(alice, data, "register.xlsx")
    assert (answer.status_code, "A password protects this workbook." in answer.text) == (422, True)


def test_rows_worth_a_look_have_a_view_of_their_own(alice: FlaskClient) -> None:
    address = dry_run(
        alice, HOUSE + b"No start,pilot,Library;Museum,\nFine,pilot,Library;Museum,2026-02-02\n"
    )
    assert "Worth a look 3" in alice.get(address).text
    rows = alice.get(f"{address}?show=noted").text.partition('id="importing-rows"')[2]
    assert "No first day: kept as proposed, not counted." in rows
    assert "The kind “POC” is not known here" in rows
    assert "One department: recorded, not counted." in rows
    assert "Import Fine" not in rows


def test_an_import_that_was_chosen_otherwise_meanwhile_is_shown_again(
    alice: FlaskClient, session: Session
) -> None:
    address = dry_run(alice, GOOD)
    page = alice.get(address).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    alice.post(f"{address}/rows", data={"shown": ["2"], "keep": []})
    answer = alice.post(address, data={"version": version_in(page), "seen": seen})
    assert (answer.status_code, titles(session)) == (409, [])


def test_names_are_remembered_with_the_way_of_reading(alice: FlaskClient, session: Session) -> None:
    data = b"Project,Executive sponsor,Teams\nNight desk,TBD;Maud,Library;TBD\n"
    address = dry_run(alice, data)
    targets = {f"column-{at}": each for at, each in enumerate(("title", "sponsor", "departments"))}
    alice.post(f"{address}/columns", data={**targets, "header": "1", "mapping": "Ours"})
    out = {"department-0": "TBD", "department-is-0": "out", "person-0": "TBD", "person-is-0": "out"}
    alice.post(f"{address}/names", data=out)
    page = alice.get(dry_run(alice, data.replace(b"Night", b"Day"))).text
    assert "1 new department" in page
    assert "1 new sponsor" in page
