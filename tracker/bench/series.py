"""The two series from scratch, from facts in memory, and the same projection by networkx month by month."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import networkx as nx

from tracker.bench.timing import Result, say, timed
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.parts import momentum_series
from tracker.graph.series import coverage_series

#: So many months at most are projected by networkx; more are scaled up from these, and the result says so.
SAMPLED_MONTHS = 6
#: Of more initiatives than these one month takes minutes, so that two of them must do.
MANY, FEW_MONTHS = 200_000, 2
RUNS = 5


def fresh(portfolio: Portfolio) -> Portfolio:
    """Return an equal portfolio about which nothing has been worked out yet."""
    return replace(portfolio)


def with_coverage(portfolio: Portfolio, days: Sequence[date]) -> Portfolio:
    """Work out the series of coverage, and return the portfolio that keeps it."""
    coverage_series(portfolio, days)
    return portfolio


def with_momentum(portfolio: Portfolio, days: Sequence[date]) -> Portfolio:
    """Work out the series of momentum, and return the portfolio that keeps it."""
    momentum_series(portfolio, days)
    return portfolio


def measure_series(portfolio: Portfolio, days: Sequence[date]) -> Result:
    """Time both series over these days, each from facts alone, and networkx over the same months."""
    say(f"  series over {len(days)} days")
    covered = timed(lambda: with_coverage(fresh(portfolio), days), times=RUNS)
    paced = timed(lambda: with_momentum(fresh(portfolio), days), times=RUNS)
    return {
        "coverage_series": covered.summary(),
        "momentum_series": paced.summary(),
        "networkx": by_networkx(portfolio, days, statistics.median(covered.processor)),
    }


def by_networkx(portfolio: Portfolio, days: Sequence[date], ours: float) -> Result:
    """Project some of the months; all months take so many times longer. Building the graphs is told apart.

    The ratios compare processor time of the same run: coverage with its bands from dates on, against the
    projections alone, and against building the graph of each month and projecting it.
    """
    most = FEW_MONTHS if len(portfolio.initiatives) > MANY else SAMPLED_MONTHS
    step = max(1, len(days) // most)
    sample = list(days[::-step][:most])
    say(f"  the same by networkx's weighted_projected_graph, {len(sample)} of {len(days)} months")
    building = projecting = 0.0
    for day in sample:
        timeline(portfolio)  # worked out once and not part of the building
        begun = time.process_time()
        graph, departments = _two_mode(portfolio, day)
        built = time.process_time()
        if graph.number_of_edges():
            nx.bipartite.weighted_projected_graph(graph, departments)
        building, projecting = building + built - begun, projecting + time.process_time() - built
    scale = 1000 * len(days) / len(sample)
    return {
        "months": len(days),
        "months_projected": len(sample),
        "scaled_up": len(sample) < len(days),
        "projecting_ms": round(projecting * scale, 1),
        "building_and_projecting_ms": round((building + projecting) * scale, 1),
        "coverage_faster_than_projecting": round(projecting * scale / ours, 1),
        "coverage_faster_than_both": round((building + projecting) * scale / ours, 1),
    }


def _two_mode(portfolio: Portfolio, day: date) -> tuple[nx.Graph, list[str]]:
    """Return departments and live initiatives of a day as networkx takes them."""
    at = day.toordinal()
    departments = [each.id for each in portfolio.departments]
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(departments, bipartite=0)
    for piece in timeline(portfolio).pieces:
        if piece.live and piece.since <= at < piece.until:
            graph.add_edges_from((("initiative", piece.initiative), member) for member in piece.members)
    return graph, departments
