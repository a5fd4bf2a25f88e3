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
LAST_PORT = 65535
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
#: What pip says when it could not speak to the index.
UNREACHABLE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeout",
    "ReadTimeoutError",
    "ProxyError",
    "Could not fetch URL",
    "Temporary failure in name resolution",
)
#: Copies a database while it is in use, by the SQLite that the application uses, not the one of this Python.
COPYING = """
import sys
from tracker.models.engines import sqlite_driver
source, target = (sqlite_driver.connect(path) for path in sys.argv[1:])
source.backup(target)
target.close()
source.close()
"""


class Stop(Exception):
    """Something a person has to mend first; the message says what and how."""


def say(text: str) -> None:
    """Tell a person something, on standard error."""
    print(text, file=sys.stderr, flush=True)


def check_python(version: Sequence[int] = sys.version_info) -> None:
    """Refuse a Python that is too old, naming a newer one where there is one."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return
    here = ".".join(str(part) for part in version[:2])
    newer = next((name for name in NEWER_PYTHONS if shutil.which(name)), None)
    advice = f"Try: {newer} run.py …" if newer else "Install a newer one, then run this with it."
    raise Stop(f"This is Python {here}; the tracker needs 3.11 or newer. {advice}")


def port_number(text: str) -> int:
    """Read a port from the command line."""
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {LAST_PORT}, not {text}")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program holds, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = port + 1 if port < LAST_PORT else port - 1
            raise Stop(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: --port {other}"
            ) from error


def stamp_of(files: Sequence[Path]) -> str:
    """Return what the installed packages were asked for: a hash over the pins and the Python they are for."""
    digest = hashlib.sha256((VENV / "pyvenv.cfg").read_bytes())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stamp_file(files: Sequence[Path]) -> Path:
    """Return where it is noted that these files' packages are installed."""
    return VENV / ("development.stamp" if DEVELOPMENT in files else "runtime.stamp")


def is_installed(files: Sequence[Path]) -> bool:
    """Say whether exactly these pins were installed, to the end, in a virtual environment that works here."""
    stamp = stamp_file(files)
    return is_sound() and stamp.is_file() and stamp.read_text() == stamp_of(files)


def prepare(*, development: bool) -> None:
    """Make the virtual environment and install the pins, unless that was done for these pins already."""
    both = [RUNTIME, DEVELOPMENT]
    wanted = both if development else [RUNTIME]
    if is_installed(both) or is_installed(wanted):
        return
    make_venv()
    for files in ([RUNTIME], both):  # from here to the end nothing is known to be installed
        stamp_file(files).unlink(missing_ok=True)
    install(wanted)
    stamp_file(wanted).write_text(stamp_of(wanted))


def is_sound() -> bool:
    """Say whether ``.venv`` is whole and was made in this folder: one that moved starts programs of its old place."""
    script = BIN / "pip"
    if not (BIN / "python").exists() or not (VENV / "pyvenv.cfg").is_file():
        return False
    if os.name == "nt":
        return True
    return script.is_file() and os.fsencode(BIN) in script.read_bytes()[:1000]


def make_venv() -> None:
    """Make ``.venv``, or keep the one that works; one that was left half made is made anew."""
    if is_sound() and runs([str(BIN / "python"), "-m", "pip", "--version"]):
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    say("Making a virtual environment in .venv …")
    try:
        import ensurepip  # noqa: F401, PLC0415 (Debian ships Python without it; only its presence matters)
        import venv  # noqa: PLC0415 (as above)
    except ImportError as error:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise Stop(
            f"This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install {package}"
        ) from error
    try:
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Stop(
            f"The virtual environment could not be made in {VENV} ({error}). "
            "Check that this user may write there and that the disk has room."
        ) from error


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
            if progress := progress_of(line):
                say(f"  {time.monotonic() - begin:4.0f} s  {progress}")
    if process.returncode:
        raise Stop(explain(lines))
    say(f"Installed in {time.monotonic() - begin:.0f} s.")


def progress_of(line: str) -> str:
    """Return what a line of pip's tells somebody who waits, "" for the others."""
    if line.startswith("Collecting "):
        return line.split()[1]
    if line.startswith("Installing collected"):
        return f"unpacking {line.count(',') + 1} packages …"
    if "Retrying (" in line:
        return "the package index does not answer, trying again …"
    return ""


def explain(lines: Sequence[str]) -> str:
    """Turn pip's last words into what a person can do."""
    said = "\n".join(line for line in lines if line.startswith("ERROR"))[-1000:]
    if any(word in line for line in lines for word in UNREACHABLE):
        return (
            "The package index cannot be reached. Check the network, or name your own index: "
            f"PIP_INDEX_URL=https://… python3 run.py …\n{said}"
        )
    if any("No space left" in line for line in lines):
        return f"The disk is full: the packages need about 200 MB.\n{said}"
    if any("No matching distribution" in line for line in lines):
        return (
            "The package index does not have a package in the version that is pinned. If it is an index of your own, "
            f"let it catch up; else check the network.\n{said}"
        )
    return f"The packages could not be installed:\n{said or lines[-1] if lines else ''}"


