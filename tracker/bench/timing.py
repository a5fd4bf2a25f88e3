"""How long a thing takes: medians and 95th percentiles, in milliseconds."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

Result = dict[str, Any]


def say(text: str) -> None:
    """Tell how the measuring goes, on standard error: standard output holds the result alone."""
    print(text, file=sys.stderr, flush=True)


def milliseconds(run: Callable[[], object], *, times: int, warm: int = 1) -> list[float]:
    """Return how long each of ``times`` runs took, after ``warm`` that are not counted."""
    for _ in range(warm):
        run()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def summary(taken: list[float]) -> Result:
    """Return the median and the 95th percentile of some runs."""
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {"median_ms": round(statistics.median(ordered), 3), "p95_ms": round(p95, 3), "runs": len(ordered)}
