"""The measures of a day as one plain document, ready for JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.graph.bridges import next_best
from tracker.graph.coverage import coverage
from tracker.graph.facts import Portfolio
from tracker.graph.momentum import momentum

#: What the document tells of coverage, in this order.
COVERAGE_KEYS = (
    "coverage",
    "required",
    "together",
    "pairs",
    "reach",
    "bands",
    "departments",
    "attribution",
    "loss_if_ended",
)
#: What the document tells of momentum, in this order.
MOMENTUM_KEYS = (
    "wins",
    "lessons",
    "wins_before",
    "lessons_before",
    "wins_to_hold",
    "momentum",
    "previous",
    "velocity",
    "acceleration",
    "fresh",
    "fade",
    "growth",
    "z",
    "silence_days",
    "patience_days",
    "label",
    "low",
    "high",
    "effective_events",
    "coast_90",
    "departments",
)


def measures_document(portfolio: Portfolio, on: date, version: int) -> dict[str, Any]:
    """Return the measures of a day under the key names of MEASURES.md; undefined is None.

    `version` is the version of the register the facts were read at. ``next_best`` lists every required pair
    short of full credit.

    Examples
    --------
    >>> found = measures_document(Portfolio(), date(2026, 6, 30), 7)
    >>> found["on"], found["version"], found["coverage"]["coverage"], found["momentum"]["label"]
    ('2026-06-30', 7, None, 'none')
    """
    covered, moving = coverage(portfolio, on), momentum(portfolio, on)
    return {
        "on": on.isoformat(),
        "version": version,
        "coverage": {key: _copied(getattr(covered, key)) for key in COVERAGE_KEYS},
        "momentum": {key: _copied(getattr(moving, key)) for key in MOMENTUM_KEYS},
        "next_best": [
            {
                "pair": list(each.pair),
                "gain": each.gain,
                "efficiency_gain": each.efficiency_gain,
                "warm": each.warm,
            }
            for each in next_best(portfolio, on)
        ],
    }


def _copied(value: Any) -> Any:
    """Return a dict as a copy, since what is worked out once is shared."""
    return dict(value) if isinstance(value, dict) else value
