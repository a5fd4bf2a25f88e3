"""The measures of a day, as commands print and the API answers them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.graph.document import measures_document
from tracker.queries.facts import current_portfolio


def measures_on(session: Session, on: date) -> dict[str, Any]:
    """Return the document of a day at the newest version. 1 query, and those of the facts when it is new."""
    version, portfolio = current_portfolio(session)
    return measures_document(portfolio, on, version)
