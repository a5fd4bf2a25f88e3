"""Give the register away: whole as portfolio JSON, and its departments and their ties as a graph."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from tracker.exchange.document import document, text_of
from tracker.exchange.graphfiles import as_gexf, as_graphml, day_graph, history_graph
from tracker.queries.graph_files import graph_facts
from tracker.queries.portfolio_work import load_events, load_initiatives
from tracker.queries.portfolios import load_journeys, load_named, load_settings_values

#: The form of a file of the department graph.
GraphForm = Literal["graphml", "gexf"]


def portfolio_document(session: Session) -> dict[str, Any]:
    """Return the register in its JSON form, complete and sorted by id. 21 queries; reads only."""
    register = load_named(session) | load_events(session)
    register["journey"] = load_journeys(session)
    register["initiative"] = load_initiatives(session)
    return document(load_settings_values(session), register)


def portfolio_text(session: Session) -> str:
    """Return the register as the text of a portfolio file."""
    return text_of(portfolio_document(session))


def day_graph_file(session: Session, on: date, form: GraphForm) -> bytes:
    """Return the departments of a day and their ties as a file. 2 queries, and those of the facts when new."""
    portfolio, divisions = graph_facts(session)
    write = as_graphml if form == "graphml" else as_gexf
    return write(day_graph(portfolio, on, divisions))


def history_graph_file(session: Session, until: date) -> bytes:
    """Return every department and tie by a day, with the days each was there, as GEXF. 2 queries as above."""
    portfolio, divisions = graph_facts(session)
    return as_gexf(history_graph(portfolio, until, divisions))
