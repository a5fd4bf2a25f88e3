"""Where the batons of a month stand: what may be told of it, each on the tie that it ran along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tracker.graph import layout
from tracker.graph.ties import Pair, pair_of
from tracker.queries.places import Place
from tracker.queries.stage import Ground, Stage
from tracker.queries.telling import Told

#: A win's baton arrives, a near miss stops half-way (LOOK.md, section 6); those behind it keep a distance.
ARRIVES, STOPS, BEHIND, FARTHEST_BEHIND = 0.84, 0.56, 0.09, 0.1


@dataclass(frozen=True, slots=True)
class Placed:
    """A moment and where its baton stands in the box of the track."""

    told: Told
    x: float
    y: float


def run_of(
    departments: Iterable[Place], group_of: Mapping[str, str], strength: Callable[[Pair], float]
) -> tuple[str, str] | None:
    """Return from where to where a moment's baton runs; None where all of its departments stand at one place.

    It runs from the first department that took part, along its strongest tie to another of them.
    """
    nodes = list(dict.fromkeys(group_of[each.id] for each in departments if each.id in group_of))
    if len(nodes) < 2:
        return None
    ends = {pair_of(nodes[0], other): other for other in nodes[1:]}
    return nodes[0], ends[max(ends, key=lambda pair: (strength(pair), pair))]


def batons_on(stage: Stage | Ground, places: Mapping[str, layout.Place]) -> Iterator[Placed]:
    """Yield the batons of a stage; several on one tie stand one behind the other."""
    strength = {pair_of(tie.a, tie.b): tie.strength for tie in stage.ties}
    behind: dict[Pair, int] = defaultdict(int)
    for each in stage.told:
        run = run_of(each.departments, stage.grouping.group_of, lambda pair: strength.get(pair, 0.0))
        if run is None:
            continue
        stop, pair = STOPS if each.is_near_miss else ARRIVES, pair_of(*run)
        share = max(FARTHEST_BEHIND, stop - BEHIND * behind[pair])
        behind[pair] += 1
        yield Placed(each, *layout.tie_curve(*(places[node] for node in run)).at(share))
