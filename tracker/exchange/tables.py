"""A spreadsheet as rows of texts: its encoding, delimiter, sheet and header are found, each can be said instead."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.exchange.column_names import known_names
from tracker.exchange.content import Unreadable
from tracker.exchange.decoding import Decoded, decoded
from tracker.exchange.fields import shown
from tracker.exchange.workbooks import is_workbook, read_sheet

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MOST_ROWS = 200_000
MOST_COLUMNS = 300
#: How far down the header is looked for, and how many rows tell which delimiter it is.
HEADER_WITHIN = 20
SAMPLE = 30
Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file is to be read; what is left empty is found. ``header`` is the line of the header."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it, each with the line on which it begins, and how the file was read.

    ``above`` are the lines that stand before the header. ``is_workbook`` tells sheets from texts.
    """

    header: tuple[str, ...]
    header_line: int
    rows: list[Row]
    above: tuple[Row, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_workbook: bool = False

    @property
    def width(self) -> int:
        """Return how many columns the header has."""
        return len(self.header)


def read_table(data: bytes, asked: Asked) -> Table:
    """Return the table in a file.

    Raises
    ------
    Unreadable
        When there is none, or it is larger than any register.
    """
    if is_workbook(data):
        return _from_workbook(data, asked)
    return text_table(decoded(data, asked.encoding), asked)


def _from_workbook(data: bytes, asked: Asked) -> Table:
    sheet = read_sheet(data, asked.sheet)
    rows: list[Row] = [
        (line, cells) for line, cells in enumerate(sheet.rows, 1) if any(map(str.strip, cells))
    ]
    if not rows:
        raise Unreadable(f"The sheet “{shown(sheet.name)}” is empty. Choose another one.")
    at = _header_at(rows, asked.header)
    width = _width(rows[at:])
    header = tuple(rows[at][1])[:width]
    below: list[Row] = [(line, tuple(cells)[:width]) for line, cells in rows[at + 1 :]]
    if sheet.merged:
        below = _spread(below, sheet.merged, dict(rows))
    return _table(
        header, rows, at, below, sheet=sheet.name, sheets=sheet.names, notes=sheet.notes, is_workbook=True
    )


def text_table(found: Decoded, asked: Asked) -> Table:
    """Return the table in a text.

    Raises
    ------
    Unreadable
        As `read_table`.
    """
    text = found.text
    if text.lstrip()[:15].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise Unreadable("This is a web page. A register comes as a spreadsheet or as portfolio JSON.")
    delimiter = asked.delimiter if asked.delimiter in DELIMITERS else _delimiter(text)
    rows: list[Row] = []
    for line, cells in _records(text, delimiter):
        if any(map(str.strip, cells)):
            rows.append((line, cells))
        if len(rows) > MOST_ROWS + HEADER_WITHIN:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it.")
    at = _header_at(rows, asked.header)
    notes = []
    if found.odd:
        named = ", ".join(f"{each:,}" for each in found.odd[:5]) + (
            " and others" if len(found.odd) > 5 else ""
        )
        lines = "Line" if len(found.odd) == 1 else "Lines"
        notes.append(
            f"{lines} {named} of this file {'is' if len(found.odd) == 1 else 'are'} written in another encoding "
            "than the rest, and was read in its own. Look at the letters with accents."
        )
    return _table(
        tuple(rows[at][1]),
        rows,
        at,
        rows[at + 1 :],
        encoding=found.encoding,
        delimiter=delimiter,
        notes=tuple(notes),
    )


def _table(
    header: tuple[str, ...],
    rows: list[Row],
    at: int,
    below: list[Row],
    *,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    sheets: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    is_workbook: bool = False,
) -> Table:
    if len(below) > MOST_ROWS:
        raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it.")
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The header has more than {MOST_COLUMNS} columns. Is the delimiter the right one?")
    if at:
        above = "1 line" if at == 1 else f"{at} lines"
        notes = (*notes, f"{above} above the header {'was' if at == 1 else 'were'} left out.")
    return Table(
        header=tuple(each.strip() for each in header),
        header_line=rows[at][0],
        rows=below,
        above=tuple(rows[:at]),
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        sheets=sheets,
        notes=notes,
        is_workbook=is_workbook,
    )


def _header_at(rows: Sequence[Row], asked: int) -> int:
    """Return where the header is among the rows: on the line asked for, else where most columns have a known name."""
    for at, (line, _) in enumerate(rows[:1_000]):
        if asked and line == asked:
            return at
    scores = [len(known_names(cells)) for _, cells in rows[:HEADER_WITHIN]]
    return scores.index(max(scores)) if scores else 0


def _width(rows: Sequence[Row]) -> int:
    """Return how many columns of a sheet are used: blanks beside the table are no columns."""
    return max(
        (at + 1 for _, cells in rows[:2_000] for at, each in enumerate(cells) if each.strip()), default=1
    )


def _spread(
    below: list[Row], merged: Sequence[tuple[int, int, int]], whole: dict[int, Sequence[str]]
) -> list[Row]:
    """Give the value of a cell merged over several rows to each of them."""
    values = {
        (line + 1, column): whole[first + 1][column]
        for first, last, column in merged
        if first + 1 in whole and column < len(whole[first + 1])
        for line in range(first + 1, last + 1)
    }
    return [
        (line, [each or values.get((line, at), "") for at, each in enumerate(cells)]) for line, cells in below
    ]


def _delimiter(text: str) -> str:
    """Return what separates the cells: that which gives the most known columns, else the most columns that agree."""
    scores: dict[str, tuple[int, int, int]] = {}
    for delimiter in DELIMITERS:
        rows = _sample(text, delimiter)
        if not rows:
            continue
        widths = [len(cells) for cells in rows]
        known = max(len(known_names(cells)) for cells in rows[:HEADER_WITHIN])
        common = max(set(widths), key=widths.count)
        scores[delimiter] = (known, widths.count(common) if common > 1 else 0, common)
    return max(scores, key=lambda each: scores[each], default=",")


def _sample(text: str, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                found.append(cells)
            if len(found) >= SAMPLE:
                break
    except csv.Error:
        pass  # what was read until then tells enough; reading all of it says where it breaks
    return found


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        words = str(error)
        if "field limit" in words:
            limit = f"{csv.field_size_limit():,}"
            words = f"a cell holds more than {limit} characters; a quotation mark may be missing"
        elif "unexpected end" in words:
            words = "a quotation mark is opened here and never closed"
        raise Unreadable(f"The row that begins on line {line} cannot be read: {words}.") from error