def instance_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of the embedded databases; a relative one begins at the project's folder."""
    return ROOT / (environment.get("TRACKER_INSTANCE") or "instance")


def settings(*, demo: bool) -> dict[str, str]:
    """Return the environment of the commands; the demo has a database and a key file of its own."""
    environment = dict(os.environ)
    if demo:
        instance = instance_folder(environment)
        environment["TRACKER_DATABASE_URL"] = f"sqlite:///{instance / 'demo.db'}"
        environment.pop("TRACKER_SECRET_KEY", None)
        environment["TRACKER_SECRET_KEY_FILE"] = str(instance / "demo.key")
    return environment


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


def database_file(environment: Mapping[str, str]) -> Path | None:
    """Return the file of an embedded database, None for a database server."""
    url = environment.get("TRACKER_DATABASE_URL")
    if not url:
        return instance_folder(environment) / "tracker.db"
    return ROOT / url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else None


def keep_a_copy(environment: Mapping[str, str]) -> None:
    """Copy an embedded database before it is migrated, if there is one and it is behind."""
    file = database_file(environment)
    if file is None or not file.is_file():
        return
    revision = flask(environment, "db", "current")
    if not revision or revision.endswith("(head)"):
        return
    copy = file.with_suffix(f".{time.strftime('%Y%m%d-%H%M%S')}.before-upgrade.db")
    copy.touch(mode=0o600)
    done = subprocess.run([str(BIN / "python"), "-c", COPYING, str(file), str(copy)], cwd=ROOT, check=False)
    if done.returncode:
        copy.unlink()
        raise Stop(f"No copy of {file.name} could be kept, so nothing was upgraded; the lines above say why.")
    say(f"Kept a copy of the database as {copy.name}.")


def address(host: str, port: int) -> str:
    """Return a host and port as they stand in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def serve(environment: Mapping[str, str], host: str, port: int) -> None:
    """Become the server: signals reach it, and stopping it stops everything."""
    waitress = str(BIN / "waitress-serve")
    command = [waitress, f"--listen={address(host, port)}", f"--threads={THREADS}", "wsgi:app"]
    os.chdir(ROOT)
    os.execve(waitress, command, dict(environment))


def command_demo(options: argparse.Namespace) -> None:
    """Show the product on the sample organisation."""
    check_port(options.host, options.port)
    prepare(development=False)
    environment = settings(demo=True)
    flask(environment, "db", "upgrade")
    flask(environment, "demo")
    say(f"\nOpen http://{address(options.host, options.port)} and sign in as said above. Stop with Ctrl+C.\n")
    serve(environment, options.host, options.port)


def command_serve(options: argparse.Namespace) -> None:
    """Run the office's own register."""
    check_port(options.host, options.port)
    prepare(development=False)
    environment = settings(demo=False)
    keep_a_copy(environment)
    flask(environment, "db", "upgrade")
    token = flask(environment, "setup-token")
    site = f"http://{address(options.host, options.port)}"
    say(
        f"\nSet it up: {site}/set-up?token={token}\nStop with Ctrl+C.\n"
        if token
        else f"\nOpen {site}. Stop with Ctrl+C.\n"
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
    failed = []
    for check in checks:
        say(f"· {' '.join(check)}")
        if subprocess.run([str(BIN / check[0]), *check[1:]], cwd=ROOT, check=False).returncode:
            failed.append(" ".join(check))
    suite = [str(BIN / "python"), "-m", "pytest", *(options.rest or ["-n", "2"])]
    code = subprocess.run(suite, cwd=ROOT, check=False).returncode
    if failed:
        say(f"Before the tests these failed: {', '.join(failed)}. Their lines stand above.")
    return code or len(failed)


def command_bench(options: argparse.Namespace) -> int:
    """Measure, and print one JSON object; the stage is measured in a browser, which takes packages of development."""
    prepare(development="--stage" in options.rest)
    return subprocess.run(
        [str(BIN / "python"), "-m", "tracker.bench", *options.rest], cwd=ROOT, check=False
    ).returncode


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(prog="run.py", description="Run, test or measure the tracker.")
    commands = made.add_subparsers(dest="command", required=True)
    for name, run in (("demo", command_demo), ("serve", command_serve)):
        one = commands.add_parser(name, help=run.__doc__)
        one.add_argument("--port", type=port_number, default=8000, help="8000 unless said otherwise")
        one.add_argument(
            "--host", default="127.0.0.1", help="127.0.0.1, this machine alone, unless said otherwise"
        )
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
