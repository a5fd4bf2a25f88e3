"""Coverage and momentum at month ends, for programs: any range, all initiatives or some of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.graph.filtering import Filter, filtered
from tracker.graph.keeping import remember
from tracker.graph.parts import momentum_series
from tracker.graph.series import coverage_series
from tracker.graph.ties import BANDS
from tracker.queries.dashboard import month_ends
from tracker.queries.facts import current_portfolio

#: As many months as the stage shows.
MOST_MONTHS = 240


def series_document(session: Session, first: date, last: date, wanted: Filter) -> dict[str, Any]:
    """Return what stood at the month ends from one day on, and on the last day; a share of nothing is None.

    1 query, and those of the facts when their version is new.
    """
    version, portfolio = current_portfolio(session)
    return remember(
        portfolio,
        "series document",
        (first, last, wanted),
        lambda: _document(version, filtered(portfolio, wanted), month_ends(first, last)[-MOST_MONTHS:]),
    )


def _document(version: int, portfolio: Portfolio, days: list[date]) -> dict[str, Any]:
    points = coverage_series(portfolio, days)
    return {
        "version": version,
        "days": [each.isoformat() for each in days],
        "coverage": [each.coverage for each in points],
        "together": [each.together for each in points],
        "required": [each.required for each in points],
        "pairs": {band: [each.pairs[band] for each in points] for band in BANDS},
        "momentum": list(momentum_series(portfolio, days)),
    }
