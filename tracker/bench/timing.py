"""How long a thing takes, in milliseconds: by the clock, and of the processor's time."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Result = dict[str, Any]


def say(text: str) -> None:
    """Tell how the measuring goes, on standard error: standard output holds the result alone."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Times:
    """How long some runs took, in milliseconds: by the clock, and of this process's processor time.

    On a machine that does other work beside, the clock tells of that work too; the processor time does not.
    """

    clock: tuple[float, ...]
    processor: tuple[float, ...]

    def summary(self) -> Result:
        """Return the median and the 95th percentile by the clock, and the median of the processor time."""
        ordered = sorted(self.clock)
        p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
        return {
            "median_ms": round(statistics.median(ordered), 3),
            "p95_ms": round(p95, 3),
            "processor_ms": round(statistics.median(self.processor), 3),
            "runs": len(ordered),
        }


def timed(run: Callable[[], object], *, times: int) -> Times:
    """Run something so many times, and tell how long each took; to forget what it returns is not timed."""
    clock, processor = [], []
    for _ in range(times):
        begin, used = time.perf_counter(), time.process_time()
        made = run()
        clock.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - used) * 1000)
        del made
    return Times(tuple(clock), tuple(processor))


def together(runs: Iterable[Times]) -> Times:
    """Return several runs as one."""
    found = list(runs)
    return Times(
        tuple(taken for each in found for taken in each.clock),
        tuple(taken for each in found for taken in each.processor),
    )


def percentiles(taken: Sequence[float]) -> Result:
    """Return the median, the 95th and the 99th percentile of some times by the clock."""
    ordered = sorted(taken)
    return {
        f"p{share}": round(ordered[min(len(ordered) - 1, round(share / 100 * (len(ordered) - 1)))], 2)
        for share in (50, 95, 99)
    }
