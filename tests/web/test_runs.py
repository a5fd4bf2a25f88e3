"""Long work that every process of a server knows of: how far, how it ended, and the way to stop it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.services.errors import InvalidInput
from tracker.services.progress import Progress
from tracker.web import run_files
from tracker.web.run_files import RunFiles
from tracker.web.runs import Run, Runs

ROOT = Path(__file__).parents[2]


class Gate:
    """Work that goes on when the test says so."""

    def __init__(self) -> None:
        self.begun, self.goes_on = threading.Event(), threading.Event()

    def __call__(self, tell: Progress, made: Path) -> None:
        tell("Reading the file", 3, 10)
        self.begun.set()
        assert self.goes_on.wait(20)
        tell("Writing it down", 9, 10)
        made.write_text("what it made")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.goes_on.set()


def end_of(runs: Runs, key: str) -> Run:
    """Ask for a run until it is over."""
    for _ in range(1_000):
        run = runs.find(key)
        assert run is not None
        if run.is_over:
            return run
        time.sleep(0.01)
    raise AssertionError("the work did not end")


def test_another_process_knows_how_far_the_work_is_and_what_it_made(folder: Path, gate: Gate) -> None:
    here, there = Runs(folder), Runs(folder)
    here.start("read it", gate, title="A register")
    assert gate.begun.wait(20)
    run = there.find("read it")
    assert run is not None
    assert (run.stage, run.done, run.total, run.is_over) == ("Reading the file", 3, 10, False)
    assert there.made("read it") is None
    gate.goes_on.set()
    run = end_of(there, "read it")
    assert (run.error, run.note["title"]) == ("", "A register")
    made = there.made("read it")
    assert made is not None
    assert made.read_text() == "what it made"


def test_whoever_asks_another_process_for_the_same_work_joins_it(folder: Path, gate: Gate) -> None:
    here, there = Runs(folder), Runs(folder)
    here.start("read it", gate)
    assert gate.begun.wait(20)

    def again(_tell: Progress, _made: Path) -> None:
        raise AssertionError

    assert there.start("read it", again).stage == "Reading the file"
    there.forget("read it")
    assert there.find("read it") is not None, "what is at work is not forgotten"
    gate.goes_on.set()
    assert end_of(there, "read it").error == ""
    there.forget("read it")
    assert (here.find("read it"), here.made("read it")) == (None, None)


def test_another_process_stops_the_work(folder: Path, gate: Gate) -> None:
    here, there = Runs(folder), Runs(folder)
    here.start("read it", gate)
    assert gate.begun.wait(20)
    there.stop("read it")
    gate.goes_on.set()
    run = end_of(there, "read it")
    assert run.is_stopped
    assert there.made("read it") is None
    there.stop("read it")
    here.start("read it", lambda tell, _made: tell("Again", 0, 1))
    assert end_of(there, "read it").error == "", "the wish was about the run before"


def test_why_the_work_failed_is_known_elsewhere(folder: Path) -> None:
    def refuses(_tell: Progress, _made: Path) -> None:
        raise InvalidInput({"file": "This file is empty."})

    def breaks(_tell: Progress, _made: Path) -> None:
        raise RuntimeError("not for the page")

    here, there = Runs(folder), Runs(folder)
    here.start("refused", refuses)
    here.start("broken", breaks)
    refused, broken = end_of(there, "refused"), end_of(there, "broken")
    assert (refused.failed_by(InvalidInput), refused.words) == (True, "This file is empty.")
    assert (broken.failed_by(RuntimeError), broken.words) == (True, "")


def test_work_whose_process_is_gone_is_over_and_can_begin_anew(folder: Path) -> None:
    code = (
        "import os, sys, threading\n"
        "from pathlib import Path\n"
        "from tracker.web.runs import Runs\n"
        "at_work = threading.Event()\n"
        "def work(tell, made):\n"
        "    tell('Writing into the register', 5, 10)\n"
        "    at_work.set()\n"
        "    threading.Event().wait()\n"
        "Runs(Path(sys.argv[1])).start('write it', work)\n"
        "at_work.wait()\n"
        "print('at work', flush=True)\n"
        "sys.stdin.read()\n"
        "os._exit(1)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"at work\n"
    runs = Runs(folder)
    run = runs.find("write it")
    assert run is not None
    assert (run.is_over, run.done) == (False, 5)
    process.communicate()
    run = runs.find("write it")
    assert run is not None
    assert (run.is_over, run.has_died, run.stage) == (True, True, "Writing into the register")
    runs.start("write it", lambda tell, _made: tell("Again", 0, 1))
    assert end_of(runs, "write it").error == ""


def test_what_ended_long_ago_or_is_too_much_is_removed(
    folder: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(folder)
    runs.start("at work", gate)
    runs.start("over", lambda _tell, made: made.touch() and None)
    end_of(runs, "over")
    monkeypatch.setattr(run_files, "KEPT_SECONDS", -1)
    runs.start("next", lambda _tell, _made: None)
    assert runs.find("over") is None
    assert runs.find("at work") is not None
    assert end_of(runs, "next").error == ""


def test_what_another_version_wrote_is_not_known(folder: Path) -> None:
    runs, files = Runs(folder), RunFiles(folder)
    with files.alone():
        files.write("read it", {"phase": "Reading"})
    assert runs.find("read it") is None
    runs.start("read it", lambda tell, _made: tell("Again", 0, 1))
    assert end_of(runs, "read it").error == ""


def test_only_the_owner_of_the_server_can_read_the_files(folder: Path) -> None:
    Runs(folder).start("read it", lambda tell, _made: tell("Reading", 0, 1))
    end_of(Runs(folder), "read it")
    assert folder.stat().st_mode & 0o077 == 0
    assert RunFiles(folder).path("read it", run_files.STATE).stat().st_mode & 0o077 == 0
