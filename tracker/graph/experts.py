"""What network analysts ask of a day: islands, the inner circle, the centre, divisions, who links, how far it is.

All of it looks at the reach graph: the departments open on the day, any two joined that share live work.
Beyond `MOST_EXACT` departments some of it is an estimate or left out, and says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import networkx as nx

from tracker.graph.constraint import constraint, effective_size, links
from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.graph.structure import islands
from tracker.graph.ties import ties_on

#: Above so many departments the ways between them are estimated, and only the foremost links are weighed.
MOST_EXACT = 200
#: From how many departments such an estimate starts, chosen by this seed, so that it is the same every time.
PIVOTS, SEED = 50, 20_260_101
#: How many departments are weighed above `MOST_EXACT`: those that link most pairs of their partners.
MOST_WEIGHED = 60
#: Above so many departments the lengths of all ways are left out; they would take seconds.
MOST_MEASURED = 1_000


@dataclass(frozen=True, slots=True)
class DivisionTies:
    """A division: its departments, and how many pairs that share work lie inside it, and reach out of it."""

    division: str
    departments: int
    inside: int
    across: int


@dataclass(frozen=True, slots=True)
class Divided:
    """Divisions of a day: the pairs that share work inside and across them, and the same of all possible pairs.

    Departments without a division are `outside` and take no part. `e_i` is Krackhardt and Stern's index, -1
    where everything stays inside and 1 where everything crosses; `modularity` is Newman's Q, the share inside
    less what chance would put there (`by_chance`). None without a pair that shares work.
    """

    rows: tuple[DivisionTies, ...]
    outside: int
    inside: int
    across: int
    possible_inside: int
    possible_across: int
    e_i: Fraction | None
    e_i_if_all: Fraction | None
    by_chance: Fraction | None
    modularity: float | None


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a day, by department ids: what is quick to say at any size.

    `partners` counts those each department shares live work with; `islands` hold all departments, the largest
    first; `inner` is the innermost core, in which each shares work with `core` others of it or more;
    `centralisation` is Freeman's, None for fewer than three departments.
    """

    partners: dict[str, int]
    pairs: int
    islands: tuple[tuple[str, ...], ...]
    centralisation: Fraction | None
    core: int
    inner: tuple[str, ...]
    cores: dict[str, int]
    divided: Divided


@dataclass(frozen=True, slots=True)
class Link:
    """A department between others: the pairs of its partners that share no work of their own, and the measures.

    `between` is the share of shortest ways between others that lead through it; `constraint` is Burt's on the
    reach graph, `weighted` the same by strength.
    """

    department: str
    partners: int
    linked: int
    between: float
    constraint: float
    weighted: float
    effective_size: Fraction


@dataclass(frozen=True, slots=True)
class Linking:
    """Who links whom, least constrained first, and how far it is from one to another.

    `links` has every department with partners; above `MOST_EXACT` only the `MOST_WEIGHED` that link most.
    `pivots` is from how many departments `between` was estimated, None where it is exact. `steps` counts pairs
    by the length of the way between them, pairs without any under 0; it is None, and so is `efficiency`, above
    `MOST_MEASURED` departments.
    """

    departments: int
    links: tuple[Link, ...]
    pivots: int | None
    steps: dict[int, int] | None
    efficiency: Fraction | None


def shape(portfolio: Portfolio, on: date) -> Shape:
    """Return the shape of a day, once per portfolio and day. Time: O(departments + ties).

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=(first,))
    >>> found = shape(portfolio, date(2025, 1, 31))
    >>> found.islands, found.core, found.inner
    ((('A', 'B'), ('C',)), 1, ('A', 'B'))
    """
    return remember(portfolio, "shape", on, lambda: _shape(portfolio, on))


def linking(portfolio: Portfolio, on: date) -> Linking:
    """Return who links whom on a day, once per portfolio and day. Time: O(departments · ties), see `MOST_EXACT`.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member
    >>> made = (Initiative(pair, start=date(2025, 1, 1), members=tuple(map(Member, pair))) for pair in ("AB", "BC"))
    >>> portfolio = Portfolio(tuple(map(Department, "ABC")), initiatives=tuple(made))
    >>> found = linking(portfolio, date(2025, 1, 31))
    >>> found.links[0].department, found.links[0].linked, found.links[0].between, found.efficiency
    ('B', 1, 1.0, Fraction(5, 6))
    """
    return remember(portfolio, "linking", on, lambda: _linking(portfolio, on))


def centralisation(partners: Mapping[str, int]) -> Fraction | None:
    """Return Freeman's degree centralisation ``Σ(d_max − d) / ((n−1)(n−2))``, None for fewer than three.

    1 where one department is in every pair and the others in no other, 0 where all have as many partners.
    L. C. Freeman, Centrality in social networks, Social Networks 1, 1979.
    """
    n, most = len(partners), max(partners.values(), default=0)
    return Fraction(sum(most - each for each in partners.values()), (n - 1) * (n - 2)) if n > 2 else None


def efficiency_of(steps: Mapping[int, int]) -> Fraction:
    """Return the global efficiency, the mean of 1/distance over all pairs; a pair without any way adds 0.

    V. Latora and M. Marchiori, Phys. Rev. Lett. 87, 198701, 2001. 0 for fewer than two departments.
    """
    near = sum((Fraction(count, length) for length, count in steps.items() if length), Fraction(0))
    return near / (sum(steps.values()) or 1)


