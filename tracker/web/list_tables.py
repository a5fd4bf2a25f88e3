"""What the file of each list holds: its columns as they are shown, and all its rows, read a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from flask import request

from tracker import clock
from tracker.exchange.sheets import Cell
from tracker.exchange.tidy import HEADER
from tracker.extensions import db
from tracker.queries.departments import SORTS as DEPARTMENT_SORTS
from tracker.queries.departments import department_rows
from tracker.queries.facts import current_portfolio
from tracker.queries.initiative_lists import edges_of, listed
from tracker.queries.moment_lists import all_edges, moments_at
from tracker.queries.sponsors import SORTS as SPONSOR_SORTS
from tracker.queries.sponsors import count_sponsors, sponsor_rows
from tracker.queries.tidy_rows import BETWEEN, load_spellings, tidy_rows
from tracker.web import moment_stream, pair_list
from tracker.web.dates import asked_day, begun_by
from tracker.web.departments import read_filters as read_department_filters
from tracker.web.filters import kind, sentence
from tracker.web.forms import FormReader
from tracker.web.initiative_columns import COLUMNS, USUAL, group_words
from tracker.web.initiative_list import GROUP_WORDS, read_arrangement
from tracker.web.list_columns import chosen_columns
from tracker.web.list_files import Table
from tracker.web.paging import read_sort

T = TypeVar("T")

AT_ONCE = 500


def initiatives() -> Table:
    """Return the list of initiatives as the address sets it up."""
    on = asked_day(request.args.get("on"))
    arranged = read_arrangement(on)
    chosen = chosen_columns(COLUMNS, USUAL)
    # the list shows the kind under the title
    kinds = [] if "kind" in chosen.keys else ["Kind"]
    edges = edges_of(db.session, arranged, on)

    def rows() -> Iterator[Sequence[Cell]]:
        for some in _parts(edges):
            for each in listed(db.session, some, on, is_grouped=bool(arranged.group), more=chosen.needs):
                group = [group_words(arranged.group, each.group)] if arranged.group else []
                what = [sentence(kind(each.row.kind))] if kinds else []
                yield [*group, each.row.title, *what, *chosen.cells(each)]

    heads = [f"Group: {GROUP_WORDS[arranged.group]}"] if arranged.group else []
    return Table("initiatives", [*heads, "Initiative", *kinds, *chosen.heads()], rows())


def tidy() -> Table:
    """Return the same initiatives under the header that an import takes back."""
    today = clock.today()
    edges = edges_of(db.session, read_arrangement(today), today)

    def rows() -> Iterator[Sequence[Cell]]:
        spellings = load_spellings(db.session)
        for some in _parts(edges):
            yield from tidy_rows(db.session, [each.id for each in some], today, spellings)

    return Table("initiatives-tidy", HEADER, rows())


def moments() -> Table:
    """Return the stream of moments as the address sets it up."""
    on = asked_day(request.args.get("on"))
    filters = moment_stream.until_day(moment_stream.read_filters(on)[0], on)
    edges = all_edges(db.session, filters)

    def rows() -> Iterator[Sequence[Cell]]:
        for some in _parts(edges):
            for each in moments_at(db.session, some, on):
                names = BETWEEN.join(named.name for named in each.departments)
                what = sentence(kind(each.kind))
                yield (each.on, each.title, what, names, each.initiative.name, each.worth.sentence)

    header = ("Day", "Moment", "Kind", "Departments", "Initiative", "What it counts")
    return Table("moments", header, rows())


def departments() -> Table:
    """Return the list of departments of a day as the address sets it up."""
    on = asked_day(request.args.get("on"))
    sort = read_sort(request.args, DEPARTMENT_SORTS, "name")
    found = department_rows(db.session, read_department_filters(), on, sort=sort)
    _, portfolio = current_portfolio(db.session)
    window = portfolio.settings.window_days
    rows: Iterable[Sequence[Cell]] = (
        (
            each.name,
            each.division.name if each.division else "",
            each.together if each.required else None,
            each.required or None,
            each.live,
            each.moments,
            each.opened_on,
            each.closed_on,
        )
        for each in found
    )
    header = (
        "Department", "Division", "Works together with", "Of departments", "Live initiatives",
        f"Moments in {window} days", "Opened", "Closed",
    )  # fmt: skip
    return Table("departments", header, rows)


def sponsors() -> Table:
    """Return the list of sponsors with what they stand behind, by name."""
    on = asked_day(request.args.get("on"))
    q = FormReader(request.args).text("q", "Search", limit=200)
    found = sponsor_rows(
        db.session,
        q,
        on,
        begun_by=begun_by(on),
        sort=read_sort(request.args, SPONSOR_SORTS, "name"),
        limit=count_sponsors(db.session, q),
    )
    rows: Iterable[Sequence[Cell]] = (
        (
            each.name,
            each.title,
            each.department.name if each.department else "",
            BETWEEN.join(named.name for named in each.leads),
            BETWEEN.join(named.name for named in each.beside),
        )
        for each in found
    )
    return Table("sponsors", ("Sponsor", "Title", "Home department", "Leads", "Stands beside"), rows)


def pairs() -> Table:
    """Return the list of pairs of a day as the address sets it up."""
    return Table("pairs", *pair_list.file_of(asked_day(request.args.get("on"))))


#: What can be downloaded, by its name in the address.
TABLES: dict[str, Callable[[], Table]] = {
    "initiatives": initiatives,
    "initiatives-tidy": tidy,
    "moments": moments,
    "pairs": pairs,
    "departments": departments,
    "sponsors": sponsors,
}


def _parts(edges: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(edges), AT_ONCE):
        yield edges[first : first + AT_ONCE]
