"""Long work in the background: how far it is, how it ended, what it made, and the way to stop it.

A thread of one process does it, with a session of its own; every process of the server knows how far it is, and may
stop it. Whoever waits asks again and again; nobody holds a request open. Where the process dies in the middle, the
run is over and says so.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, cast

from flask import Flask, current_app
from werkzeug.local import LocalProxy

from tracker.services.errors import InvalidInput, ServiceError
from tracker.services.progress import Progress, Stopped
from tracker.web.run_files import MADE, STOP, RunFiles

log = logging.getLogger(__name__)

#: Runs of one process that may be at work at the same time.
MOST_AT_WORK = 3
#: How far a run is stands in its file after so many seconds, or with its next stage.
TOLD_AFTER = 0.2
#: How often a run that waits for its turn looks whether it is still wanted.
TURN_SECONDS = 0.2
#: How a run ended whose process is gone.
DIED = "Died"
#: The work: tells how far it is, may write a file for whoever waits, and returns what is to be noted of it.
Work = Callable[[Progress, Path], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class Run:
    """What is known of a piece of work: its stage and how far it is; once it is over, why it failed and in which words.

    ``note`` is what whoever began it wants to know in the end.
    """

    stage: str = "Waiting for its turn"
    done: int = 0
    total: int = 0
    is_over: bool = False
    error: str = ""
    words: str = ""
    note: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_stopped(self) -> bool:
        """Say whether somebody stopped it."""
        return self.error == Stopped.__name__

    @property
    def has_died(self) -> bool:
        """Say whether its process ended before it did."""
        return self.error == DIED

    def failed_by(self, error: type[Exception]) -> bool:
        """Say whether this is why it failed."""
        return self.error == error.__name__


class Runs:
    """Runs by a key of their own, known to all processes that share a folder. Whoever asks for one joins it."""

    def __init__(self, folder: Path) -> None:
        self._files = RunFiles(folder)
        self._turns = threading.Semaphore(MOST_AT_WORK)

    def find(self, key: str) -> Run | None:
        """Return a run, None where no process knows of one."""
        with self._files.alone():
            return self._find(key)

    def start(self, key: str, work: Work, **note: str) -> Run:
        """Begin a piece of work, or return the one under that key that is not over yet."""
        with self._files.alone():
            self._files.tidy_up()
            lock = self._files.take(key)
            if lock is None:
                return self._find(key) or Run()
            for ending in (STOP, MADE):
                self._files.path(key, ending).unlink(missing_ok=True)
            run = Run(note=note)
            self._files.write(key, asdict(run))
        threading.Thread(target=self._work, args=(key, run, lock, work), name="run", daemon=True).start()
        return run

    def made(self, key: str) -> Path | None:
        """Return the file that a run made, None where it is not there."""
        run, path = self.find(key), self._files.path(key, MADE)
        return path if run is not None and run.is_over and not run.error and path.exists() else None

    def stop(self, key: str) -> None:
        """Ask a run to end where it is; it does so at its next word, whichever process is at work on it."""
        with self._files.alone():
            if self._files.is_at_work(key):
                self._files.path(key, STOP).touch(mode=0o600)

    def forget(self, key: str) -> None:
        """Drop a run that is over."""
        with self._files.alone():
            if not self._files.is_at_work(key):
                self._files.remove(key)

    def _find(self, key: str) -> Run | None:
        is_at_work = self._files.is_at_work(key)  # first: who lets go of the lock has written how it ended
        state = self._files.read(key)
        try:
            run = None if state is None else Run(**state)
        except TypeError:  # an earlier version wrote it, with other words
            run = None
        if run is None:
            return None
        if run.is_over or is_at_work:
            return run
        return replace(run, is_over=True, error=DIED)

    def _work(self, key: str, run: Run, lock: IO[bytes], work: Work) -> None:
        said = _Said(self._files, key, run)
        with lock:  # held until how it ended is written
            try:
                while not self._turns.acquire(timeout=TURN_SECONDS):
                    said.tell(run.stage, 0, 0)
                try:
                    noted = work(said.tell, self._files.path(key, MADE)) or {}
                    said.run = replace(said.run, note={**run.note, **noted})
                finally:
                    self._turns.release()
                error, words = "", ""
            except Exception as problem:  # whatever it is, the page must be able to say so
                error, words = type(problem).__name__, _words_of(problem)
                if not isinstance(problem, Stopped):
                    log.warning("Long work ended early at “%s”.", said.run.stage, exc_info=problem)
            with suppress(OSError):  # a full disk: who asks learns that it ended early
                self._files.write(key, asdict(replace(said.run, is_over=True, error=error, words=words)))


class _Said:
    """The words of one run, on their way into its file."""

    def __init__(self, files: RunFiles, key: str, run: Run) -> None:
        self.run = run
        self._files, self._key, self._stop = files, key, files.path(key, STOP)
        self._told_at = 0.0

    def tell(self, stage: str, done: int, total: int) -> None:
        """Take down how far the work is; end it where somebody asked for that."""
        if self._stop.exists():
            raise Stopped
        is_new = stage != self.run.stage
        self.run = replace(self.run, stage=stage, done=done, total=total)
        now = time.monotonic()
        if is_new or now - self._told_at >= TOLD_AFTER:
            self._told_at = now
            with suppress(OSError):  # work does not fail because nobody can be told how far it is
                self._files.write(self._key, asdict(self.run))
        time.sleep(0)  # a request that waits for the interpreter gets it


def _words_of(problem: Exception) -> str:
    """Return what whoever waits can do about a failure, "" where it is not theirs to mend."""
    if isinstance(problem, InvalidInput):
        return str(next(iter(problem.errors.values()), problem))
    return str(problem) if isinstance(problem, ServiceError) else ""


def init_app(app: Flask) -> None:
    """Give an application its runs, in a folder that all its processes share."""
    app.extensions["runs"] = Runs(Path(app.instance_path) / "runs")


runs = cast("Runs", LocalProxy(lambda: current_app.extensions["runs"]))