def _reach(portfolio: Portfolio, on: date) -> nx.Graph[str]:
    """Return the reach graph of a day without what its edges carry in `structure`, which takes most of the time."""
    ties = ties_on(portfolio, on)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(ties.departments)
    graph.add_edges_from(sorted(ties.bridges))
    return graph


def _shape(portfolio: Portfolio, on: date) -> Shape:
    graph = _reach(portfolio, on)
    partners: dict[str, int] = dict(graph.degree())
    cores: dict[str, int] = nx.core_number(graph)
    core = max(cores.values(), default=0)
    return Shape(
        partners=partners,
        pairs=graph.number_of_edges(),
        islands=tuple(map(tuple, islands(graph))),
        centralisation=centralisation(partners),
        core=core,
        inner=tuple(sorted(id_ for id_, each in cores.items() if each == core)) if core else (),
        cores=cores,
        divided=_divided(portfolio, graph),
    )


def _divided(portfolio: Portfolio, graph: nx.Graph[str]) -> Divided:
    division_of = {
        each.id: each.division for each in portfolio.departments if each.division and each.id in graph
    }
    groups: dict[str, set[str]] = defaultdict(set)
    for id_, division in division_of.items():
        groups[division].add(id_)
    within = graph.subgraph(division_of).copy()  # a view asks for every edge whether it is in it
    inside, across = Counter[str](), Counter[str]()
    for a, b in within.edges:
        one, other = division_of[a], division_of[b]
        if one == other:
            inside[one] += 1
        else:
            across.update((one, other))
    ins, out, n = inside.total(), across.total() // 2, len(division_of)
    possible = sum(len(each) * (len(each) - 1) // 2 for each in groups.values())
    ends = {division: 2 * inside[division] + across[division] for division in groups}
    pairs = ins + out
    return Divided(
        rows=tuple(
            DivisionTies(division, len(groups[division]), inside[division], across[division])
            for division in sorted(groups)
        ),
        outside=len(graph) - n,
        inside=ins,
        across=out,
        possible_inside=possible,
        possible_across=n * (n - 1) // 2 - possible,
        e_i=e_i(out, ins),
        e_i_if_all=e_i(n * (n - 1) // 2 - possible, possible),
        by_chance=Fraction(sum(each * each for each in ends.values()), 4 * pairs * pairs) if pairs else None,
        # networkx divides by the number of edges
        modularity=nx.community.modularity(within, list(groups.values())) if pairs else None,
    )


def e_i(across: int, inside: int) -> Fraction | None:
    """Return the E-I index ``(E − I)/(E + I)``, None without any pair.

    D. Krackhardt and R. N. Stern, Social Psychology Quarterly 51(2), 1988.
    """
    return Fraction(across - inside, across + inside) if across + inside else None


def _linking(portfolio: Portfolio, on: date) -> Linking:
    graph = _reach(portfolio, on)
    alike: dict[str, dict[str, float]] = {id_: dict.fromkeys(graph[id_], 1) for id_ in graph}
    linked = links(alike)
    pivots = PIVOTS if len(graph) > MOST_EXACT else None
    weighed = [id_ for id_ in graph if alike[id_]]
    if pivots:
        weighed = sorted(weighed, key=lambda id_: (-linked[id_], id_))[:MOST_WEIGHED]
    between: dict[str, float] = nx.betweenness_centrality(graph, k=pivots, seed=SEED)
    plain, by_strength = constraint(alike, weighed), constraint(_strengths(portfolio, on), weighed)
    found = [
        Link(
            id_, len(alike[id_]), linked[id_], between[id_], plain[id_] or 0.0, by_strength[id_] or 0.0, size
        )
        for id_ in weighed
        if (size := effective_size(len(alike[id_]), linked[id_])) is not None
    ]
    steps = _steps(graph) if len(graph) <= MOST_MEASURED else None
    return Linking(
        departments=len(graph),
        links=tuple(sorted(found, key=lambda each: (each.constraint, -each.linked, each.department))),
        pivots=pivots,
        steps=steps,
        efficiency=efficiency_of(steps) if steps is not None else None,
    )


def _strengths(portfolio: Portfolio, on: date) -> dict[str, dict[str, float]]:
    """Return the strength of every tie from both of its ends."""
    ties = ties_on(portfolio, on)
    found: dict[str, dict[str, float]] = {id_: {} for id_ in ties.departments}
    for a, b in ties.bridges:
        found[a][b] = found[b][a] = ties.strength((a, b))
    return found


def _steps(graph: nx.Graph[str]) -> dict[int, int]:
    """Count the pairs by the length of the shortest way between them, those without any under 0."""
    counts: Counter[int] = Counter()
    for _, lengths in nx.all_pairs_shortest_path_length(graph):
        counts.update(lengths.values())
    del counts[0]  # from each to itself
    n = len(graph)
    reached = {length: count // 2 for length, count in sorted(counts.items())}
    without = n * (n - 1) // 2 - sum(reached.values())
    return {**reached, **({0: without} if without else {})}
