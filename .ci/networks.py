"""Check the department graph against published values: Davis' southern women and the Florentine families.

Usage: .ci/networks.py FOLDER, with davis_edges.csv, florentine_edges.csv and published_values.json inside. The data
become portfolios (women are departments and events initiatives; a marriage is an initiative of two families), the
product makes its graphs, networkx measures them. Prints a line a check; exits 1 when one fails.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import networkx as nx  # the path comes first

from tracker.graph.bridges import next_best
from tracker.graph.facts import Department, Initiative, Member, Portfolio
from tracker.graph.structure import department_graph, reach_graph, two_mode_graph
from tracker.graph.ties import SCALE, ties_on

START = date(2025, 1, 1)
#: Half a unit of the last digit that was printed.
SEVEN_DIGITS = 5e-7

failed = 0


def check(name: str, found: Mapping[Any, float], expected: Mapping[Any, float], tolerance: float) -> None:
    """Print whether every value agrees, and the worst difference."""
    global failed
    if set(found) != set(expected):
        failed += 1
        print(f"FAIL {name}: {sorted(set(found) ^ set(expected))} on one side only")
        return
    worst = max((abs(found[key] - expected[key]) for key in expected), default=0.0)
    agrees = worst <= tolerance
    failed += not agrees
    print(f"{'ok  ' if agrees else 'FAIL'} {name}: {len(expected)} values, worst difference {worst:.2g}")


def portfolio_of(initiatives: Mapping[str, list[str]]) -> Portfolio:
    """Return a portfolio in which each initiative has these departments from the first day."""
    names = sorted({name for members in initiatives.values() for name in members})
    return Portfolio(
        departments=tuple(Department(name, name) for name in names),
        initiatives=tuple(
            Initiative(id_, START, members=tuple(Member(name) for name in members))
            for id_, members in initiatives.items()
        ),
    )


def rows(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file without its header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def check_davis(folder: Path, published: Mapping[str, Any]) -> None:
    """Check the two-mode graph: bipartite degree, betweenness and closeness, and Newman's projection."""
    events: dict[str, list[str]] = {}
    for woman, event in rows(folder / "davis_edges.csv"):
        events.setdefault(event, []).append(woman)
    portfolio = portfolio_of(events)
    graph = two_mode_graph(portfolio, START)
    women = [node for node, side in graph.nodes(data="bipartite") if side == 0]
    sizes = {
        "nodes": len(graph),
        "edges": graph.size(),
        "women": len(women),
        "events": len(graph) - len(women),
    }
    check("Davis, sizes", sizes, {key: published[key] for key in sizes}, 0)
    measured = {
        "degree": nx.bipartite.degree_centrality(graph, women),
        "betweenness": nx.bipartite.betweenness_centrality(graph, women),
        "closeness": nx.bipartite.closeness_centrality(graph, women, normalized=True),
    }
    for name, values in measured.items():
        plain = {id_: value for (_, id_), value in values.items()}
        check(f"Davis, {name}", plain, published[name], published["tolerance"])
    newman = nx.bipartite.collaboration_weighted_projected_graph(graph, women)
    ours = department_graph(portfolio, START)
    check(
        "Davis, strengths against networkx's projection",
        {tuple(sorted((a, b))): strength for a, b, strength in ours.edges(data="strength")},
        {tuple(sorted((a[1], b[1]))): weight for a, b, weight in newman.edges(data="weight")},
        1e-12,
    )


def check_florentine(folder: Path, published: Mapping[str, Any]) -> None:
    """Check the department graph: centralities and structural holes of the families."""
    marriages = {"-".join(pair): pair for pair in rows(folder / "florentine_edges.csv")}
    portfolio = portfolio_of(marriages)
    graph = reach_graph(portfolio, START)
    check("Florence, degree", dict(graph.degree()), published["degree"], 0)
    check("Florence, closeness", nx.closeness_centrality(graph), published["closeness"], SEVEN_DIGITS)
    between = nx.betweenness_centrality(graph, normalized=False)
    check("Florence, betweenness", between, published["betweenness_raw"], SEVEN_DIGITS)
    eigenvector = nx.eigenvector_centrality(graph, max_iter=1000, tol=1e-10)
    check("Florence, eigenvector", eigenvector, published["eigenvector"], 1e-5)
    # The published page is off for these two; the note beside the values gives the corrected ones.
    ego = {**published["constraint_within_ego_network"], "Peruzzi": 0.8395062, "Strozzi": 0.5347222}
    found = {family: nx.constraint(nx.ego_graph(graph, family), [family])[family] for family in graph}
    check("Florence, constraint in the ego network", found, ego, SEVEN_DIGITS)
    whole = published["computed_here_not_published"]["constraint_whole_network_networkx"]
    check("Florence, constraint", nx.constraint(graph, list(graph)), whole, SEVEN_DIGITS)
    size = nx.effective_size(graph, ["Medici"])["Medici"]
    medici = {"size": size, "efficiency": size / graph.degree("Medici")}
    expected = {"size": published["medici_effective_size"], "efficiency": published["medici_efficiency"]}
    check("Florence, effective size of the Medici", medici, expected, SEVEN_DIGITS)
    check_next_best(portfolio, graph)


def check_next_best(portfolio: Portfolio, graph: nx.Graph[str]) -> None:
    """Check what the next pairs would add against networkx on the graph with that pair tied."""
    before = nx.global_efficiency(graph)
    gained, warm = {}, {}
    best = next_best(portfolio, START)
    for each in best:
        tied = graph.copy()
        tied.add_edge(*each.pair)
        gained[each.pair] = nx.global_efficiency(tied) - before
    for a, b, index in nx.adamic_adar_index(graph, [each.pair for each in best]):
        warm[a, b] = index
    check(
        "Florence, efficiency gained by a pair",
        {each.pair: each.efficiency_gain for each in best},
        gained,
        1e-12,
    )
    check("Florence, warmth of a pair", {each.pair: each.warm for each in best}, warm, 1e-12)
    ties = ties_on(portfolio, START)
    degree = {
        each: sum(ties.strength(pair) for pair in ties.bridges if each in pair) / SCALE for each in graph
    }
    check("Florence, strengths add up to live initiatives", degree, dict(graph.degree()), 0)


def main(folder: Path) -> int:
    """Run every check on a folder of networks."""
    published = json.loads((folder / "published_values.json").read_text(encoding="utf-8"))
    check_davis(folder, published["davis"])
    check_florentine(folder, published["florentine"])
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: networks.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
