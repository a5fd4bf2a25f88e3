"""Read the tidy CSV: one row an initiative, its departments and sponsors as lists joined by “;”."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tracker.exchange import fields
from tracker.exchange.content import Content, Refusal, Stated, Unreadable
from tracker.exchange.fields import Read, Wrong, shown
from tracker.models.initiatives import KINDS, STATUSES

HEADER = (
    "external_id",
    "title",
    "kind",
    "status",
    "started_on",
    "ended_on",
    "lead_department",
    "departments",
    "sponsor",
    "owner",
    "url",
    "summary",
)
NEEDED = ("external_id", "title")
DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS = 200_000
#: A spreadsheet takes a cell that begins so for a formula; an export puts an apostrophe before it.
FORMULAS = tuple("=+-@\t\r\0＝＋－＠")


def read_tidy(text: str) -> Content:
    """Return what a tidy CSV says; a row that cannot be kept becomes a refusal with its line and column.

    The values of a row are ``title``, ``start``, ``end``, ``departments`` and ``sponsors`` (names, the leading one
    first), ``lead`` (whether the first department leads), ``contact``, ``link`` and ``description``, and ``kind``
    and ``paused`` where the word is known here. What an empty cell or a missing column does not state is absent.

    Raises
    ------
    Unreadable
        When it is no CSV, or its header is not the tidy one.
    """
    content = Content(is_table=True, sections={"initiative"})
    lines = _lines(text, _delimiter(text))
    _, header = next(lines)
    columns = _columns(header, content)
    seen: dict[str, int] = {}
    for line, cells in lines:
        if len(content.items) >= MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it.")
        if any(map(str.strip, cells)):
            content.items.append(_row(line, cells, len(header), columns, seen, content))
    return content


def _delimiter(text: str) -> str:
    """Return what separates the cells: that which makes the first line the tidy header."""
    found: dict[str, list[str]] = {}
    for delimiter in DELIMITERS:
        try:
            first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        except csv.Error:
            continue
        found[delimiter] = [_plain(each) for each in first]
        if all(name in found[delimiter] for name in NEEDED):
            return delimiter
    best = max(found.values(), key=len, default=[])
    raise Unreadable(
        "The first line is not the tidy header. It names the columns "
        f"{','.join(HEADER)}; external_id and title are needed. This file begins with “{shown(', '.join(best))}”."
    )


def _plain(name: str) -> str:
    return "_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split())


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
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


def _columns(header: Sequence[str], content: Content) -> dict[str, int]:
    """Return where each column of the tidy header stands."""
    found: dict[str, int] = {}
    for place, each in enumerate(header):
        name = _plain(each)
        if name in found:
            raise Unreadable(f"The header names “{name}” twice.")
        if name in HEADER:
            found[name] = place
        elif name:
            content.note(f"The column “{shown(each)}” is not known and was left out.")
    return found


def _row(
    line: int,
    cells: Sequence[str],
    width: int,
    columns: Mapping[str, int],
    seen: dict[str, int],
    content: Content,
) -> Stated | Refusal:
    cell = {name: _unguarded(cells[place]) for name, place in columns.items() if place < len(cells)}
    id_, title = (shown(cell.get(name, ""), 100) for name in NEEDED)
    try:
        found = Row(cell)
        if len(cells) != width:
            raise Wrong(f"This row has {len(cells)} cells and the header {width}.")  # noqa: TRY301 (one place tells what a row is refused for)
        id_ = found.read("external_id", fields.identifier)
        if id_ in seen:
            found.column = "external_id"
            raise Wrong(f"Line {seen[id_]} has this external_id already; line {line} is left out.")  # noqa: TRY301 (as above)
        seen[id_] = line
        values = found.values()
    except Wrong as wrong:
        return Refusal("initiative", id_, title, found.column, wrong.reason, line)
    for note in found.notes:
        content.note(note)
    return Stated("initiative", id_, values["title"], values, line=line)


class Row:
    """The cells of one row, read one by one; ``column`` is the one that is being read."""

    def __init__(self, cell: Mapping[str, str]) -> None:
        self.cell = cell
        self.column = ""
        self.notes: list[str] = []

    def read(self, column: str, read: Read) -> Any:
        """Read a cell, blanks around it cut off."""
        self.column = column
        return read(self.cell[column].strip())

    def values(self) -> dict[str, Any]:
        """Return what the row states."""
        values: dict[str, Any] = {"title": self.read("title", _title)}
        self._read_words(values)
        for column, key in (("started_on", "start"), ("ended_on", "end")):
            if column in self.cell:
                values[key] = self.read(column, fields.day)
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None and end < start:
            raise Wrong("The end lies before the start.")
        self._read_names(values)
        for column, key, limit in (
            ("owner", "contact", fields.TEXT_LIMIT),
            ("url", "link", fields.LINK_LIMIT),
            ("summary", "description", fields.TEXT_LIMIT),
        ):
            if self.cell.get(column, "").strip():
                values[key] = self.read(column, fields.text(limit))
        return values

    def _read_words(self, values: dict[str, Any]) -> None:
        if "kind" in self.cell:
            written = self.read("kind", fields.text(fields.NAME_LIMIT))
            if _plain(written) in KINDS:
                values["kind"] = _plain(written)
            else:
                named = f"“{shown(written)}”" if written else "(empty)"
                self.notes.append(f"The kind {named} is not known here: new rows are recorded as pilot.")
        if "status" in self.cell:
            written = self.read("status", fields.text(fields.NAME_LIMIT))
            if _plain(written) in STATUSES:
                values["paused"] = _plain(written) == "paused"
            else:
                named = f"“{shown(written)}”" if written else "(empty)"
                self.notes.append(f"The status {named} is not known here: it follows from the dates.")

    def _read_names(self, values: dict[str, Any]) -> None:
        if "departments" in self.cell or "lead_department" in self.cell:
            lead = self.read("lead_department", _names) if "lead_department" in self.cell else ()
            others = self.read("departments", _names) if "departments" in self.cell else ()
            if len(lead) > 1:
                self.column = "lead_department"
                raise Wrong("One department leads; the others stand in the column departments.")
            values["lead"] = bool(lead)
            values["departments"] = _distinct((*lead, *others))
        if "sponsor" in self.cell:
            values["sponsors"] = self.read("sponsor", _names)


def _title(value: str) -> str:
    found: str = fields.text(fields.TITLE_LIMIT)(value)
    if not fields.visible(found):
        raise Wrong("A title is needed.")
    return found


def _names(value: str) -> tuple[str, ...]:
    read = fields.text(fields.NAME_LIMIT)
    found = (read(" ".join(each.split())) for each in value.split(";") if fields.visible(each))
    return tuple(dict.fromkeys(found))


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return departments once each, in the spelling that came first; capitals make no other department."""
    found: dict[str, str] = {}
    for each in names:
        found.setdefault(each.casefold(), each)
    return tuple(found.values())


def _unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that an export put before what looks like a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell
