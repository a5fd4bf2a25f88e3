"""The numbers of a snapshot as they are put away: each with its exact value and the next receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.graph.facts import Portfolio
from tracker.graph.figures import Figure, value_of


@dataclass(frozen=True, slots=True)
class Counting:
    """What numbers are counted from, the receipts to come, and external ids by kind and public id."""

    portfolio: Portfolio
    receipts: Iterator[str]
    ids: dict[str, dict[str, str]]

    def counted(self, figure: Figure) -> dict[str, Any]:
        """Return the value of a figure with its receipt."""
        return {"value": value_of(self.portfolio, figure), "receipt": next(self.receipts)}

    def told(self, figure: Figure) -> dict[str, Any]:
        """Return the same, with what is counted written out."""
        return {"counts": plain_figure(figure), **self.counted(figure)}


def plain_figure(figure: Figure) -> dict[str, Any]:
    """Return what a figure counts as plain values; what it does not say is left out."""
    found: dict[str, Any] = {"name": figure.name, "on": figure.on.isoformat()}
    if figure.since:
        found["since"] = figure.since.isoformat()
    if figure.pair:
        found["pair"] = list(figure.pair)
    return found | ({"of": figure.of} if figure.of else {})
