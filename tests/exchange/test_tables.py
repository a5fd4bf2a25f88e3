"""Spreadsheets as offices keep them: what is found in them is told, what cannot be read says why."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it comes without types
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.exchange import workbooks
from tracker.exchange.choices import Choices
from tracker.exchange.columns import Known
from tracker.exchange.content import Content, How, Refusal, Stated, Unreadable
from tracker.exchange.reading import read_file

HEADER = ["Ref", "Project", "Teams", "Start date"]
ROWS = [["R-1", "Night desk", "Claims; Legal", "2026-01-10"], ["R-2", "Storm line", "Sales", ""]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook(*sheets: tuple[str, Callable[[Any, Any], None]]) -> bytes:
    """Make a workbook; each sheet is filled by a function that gets it and the book."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        for name, fill in sheets:
            fill(book.add_worksheet(name), book)
    return written.getvalue()


def rows_of(*rows: list[Any], at: int = 0) -> Callable[[Any, Any], None]:
    def fill(sheet: Any, _book: Any) -> None:
        for line, cells in enumerate(rows, at):
            sheet.write_row(line, 0, cells)

    return fill


def read(data: bytes, name: str = "a.xlsx", choices: Choices | None = None, **known: Any) -> Content:
    return read_file(name, data, choices or Choices(), lambda: Known(**known))


def how(content: Content) -> How:
    assert content.how is not None
    return content.how


def stated(content: Content) -> list[dict[str, Any]]:
    assert not [each for each in content.items if isinstance(each, Refusal)], content.items
    return [each.values for each in content.items if isinstance(each, Stated)]


def test_a_workbook_is_read_as_a_csv_of_the_same_rows_would_be() -> None:
    text = "\n".join(",".join(each) for each in (HEADER, *ROWS)).encode()
    found = read(workbook(("Pilots", rows_of(HEADER, *ROWS))))
    assert stated(found) == stated(read(text, "a.csv"))
    assert [each.target for each in how(found).columns] == [
        "external_id",
        "title",
        "departments",
        "started_on",
    ]
    assert how(found).sheet == "Pilots"


def test_the_first_sheet_with_a_table_is_read_and_another_one_when_asked_for() -> None:
    book = workbook(
        ("Cover", rows_of(["Our pilots"])),
        ("2025", rows_of(HEADER, ROWS[0])),
        ("2026", rows_of(HEADER, ROWS[1])),
    )
    found = read(book)
    assert (how(found).sheet, how(found).sheets) == ("2025", ("Cover", "2025", "2026"))
    assert stated(read(book, choices=Choices(sheet="2026")))[0]["title"] == "Storm line"


def test_days_numbers_and_yes_are_read_as_they_are_meant() -> None:
    def fill(sheet: Any, book: Any) -> None:
        sheet.write_row(0, 0, ["Ref", "Project", "Start date", "End date", "Paused"])
        sheet.write_number(1, 0, 7)
        sheet.write_string(1, 1, "Night desk")
        sheet.write_datetime(1, 2, datetime(2026, 1, 10), book.add_format({"num_format": "d.m.yy"}))  # noqa: DTZ001 (a workbook knows no zones)
        sheet.write_number(1, 3, 46203)
        sheet.write_boolean(1, 4, True)

    found = read(workbook(("A", fill)))
    assert [each.id for each in found.items] == ["7"]
    (values,) = stated(found)
    assert (str(values["start"]), str(values["end"]), values["paused"]) == ("2026-01-10", "2026-06-30", True)
    assert how(found).has_numbers


def test_formulas_are_read_as_they_showed() -> None:
    def fill(sheet: Any, _book: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["R-1", None, "Claims"])
        sheet.write_formula(1, 1, '="Night"&" desk"', None, "Night desk")
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")

    found = read(workbook(("A", fill)))
    assert stated(found)[0]["title"] == "Night desk"
    assert any(each.startswith("Cells with formulas") for each in found.noted)
    assert any("shows an error of a formula" in each for each in found.noted)


def test_a_failed_formula_in_a_csv_is_refused_by_its_cell() -> None:
    found = read(b"Ref,Project\nR-1,#REF!\n", "a.csv").items[0]
    assert isinstance(found, Refusal)
    assert (found.column, found.reason) == ("title", "The formula in this cell failed: it shows #REF!.")


def test_a_cell_merged_over_rows_stands_in_each_of_them() -> None:
    def fill(sheet: Any, _book: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROWS[0])
        sheet.write_row(2, 0, ROWS[1][:2])
        sheet.merge_range(1, 2, 2, 2, "Claims; Legal")

    found = read(workbook(("A", fill)))
    assert [each["departments"] for each in stated(found)] == [("Claims", "Legal")] * 2


