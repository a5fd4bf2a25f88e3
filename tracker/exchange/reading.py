"""Read a file of any form: portfolio JSON, or a spreadsheet as CSV, TSV or workbook, told by how it begins."""

from __future__ import annotations

from collections.abc import Callable

from tracker.exchange.choices import Choices
from tracker.exchange.columns import Known
from tracker.exchange.content import Content, Unreadable
from tracker.exchange.decoding import decode
from tracker.exchange.portfolio import content_of, parse
from tracker.exchange.tables import Asked, Table, read_table
from tracker.exchange.tidy import content_of_table
from tracker.exchange.workbooks import is_workbook

#: How the names of files end that are brought.
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".json")
UNSAID, NOBODY = Choices(), Known()


def read_file(
    name: str, data: bytes, choices: Choices = UNSAID, known: Callable[[], Known] = lambda: NOBODY
) -> Content:
    """Return what a file says, read as it was chosen; what was not is found.

    ``known`` gives the names by which a column is told; a portfolio asks for none.

    Raises
    ------
    Unreadable
        When it cannot be read at all; the message says why and what to do.
    """
    if not is_workbook(data) and looks_like_json(name, data):
        return content_of(parse(decode(data)))
    return content_of_table(table_in(data, choices), choices, known())


def table_in(data: bytes, choices: Choices) -> Table:
    """Return the rows of a spreadsheet as they stand in the file.

    Raises
    ------
    Unreadable
        As `read_file`.
    """
    return read_table(data, Asked(choices.encoding, choices.delimiter, choices.sheet, choices.header))


def looks_like_json(name: str, data: bytes) -> bool:
    """Say whether a file is a portfolio, by its name or by how it begins.

    Raises
    ------
    Unreadable
        For a portfolio with the name of a CSV, and for what is no text.
    """
    ending = name.lower().rpartition(".")[2]
    begins = decode(data).lstrip()[:1] in ("{", "[")
    if ending in ("csv", "tsv") and begins:
        raise Unreadable("This file is called CSV and holds JSON. Rename it to end in .json.")
    return ending == "json" or begins
