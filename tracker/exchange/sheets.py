"""Write a list as CSV or as a workbook: typed cells, and no text that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.exchange.tidy import FORMULAS

Cell = str | int | float | date | None

#: What begins like a formula and is none: a number, a telephone number, a name with an @ before it.
HARMLESS = re.compile(r"[+-]?[0-9][0-9 .,]*%?|@[\w.-]+( [\w.-]+)*")
#: A spreadsheet knows by it that the file is UTF-8.
MARK = "\ufeff"
LINES_AT_ONCE = 500
#: So many characters fit into a cell of a workbook.
LONGEST_CELL = 32_767
NARROWEST, WIDEST, LOOKED_AT = 10, 60, 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, the heads of its columns and its rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8 with its mark, days as 2026-06-30, lines ended as RFC 4180 says."""
    lines = chain([tuple(header)], rows)
    yield MARK.encode()
    while some := list(islice(lines, LINES_AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([_text(cell) for cell in row] for row in some)
        yield text.getvalue().encode()


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, and that reads back as it was.

    An apostrophe is put before what begins like a formula, and a blank before what already begins with one: both
    go when the file is imported.

    >>> guarded("=1+1"), guarded("-5"), guarded("@name"), guarded("'=1+1")
    ("'=1+1", '-5', '@name', " '=1+1")
    """
    if text.startswith("'") and text[1:].startswith(FORMULAS):
        return f" {text}"
    return f"'{text}" if text.startswith(FORMULAS) and not HARMLESS.fullmatch(text) else text


def write_workbook(target: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Write a workbook row by row: texts stay texts, days and numbers are typed, the header stands still."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": False})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, head, day)


def _write_sheet(page: Worksheet, sheet: Sheet, head: Format, day: Format) -> None:
    rows = iter(sheet.rows)
    first = list(islice(rows, LOOKED_AT))
    for column, words in enumerate(sheet.header):
        page.set_column(column, column, _width([words, *(_text(row[column]) for row in first)]))
        page.write_string(0, column, words, head)
    page.freeze_panes(1, 0)
    number = 0
    for number, row in enumerate(chain(first, rows), 1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                page.write_datetime(number, column, cell, day)
            elif isinstance(cell, int | float):
                page.write_number(number, column, cell)
            elif cell:
                page.write_string(number, column, _fitting(cell))
    if sheet.header and number:
        page.autofilter(0, 0, number, len(sheet.header) - 1)


def _width(texts: Iterable[str]) -> int:
    longest = max(len(line) for text in texts for line in (text.splitlines() or [""]))
    return min(max(longest + 2, NARROWEST), WIDEST)


def _fitting(text: str) -> str:
    """Return a text that a cell takes whole; only a very long list of names has more."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(cell) if isinstance(cell, str) else str(cell)
