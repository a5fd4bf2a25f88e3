"""Give the whole register away as portfolio JSON."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.exchange.document import document, text_of
from tracker.queries.portfolio_work import load_events, load_initiatives
from tracker.queries.portfolios import load_journeys, load_named, load_settings_values


def portfolio_document(session: Session) -> dict[str, Any]:
    """Return the register in its JSON form, complete and sorted by id. 18 queries; reads only."""
    register = load_named(session) | load_events(session)
    register["journey"] = load_journeys(session)
    register["initiative"] = load_initiatives(session)
    return document(load_settings_values(session), register)


def portfolio_text(session: Session) -> str:
    """Return the register as the text of a portfolio file."""
    return text_of(portfolio_document(session))
