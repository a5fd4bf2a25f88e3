"""What the files of the department graph are made of."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.models.departments import Division
from tracker.queries.facts import current_portfolio


def graph_facts(session: Session) -> tuple[Portfolio, dict[str, str]]:
    """Return the newest facts, and the names of the divisions by external id. 2 queries, and those of the facts."""
    _, portfolio = current_portfolio(session)
    rows = session.execute(select(Division.external_id, Division.name))
    return portfolio, {row.external_id: row.name for row in rows}
