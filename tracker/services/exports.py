"""Give the register away: whole as portfolio JSON, and its departments and their ties as a graph."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from tracker.exchange.document import document, pieces_of
from tracker.exchange.graphfiles import as_gexf, as_graphml, day_graph, history_graph
from tracker.queries.graph_files import graph_facts
from tracker.queries.portfolio_work import load_events, load_initiatives
from tracker.queries.portfolios import load_journeys, load_named, load_settings_values
from tracker.services.progress import Progress, unheard

#: After so many pieces of text it can be stopped.
PIECES = 50_000
#: The form of a file of the department graph.
GraphForm = Literal["graphml", "gexf"]


def portfolio_document(session: Session, progress: Progress = unheard) -> dict[str, Any]:
    """Return the register in its JSON form, complete and sorted by id. 21 queries; reads only."""
    progress("Reading the register", 0, 4)
    register = load_named(session)
    register["journey"] = load_journeys(session)
    progress("Reading the register", 1, 4)
    register |= load_events(session)
    progress("Reading the register", 2, 4)
    register["initiative"] = load_initiatives(session)
    progress("Reading the register", 3, 4)
    return document(load_settings_values(session), register)


def portfolio_text(session: Session, progress: Progress = unheard) -> str:
    """Return the register as the text of a portfolio file."""
    found = portfolio_document(session, progress)
    written = list[str]()
    for piece in pieces_of(found):
        if len(written) % PIECES == 0:
            progress("Writing the file", 0, 1)
        written.append(piece)
    return "".join(written)


def day_graph_file(session: Session, on: date, form: GraphForm) -> bytes:
    """Return the departments of a day and their ties as a file. 2 queries, and those of the facts when new."""
    portfolio, divisions = graph_facts(session)
    write = as_graphml if form == "graphml" else as_gexf
    return write(day_graph(portfolio, on, divisions))


def history_graph_file(session: Session, until: date, progress: Progress = unheard) -> bytes:
    """Return every department and tie by a day, with the days each was there, as GEXF. 2 queries as above."""
    portfolio, divisions = graph_facts(session)
    progress("Working out the ties of all days", 0, 1)
    graph = history_graph(portfolio, until, divisions)
    progress("Writing the file", 0, 1)
    return as_gexf(graph)
