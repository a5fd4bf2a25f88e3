"""The list of pairs as its address sets it up: view, filters, columns, order, and the part that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import request

from tracker import clock
from tracker.exchange.sheets import Cell
from tracker.extensions import db
from tracker.queries.divisions import division_choices
from tracker.queries.pair_lists import (
    NEVER,
    SCOPES,
    SORTS,
    ListedPair,
    PairArrangement,
    PairList,
    pair_list,
    pairs_listed,
)
from tracker.queries.pairs import VIEWS
from tracker.web.choices import options_of
from tracker.web.cursors import KeyPage, read_page
from tracker.web.filters import plural
from tracker.web.forms import FormReader
from tracker.web.list_columns import Chosen, chosen_columns
from tracker.web.list_files import Table, in_parts
from tracker.web.narrowing import asked_narrowing, chips_of
from tracker.web.paging import read_sort, url_with
from tracker.web.pair_columns import COLUMNS, USUAL
from tracker.web.views import state_here

DEFAULT_SORT = "-importance"
#: What the form of filters has no field for, and sends along.
UNSHOWN = ("band", "between", "theme", "kind", "sort", "columns")
WORDS = {
    "": "All pairs",
    "together": "Work together",
    "begun": "Begun",
    "quiet": "Not heard from",
    "open": "No shared work",
    NEVER: "Never yet",
    "short": "Room to grow",
}
EXPLANATIONS = {
    "": "Every pair that is counted, the most important first.",
    "together": "They share live work, enough of it: one initiative of up to three departments, or several larger ones.",
    "begun": "They share live work, and one smaller initiative more would bring them together.",
    "quiet": "An initiative that is still running holds them together. One line on it wakes it up.",
    "open": "Nothing is shared here yet: a small pilot of the two opens the way.",
    NEVER: "No initiative has held these two so far; theirs would be the first.",
    "short": "One more pilot of the two would add to each of these.",
}


def read_arrangement() -> PairArrangement:
    """Read how the list is narrowed and sorted; what is not offered is not filtered by, 404 where a record is not there."""
    reader = FormReader(request.args)
    view = request.args.get("band", "")
    return PairArrangement(
        view=view if view in VIEWS or view == NEVER else "",
        scope=reader.choice("scope", "Pairs", SCOPES) or "counted",
        q=reader.text("q", "Search", limit=200),
        between=_between(request.args.get("between")),
        narrowing=asked_narrowing(),
        sort=read_sort(request.args, SORTS, DEFAULT_SORT),
    )


def read_list(on: date) -> dict[str, Any]:
    """Read the part of the list that the address asks for, and what its filters and columns offer."""
    arranged = read_arrangement()
    found = pair_list(db.session, arranged, on)
    return {
        "page": _page(found, arranged, on),
        "columns": columns_of(found),
        "heading": _heading(found, arranged),
        "explanation": _explanation(arranged),
        "chips": chips_of(arranged.narrowing),
        "bands": [
            (f"{words} {found.counts[name]:,}", _band_url(name), name == arranged.view)
            for name, words in WORDS.items()
        ],
        "divisions": options_of(division_choices(db.session)),
        "arranged": arranged,
        "kept_args": [(name, request.args[name]) for name in UNSHOWN if request.args.get(name)],
        "has_crossings": found.has_crossings,
        "state": state_here("pairs"),
        "on": on,
        "on_arg": on.isoformat() if on != clock.today() else None,
    }


def columns_of(found: PairList) -> Chosen[ListedPair]:
    """Return the columns that the address asks for; those of crossings only where journeys are recorded."""
    offered = [each for each in COLUMNS if found.has_crossings or each.needs != "crossings"]
    return chosen_columns(offered, [each for each in USUAL if each in {one.key for one in offered}])


def table(on: date) -> Table:
    """Return what the file of the list holds: all that it shows."""
    arranged = read_arrangement()
    found = pair_list(db.session, arranged, on)
    chosen, pairs = columns_of(found), found.ordered.rows

    def rows() -> Iterator[Sequence[Cell]]:
        for some in in_parts(pairs):
            for each in pairs_listed(db.session, some, on, arranged.narrowing):
                yield [each.row.a.name, each.row.b.name, *chosen.cells(each)]

    return Table("pairs", ["Department", "And department", *chosen.heads()], rows(), lambda: len(pairs))


def _page(found: PairList, arranged: PairArrangement, on: date) -> KeyPage[ListedPair]:
    return read_page(
        found.ordered,
        len(found.ordered.rows),
        lambda pairs: pairs_listed(db.session, pairs, on, arranged.narrowing),
    )


def _band_url(name: str) -> str:
    return url_with(band=name or None, page=None, after=None, before=None)


def _between(text: str | None) -> tuple[str, str] | None:
    """Read the two groups that a square stands for (``?between=7f3a,9c1d``; an empty side is the others)."""
    sides = (text or "").split(",")
    return (sides[0], sides[1]) if len(sides) == 2 else None


def _explanation(arranged: PairArrangement) -> str:
    """Say what a view holds; where only some of the work is looked at, that other work may tie the pairs too."""
    if arranged.narrowing.filters.theme or arranged.narrowing.filters.kind:
        return "Only this work is looked at here; other work may bring them together too."
    if arranged.scope == "all" and not arranged.view:
        return "Every pair of departments, those that are counted first."
    return EXPLANATIONS[arranged.view]


def _heading(found: PairList, arranged: PairArrangement) -> str:
    count, part = plural(len(found.ordered.rows), "pair"), arranged.narrowing.words
    if found.between is None:
        where = f" {part}" if part else ""
        if arranged.view:
            return f"{WORDS[arranged.view]}{where}: {count}"
        return f"{count}{' counted' if arranged.scope == 'counted' else ''}{where}"
    a, b = found.between
    where = f"Within {a}" if a == b else f"{a} and {b}"
    return f"{where}: {count}"
