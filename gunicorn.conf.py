"""What gunicorn reads at its start, from the folder it is started in: the processes share what they count."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

# Before any process imports the application, and not again when gunicorn reads this once more (SIGHUP).
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    folder = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="tracker-metrics-")
    first = os.getpid()

    def remove() -> None:
        """Remove the folder with the last process, the one that made it; the others leave this way too."""
        if os.getpid() == first:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)

from prometheus_client.multiprocess import mark_process_dead  # after the folder has its name


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the state of a process that has ended; what it counted stays in the sums."""
    mark_process_dead(worker.pid)
