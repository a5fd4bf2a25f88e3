"""What the file of each list holds: its columns as they are shown, and all its rows, read a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache

from flask import request

from tracker import clock
from tracker.exchange.sheets import Cell
from tracker.exchange.tidy import HEADER
from tracker.extensions import db
from tracker.queries.initiative_lists import listed, listing_of
from tracker.queries.moment_lists import moments_at, stream_of
from tracker.queries.tidy_rows import BETWEEN, load_spellings, tidy_rows
from tracker.web import department_list, moment_stream, pair_list, sponsor_list
from tracker.web.dates import asked_day
from tracker.web.filters import kind, sentence
from tracker.web.initiative_columns import COLUMNS, USUAL, group_words
from tracker.web.initiative_list import GROUP_WORDS, read_arrangement
from tracker.web.list_columns import chosen_columns
from tracker.web.list_files import Table, in_parts


def initiatives() -> Table:
    """Return the list of initiatives as the address sets it up."""
    on = asked_day(request.args.get("on"))
    arranged = read_arrangement(on)
    chosen = chosen_columns(COLUMNS, USUAL)
    # the list shows the kind under the title
    kinds = [] if "kind" in chosen.keys else ["Kind"]
    edges = cache(lambda: listing_of(db.session, arranged, on).edges())

    def rows() -> Iterator[Sequence[Cell]]:
        for some in in_parts(edges()):
            for each in listed(db.session, some, on, is_grouped=bool(arranged.group), more=chosen.needs):
                group = [group_words(arranged.group, each.group)] if arranged.group else []
                what = [sentence(kind(each.row.kind))] if kinds else []
                yield [*group, each.row.title, *what, *chosen.cells(each)]

    heads = [f"Group: {GROUP_WORDS[arranged.group]}"] if arranged.group else []
    return Table("initiatives", [*heads, "Initiative", *kinds, *chosen.heads()], rows(), lambda: len(edges()))


def tidy() -> Table:
    """Return the same initiatives under the header that an import takes back."""
    today = clock.today()
    arranged = read_arrangement(today)
    edges = cache(lambda: listing_of(db.session, arranged, today).edges())

    def rows() -> Iterator[Sequence[Cell]]:
        spellings = load_spellings(db.session)
        for some in in_parts(edges()):
            yield from tidy_rows(db.session, [each.id for each in some], today, spellings)

    return Table("initiatives-tidy", HEADER, rows(), lambda: len(edges()))


def moments() -> Table:
    """Return the stream of moments as the address sets it up."""
    on = asked_day(request.args.get("on"))
    filters = moment_stream.until_day(moment_stream.read_filters(on)[0], on)
    edges = cache(lambda: stream_of(db.session, filters).edges())

    def rows() -> Iterator[Sequence[Cell]]:
        for some in in_parts(edges()):
            for each in moments_at(db.session, some, on):
                names = BETWEEN.join(named.name for named in each.departments)
                what = sentence(kind(each.kind))
                yield (each.on, each.title, what, names, each.initiative.name, each.worth.sentence)

    header = ("Day", "Moment", "Kind", "Departments", "Initiative", "What it counts")
    return Table("moments", header, rows(), lambda: len(edges()))


#: What can be downloaded, by its name in the address.
TABLES: dict[str, Callable[[], Table]] = {
    "initiatives": initiatives,
    "initiatives-tidy": tidy,
    "moments": moments,
    "pairs": lambda: pair_list.table(_day()),
    "departments": lambda: department_list.table(_day()),
    "sponsors": lambda: sponsor_list.table(_day()),
}


def _day() -> date:
    return asked_day(request.args.get("on"))
