"""The measures of a day, as commands print and the API answers them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.graph.document import measures_document
from tracker.graph.selfcheck import rehearse
from tracker.queries.facts import current_portfolio, load_portfolio

#: A check looks at the day, and at those so many days before; with few of them everything is carried over.
CHECKED_DAYS = (365, 30, 0)


def measures_on(session: Session, on: date) -> dict[str, Any]:
    """Return the document of a day at the newest version. 1 query, and those of the facts when it is new."""
    version, portfolio = current_portfolio(session)
    return measures_document(portfolio, on, version)


def check_measures(session: Session, on: date, most: int) -> tuple[int, list[str]]:
    """Return how many initiatives were taken out and put back, and what then differs from working it out anew.

    At most so many, spread over the register. Also compared: what is kept with what is read anew. 11 queries
    more than the facts take.
    """
    _, kept = current_portfolio(session)
    ids = [each.id for each in kept.initiatives]
    chosen = ids[:: max(1, -(-len(ids) // most))]
    found = rehearse(kept, chosen, [on - timedelta(days) for days in CHECKED_DAYS])
    return len(chosen), found if kept == load_portfolio(session) else sorted({*found, "facts"})
