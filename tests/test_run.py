"""The door: what it installs, what it refuses, and the words it says."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.sources import ROOT

PINS = "alembic==1.20.1\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The door, as if the project stood in a folder of its own, with nothing installed."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    places = {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "BIN": tmp_path / ".venv" / "bin",
        "RUNTIME": tmp_path / "requirements.txt",
        "DEVELOPMENT": tmp_path / "requirements-dev.txt",
    }
    for name, place in places.items():
        monkeypatch.setattr(module, name, place)
    (tmp_path / "requirements.txt").write_text(PINS)
    (tmp_path / "requirements-dev.txt").write_text("pytest==9.2.0\n")
    return module


class Installs:
    """Stands in for making the environment and for pip: what they would have been asked, and whether they fail."""

    def __init__(self, run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run, self.asked, self.fails = run, [], False
        monkeypatch.setattr(run, "make_venv", self.make)
        monkeypatch.setattr(run, "install", self.install)

    def make(self) -> None:
        """Leave what a virtual environment has."""
        self.run.BIN.mkdir(parents=True, exist_ok=True)
        (self.run.BIN / "python").touch()
        (self.run.BIN / "pip").write_text(f"#!{self.run.BIN}/python\n")
        (self.run.VENV / "pyvenv.cfg").write_text("version = 3.11.7\n")

    def install(self, files: Sequence[Path]) -> None:
        """Note what was asked for."""
        self.asked.append([each.name for each in files])
        if self.fails:
            raise self.run.Stop("The package index cannot be reached.")


@pytest.fixture
def installs(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Installs:
    """No package is installed for real."""
    return Installs(run, monkeypatch)


def test_packages_are_installed_once_and_again_when_the_pins_change(
    run: ModuleType, installs: Installs
) -> None:
    for _ in range(2):
        run.prepare(development=False)
    assert installs.asked == [["requirements.txt"]]
    run.RUNTIME.write_text("alembic==1.21.0\n")
    run.prepare(development=False)
    assert len(installs.asked) == 2


def test_what_tests_it_is_installed_for_the_tests_alone_and_serves_the_rest_too(
    run: ModuleType, installs: Installs
) -> None:
    run.prepare(development=True)
    run.prepare(development=False)
    assert installs.asked == [["requirements.txt", "requirements-dev.txt"]]


def test_an_interrupted_installation_is_done_again(run: ModuleType, installs: Installs) -> None:
    run.prepare(development=False)
    run.RUNTIME.write_text("alembic==1.21.0\n")
    installs.fails = True
    with pytest.raises(run.Stop):
        run.prepare(development=False)
    run.RUNTIME.write_text(PINS)  # back to what was installed before: half of the other may be there by now
    installs.fails = False
    run.prepare(development=False)
    assert len(installs.asked) == 3


def test_pins_that_were_replaced_meanwhile_are_not_taken_for_installed(
    run: ModuleType, installs: Installs
) -> None:
    run.prepare(development=True)
    run.RUNTIME.write_text("alembic==1.21.0\n")
    run.prepare(development=False)
    run.RUNTIME.write_text(PINS)
    run.prepare(development=True)
    assert len(installs.asked) == 3


def test_an_environment_that_was_moved_here_is_made_anew(run: ModuleType, installs: Installs) -> None:
    run.prepare(development=False)
    (run.BIN / "pip").write_text("#!/another/place/.venv/bin/python\n")
    assert not run.is_sound()
    run.prepare(development=False)
    assert len(installs.asked) == 2


@pytest.mark.parametrize("version", [(3, 7, 16), (3, 10, 13)])
def test_a_python_that_is_too_old_is_told_apart(run: ModuleType, version: Sequence[int]) -> None:
    words = rf"This is Python {version[0]}\.{version[1]}; the tracker needs 3\.11 or newer\."
    with pytest.raises(run.Stop, match=words):
        run.check_python(version)


def test_the_python_that_runs_it_is_new_enough(run: ModuleType) -> None:
    run.check_python()


def test_a_python_without_ensurepip_says_which_package_brings_it(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(run.Stop, match=r"sudo apt install python3\.\d+-venv"):
        run.make_venv()


def test_a_folder_that_cannot_be_written_is_named(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: Any, **_named: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("venv.create", refuse)
    with pytest.raises(run.Stop, match="Check that this user may write there"):
        run.make_venv()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program holds."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield holder.getsockname()[1]


def test_a_port_that_is_taken_is_told_before_anything_is_done(
    run: ModuleType, installs: Installs, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["demo", "--port", str(taken)]) == 1
    said = capsys.readouterr()
    assert f"Port {taken} on 127.0.0.1 cannot be used" in said.err
    assert f"--port {taken + 1}" in said.err
    assert said.out == ""
    assert installs.asked == []


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000.5"])
def test_a_port_that_is_none_is_refused(
    run: ModuleType, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run.main(["serve", f"--port={port}"])
    assert "a port is a number from 1 to 65535" in capsys.readouterr().err


def test_an_unknown_word_is_refused(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["serve", "--prot", "8001"])
    assert "unknown: --prot" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("WARNING: Retrying … after connection broken by 'NewConnectionError(…)'", "cannot be reached"),
        ("ReadTimeoutError: HTTPSConnectionPool", "cannot be reached"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
        ),
        ("ERROR: No matching distribution found for alembic==1.20.1", "let it catch up"),
        ("ERROR: something else", "could not be installed:\nERROR: something else"),
    ],
)
def test_what_pip_says_last_is_put_into_words(run: ModuleType, line: str, words: str) -> None:
    assert words in run.explain(["Collecting alembic==1.20.1", line])


def test_progress_is_said_in_few_words(run: ModuleType) -> None:
    assert (
        run.progress_of("Collecting alembic==1.20.1 (from -r requirements.txt (line 2))\n")
        == "alembic==1.20.1"
    )
    assert run.progress_of("Installing collected packages: a, b, c\n") == "unpacking 3 packages …"
    assert run.progress_of("  Downloading a.whl (1.2 MB)\n") == ""


def test_an_index_that_does_not_answer_is_named(
    run: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.BIN.mkdir(parents=True)
    (run.BIN / "python").symlink_to(sys.executable)
    run.RUNTIME.write_text("a-package-that-is-nowhere==1.0\n")
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(run.Stop, match=r"The package index cannot be reached.*PIP_INDEX_URL"):
        run.install([run.RUNTIME])
    assert "trying again" in capsys.readouterr().err


def test_the_demo_has_a_database_and_a_key_of_its_own(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRACKER_INSTANCE", raising=False)
    monkeypatch.setenv("TRACKER_SECRET_KEY", "the key of the office")
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://db/office")
    demo = run.settings(demo=True)
    assert demo["TRACKER_DATABASE_URL"] == f"sqlite:///{run.ROOT / 'instance' / 'demo.db'}"
    assert demo["TRACKER_SECRET_KEY_FILE"] == str(run.ROOT / "instance" / "demo.key")
    assert "TRACKER_SECRET_KEY" not in demo
    assert run.settings(demo=False)["TRACKER_DATABASE_URL"] == "postgresql://db/office"


@pytest.mark.parametrize(
    ("environment", "file"),
    [
        ({}, "instance/tracker.db"),
        ({"TRACKER_INSTANCE": "elsewhere"}, "elsewhere/tracker.db"),
        ({"TRACKER_DATABASE_URL": "sqlite:///instance/other.db"}, "instance/other.db"),
        ({"TRACKER_DATABASE_URL": "postgresql://db/office"}, None),
    ],
)
def test_it_finds_the_database_that_the_application_finds(
    run: ModuleType, environment: dict[str, str], file: str | None
) -> None:
    assert run.database_file(environment) == (file and run.ROOT / file)


@pytest.mark.parametrize(("revision", "kept"), [("7c1f5d2a9b30", 1), ("3e9a4b7d61c5 (head)", 0), ("", 0)])
def test_a_copy_is_kept_before_a_database_is_migrated(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, revision: str, kept: int
) -> None:
    monkeypatch.setattr(run, "flask", lambda *_command: revision)
    monkeypatch.setattr(run, "BIN", Path(sys.executable).parent)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    file = run.ROOT / "instance" / "tracker.db"
    file.parent.mkdir()
    subprocess.run([sys.executable, "-c", MAKING, str(file)], check=True)
    run.keep_a_copy({})
    copies = list(file.parent.glob("*.before-upgrade.db"))
    assert len(copies) == kept
    for copy in copies:
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert copy.read_bytes()[:15] == b"SQLite format 3"


MAKING = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as made:
    made.execute("CREATE TABLE departments (id INTEGER)")
"""


