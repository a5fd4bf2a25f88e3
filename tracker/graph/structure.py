"""The department graph of a day as networkx graphs: for the picture, for exports and for expert measures.

This module and `experts` alone load networkx.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import networkx as nx

from tracker.graph.coverage import bands_of
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.ties import SCALE, threshold_of, ties_on

#: A node of the two-mode graph: the sort keeps a department and an initiative of one id apart.
Node: TypeAlias = tuple[str, str]


def department_graph(portfolio: Portfolio, on: date) -> nx.Graph[str]:
    """Return the departments of a day and their ties.

    Nodes are the departments open on the day, with `name` and `division`. An edge joins every pair that live
    work ties (strength above 0) or that silent work holds (band "quiet", strength 0), required or not; a
    required pair without shared work has none. Edges carry `strength` (shares of attention), `band`,
    `importance` (0 where no journey requires the pair), `initiatives` (live id to weight, adding up to the
    strength) and `silent` (ids of declared initiatives that nobody heard from).

    No departments: the null graph. Without any tie: isolated nodes.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> graph = department_graph(portfolio, date(2025, 1, 31))
    >>> sorted(graph), graph.edges["A", "B"]["initiatives"]
    (['A', 'B', 'C'], {'i1': 1.0})
    """
    ties = ties_on(portfolio, on)
    there = set(ties.departments)
    graph: nx.Graph[str] = nx.Graph(on=on)
    for department in sorted(portfolio.departments, key=lambda each: each.id):
        if department.id in there:
            graph.add_node(department.id, name=department.name or department.id, division=department.division)
    strength = {pair: ties.strength(pair) for pair in sorted({*ties.bridges, *ties.silent})}
    for pair, band in bands_of(ties, strength, threshold_of(portfolio)).items():
        graph.add_edge(
            *pair,
            strength=strength[pair] / SCALE,
            band=band,
            importance=ties.importance.get(pair, 0),
            initiatives={each.initiative: each.weight / SCALE for each in ties.bridges.get(pair, ())},
            silent=ties.silent.get(pair, ()),
        )
    return graph


def two_mode_graph(portfolio: Portfolio, on: date) -> nx.Graph[Node]:
    """Return the departments of a day and the live initiatives, each tied to the departments in it.

    Nodes are ``("department", id)`` with `bipartite` 0 and ``("initiative", id)`` with `bipartite` 1. Pass
    networkx the node sets yourself: it cannot tell them apart when the graph is not connected.
    """
    day = on.toordinal()
    graph: nx.Graph[Node] = nx.Graph(on=on)
    graph.add_nodes_from((("department", each) for each in ties_on(portfolio, on).departments), bipartite=0)
    for piece in timeline(portfolio).pieces:
        if piece.live and piece.since <= day < piece.until:
            node = ("initiative", piece.initiative)
            graph.add_node(node, bipartite=1)
            graph.add_edges_from((node, ("department", each)) for each in piece.members)
    return graph


def reach_graph(portfolio: Portfolio, on: date) -> nx.Graph[str]:
    """Return the department graph with the edges of live work alone: a tie of any strength joins two."""
    graph = department_graph(portfolio, on)
    graph.remove_edges_from([(a, b) for a, b, tie in graph.edges(data=True) if not tie["strength"]])
    return graph


def islands(graph: nx.Graph[str]) -> list[list[str]]:
    """Return the departments that reach each other, as sorted lists, the largest first; [] for the null graph."""
    return sorted(
        (sorted(each) for each in nx.connected_components(graph)), key=lambda each: (-len(each), each)
    )
