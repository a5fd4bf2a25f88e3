"""Files of a list: what it shows, and the columns that an import takes back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, TypeVar

from flask import Response, stream_with_context

from tracker.exchange.sheets import Cell, Sheet, csv_of, write_workbook
from tracker.services.progress import Progress

T = TypeVar("T")

CSV = "text/csv; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A workbook of that many bytes is kept in memory while it is sent, a larger one on disk.
IN_MEMORY = 8 * 1024 * 1024
PIECE = 64 * 1024
#: After so many rows it is told how far the file is.
TOLD_ROWS = 250
#: So many rows of a list are looked up at once.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: the name of the list, the heads of its columns, and its rows as they are read.

    ``count`` tells how many rows there are, without reading them.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    count: Callable[[], int]

    def told(self, tell: Progress) -> Table:
        """Return the same table, which tells how many of its rows were read."""
        return replace(self, rows=self._telling(tell))

    def _telling(self, tell: Progress) -> Iterator[Sequence[Cell]]:
        total = self.count()
        for done, row in enumerate(self.rows):
            if done % TOLD_ROWS == 0:
                tell("Writing the rows", done, total)
            yield row
        tell("Finishing the file", 0, 1)


def in_parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield rows a part at a time, as many as are looked up at once."""
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]


def csv_response(table: Table, file_name: str) -> Response:
    """Send a table as CSV while its rows are read."""
    pieces: Iterator[bytes] = stream_with_context(csv_of(table.header, table.rows))  # type: ignore[assignment]  # it is one
    return _sent(Response(pieces), CSV, f"{file_name}.csv")


def workbook_response(sheets: Sequence[Sheet], file_name: str) -> Response:
    """Send a workbook, written row by row."""
    target: BinaryIO = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115  # closed when it is sent
    write_workbook(target, sheets)
    target.seek(0)
    return _sent(response_of(target), WORKBOOK, f"{file_name}.xlsx")


def response_of(target: BinaryIO) -> Response:
    """Send a file in pieces, and close it."""
    response = Response(_read(target))
    response.call_on_close(target.close)  # also when nobody reads it to its end
    return response


def _read(target: BinaryIO) -> Iterator[bytes]:
    with target:
        while piece := target.read(PIECE):
            yield piece


def _sent(response: Response, kind: str, name: str) -> Response:
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
