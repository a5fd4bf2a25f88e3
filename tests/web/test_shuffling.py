"""The shuffles in the background: joined, waited for, failing, forgotten, and never in anybody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from tests.graph.making import day, pilot, register
from tests.sources import ROOT
from tracker.graph.chance import SHUFFLES, Table, Tally, gather, shuffles, table_of
from tracker.web import shuffling as module
from tracker.web.shuffling import KEPT, MOST_WAITING, Run, Shuffling

PATIENCE = 20.0


def table(name: str = "one") -> Table:
    """Return a small table under a key of its own."""
    portfolio = register("ABCD", [pilot("i1", "AB"), pilot("i2", "BC"), pilot("i3", "CD")])
    return replace(table_of(portfolio, day(9)), key=name)


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail when it never is."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.002)


def asked(runs: Shuffling, wanted: Table, *, again: bool = False) -> Run:
    """Ask for the run of a table that there is room for."""
    run = runs.ask(wanted, again=again)
    assert run is not None
    return run


class Gate:
    """Shuffles that go on one by one, as the test lets them."""

    def __init__(self) -> None:
        self.open = Event()
        self.begun = 0
        self.steps = 0

    def __call__(self, _wanted: Table, count: int, **_more: Any) -> Iterator[Tally]:
        self.begun += 1
        for at in range(count):
            while not self.open.wait(0.002) and self.steps <= at:
                pass
            yield Tally(at, at, at)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Shuffles that wait; whatever the test does, they are let go at its end."""
    found = Gate()
    monkeypatch.setattr(module, "shuffles", found)
    yield found
    found.open.set()


def test_a_table_is_shuffled_in_the_background_and_its_result_kept() -> None:
    runs = Shuffling()
    assert runs.find(table()) is None
    run = asked(runs, table())
    until(lambda: run.is_over)
    assert run.found == gather(table(), list(shuffles(table())))
    assert (run.done, run.total, run.failed) == (SHUFFLES, SHUFFLES, False)
    assert runs.find(table()) is run
    assert runs.ask(table()) is run


def test_the_thread_ends_with_its_work_and_another_begins_later() -> None:
    runs = Shuffling()
    for name in ("one", "two"):
        run = asked(runs, table(name))
        until(lambda run=run: run.is_over and not runs._is_working())


def test_it_tells_how_far_it_is(gate: Gate) -> None:
    runs = Shuffling()
    run = asked(runs, table())
    assert (run.begun, run.done, run.is_over) == (True, 0, False)
    gate.steps = 120
    until(lambda: run.done == 120)
    assert not run.is_over
    gate.open.set()
    until(lambda: run.is_over)
    assert run.done == SHUFFLES


def test_many_who_ask_at_once_share_one_run(gate: Gate) -> None:
    runs, together, found = Shuffling(), Barrier(8), list[Run | None]()

    def ask() -> None:
        together.wait()
        found.append(runs.ask(table()))

    threads = [Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    gate.open.set()
    run = found[0]
    assert run is not None
    until(lambda: run.is_over)
    assert [each is run for each in found] == [True] * 8
    assert gate.begun == 1


def test_another_table_waits_for_its_turn(gate: Gate) -> None:
    runs = Shuffling()
    first, second = asked(runs, table("one")), asked(runs, table("two"))
    assert (first.begun, second.begun) == (True, False)
    gate.open.set()
    until(lambda: first.is_over and second.is_over)
    assert second.found is not None


def test_too_many_that_wait_are_told_so_and_may_ask_later(gate: Gate) -> None:
    runs = Shuffling()
    first = asked(runs, table("first"))
    until(lambda: gate.begun == 1)
    waiting = [asked(runs, table(f"t{at}")) for at in range(MOST_WAITING)]
    assert runs.ask(table("one more")) is None
    assert runs.ask(table("t0")) is waiting[0], "who waits already has a place"
    gate.open.set()
    until(lambda: first.is_over and all(each.is_over for each in waiting))
    assert runs.ask(table("one more")) is not None


def test_a_fault_is_noted_and_the_next_table_has_its_turn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(wanted: Table, count: int, **_more: Any) -> Iterator[Tally]:
        yield Tally(1, 1, 1)
        if wanted.key == "faulty":
            raise ZeroDivisionError
        yield Tally(2, 2, 2)

    monkeypatch.setattr(module, "shuffles", faulty)
    runs = Shuffling()
    bad, good = asked(runs, table("faulty")), asked(runs, table("good"))
    until(lambda: bad.is_over and good.is_over)
    assert (bad.failed, bad.found, good.failed) == (True, None, False)
    assert "The shuffles stopped after 1 of 200." in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_what_failed_stays_so_until_somebody_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "shuffles", lambda *_, **__: 1 / 0)
    runs = Shuffling()
    run = asked(runs, table())
    until(lambda: run.is_over)
    assert runs.ask(table()) is run
    monkeypatch.undo()
    anew = asked(runs, table(), again=True)
    assert anew is not run
    until(lambda: anew.is_over)
    assert anew.found is not None
    assert runs.ask(table(), again=True) is anew, "what has not failed is not begun again"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # its death is the point
