"""The columns of the list of initiatives: which there are, which an address asks for, and what stands in each."""

from __future__ import annotations

from tracker.queries.initiative_lists import Listed
from tracker.queries.initiative_order import ACROSS
from tracker.queries.initiatives import InitiativeRow
from tracker.web.filters import kind, sentence
from tracker.web.list_columns import Column, column


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


#: Every column in the order in which they are offered; the title stands before them, always.
COLUMNS: tuple[Column[Listed], ...] = (
    column("kind", "Kind", lambda each: sentence(kind(each.row.kind)), sort="kind"),
    column(
        "departments",
        "Departments",
        lambda each: "; ".join(named.name for named in each.row.departments),
        sort="departments",
        down_first=True,
    ),
    column("divisions", "Divisions", lambda each: "; ".join(each.more.divisions), needs="divisions"),
    column("sponsor", "Sponsor", lambda each: each.row.lead.name if each.row.lead else "", sort="sponsor"),
    column("co-sponsors", "Co-sponsors", lambda each: "; ".join(each.more.co_sponsors), needs="co_sponsors"),
    column("theme", "Theme", lambda each: each.row.theme.name if each.row.theme else "", sort="theme"),
    column("status", "Status", lambda each: status_words(each.row), sort="status"),
    column("started", "Started", lambda each: each.row.started_on, sort="started", down_first=True),
    column("ended", "Ended", lambda each: each.row.ended_on, sort="ended", down_first=True),
    column(
        "decide-by",
        "Decide by",
        lambda each: each.row.decide_by if each.row.status != "finished" else None,
        sort="decide-by",
    ),
    column("quiet", "Goes quiet on", lambda each: each.row.quiet_on),
    Column(
        "moments",
        "Moments",
        (("Wins", lambda each: each.row.wins), ("Near misses", lambda each: each.row.near_misses)),
        "moments",
        down_first=True,
    ),
    column("contact", "Contact", lambda each: each.more.contact, needs="texts"),
    column("link", "Link", lambda each: each.more.link, needs="texts"),
    column("description", "Description", lambda each: each.more.description, needs="texts"),
    column("id", "Id", lambda each: each.row.external_id),
)
USUAL = ("departments", "sponsor", "status", "started", "decide-by", "moments")
