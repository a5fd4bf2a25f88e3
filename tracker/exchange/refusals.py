"""The rows of a spreadsheet that cannot go in, as a workbook: each with its reason, the cell it is about marked."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter

#: The marked cell: the soft orange and the orange text of the pages.
MARKED = {"bg_color": "#FFE9D1", "font_color": "#A84A00", "border": 1, "border_color": "#CC6300"}
#: What Excel takes in a cell.
MOST_TEXT = 32_000
WIDE, NARROW = 48, 18


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row as it stood in the file, the place of the cell that is wrong (None for the whole row), and why."""

    line: int
    cells: Sequence[str]
    place: int | None
    reason: str


def refusal_workbook(header: Sequence[str], rows: Iterable[RefusedRow]) -> bytes:
    """Return the workbook. Its columns are those of the file, so a row that was mended can be brought again."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        head, marked = book.add_format({"bold": True, "bottom": 1}), book.add_format(MARKED)
        sheet = book.add_worksheet("To mend")
        width = len(header)
        for place, name in enumerate((*header, "What is wrong", "Line in the file")):
            sheet.write_string(0, place, name[:MOST_TEXT], head)
        for at, row in enumerate(rows, 1):
            for place in range(width):
                text = row.cells[place][:MOST_TEXT] if place < len(row.cells) else ""
                wrong = place == row.place
                if wrong and not text:
                    sheet.write_blank(at, place, None, marked)
                elif text:
                    sheet.write_string(at, place, text, marked if wrong else None)
            sheet.write_string(at, width, row.reason[:MOST_TEXT], marked if row.place is None else None)
            sheet.write_number(at, width + 1, row.line)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, width - 1), NARROW)
        sheet.set_column(width, width, WIDE)
    return written.getvalue()
