#!/usr/bin/env python3
"""The door: ``python3 run.py demo`` and ``python3 run.py test`` do all the set-up and go on.

Standard library alone. Makes ``.venv`` beside this file, installs the pinned packages when they changed, then runs.
Results go to standard output; everything else, such as the progress of an installation, to standard error.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
THREADS = 8


class Stop(Exception):
    """Something a person has to mend first; the message says what and how."""


def say(text: str) -> None:
    """Tell a person something, on standard error."""
    print(text, file=sys.stderr, flush=True)


def check_python(version: Sequence[int] = sys.version_info) -> None:
    """Refuse a Python that is too old."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        here = ".".join(str(part) for part in version[:2])
        raise Stop(f"This is Python {here}; the tracker needs 3.11 or newer. Try: python3.11 run.py …")


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program holds, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Stop(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: --port {port + 1}"
            ) from error


def stamp_of(files: Sequence[Path]) -> str:
    """Return what the installed packages were asked for: a hash over the pins and the Python."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def prepare(*, development: bool) -> None:
    """Make the virtual environment and install the pins, unless that was done for these pins already."""
    wanted = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    for files in ([RUNTIME, DEVELOPMENT], wanted):
        stamp = VENV / ("development.stamp" if DEVELOPMENT in files else "runtime.stamp")
        if stamp.is_file() and stamp.read_text() == stamp_of(files):
            return
    stamp = VENV / ("development.stamp" if development else "runtime.stamp")
    make_venv()
    install(wanted)
    stamp.write_text(stamp_of(wanted))


def make_venv() -> None:
    """Make ``.venv``, or keep the one that works; one that was left half made is made anew."""
    if (BIN / "python").exists() and runs([str(BIN / "python"), "-m", "pip", "--version"]):
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    say("Making a virtual environment in .venv …")
    try:
        import ensurepip  # noqa: F401, PLC0415 (Debian ships Python without it; only its presence matters)
        import venv  # noqa: PLC0415 (as above)
    except ImportError as error:
        raise Stop(
            "This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv"
        ) from error
    venv.create(VENV, with_pip=True)


def runs(command: Sequence[str]) -> bool:
    """Say whether a command can be run and succeeds."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install(files: Sequence[Path]) -> None:
    """Install the pinned packages, with a line for each and the time it takes."""
    names = ", ".join(file.name for file in files)
    say(f"Installing the packages of {names}. This is done once and takes a minute or two.")
    command = [
        str(BIN / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
    ]
    for file in files:
        command += ["-r", str(file)]
    begin = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if line.startswith("Collecting "):
                say(f"  {time.monotonic() - begin:4.0f} s  {line.split()[1]}")
            elif line.startswith("Installing collected"):
                say(f"  {time.monotonic() - begin:4.0f} s  unpacking …")
    if process.returncode:
        raise Stop(explain(lines))
    say(f"Installed in {time.monotonic() - begin:.0f} s.")


def explain(lines: Sequence[str]) -> str:
    """Turn pip's last words into what a person can do."""
    said = "\n".join(lines[-8:])
    unreachable = (
        "NewConnectionError",
        "Could not fetch URL",
        "Temporary failure in name resolution",
        "ConnectTimeout",
    )
    if any(word in line for line in lines for word in unreachable):
        return (
            "The package index cannot be reached. Check the network, or name your own index: "
            f"PIP_INDEX_URL=https://… python3 run.py …\n{said}"
        )
    return f"The packages could not be installed:\n{said}"


def settings(*, demo: bool) -> dict[str, str]:
    """Return the environment of the commands; the demo has a database and a key file of its own."""
    environment = dict(os.environ)
    if demo:
        instance = Path(environ_or(environment, "TRACKER_INSTANCE", str(ROOT / "instance")))
        environment["TRACKER_DATABASE_URL"] = f"sqlite:///{instance.resolve() / 'demo.db'}"
        environment.pop("TRACKER_SECRET_KEY", None)
        environment["TRACKER_SECRET_KEY_FILE"] = str(instance.resolve() / "demo.key")
    return environment


def environ_or(environment: Mapping[str, str], name: str, default: str) -> str:
    """Return a variable, or the default where it is missing or empty."""
    return environment.get(name) or default


def flask(environment: Mapping[str, str], *command: str) -> str:
    """Run a command of the application; return what it printed as its result."""
    done = subprocess.run(
        [str(BIN / "flask"), *command],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Stop(f"“flask {' '.join(command)}” stopped; the lines above say why.")
    return done.stdout.strip()


def keep_a_copy(environment: Mapping[str, str]) -> None:
    """Copy an embedded database before it is migrated, if there is one and it is behind."""
    url = environ_or(environment, "TRACKER_DATABASE_URL", f"sqlite:///{ROOT / 'instance' / 'tracker.db'}")
    if not url.startswith("sqlite:///"):
        return
    file = Path(url.removeprefix("sqlite:///"))
    if not file.is_file() or flask(environment, "db", "current").endswith("(head)"):
        return
    copy = file.with_suffix(f".{time.strftime('%Y%m%d-%H%M%S')}.before-upgrade.db")
    with sqlite3.connect(file) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    say(f"Kept a copy of the database as {copy.name}.")


def serve(environment: Mapping[str, str], host: str, port: int) -> None:
    """Become the server: signals reach it, and stopping it stops everything."""
    waitress = str(BIN / "waitress-serve")
    command = [waitress, f"--listen={host}:{port}", f"--threads={THREADS}", "wsgi:app"]
    os.chdir(ROOT)
    os.execve(waitress, command, dict(environment))


def command_demo(options: argparse.Namespace) -> None:
    """Show the product on the sample organisation."""
    check_port(options.host, options.port)
    prepare(development=False)
    environment = settings(demo=True)
    flask(environment, "db", "upgrade")
    flask(environment, "demo")
    say(f"\nOpen http://{options.host}:{options.port} and sign in as said above. Stop with Ctrl+C.\n")
    serve(environment, options.host, options.port)


def command_serve(options: argparse.Namespace) -> None:
    """Run the office's own register."""
    check_port(options.host, options.port)
    prepare(development=False)
    environment = settings(demo=False)
    keep_a_copy(environment)
    flask(environment, "db", "upgrade")
    token = flask(environment, "setup-token")
    address = f"http://{options.host}:{options.port}"
    say(
        f"\nSet it up: {address}/set-up?token={token}\n"
        if token
        else f"\nOpen {address}. Stop with Ctrl+C.\n"
    )
    serve(environment, options.host, options.port)


def command_setup(_options: argparse.Namespace) -> None:
    """Install, and stop."""
    prepare(development=True)
    say("Ready.")


def command_test(options: argparse.Namespace) -> int:
    """Run everything that checks the code; the suite comes last, so its summary is the last line."""
    prepare(development=True)
    checks = [] if options.rest else [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
    for check in checks:
        say(f"· {' '.join(check)}")
        code = subprocess.run([str(BIN / check[0]), *check[1:]], cwd=ROOT, check=False).returncode
        if code:
            return code
    suite = [str(BIN / "python"), "-m", "pytest", *(options.rest or ["-n", "2"])]
    return subprocess.run(suite, cwd=ROOT, check=False).returncode


def command_bench(options: argparse.Namespace) -> int:
    """Measure, and print one JSON object."""
    prepare(development=False)
    return subprocess.run(
        [str(BIN / "python"), "-m", "tracker.bench", *options.rest], cwd=ROOT, check=False
    ).returncode


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(prog="run.py", description="Run, test or measure the tracker.")
    commands = made.add_subparsers(dest="command", required=True)
    for name, run in (("demo", command_demo), ("serve", command_serve)):
        one = commands.add_parser(name, help=run.__doc__)
        one.add_argument("--port", type=int, default=8000)
        one.add_argument("--host", default="127.0.0.1")
        one.set_defaults(run=run)
    commands.add_parser("setup", help=command_setup.__doc__).set_defaults(run=command_setup)
    for name, run in (("test", command_test), ("bench", command_bench)):
        commands.add_parser(name, help=run.__doc__, add_help=False).set_defaults(run=run)
    return made


def main(arguments: Sequence[str]) -> int:
    """Run one command; what has to be mended first is said in words, without a trace."""
    options, rest = parser().parse_known_args(arguments)
    options.rest = rest
    if rest and options.command not in ("test", "bench"):
        parser().error(f"unknown: {' '.join(rest)}")
    try:
        check_python()
        return int(options.run(options) or 0)
    except Stop as stop:
        say(f"\n{stop}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Nothing is half done: run the same command again.")
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
