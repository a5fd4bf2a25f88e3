"""The shuffles of this process: worked out in the background, one register after the other, the newest kept.

The thread knows a frozen table and nothing else: no request, no session, no database. So it can hold nobody up
there, and a server that stops has nothing to wait for. Each process of a server works out its own; the same table
gives the same shuffles in all of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass

from tracker.graph.chance import SHUFFLES, Chance, Table, Tally, gather, shuffles

log = logging.getLogger(__name__)

#: Results that are kept, a few kilobytes each, and tables that may wait for their turn.
KEPT, MOST_WAITING = 64, 8
#: How long the thread lets others go first, many times within a shuffle: long enough for one that waits to wake up.
REST_SECONDS = 0.0001


@dataclass(slots=True)
class Run:
    """How far the shuffles of a table are, and in the end what they gave. One thread alone writes here."""

    total: int = SHUFFLES
    done: int = 0
    begun: bool = False
    failed: bool = False
    seconds: float = 0.0
    found: Chance | None = None

    @property
    def is_over(self) -> bool:
        """Say whether nobody works on it any more."""
        return self.failed or self.found is not None


class Shuffling:
    """Runs by the key of their table. Whoever asks for one that is there already joins it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._waiting: deque[tuple[Run, Table]] = deque()
        self._thread: threading.Thread | None = None

    def find(self, table: Table) -> Run | None:
        """Return the run of a table; None where nobody has asked for it here, or not lately."""
        with self._lock:
            return self._find(table)

    def ask(self, table: Table, *, again: bool = False) -> Run | None:
        """Return the run of a table, a new one where there is none; None while too many others wait.

        ``again`` begins a run that failed anew.
        """
        with self._lock:
            found = self._find(table)
            if found is not None and not (again and found.failed):
                return found
            if len(self._waiting) >= MOST_WAITING:
                return None
            is_first = not self._waiting and not self._is_working()
            run = self._runs[table.key] = Run(begun=is_first)
            self._forget()
            self._waiting.append((run, table))
            self._go()
            return run

    def _find(self, table: Table) -> Run | None:
        found = self._runs.get(table.key)
        if found is None:
            return None
        if not found.is_over and not self._is_working():  # its thread has died, or stayed behind at a fork
            self._runs = OrderedDict((key, run) for key, run in self._runs.items() if run.is_over)
            self._waiting.clear()
            return None
        self._runs.move_to_end(table.key)
        return found

    def _forget(self) -> None:
        """Drop the results that nobody has asked for the longest."""
        over = [key for key, run in self._runs.items() if run.is_over]
        for key in over[: max(0, len(self._runs) - KEPT)]:
            del self._runs[key]

    def _is_working(self) -> bool:
        """Say whether a thread is at it; one that was there before the process forked is not."""
        return self._thread is not None and self._thread.is_alive()

    def _go(self) -> None:
        if self._is_working():
            return
        self._thread = threading.Thread(target=self._work, name="shuffling", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # no thread is to be had, or the process is about to end
            log.exception("No thread could be started for the shuffles.")
            self._thread = None
            while self._waiting:
                self._waiting.popleft()[0].failed = True

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                run, table = self._waiting.popleft()
            try:
                _shuffle(run, table)
            except (
                Exception
            ):  # whatever it is, the page must be able to say so, and the next table has its turn
                log.exception("The shuffles stopped after %d of %d.", run.done, run.total)
                run.failed = True


def _shuffle(run: Run, table: Table) -> None:
    run.begun, start, found = True, time.perf_counter(), list[Tally]()
    for each in shuffles(table, run.total, rest=_let_others_go_first):
        found.append(each)
        run.done = len(found)
    run.seconds = time.perf_counter() - start
    run.found = gather(table, found)  # last: who sees it has everything
    log.info(
        "Shuffled %d initiatives of %d departments %d times in %.1f s.",
        len(table.weights),
        len(table.rows),
        run.total,
        run.seconds,
    )


def _let_others_go_first() -> None:
    """Give the interpreter away for a moment: a request that waits for it waits no longer than since the last rest."""
    time.sleep(REST_SECONDS)


shuffling = Shuffling()
