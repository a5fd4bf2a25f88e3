"""The department graph as GraphML and GEXF, for Gephi, Cytoscape, igraph or networkx."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any, TypeVar

import networkx as nx

from tracker.exchange.readable import readable
from tracker.graph.facts import Portfolio
from tracker.graph.spells import Spell, openings, tie_spells
from tracker.graph.structure import department_graph

DAY = timedelta(days=1)
Value = TypeVar("Value", bool, float, str, int)


def day_graph(portfolio: Portfolio, on: date, divisions: Mapping[str, str]) -> nx.Graph[str]:
    """Return the department graph of a day with plain attributes, which a file can hold.

    Nodes: `label`, `division`. Edges: `weight` and `strength` (shares of attention), `band`, `importance`,
    `initiatives` (how many live ones tie the pair), `quiet` (how many nobody has heard from).
    """
    found = department_graph(portfolio, on)
    graph: nx.Graph[str] = nx.Graph(name=f"Departments on {on.isoformat()}")
    for id_, node in found.nodes(data=True):
        division = divisions.get(node["division"] or "", "")
        graph.add_node(readable(id_), label=readable(node["name"]), division=readable(division))
    for a, b, tie in found.edges(data=True):
        graph.add_edge(
            readable(a),
            readable(b),
            weight=tie["strength"],
            strength=tie["strength"],
            band=tie["band"],
            importance=tie["importance"],
            initiatives=len(tie["initiatives"]),
            quiet=len(tie["silent"]),
        )
    return graph


def history_graph(portfolio: Portfolio, until: date, divisions: Mapping[str, str]) -> nx.Graph[str]:
    """Return every department and tie there was by a day, with the days on which each was there.

    Nodes: `label`, `division`, and `spells` where opening or closing is known. Edges: `spells` while anything
    holds the pair, and `strength`, `band` and `importance` as lists of (value, first day, last day). Days are
    inclusive, None is open.
    """
    known = {each.id: each for each in portfolio.departments}
    graph: nx.Graph[str] = nx.Graph(name=f"Departments until {until.isoformat()}", mode="dynamic")
    for id_, opening in openings(portfolio, until).items():
        division = divisions.get(known[id_].division or "", "")
        graph.add_node(readable(id_), label=readable(known[id_].name or id_), division=readable(division))
        if opening.first or opening.last:
            graph.nodes[readable(id_)]["spells"] = [(_day(opening.first), _day(opening.last))]
    for (a, b), spells in tie_spells(portfolio, until).items():
        graph.add_edge(
            readable(a),
            readable(b),
            spells=[between for _, *between in _stretches(spells, lambda _: True)],
            strength=_stretches(spells, lambda each: each.strength),
            band=_stretches(spells, lambda each: each.band),
            importance=_stretches(spells, lambda each: each.importance),
        )
    return graph


def _stretches(
    spells: Sequence[Spell], read: Callable[[Spell], Value]
) -> list[tuple[Value, str | None, str | None]]:
    """Return the values of one thing over the spells of a pair, spells that follow each other with the same as one."""
    found: list[tuple[Value, date, date | None]] = []
    for each in spells:
        value = read(each)
        if found and (before := found[-1])[2] and before[0] == value and before[2] + DAY == each.first:
            found[-1] = (value, before[1], each.last)
        else:
            found.append((value, each.first, each.last))
    return [(value, _day(first), _day(last)) for value, first, last in found]


def as_graphml(graph: nx.Graph[str]) -> bytes:
    """Return a graph of one day as a GraphML file."""
    return _written(lambda file: nx.write_graphml_xml(graph, file, named_key_ids=True))


def as_gexf(graph: nx.Graph[str]) -> bytes:
    """Return a graph of one day, or of all days with their spells, as a GEXF 1.2 file."""
    return _written(lambda file: nx.write_gexf(graph, file, version="1.2draft", prettyprint=False))


def _written(write: Any) -> bytes:
    file = BytesIO()
    write(file)
    return file.getvalue()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
