"""Groups of departments, where there are too many to show each by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Line, lines_before, timeline
from tracker.graph.keeping import Past, remember
from tracker.queries.named import Named
from tracker.queries.places import Place

#: Without divisions to roll up to: so many departments by name, and one group for all others.
MOST_NAMED = 17

Kind = Literal["departments", "divisions", "strongest"]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups in order, and each department's group by external id; ``""`` is the group of the others."""

    kind: Kind
    groups: tuple[Named, ...]
    group_of: dict[str, str]


def grouped(portfolio: Portfolio, shown: Sequence[Place], most: int) -> Grouping:
    """Return the departments one by one up to ``most`` of them, else rolled up; the order of the track is kept.

    Above it their divisions where there are two or more, else those with most joint work in the whole register
    and one group for the others. No group depends on the day one looks from, so that pictures stand still.
    """
    if len(shown) <= most:
        each = tuple(Named(place.public_id, place.name) for place in shown)
        return Grouping("departments", each, {place.id: place.public_id for place in shown})
    divisions = {place.division.public_id: place.division for place in shown if place.division}
    if 1 < len(divisions) <= MOST_NAMED:
        group_of = {place.id: place.division.public_id if place.division else "" for place in shown}
        return Grouping("divisions", (*divisions.values(), *_others(group_of)), group_of)
    work = _joint_work(portfolio)
    ranked = sorted(shown, key=lambda place: (-work[place.id], place.name))
    named = {place.id for place in ranked[:MOST_NAMED]}
    group_of = {place.id: place.public_id if place.id in named else "" for place in shown}
    by_name = tuple(Named(place.public_id, place.name) for place in shown if place.id in named)
    return Grouping("strongest", (*by_name, *_others(group_of)), group_of)


def _others(group_of: dict[str, str]) -> tuple[Named, ...]:
    count = sum(1 for group in group_of.values() if not group)
    return (Named("", "one other" if count == 1 else f"{count} others"),) if count else ()


def _joint_work(portfolio: Portfolio) -> Counter[str]:
    """Return in how many initiatives each department ever was together with another, once per portfolio."""
    lines = timeline(portfolio).of

    def carry(old: Counter[str], past: Past) -> Counter[str]:
        found, were = old.copy(), lines_before(portfolio, past)
        for id_ in past:
            found.subtract(_joined(were.get(id_)))
            found.update(_joined(lines.get(id_)))
        return found

    def make() -> Counter[str]:
        return Counter(name for line in lines.values() for name in _joined(line))

    return remember(portfolio, "joint work", None, make, carry)


def _joined(line: Line | None) -> set[str]:
    """Return the departments of an initiative that ever had another one beside it."""
    names = {name for name, _ in line.members} if line else set()
    return names if len(names) > 1 else set()
