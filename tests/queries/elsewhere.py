"""Another process of the product on the same database, which learns of the first by the database alone.

Orders come as JSON, one a line; so do its answers.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import create_engine

from tests.queries.edits import Edits
from tests.queries.looking import look
from tests.sources import ROOT
from tracker.models import engines
from tracker.models.recording import RecordingSession
from tracker.queries import facts


class Elsewhere:
    """The other process, as the first one speaks to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def forget(self) -> None:
        """Let it forget its facts, as a restored backup asks for."""
        self._ask(do="forget")

    def edit(self, names: Sequence[str], seed: int, today: date) -> None:
        """Let it do one thing after the other."""
        self._ask(do="edit", names=list(names), seed=seed, today=today.isoformat())

    def look(self, days: Sequence[date]) -> dict[str, Any]:
        """Return what it has at hand."""
        found: dict[str, Any] = self._ask(do="look", days=[each.isoformat() for each in days])
        return found

    def _ask(self, **order: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "The other process has ended; what it said stands above."
        return json.loads(answer)


@contextmanager
def elsewhere(database: str) -> Iterator[Elsewhere]:
    """Run another process on a database; it is gone afterwards."""
    command = [sys.executable, "-m", __name__, database]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Elsewhere(process)
        finally:
            process.kill()


def main(database: str) -> None:
    """Do what is asked until nobody asks any more."""
    engine = create_engine(database, **engines.engine_options(database))
    engines.prepare(engine)
    with RecordingSession(engine) as session:
        for line in sys.stdin:
            answer: Any = True
            match json.loads(line):
                case {"do": "forget"}:
                    facts.forget()
                case {"do": "edit", "names": names, "seed": seed, "today": today}:
                    edits = Edits(session, Random(seed), date.fromisoformat(today))
                    answer = [edits.once(name) for name in names]
                case {"do": "look", "days": days}:
                    answer = look(session, [date.fromisoformat(each) for each in days])
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
