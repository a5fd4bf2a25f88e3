"""The two series from scratch, from facts in memory, and the same projection by networkx month by month."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import networkx as nx

from tracker.bench.timing import Result, milliseconds, say, summary
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.parts import momentum_series
from tracker.graph.series import coverage_series

#: So many months at most are projected by networkx; more are scaled up from these, and the result says so.
SAMPLED_MONTHS = 6


def fresh(portfolio: Portfolio) -> Portfolio:
    """Return an equal portfolio about which nothing has been worked out yet."""
    return replace(portfolio)


def measure_series(portfolio: Portfolio, days: Sequence[date]) -> Result:
    """Time both series over these days, each from facts alone, and networkx over the same months."""
    say(f"  series over {len(days)} days")
    covered = milliseconds(lambda: coverage_series(fresh(portfolio), days), times=3, warm=0)
    paced = milliseconds(lambda: momentum_series(fresh(portfolio), days), times=3, warm=0)
    found = {"coverage_series": summary(covered), "momentum_series": summary(paced)}
    return found | _by_networkx(portfolio, days, min(covered))


def _by_networkx(portfolio: Portfolio, days: Sequence[date], ours: float) -> Result:
    step = max(1, len(days) // SAMPLED_MONTHS)
    sample = list(days[::-step][:SAMPLED_MONTHS])
    say(f"  the same by networkx's weighted_projected_graph, {len(sample)} of {len(days)} months")
    taken = 0.0
    for day in sample:
        graph, departments = _two_mode(portfolio, day)
        begin = time.perf_counter()
        if graph.number_of_edges():
            nx.bipartite.weighted_projected_graph(graph, departments)
        taken += time.perf_counter() - begin
    whole = 1000 * taken * len(days) / len(sample)
    return {
        "networkx_series_ms": round(whole, 1),
        "networkx_sampled_months": len(sample),
        "networkx_months": len(days),
        "series_speedup_vs_networkx": round(whole / ours, 1),
    }


def _two_mode(portfolio: Portfolio, day: date) -> tuple[nx.Graph, list[str]]:
    """Return departments and live initiatives of a day as networkx takes them; building it is not timed."""
    at = day.toordinal()
    departments = [each.id for each in portfolio.departments]
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(departments, bipartite=0)
    for piece in timeline(portfolio).pieces:
        if piece.live and piece.since <= at < piece.until:
            graph.add_edges_from((("initiative", piece.initiative), member) for member in piece.members)
    return graph, departments