def test_the_second_of_two_header_rows_is_the_header() -> None:
    def fill(sheet: Any, _book: Any) -> None:
        sheet.merge_range(0, 0, 0, 1, "What")
        sheet.merge_range(0, 2, 0, 3, "Who and when")
        sheet.write_row(1, 0, HEADER)
        sheet.write_row(2, 0, ROWS[0])

    found = read(workbook(("A", fill)))
    assert (how(found).header_line, how(found).above) == (2, ((1, "What · Who and when"),))
    assert len(stated(found)) == 1


def test_the_header_can_stand_lower_and_can_be_said() -> None:
    data = b"Our pilots,,\nas of June,,\nRef,Project,Teams\nR-1,Night desk,Claims\n"
    assert how(read(data, "a.csv")).header_line == 3
    data = b"Name,Team\nWork,Unit\nNight desk,Claims\n"
    assert how(read(data, "a.csv")).header_line == 1
    assert how(read(data, "a.csv", Choices(header=2))).header == ("Work", "Unit")


def test_a_million_rows_that_are_only_coloured_are_no_rows() -> None:
    def fill(sheet: Any, book: Any) -> None:
        rows_of(HEADER, *ROWS)(sheet, book)
        sheet.write_blank(1_048_575, 0, None, book.add_format({"bold": True}))

    assert len(stated(read(workbook(("A", fill))))) == 2


def test_a_cell_far_away_from_the_table_is_named() -> None:
    def fill(sheet: Any, book: Any) -> None:
        rows_of(HEADER, *ROWS)(sheet, book)
        sheet.write_string(1_048_575, 11, " ")

    with pytest.raises(Unreadable, match="reaches as far as L1,048,576"):
        read(workbook(("A", fill)))


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000_000)
    data = workbook(("A", rows_of(HEADER, *ROWS)))
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 2_000_000)
    with pytest.raises(Unreadable, match="unpacks to more than"):
        read(packed.getvalue())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (OLE + b"x" * 600 + "EncryptedPackage".encode("utf-16-le"), "A password protects this workbook"),
        (OLE + b"x" * 600, "workbook of an older kind"),
        (b"PK\x03\x04 and nothing more", "This workbook is damaged"),
        (b"<!DOCTYPE html><html><body>Sign in", "This is a web page"),
        (b"%PDF-1.7", "This is a PDF"),
    ],
)
def test_what_is_no_spreadsheet_says_what_it_is(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(data)


@pytest.mark.parametrize(
    ("name", "words"),
    [("word/document.xml", "a Word document"), ("content.xml", "LibreOffice"), ("a.csv", "a ZIP archive")],
)
def test_another_archive_says_what_it_is(name: str, words: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(Unreadable, match=words):
        read(packed.getvalue())


def test_a_workbook_with_bytes_cut_off_is_refused() -> None:
    data = workbook(("A", rows_of(HEADER, *ROWS)))
    for at in (30, len(data) // 2, len(data) - 30):
        with pytest.raises(Unreadable):
            read(data[:at])


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_the_encoding_is_found_and_told(encoding: str, found: str) -> None:
    content = read("Ref;Project\nR-1;Bürger­amt\n".replace("\xad", "").encode(encoding), "a.csv")
    assert (how(content).encoding, how(content).delimiter) == (found, ";")
    assert stated(content)[0]["title"] == "Bürgeramt"


def test_lines_in_another_encoding_are_read_in_their_own_and_named() -> None:
    data = "Ref,Project\nR-1,Bürgeramt\nR-2,Zürich\n".encode() + "R-3,Köln\n".encode("cp1252")
    content = read(data, "a.csv")
    assert [each["title"] for each in stated(content)] == ["Bürgeramt", "Zürich", "Köln"]
    assert any(
        each.startswith("Line 4 of this file is written in another encoding") for each in content.noted
    )


def test_an_encoding_that_was_asked_for_holds_or_says_why_not() -> None:
    data = "Ref,Project\nR-1,Łódź\n".encode("cp1250")
    assert stated(read(data, "a.csv", Choices(encoding="cp1250")))[0]["title"] == "Łódź"
    with pytest.raises(Unreadable, match="Byte 17 is no text in UTF-8"):
        read(data, "a.csv", Choices(encoding="utf-8"))


def test_a_delimiter_that_was_asked_for_holds() -> None:
    data = b"Project,Teams\nNight, and day;Claims\n"
    assert how(read(data, "a.tsv", Choices(delimiter=";"))).header == ("Project,Teams",)


BOOK = workbook(("A", rows_of(HEADER, *ROWS)), ("B", rows_of(HEADER, *ROWS)))


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_workbook_with_any_bytes_overwritten_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(BOOK)
    for at, byte in changes:
        data[at] = byte
    with suppress(Unreadable):
        assert read(bytes(data)).is_table