def test_make_has_the_same_names() -> None:
    named = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "serve", "setup", "test", "bench"):
        assert f"\n{command}:" in named
        assert f"python3 run.py {command}" in named


def free_port() -> int:
    """Return a port that nobody holds."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def answer(url: str, *, seconds: float = 60) -> tuple[int, str]:
    """Return what an address answers, waiting for its server to start."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status, response.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_it_serves_an_office_from_nothing_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "FLASK_"))
    }
    environment["TRACKER_INSTANCE"] = str(tmp_path / "office")
    door = [sys.executable, "-c", SERVING, str(ROOT), str(port)]
    with subprocess.Popen(
        door, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert answer(f"http://127.0.0.1:{port}/healthz")[0] == 200
            assert "first administrator" in answer(f"http://127.0.0.1:{port}/")[1].lower()
        finally:
            process.send_signal(signal.SIGTERM)
        out, told = process.communicate(timeout=20)
    assert out == ""
    assert f"Set it up: http://127.0.0.1:{port}/set-up?token=" in told
    assert process.returncode == -signal.SIGTERM
    assert stat.S_IMODE((tmp_path / "office" / "tracker.key").stat().st_mode) == 0o600
    assert (tmp_path / "office" / "tracker.db").exists()


#: The door itself, but for the installation: these tests run in an environment that has everything.
SERVING = """
import sys
sys.path.insert(0, sys.argv[1])
import run
from pathlib import Path
run.BIN = Path(sys.executable).parent
run.prepare = lambda **_: None
raise SystemExit(run.main(["serve", "--port", sys.argv[2]]))
"""
