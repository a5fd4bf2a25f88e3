"""Long work on files, in the background of this process: how far it is, how it ended, and the way to stop it.

A thread has a session of its own. Whoever waits asks again and again; nobody holds a request open.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tracker.services.progress import Progress, Stopped

log = logging.getLogger(__name__)

#: Runs that are remembered, and that may be at work at the same time.
KEPT, MOST_AT_WORK = 64, 3
Work = Callable[[Progress], Any]


@dataclass(slots=True)
class Run:
    """One piece of work: its stage and how far it is, and in the end what it gave or why it failed."""

    stage: str = "Waiting for its turn"
    done: int = 0
    total: int = 0
    begun_at: float = field(default_factory=time.monotonic)
    is_over: bool = False
    is_stopping: bool = False
    result: Any = None
    error: Exception | None = None

    @property
    def is_stopped(self) -> bool:
        """Say whether somebody stopped it."""
        return isinstance(self.error, Stopped)

    def tell(self, stage: str, done: int, total: int) -> None:
        """Take down how far the work is; end it where somebody asked for that."""
        if self.is_stopping:
            raise Stopped
        self.stage, self.done, self.total = stage, done, total
        time.sleep(0)  # a request that waits for the interpreter gets it


class Runs:
    """Runs by a key of their own. Whoever asks for one that is there joins it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._turns = threading.Semaphore(MOST_AT_WORK)

    def find(self, key: str) -> Run | None:
        """Return a run, None where this process knows of none."""
        with self._lock:
            return self._runs.get(key)

    def start(self, key: str, work: Work) -> Run:
        """Begin a piece of work, or return the one under that key that is not over yet."""
        with self._lock:
            known = self._runs.get(key)
            if known is not None and not known.is_over:
                return known
            run = self._runs[key] = Run()
            self._runs.move_to_end(key)
            over = [each for each, found in self._runs.items() if found.is_over]
            for each in over[: max(0, len(self._runs) - KEPT)]:
                del self._runs[each]
        threading.Thread(target=self._work, args=(run, work), name="import", daemon=True).start()
        return run

    def stop(self, key: str) -> None:
        """Ask a run to end where it is; it does so at its next word."""
        with self._lock:
            if key in self._runs:
                self._runs[key].is_stopping = True

    def forget(self, key: str) -> None:
        """Drop a run that is over."""
        with self._lock:
            if key in self._runs and self._runs[key].is_over:
                del self._runs[key]

    def _work(self, run: Run, work: Work) -> None:
        with self._turns:
            try:
                run.result = work(run.tell)
            except Exception as error:  # whatever it is, the page must be able to say so
                run.error = error
                if not isinstance(error, Stopped):
                    log.warning("Work on a file ended early at “%s”.", run.stage, exc_info=error)
            run.is_over = True  # last: who sees it has everything


runs = Runs()
