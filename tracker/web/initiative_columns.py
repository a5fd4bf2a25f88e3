"""The columns of the list of initiatives: which there are, which an address asks for, and what stands in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.queries.initiative_lists import Listed
from tracker.queries.initiative_order import ACROSS
from tracker.queries.initiatives import InitiativeRow
from tracker.web.filters import kind, sentence

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the sort of its head, what it needs beside the row, and its cells in a file."""

    key: str
    heading: str
    cells: tuple[tuple[str, Callable[[Listed], Cell]], ...]
    sort: str = ""
    needs: str = ""
    down_first: bool = False


def _one(
    key: str,
    heading: str,
    cell: Callable[[Listed], Cell],
    *,
    sort: str = "",
    needs: str = "",
    down_first: bool = False,
) -> Column:
    """Return a column that is one column of a file too."""
    return Column(key, heading, ((heading, cell),), sort, needs, down_first)


def status_words(row: InitiativeRow) -> str:
    """Return how an initiative stands: its outcome once it has one."""
    return sentence(kind(row.outcome if row.status == "finished" and row.outcome else row.status))


def group_words(group: str, name: str | None) -> str:
    """Return what a group of the list is called."""
    if group == "division":
        return "Across divisions" if name == ACROSS else name or "Not in a division"
    if group in ("status", "kind"):
        return sentence(kind(name))
    return name or {"theme": "No theme yet", "sponsor": "No lead sponsor yet"}[group]


_TITLE = Column("title", "Initiative", (("Initiative", lambda each: each.row.title),), "title")
#: Every column in the order in which they are offered; the title is always there, and always first.
COLUMNS: dict[str, Column] = {
    each.key: each
    for each in (
        _TITLE,
        _one("kind", "Kind", lambda each: sentence(kind(each.row.kind)), sort="kind"),
        _one(
            "departments",
            "Departments",
            lambda each: "; ".join(named.name for named in each.row.departments),
            sort="departments",
            down_first=True,
        ),
        _one("divisions", "Divisions", lambda each: "; ".join(each.more.divisions), needs="divisions"),
        _one("sponsor", "Sponsor", lambda each: each.row.lead.name if each.row.lead else "", sort="sponsor"),
        _one(
            "co-sponsors", "Co-sponsors", lambda each: "; ".join(each.more.co_sponsors), needs="co_sponsors"
        ),
        _one("theme", "Theme", lambda each: each.row.theme.name if each.row.theme else "", sort="theme"),
        _one("status", "Status", lambda each: status_words(each.row), sort="status"),
        _one("started", "Started", lambda each: each.row.started_on, sort="started", down_first=True),
        _one("ended", "Ended", lambda each: each.row.ended_on, sort="ended", down_first=True),
        _one(
            "decide-by",
            "Decide by",
            lambda each: each.row.decide_by if each.row.status != "finished" else None,
            sort="decide-by",
        ),
        _one("quiet", "Goes quiet on", lambda each: each.row.quiet_on),
        Column(
            "moments",
            "Moments",
            (("Wins", lambda each: each.row.wins), ("Near misses", lambda each: each.row.near_misses)),
            "moments",
            down_first=True,
        ),
        _one("contact", "Contact", lambda each: each.more.contact, needs="texts"),
        _one("link", "Link", lambda each: each.more.link, needs="texts"),
        _one("description", "Description", lambda each: each.more.description, needs="texts"),
        _one("id", "Id", lambda each: each.row.external_id),
    )
}
USUAL = ("departments", "sponsor", "status", "started", "decide-by", "moments")


def read_columns(text: str) -> tuple[str, ...]:
    """Read ``?columns=theme.status``: the columns after the title in this order; the usual ones for none."""
    found = tuple(dict.fromkeys(each for each in text.split(".") if each in COLUMNS and each != "title"))
    return found or USUAL


def needs_of(columns: tuple[str, ...]) -> frozenset[str]:
    """Return what these columns need beside the rows."""
    return frozenset(COLUMNS[each].needs for each in columns if COLUMNS[each].needs)