def test_a_thread_that_died_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def died(*_: Any, **__: Any) -> Iterator[Tally]:
        raise SystemExit

    monkeypatch.setattr(module, "shuffles", died)
    runs = Shuffling()
    asked(runs, table())
    until(lambda: not runs._is_working())
    assert runs.find(table()) is None
    monkeypatch.undo()
    run = asked(runs, table())
    until(lambda: run.is_over)
    assert run.found is not None


def test_where_no_thread_is_to_be_had_the_run_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_self: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", refused)
    runs = Shuffling()
    assert asked(runs, table()).failed
    monkeypatch.undo()
    run = asked(runs, table(), again=True)
    until(lambda: run.is_over)
    assert run.found is not None


def test_the_results_that_nobody_asked_for_the_longest_are_forgotten(gate: Gate) -> None:
    gate.open.set()
    runs = Shuffling()
    for at in range(KEPT + 5):
        run = asked(runs, table(f"t{at}"))
        until(lambda run=run: run.is_over)
        assert runs.find(table("t0")) is not None
    kept = [at for at in range(KEPT + 5) if runs.find(table(f"t{at}"))]
    assert len(kept) == KEPT
    assert kept[0] == 0
    assert kept[1:] == list(range(6, KEPT + 5))


def script(text: str) -> subprocess.CompletedProcess[str]:
    """Run a script that has a table of 400 initiatives, in a process of its own."""
    head = """
import os, time
from functools import partial
from tests.graph.making import day, pilot, register
from tracker.graph.chance import table_of
from tracker.web import shuffling
from tracker.web.shuffling import Shuffling

runs = Shuffling()
initiatives = [pilot(f"i{at}", "ABCDEFGH"[at % 6 :][:3]) for at in range(400)]
table = table_of(register("ABCDEFGH", initiatives), day(9))
"""
    return subprocess.run(
        [sys.executable, "-c", head + text],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=ROOT,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_a_server_that_stops_does_not_wait_for_the_shuffles() -> None:
    done = script(
        "shuffling.Run = partial(shuffling.Run, total=10**9)\n"
        "run = runs.ask(table)\n"
        "while not run.done:\n    time.sleep(0.01)\n"
        "print('stops', run.total)"
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["stops", "1000000000"], "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts its processes otherwise")
def test_a_process_forked_while_one_works_begins_its_own() -> None:
    done = script(
        "import warnings; warnings.simplefilter('ignore')\n"
        "run = runs.ask(table)\n"
        "while not run.done:\n    time.sleep(0.001)\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    mine = runs.ask(table)\n"
        "    while not mine.is_over:\n        time.sleep(0.01)\n"
        "    os._exit(0 if mine is not run and mine.found else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    assert (done.stdout.split(), done.stderr) == (["0"], "")
