"""The list of departments as its address sets it up: filters, columns, order, and the part that is shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import request

from tracker import clock
from tracker.extensions import db
from tracker.queries.department_lists import (
    SORTS,
    STATES,
    DepartmentFilters,
    DepartmentRow,
    department_list,
)
from tracker.queries.divisions import division_choices
from tracker.queries.facts import current_portfolio
from tracker.web.choices import options_of
from tracker.web.cursors import read_page
from tracker.web.forms import FormReader
from tracker.web.list_columns import Chosen, Column, chosen_columns, column
from tracker.web.list_files import Table
from tracker.web.paging import read_sort
from tracker.web.views import state_here

USUAL = ("division", "together", "live", "moments")


def read_filters() -> DepartmentFilters:
    """Read the filters from the address; what is not offered is not filtered by."""
    reader = FormReader(request.args)
    return DepartmentFilters(
        q=reader.text("q", "Search", limit=200),
        division="".join(reader.ids("division", "Division")[:1]),
        state=reader.choice("state", "State", STATES) or "open",
    )


def read_list(on: date) -> dict[str, Any]:
    """Read the part of the list that the address asks for, and what its filters and columns offer."""
    filters, sort = read_filters(), read_sort(request.args, SORTS, "name")
    found = department_list(db.session, filters, on, sort=sort)
    _, portfolio = current_portfolio(db.session)
    window = portfolio.settings.window_days
    return {
        "page": read_page(found, len(found.rows), lambda rows: rows),
        "columns": _columns(filters, window),
        "state": state_here("departments"),
        "filters": filters,
        "is_narrowed": filters != DepartmentFilters(),
        "sort": sort,
        "on": on,
        "on_arg": on.isoformat() if on != clock.today() else None,
        "since": on - timedelta(window - 1),
        "has_journeys": bool(portfolio.journeys),
        "divisions": options_of(division_choices(db.session)),
    }


def table(on: date) -> Table:
    """Return what the file of the list holds: all that it shows."""
    filters = read_filters()
    found = department_list(db.session, filters, on, sort=read_sort(request.args, SORTS, "name"))
    _, portfolio = current_portfolio(db.session)
    chosen = _columns(filters, portfolio.settings.window_days)
    rows = ([each.name, *chosen.cells(each)] for each in found.rows)
    return Table("departments", ["Department", *chosen.heads()], rows, lambda: len(found.rows))


def _columns(filters: DepartmentFilters, window: int) -> Chosen[DepartmentRow]:
    """Return the columns that the address asks for; until when one was open matters where not all are."""
    offered: list[Column[DepartmentRow]] = [
        column(
            "division", "Division", lambda each: each.division.name if each.division else "", sort="division"
        ),
        Column(
            "together",
            "Works together with",
            (
                ("Works together with", lambda each: each.together if each.required else None),
                ("Of departments", lambda each: each.required or None),
            ),
            "together",
            down_first=True,
        ),
        column(
            "live", "Live initiatives", lambda each: each.live, sort="live", down_first=True, numeric=True
        ),
        column(
            "moments",
            f"Moments in {window} days",
            lambda each: each.moments,
            sort="moments",
            down_first=True,
            numeric=True,
        ),
        Column(
            "open", "Open", (("Opened", lambda each: each.opened_on), ("Closed", lambda each: each.closed_on))
        ),
        column("headcount", "Headcount", lambda each: each.headcount, numeric=True),
    ]
    return chosen_columns(offered, USUAL if filters.state == "open" else (*USUAL, "open"))
