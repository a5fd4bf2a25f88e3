"""What every process of a server knows of long work: a few small files in the instance folder.

A file of its own, because an import holds SQLite's only write lock while it says how far it is. Four files a run,
under the hash of its key: what is known of it, replaced whole each time so that nobody reads half of it; a lock that
the process at work holds, and that the system frees when that process dies; the wish to stop it; what it made.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

#: How long a run that is over is known, and how many runs are, so that what they made does not fill the disk.
KEPT_SECONDS, KEPT = 6 * 60 * 60, 48
MOST_BYTES = 1024**3
#: The endings of a run's files.
STATE, LOCK, STOP, MADE = ".json", ".lock", ".stop", ".made"


class RunFiles:
    """The files of the runs in one folder. Whoever begins or looks at a run has the folder to itself meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str, ending: str) -> Path:
        """Return where a run keeps something."""
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}{ending}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep all others from beginning, looking and tidying up for a moment."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / LOCK).open("ab") as handle:
            _lock(handle, waits=True)
            yield

    def read(self, key: str) -> dict[str, Any] | None:
        """Return what is known of a run, None where nothing is. To be asked ``alone``."""
        with suppress(OSError, ValueError):
            found = json.loads(self.path(key, STATE).read_bytes())
            return found if isinstance(found, dict) else None
        return None

    def write(self, key: str, state: Mapping[str, Any]) -> None:
        """Replace what is known of a run, at once and whole."""
        handle, name = tempfile.mkstemp(dir=self.folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(state, file)
            Path(name).replace(self.path(key, STATE))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def take(self, key: str) -> IO[bytes] | None:
        """Return the lock of a run, held until it is closed; None while a process is at work on it."""
        handle = self.path(key, LOCK).open("ab")
        if _lock(handle, waits=False):
            return handle
        handle.close()
        return None

    def is_at_work(self, key: str) -> bool:
        """Say whether a process holds the lock of a run. To be asked ``alone``."""
        if not self.path(key, LOCK).exists():
            return False
        handle = self.take(key)
        if handle is not None:
            handle.close()
        return handle is None

    def remove(self, key: str) -> None:
        """Remove the files of a run that nobody is at work on. To be done ``alone``."""
        self._remove(self.path(key, STATE))

    def tidy_up(self) -> None:
        """Remove the runs that ended long ago, and the oldest of too many. To be done ``alone``."""
        found = []
        for each in self.folder.glob(f"*{STATE}"):
            with suppress(OSError):
                found.append((each.stat().st_mtime, each))
        last, size = time.time() - KEPT_SECONDS, 0
        for place, (at, each) in enumerate(sorted(found, reverse=True)):
            with suppress(OSError):
                size += each.with_suffix(MADE).stat().st_size
            is_past = place >= KEPT or at < last or (size > MOST_BYTES and place > 0)
            if is_past and not self._is_held(each.with_suffix(LOCK)):
                self._remove(each)

    def _is_held(self, lock: Path) -> bool:
        with suppress(OSError), lock.open("ab") as handle:
            return not _lock(handle, waits=False)
        return False

    def _remove(self, state: Path) -> None:
        for ending in (STATE, STOP, MADE, LOCK):
            state.with_suffix(ending).unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: IO[bytes], *, waits: bool) -> bool:
        """Lock a file until it is closed; say whether that could be done."""
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: IO[bytes], *, waits: bool) -> bool:
        """Lock a file until it is closed; say whether that could be done."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
