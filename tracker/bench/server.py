"""The real server in processes of its own, on a scratch database, and a browser that signs in with a password."""

from __future__ import annotations

import http.client
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
#: What gunicorn is started with, beside its address. The register is read before it forks, and shared.
OPTIONS = (
    f"--workers={WORKERS}",
    "--worker-class=gthread",
    "--threads=4",
    "--preload",
    "--no-control-socket",
)
#: A server that is not there after so many seconds does not come.
START_SECONDS = 120
TOKEN = re.compile(r'"X-CSRFToken": "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body as it was sent, compressed or not, and the milliseconds from the connection to its end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    took_ms: float


@dataclass(slots=True)
class Browser:
    """A browser that keeps its cookies and the token of the forms; each request has a connection of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    @property
    def cookie(self) -> str:
        """Return the header that the browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, address: str, **headers: str) -> Answer:
        """Open an address, and remember the token of its forms."""
        answer = self._send("GET", address, None, headers)
        if found := TOKEN.search(answer.body.decode("utf-8", "replace")):
            self.token = found[1]
        return answer

    def post(self, address: str, fields: Mapping[str, object]) -> Answer:
        """Send a form with the token of the last page; a redirect is not followed."""
        body = urlencode({**fields, "csrf_token": self.token}, doseq=True)
        return self._send("POST", address, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form, as people do."""
        self.get("/sign-in")
        answer = self.post("/sign-in", {"email": email, "password": password})
        if answer.status != 303 or self.get("/").status != 200:
            raise RuntimeError(f"Nobody could sign in: the server answered {answer.status}.")

    def _send(self, method: str, address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        sent = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin", **headers}
        ask = _by_curl if shutil.which("curl") else _by_python
        answer = ask(method, self.port, address, body, sent)
        for each in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


def client() -> str:
    """Return what single requests are sent with: curl, as those of others are, or Python, which takes its own time."""
    return "curl" if shutil.which("curl") else "Python http.client"


def _by_curl(method: str, port: int, address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
    given = [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]
    given += ["--data-binary", "@-"] if body is not None else []
    command = [
        "curl",
        "--silent",
        "--show-error",
        "--include",
        "--max-time",
        "30",
        "--request",
        method,
        *given,
    ]
    command += ["--write-out", "\\n%{time_total}", f"http://127.0.0.1:{port}{address}"]
    said = subprocess.run(command, input=(body or "").encode(), capture_output=True, check=True).stdout
    came, _, seconds = said.rpartition(b"\n")
    head, _, found = came.partition(b"\r\n\r\n")
    line, _, fields = head.partition(b"\r\n")
    parsed = http.client.parse_headers(io.BytesIO(fields + b"\r\n\r\n"))
    return Answer(int(line.split()[1]), parsed, found, float(seconds) * 1000)


def _by_python(method: str, port: int, address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
    line, begun = http.client.HTTPConnection("127.0.0.1", port, timeout=30), time.perf_counter()
    try:
        line.request(method, address, body, dict(headers))
        came = line.getresponse()
        found = came.read()
        return Answer(came.status, came.headers, found, (time.perf_counter() - begun) * 1000)
    finally:
        line.close()


@dataclass(frozen=True, slots=True)
class Server:
    """gunicorn with its workers, listening on a free port of this machine."""

    process: subprocess.Popen[bytes]
    port: int

    def processor_seconds(self) -> float | None:
        """Return the processor time that the server has used so far, None where the system does not tell."""
        group, ticks = self.process.pid, 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:  # a process that has just ended
                continue
            if int(fields[2]) == group:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK") if ticks else None


@contextmanager
def serving(folder: Path, database: str) -> Iterator[Server]:
    """Serve a database by gunicorn until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    environment |= {"TRACKER_INSTANCE": str(folder), "TRACKER_DATABASE_URL": database}
    command = [sys.executable, "-m", "gunicorn", *OPTIONS, f"--bind=127.0.0.1:{port}", "wsgi:app"]
    log = folder / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            _wait_for(process, port, log)
            yield Server(process, port)
        finally:
            process.terminate()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-2000:]}")
