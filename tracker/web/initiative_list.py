"""The list of initiatives as its address sets it up: filters, columns, groups, order, and the part that is shown."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import request

from tracker import clock
from tracker.extensions import db
from tracker.models.initiatives import KINDS, STATUSES
from tracker.queries.initiative_lists import (
    Arrangement,
    Listed,
    group_sizes,
    listed,
    listing_of,
)
from tracker.queries.initiative_order import GROUPS, SORTS
from tracker.queries.initiatives import ATTENTION, InitiativeFilters, count_initiatives
from tracker.queries.keeping import keep
from tracker.queries.standing import Standing, standing_on
from tracker.services import policies
from tracker.web.choices import department_options, person_options, theme_options
from tracker.web.cursors import KeyPage, read_page
from tracker.web.dates import begun_by
from tracker.web.forms import FormReader
from tracker.web.initiative_columns import COLUMNS, USUAL, group_words
from tracker.web.list_columns import Chosen, chosen_columns
from tracker.web.paging import read_sort
from tracker.web.sessions import current_actor
from tracker.web.views import state_here

DEFAULT_SORT = "-started"
GROUP_WORDS = {
    "division": "Division",
    "theme": "Theme",
    "sponsor": "Sponsor",
    "status": "Status",
    "kind": "Kind",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of a page that stand under one heading, and how many the whole list has there."""

    words: str
    size: int
    rows: tuple[Listed, ...]


def read_filters(*, begun_by: date | None) -> InitiativeFilters:
    """Read the filters from the address; what is not offered is not filtered by."""
    reader = FormReader(request.args)
    return InitiativeFilters(
        q=reader.text("q", "Search", limit=200),
        kind=reader.choice("kind", "Kind", KINDS),
        status=reader.choice("status", "Status", STATUSES),
        department="".join(reader.ids("department", "Department")[:1]),
        sponsor="".join(reader.ids("sponsor", "Sponsor")[:1]),
        theme="".join(reader.ids("theme", "Theme")[:1]),
        attention=reader.choice("attention", "Attention", ATTENTION),
        begun_by=begun_by,
    )


def read_arrangement(on: date) -> Arrangement:
    """Read how the list of a day is narrowed, sorted and grouped."""
    group = request.args.get("group", "")
    return Arrangement(
        read_filters(begun_by=begun_by(on)),
        read_sort(request.args, SORTS, DEFAULT_SORT),
        group if group in GROUPS else "",
    )


def read_list(on: date) -> dict[str, Any]:
    """Read the part of the list that the address asks for, and what its filters and columns offer."""
    today, arranged = clock.today(), read_arrangement(on)
    columns = chosen_columns(COLUMNS, USUAL)
    page = _page(arranged, on, columns)
    filters = arranged.filters
    return {
        "page": page,
        "groups": _groups(page, arranged, on),
        "group": arranged.group,
        "group_words": GROUP_WORDS,
        "columns": columns,
        "choosable": on == today and policies.may(current_actor(), "create"),
        "chosen_by": [
            (name, value) for name, value in asdict(filters).items() if value and name != "begun_by"
        ],
        "state": state_here("initiatives"),
        "shows_kind": "kind" in columns.keys,
        "filters": filters,
        "on": on,
        "on_arg": on.isoformat() if on != today else None,
        "is_narrowed": filters != InitiativeFilters(begun_by=filters.begun_by),
        "sort": arranged.sort,
        "standing": _standing(on, filters.begun_by),
        "kinds": KINDS,
        "statuses": STATUSES,
        "departments": department_options(on),
        "people": person_options(),
        "themes": theme_options(),
    }


def total_of(filters: InitiativeFilters, on: date) -> int:
    """Return how many rows the list has, counted once per state of the register."""
    return _once("total", (filters, on), lambda: count_initiatives(db.session, filters, on))


def _standing(on: date, begun: date | None) -> Standing:
    return _once("standing", (on, begun), lambda: standing_on(db.session, on, begun))


def _once(what: str, key: Hashable, read: Any) -> Any:
    return keep(db.session, f"{what} of initiatives", (clock.today(), key), read)


def _page(arranged: Arrangement, on: date, columns: Chosen[Listed]) -> KeyPage[Listed]:
    """Return the page: by its edge, or by its number as older addresses ask for it."""
    listing, total = listing_of(db.session, arranged, on), total_of(arranged.filters, on)
    is_grouped, more = bool(arranged.group), columns.needs
    return read_page(
        listing, total, lambda edges: listed(db.session, edges, on, is_grouped=is_grouped, more=more)
    )


def _groups(page: KeyPage[Listed], arranged: Arrangement, on: date) -> list[Group]:
    if not arranged.group:
        return [Group("", 0, tuple(page.items))]
    # People are not counted: a group of one's work says whose it is, not how much.
    is_counted = arranged.group != "sponsor"
    sizes: dict[str | None, int] = (
        _once("groups", (arranged, on), lambda: group_sizes(db.session, arranged, on)) if is_counted else {}
    )
    return [
        Group(group_words(arranged.group, name), sizes.get(name, 0), tuple(rows))
        for name, rows in groupby(page.items, key=lambda each: each.group)
    ]
