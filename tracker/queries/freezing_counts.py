"""The numbers of a snapshot as they are put away: each with its exact value and the next receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tracker.graph.facts import Portfolio
from tracker.graph.figures import EVERYTHING, Figure, Name, Value, value_of
from tracker.graph.filtering import Filter

#: Figures that are the same whatever part is told.
OF_ALL: tuple[Name, ...] = ("linking", "members", "crossed", "crossings")


@dataclass(frozen=True, slots=True)
class Counting:
    """What numbers are counted from, the receipts to come, external ids by kind and public id, and the part told."""

    portfolio: Portfolio
    receipts: Iterator[str]
    ids: dict[str, dict[str, str]]
    within: Filter = EVERYTHING

    def value(self, figure: Figure) -> Value:
        """Return the value of a figure of the part that is told."""
        return value_of(self.portfolio, told_within(figure, self.within))

    def counted(self, figure: Figure) -> dict[str, Any]:
        """Return the same with its receipt."""
        return {"value": self.value(figure), "receipt": next(self.receipts)}

    def told(self, figure: Figure) -> dict[str, Any]:
        """Return the same, with what is counted written out."""
        return {"counts": plain_figure(figure), **self.counted(figure)}


def told_within(figure: Figure, within: Filter) -> Figure:
    """Return a figure as it is counted in a part: what is told of one record or of two departments stays whole."""
    return figure if figure.name in OF_ALL else replace(figure, within=within)


def plain_figure(figure: Figure) -> dict[str, Any]:
    """Return what a figure counts as plain values; what it does not say is left out."""
    found: dict[str, Any] = {"name": figure.name, "on": figure.on.isoformat()}
    if figure.since:
        found["since"] = figure.since.isoformat()
    if figure.pair:
        found["pair"] = list(figure.pair)
    return found | ({"of": figure.of} if figure.of else {})
