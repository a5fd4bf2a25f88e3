"""The columns of the list of pairs: which there are, and what stands in each."""

from __future__ import annotations

from tracker.queries.pair_lists import ListedPair
from tracker.web.filters import sentence
from tracker.web.list_columns import Column, column

#: Every column in the order in which they are offered; the two departments stand before them, always.
COLUMNS: tuple[Column[ListedPair], ...] = (
    column("work", "How they work", lambda each: sentence(each.row.words), sort="work"),
    column(
        "importance",
        "Importance",
        lambda each: each.row.importance or None,
        sort="importance",
        needs="crossings",
        down_first=True,
        numeric=True,
    ),
    column(
        "volume", "Hand-offs a month", lambda each: each.row.volume, needs="crossings", numeric=True
    ),
    column("journeys", "Customers cross in", lambda each: "; ".join(named.name for named in each.journeys), needs="crossings"),
    column("since", "Together since", lambda each: each.since, sort="since", down_first=True),
    column("heard", "Last heard from", lambda each: each.heard, sort="heard"),
    Column(
        "next",
        "Next",
        (("Decide by", lambda each: each.decide_by), ("Goes quiet on", lambda each: each.quiet_on)),
        "next",
    ),
    column(
        "initiatives", "Live initiatives", lambda each: "; ".join(named.name for named in each.row.initiatives)
    ),
    column(
        "strength",
        "Shares of attention",
        lambda each: round(each.strength, 2) if each.strength else None,
        sort="strength",
        down_first=True,
        numeric=True,
    ),
    column("divisions", "Divisions", lambda each: "; ".join(each.divisions)),
)  # fmt: skip
USUAL = ("work", "importance", "volume", "since", "heard", "next", "initiatives")
