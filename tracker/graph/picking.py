"""Initiatives picked by a test and by department; where a few have changed, only those are picked anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.graph.facts import Initiative, Portfolio
from tracker.graph.intervals import Line, lines_before, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.succession import index


def chosen(
    portfolio: Portfolio, measure: str, key: object, test: Callable[[Initiative, Line], bool]
) -> frozenset[str]:
    """Return the initiatives that pass a test of themselves and their line, once per portfolio, measure and key."""
    found, known = timeline(portfolio).of, index(portfolio).initiatives

    def carry(old: frozenset[str], past: Past) -> frozenset[str]:
        return (old - past.keys()) | {id_ for id_ in past if id_ in found and test(known[id_], found[id_])}

    def make() -> frozenset[str]:
        return frozenset(id_ for id_, line in found.items() if test(known[id_], line))

    return remember(portfolio, measure, key, make, carry)


def parts_of(lines: Mapping[str, Line]) -> dict[str, frozenset[str]]:
    """Return the initiatives that each department belongs to on some day, by the lines of all initiatives."""
    found: dict[str, list[str]] = {}
    for id_, line in lines.items():
        for name, _ in line.members:
            if name in found:
                found[name].append(id_)
            else:
                found[name] = [id_]
    return {name: frozenset(ids) for name, ids in found.items()}


def taking_part(portfolio: Portfolio) -> dict[str, frozenset[str]]:
    """Return the initiatives that each department belongs to on some day, once per portfolio."""
    lines = timeline(portfolio).of

    def carry(old: dict[str, frozenset[str]], past: Past) -> dict[str, frozenset[str]]:
        found, were = old.copy(), lines_before(portfolio, past)
        for id_ in past:
            before, after = (
                {name for name, _ in each[id_].members} if id_ in each else set() for each in (were, lines)
            )
            for name in before - after:
                found[name] -= {id_}
            for name in after - before:
                found[name] = found.get(name, frozenset()) | {id_}
        return {name: ids for name, ids in found.items() if ids}

    return remember(portfolio, "taking part", None, lambda: parts_of(lines), carry)
