"""Read a sheet of an Excel workbook: measured before it is unpacked, cells as the texts that a CSV would hold."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tracker.exchange.content import Unreadable

ZIP = b"PK\x03\x04"
#: How Excel files of the older kind begin, and every file that a password protects.
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: What a workbook may unpack to, and what its used area may hold: a reader needs memory for every cell of it.
MOST_UNPACKED = 256 * 1024 * 1024
MOST_CELLS = 8_000_000
CHUNK = 1024 * 1024
DAMAGED = "This workbook is damaged. Open it in Excel and save it anew."
#: What an archive or a sheet with wrong bytes in it raises.
BROKEN = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)
#: A cell with something in it. Those that are only coloured close at once.
CELL = re.compile(rb'<c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
FORMULA = re.compile(rb"<f[\s>/]")
FAILED = re.compile(rb'<c\s[^>]*?\bt="e"')
OTHER_ZIPS = (
    ("word/", "This is a Word document. A register comes as a spreadsheet or as portfolio JSON."),
    ("ppt/", "This is a PowerPoint file. A register comes as a spreadsheet or as portfolio JSON."),
    ("content.xml", "This is a sheet of LibreOffice. Save it as .xlsx or .csv."),
    ("xl/workbook.bin", "This is a binary workbook (.xlsb). Save it as .xlsx."),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet as texts, the sheets there are, the merged columns of cells, and what to know of it.

    ``merged`` are ``(first row, last row, column)`` counted from 0; each stands for one cell over several rows.
    """

    name: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Measured:
    unpacked: int = 0
    formulas: int = 0
    failed: int = 0


def is_workbook(data: bytes) -> bool:
    """Say whether the bytes are a workbook, or something that people take for one."""
    return data.startswith((ZIP, OLE))


def read_sheet(data: bytes, asked: str = "") -> Sheet:
    """Return the sheet asked for, else the first one that shows.

    Raises
    ------
    Unreadable
        When a password protects it, it is no workbook, it unpacks to more than 256 MB, or its cells lie too far apart.
    """
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise Unreadable(
                "A password protects this workbook. Save it without one (File, Info), then bring it."
            )
        raise Unreadable("This is an Excel workbook of an older kind. Save it as .xlsx or as “CSV UTF-8”.")
    measured = _measure(data)
    try:
        return _read(data, asked, measured)
    except BROKEN as error:
        raise Unreadable(DAMAGED) from error
    except BaseException as error:
        # What the reader gives up on in its own language is no Exception, and says so by this name alone.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(DAMAGED) from error


def _read(data: bytes, asked: str, measured: _Measured) -> Sheet:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = [
        each.name
        for each in workbook.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
    ]
    if not names:
        raise Unreadable("This workbook has no sheet that shows.")
    name = asked if asked in names else _first_filled(workbook, names)
    sheet = workbook.get_sheet_by_name(name)
    rows = tuple(tuple(map(_text, row)) for row in sheet.iter_rows())
    merged = tuple(_merged(sheet))
    return Sheet(name, tuple(names), rows, merged, tuple(_notes(measured, merged)))


def _first_filled(workbook: CalamineWorkbook, names: list[str]) -> str:
    """Return the first sheet with more than a heading in it: many workbooks begin with a cover."""
    for name in names:
        if workbook.get_sheet_by_name(name).height > 1:
            return name
    return names[0]


def _measure(data: bytes) -> _Measured:
    """Unpack everything once, a piece at a time, and stop where it grows beyond what a register can be."""
    found = _Measured()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                words = next(
                    (words for start, words in OTHER_ZIPS if any(each.startswith(start) for each in names)),
                    "",
                )
                raise Unreadable(words or "This is a ZIP archive. Unpack it, and bring the file in it.")
            if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
                raise _too_large()
            for each in archive.infolist():
                is_sheet = each.filename.startswith("xl/worksheets/") and each.filename.endswith(".xml")
                with archive.open(each) as member:
                    _measure_member(member, found, is_sheet=is_sheet)
    except BROKEN as error:
        raise Unreadable(DAMAGED) from error
    return found


def _measure_member(member: Any, found: _Measured, *, is_sheet: bool) -> None:
    rest, columns, rows = b"", b"A", 1
    while chunk := member.read(CHUNK):
        found.unpacked += len(chunk)
        if found.unpacked > MOST_UNPACKED:
            raise _too_large()
        if not is_sheet:
            continue
        whole, bracket, after = (rest + chunk).rpartition(b"<")
        if not bracket:
            whole, after = rest + chunk, b""
        rest = bracket + after
        found.formulas += len(FORMULA.findall(whole))
        found.failed += len(FAILED.findall(whole))
        for column, row in CELL.findall(whole):
            columns = max(columns, column, key=lambda each: (len(each), each))
            rows = max(rows, int(row))
        if rows * _number(columns) > MOST_CELLS:
            raise Unreadable(
                f"A sheet of this workbook reaches as far as {columns.decode()}{rows:,}. Delete what lies beside "
                "and below the table, blanks too, then bring it again."
            )


def _too_large() -> Unreadable:
    return Unreadable(
        f"This workbook unpacks to more than {MOST_UNPACKED // 1024 // 1024} MB. Save the sheet alone, as CSV."
    )


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _text(value: Any) -> str:
    """Return a cell as a CSV would hold it: days as 2026-06-30, whole numbers without a point, yes and no."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _merged(sheet: CalamineSheet) -> Any:
    """Yield the merged cells that stand for one value in several rows."""
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        if last > first:
            yield first, last, column


def _notes(measured: _Measured, merged: tuple[tuple[int, int, int], ...]) -> Any:
    if measured.formulas:
        yield "Cells with formulas were read as they showed when the workbook was saved."
    if measured.failed:
        is_one = measured.failed == 1
        count = "1 cell shows" if is_one else f"{measured.failed:,} cells show"
        yield f"{count} an error of a formula, such as #REF!, and {'was' if is_one else 'were'} read as empty."
    if merged:
        yield "Cells merged over several rows were read in each of these rows."
