"""The list of sponsors as its address sets it up: search, columns, order, and the part that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import request

from tracker import clock
from tracker.exchange.sheets import Cell
from tracker.extensions import db
from tracker.queries.sponsors import SORTS, SponsorRow, count_sponsors, sponsor_listing, sponsors_at
from tracker.queries.tidy_rows import BETWEEN
from tracker.web.cursors import read_page
from tracker.web.dates import begun_by
from tracker.web.forms import FormReader
from tracker.web.list_columns import Column, chosen_columns, column
from tracker.web.list_files import Table, in_parts
from tracker.web.paging import read_sort
from tracker.web.views import state_here

#: Every column; the name stands before them, always. Nobody is ranked, so no column counts.
COLUMNS: tuple[Column[SponsorRow], ...] = (
    column("title", "Title", lambda each: each.title, sort="title"),
    column(
        "department",
        "Home department",
        lambda each: each.department.name if each.department else "",
        sort="department",
    ),
    column("leads", "Leads", lambda each: BETWEEN.join(named.name for named in each.leads)),
    column("beside", "Stands beside", lambda each: BETWEEN.join(named.name for named in each.beside)),
)
USUAL = ("title", "department", "leads", "beside")


def read_list(on: date) -> dict[str, Any]:
    """Read the part of the list that the address asks for, and what its columns offer."""
    q, sort = _asked()
    return {
        "page": read_page(
            sponsor_listing(db.session, q, sort),
            count_sponsors(db.session, q),
            lambda edges: sponsors_at(db.session, edges, on, begun_by=begun_by(on)),
        ),
        "columns": chosen_columns(COLUMNS, USUAL),
        "state": state_here("sponsors"),
        "q": q,
        "sort": sort,
        "on": on,
        "on_arg": on.isoformat() if on != clock.today() else None,
    }


def table(on: date) -> Table:
    """Return what the file of the list holds: all that it shows."""
    chosen = chosen_columns(COLUMNS, USUAL)
    asked = _asked()
    edges = cache(lambda: sponsor_listing(db.session, *asked).edges())

    def rows() -> Iterator[Sequence[Cell]]:
        for some in in_parts(edges()):
            for each in sponsors_at(db.session, some, on, begun_by=begun_by(on)):
                yield [each.name, *chosen.cells(each)]

    return Table("sponsors", ["Sponsor", *chosen.heads()], rows(), lambda: len(edges()))


def _asked() -> tuple[str, str]:
    q = FormReader(request.args).text("q", "Search", limit=200)
    return q, read_sort(request.args, SORTS, "name")
